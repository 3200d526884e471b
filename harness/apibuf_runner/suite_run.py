"""One run of the suite against one implementation: which cases, in which workers, and what came of it."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial

import psutil

from apibuf_runner.catalogue import FUNCTIONS, Case, Catalogue
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import CaseResult, Verdict, left_out
from apibuf_runner.output import names_an_error
from apibuf_runner.session import Hello, Interrupted, LoadProblem, Session, is_repeated_with_others
from apibuf_runner.worker import Launch, Limits
from apibuf_system import usable_cores
from apibuf_system.processes import ProcessTable, guarded_process

PROFILES = {
    "documented": frozenset({"documented", "annotated"}),
    "windows": frozenset({"documented", "annotated", "windows"}),
    "strict": frozenset({"documented", "annotated", "windows", "inferred"}),
}
"""Which evidence each profile judges. Observations, which are never judged, belong to all of them."""

DEFAULT_SILENCE_S = 3.0
LOAD_LIMIT_S = 30.0
# Room for the largest buffer there is, each byte of it touched.
DEFAULT_MEMORY_BYTES = 6 * 1024**3
MAX_DEFAULT_JOBS = 4
JOIN_INTERVAL_S = 0.2
HANGS_THAT_CONVINCE = 2
FAILED_LOADS_THAT_CONVINCE = 2
HUNG_CASES_LIMIT = 12
"""So many cases may hang, wherever they do; the rest would cost their time limits and show nothing new."""

# A worker ends at its first case that does not pass: ids sent to it beyond that are wasted.
BATCH_LIMIT = 200

INTERRUPTION = "the run was interrupted"


class NothingSelected(Exception):
    """A pattern, or all of them together, selects no case; `pattern` is empty in the second event."""

    def __init__(self, message: str, pattern: str = "") -> None:
        super().__init__(message)
        self.pattern = pattern


class UnusableLibrary(Exception):
    """The worker or the library could not be started; the message says why."""


@dataclass(frozen=True)
class Selection:
    """Which cases to run. `only` is a further restriction to these ids (None: none); `shard` is (K, N)."""

    select: tuple[str, ...] = ()
    profile: str = "strict"
    functions: tuple[str, ...] = FUNCTIONS
    shard: tuple[int, int] | None = None
    only: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it leaves out no case of the suite. Which functions are claimed is another question."""
        return (
            self.profile == "strict"
            and (not self.select or "*" in self.select)
            and self.shard in (None, (1, 1))
            and self.only is None
        )


@dataclass(frozen=True)
class Outcome:
    """What came of a run: one result for each selected case, in the catalogue's order.

    `hello` is None where the library was never loaded; `error` says why the run could not be made or was cut short.
    """

    started: datetime
    hello: Hello | None
    results: tuple[CaseResult, ...]
    missing: tuple[str, ...]
    error: str | None
    interrupted: bool
    duration_ms: int

    @property
    def counts(self) -> Counter[Verdict]:
        """How many cases came out with each verdict."""
        return Counter(result.verdict for result in self.results)

    @property
    def flaky(self) -> int:
        """How many judged cases came out differently in two runs."""
        return sum(result.flaky and result.verdict is not Verdict.OBSERVED for result in self.results)


OnResult = Callable[[CaseResult], None]


def default_jobs() -> int:
    """One worker for each core that this process may use, at most 4."""
    return min(len(usable_cores()), MAX_DEFAULT_JOBS)


def default_limits(silence_s: float = DEFAULT_SILENCE_S) -> Limits:
    """The limits of a worker on this machine; silence_s is in seconds."""
    memory_bytes = min(DEFAULT_MEMORY_BYTES, psutil.virtual_memory().total // 2)
    return Limits(silence_s=silence_s, load_s=LOAD_LIMIT_S, memory_bytes=memory_bytes)


def select(catalogue: Catalogue, selection: Selection) -> tuple[Case, ...]:
    """The selected cases in the catalogue's order. Raises NothingSelected."""
    cases = catalogue.cases
    if selection.select:
        for pattern in selection.select:
            if not any(_matches(case, pattern) for case in cases):
                raise NothingSelected(f"--select {pattern} matches no case and no requirement", pattern)
        cases = tuple(case for case in cases if any(_matches(case, pattern) for pattern in selection.select))
    if selection.only is not None:
        cases = tuple(case for case in cases if case.id in selection.only)
    judged = PROFILES[selection.profile]
    cases = tuple(case for case in cases if case.is_observation or case.evidence in judged)
    if selection.shard is not None:
        number, count = selection.shard
        cases = cases[number - 1 :: count]
    if not cases:
        raise NothingSelected("no case is left of this selection")
    return cases


def _matches(case: Case, pattern: str) -> bool:
    return fnmatchcase(case.id, pattern) or any(fnmatchcase(requirement, pattern) for requirement in case.requirements)


class SuiteRun:
    """Runs the selected cases against one library."""

    def __init__(
        self,
        launches: Sequence[Launch],
        limits: Limits,
        cases: Sequence[Case],
        functions: Sequence[str],
        interrupted: Interruption,
        on_result: OnResult,
        check_hello: Callable[[Hello], None] = lambda _: None,
        *,
        confirms: bool = True,
        server_unavailable: Callable[[], str] | None = None,
    ) -> None:
        """launches: how each of the workers is started that run at once; at least one.

        on_result gets each result as it comes, from several threads, one at a time.

        check_hello may raise UnusableLibrary if the wrong library was loaded. confirms is false only if the library is
        known to be wrong: then cases that did not pass are not run a second time. server_unavailable waits until there
        is a server for the cases that may need one, and returns why there is none, or an empty text; it is None if no
        server is needed.
        """
        self._confirms = confirms
        self._server_unavailable = server_unavailable
        self._launches = launches
        self._limits = limits
        self._cases = cases
        self._functions = functions
        self._interrupted = interrupted
        self._on_result = on_result
        self._check_hello = check_hello
        self._lock = threading.Lock()
        self._waiting: deque[Case] = deque()
        self._results: dict[str, CaseResult] = {}
        self._to_repeat: dict[str, CaseResult] = {}
        self._hangs: Counter[str] = Counter()
        self._hung_cases = 0
        self._failed_loads = 0
        self._error: str | None = None

    def execute(self) -> Outcome:
        """Runs everything. Never raises for what an implementation does: it is in the outcome."""
        started, started_s = datetime.now(UTC), time.monotonic()
        hello = None
        with guarded_process(), ExitStack() as ends_workers:
            table = ProcessTable()
            sessions = [ends_workers.enter_context(self._session(table, launch)) for launch in self._launches]
            on_all_cores = ends_workers.enter_context(self._session(table, replace(self._launches[0], core=None)))
            try:
                hello = self._probe(sessions[0])
                self._run_all(sessions, on_all_cores, hello)
            except (UnusableLibrary, OSError) as error:
                self._error = self._error or str(error)
            except Interrupted:
                pass
        interrupted = self._interrupted.is_set()
        if interrupted:
            self._error = self._error or INTERRUPTION
        return Outcome(
            started=started,
            hello=hello,
            results=tuple(self._result_of(case) for case in self._cases),
            missing=self._missing(hello),
            error=self._error,
            interrupted=interrupted,
            duration_ms=round((time.monotonic() - started_s) * 1000),
        )

    def _session(self, table: ProcessTable, launch: Launch) -> Session:
        return Session(launch, self._limits, table, self._interrupted, confirms=self._confirms, keeps_workers=True)

    def _probe(self, session: Session) -> Hello:
        """Loads the library once, before any case runs. Raises UnusableLibrary, Interrupted, OSError."""
        loaded = session.probe()
        if isinstance(loaded, LoadProblem):
            raise UnusableLibrary(_why_not_loaded(loaded, self._launches[0]))
        self._check_hello(loaded)
        if not loaded.present & set(FUNCTIONS):
            raise UnusableLibrary(f"the library exports none of {', '.join(FUNCTIONS)}")
        return loaded

    def _run_all(self, sessions: Sequence[Session], on_all_cores: Session, hello: Hello) -> None:
        for case in self._cases:
            reason = self._lacking(case, hello)
            if reason:
                self._record(left_out(case, Verdict.UNSUPPORTED, reason))
        # Judged cases come first, and single calls before loops: a library that hangs shows it cheaply. The few cases
        # that use slow services come before all others, so that no worker is left with them in the end.
        waiting = [case for case in self._cases if case.id not in self._results]
        waiting.sort(
            key=lambda case: (case.is_observation, not (case.is_remotable and case.alone), case.kind == "property")
        )
        # Those that need a server come behind all others, so that it starts meanwhile.
        has_server = self._server_unavailable is not None
        on_server = [case for case in waiting if has_server and case.is_remotable]
        here = [case for case in waiting if not (has_server and case.is_remotable)]
        self._run_in_threads(sessions, [case for case in here if not case.undisturbed])
        self._repeat_observations(sessions)
        self._run_in_threads([on_all_cores], [case for case in here if case.undisturbed])
        if self._server_unavailable is not None:
            self._run_on_server(sessions, on_server, self._server_unavailable)

    def _run_on_server(
        self, sessions: Sequence[Session], cases: Sequence[Case], server_unavailable: Callable[[], str]
    ) -> None:
        unavailable = server_unavailable() if cases and not self._interrupted.is_set() else ""
        if unavailable:
            for case in cases:
                self._record(left_out(case, Verdict.NOT_RUN, unavailable))
        else:
            self._run_in_threads(sessions, cases)

    def _run_in_threads(self, sessions: Sequence[Session], cases: Sequence[Case]) -> None:
        self._waiting.extend(cases)
        self._at_once([partial(self._run_from_queue, session) for session in sessions])

    def _repeat_observations(self, sessions: Sequence[Session]) -> None:
        """Runs those again that may share a process, in the catalogue's order, a part of them in each session."""
        firsts = [self._to_repeat[case.id] for case in self._cases if case.id in self._to_repeat]
        parts = [firsts[number :: len(sessions)] for number in range(len(sessions))]
        self._at_once([partial(self._repeat, *each) for each in zip(sessions, parts, strict=True) if each[1]])

    def _repeat(self, session: Session, firsts: Sequence[CaseResult]) -> None:
        for result in session.repeat(firsts):
            self._record(result)

    def _at_once(self, tasks: Sequence[Callable[[], None]]) -> None:
        """Executes tasks in threads of their own, until each has come to its end or the run is interrupted."""
        threads = [threading.Thread(target=self._guarded, args=(task,)) for task in tasks]
        for thread in threads:
            thread.start()
        for thread in threads:
            # On Windows no signal is handled while a thread waits without a limit.
            while thread.is_alive():
                thread.join(JOIN_INTERVAL_S)

    def _run_from_queue(self, session: Session) -> None:
        while batch := self._take():
            results = session.run(batch)
            for result in results:
                if self._confirms and is_repeated_with_others(result):
                    self._to_repeat[result.case.id] = result
                else:
                    self._record(result)
            self._put_back(batch[len(results) :])

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Interrupted:
            pass
        except Exception as error:  # noqa: BLE001 - A thread must not end in silence: what it left not run would have no reason.
            self._error = f"the runner failed: {type(error).__name__}: {error}"

    def _take(self) -> list[Case]:
        """The next cases for one worker; fewer as the queue runs dry, so that no worker is left with it all."""
        with self._lock:
            size = min(max(1, len(self._waiting) // (2 * len(self._launches))), BATCH_LIMIT)
            batch: list[Case] = []
            while self._waiting and len(batch) < size and self._error is None:
                case = self._waiting.popleft()
                reason = self._why_in_vain(case)
                if reason:
                    self._keep(left_out(case, Verdict.NOT_RUN, reason))
                elif case.wants_own_process and batch:
                    self._waiting.appendleft(case)
                    break
                else:
                    batch.append(case)
                    if case.wants_own_process:
                        break
            return batch

    def _put_back(self, cases: Sequence[Case]) -> None:
        with self._lock:
            self._waiting.extendleft(reversed(cases))

    def _record(self, result: CaseResult) -> None:
        with self._lock:
            self._learn_from(result)
            self._keep(result)

    def _learn_from(self, result: CaseResult) -> None:
        """Counts what would make other cases cost their time limits; the lock is held."""
        if not result.loaded and not result.flaky:
            self._failed_loads += 1
        if result.case.is_observation:
            return
        if any(run.verdict is Verdict.TIMEOUT for run in result.runs or (result,)):
            self._hung_cases += 1
        if result.hung_in and not result.flaky:
            self._hangs[result.hung_in] += 1

    def _keep(self, result: CaseResult) -> None:
        """Files a result; the lock is held."""
        self._results[result.case.id] = result
        self._on_result(result)

    def _why_in_vain(self, case: Case) -> str:
        """Why the case would only cost its time limit, after what came of others; empty if it may be run."""
        if self._failed_loads >= FAILED_LOADS_THAT_CONVINCE:
            return f"the library could not be loaded in {self._failed_loads} cases"
        if self._hung_cases >= HUNG_CASES_LIMIT:
            return f"{self._hung_cases} cases hung"
        hung = next((name for name in case.functions if self._hangs[name] >= HANGS_THAT_CONVINCE), "")
        return f"{hung} hung in {self._hangs[hung]} cases" if hung else ""

    def _lacking(self, case: Case, hello: Hello) -> str:
        """Why the case needs something that the implementation does not have or does not claim; empty if not."""
        for name in case.functions:
            if name in FUNCTIONS and name not in self._functions:
                return f"{name} is not among the functions that the implementation claims"
            if name not in hello.present:
                return f"{name} is not exported"
        # The worker would say the same, and may take seconds to start a connector.
        return case.not_through_connectors if hello.implementation else ""

    def _missing(self, hello: Hello | None) -> tuple[str, ...]:
        if hello is None:
            return ()
        return tuple(name for name in self._functions if name not in hello.present)

    def _result_of(self, case: Case) -> CaseResult:
        reason = INTERRUPTION if self._interrupted.is_set() else "the run could not be made"
        return self._results.get(case.id) or left_out(case, Verdict.NOT_RUN, reason)


def _why_not_loaded(problem: LoadProblem, launch: Launch) -> str:
    if not problem.started:
        clauses = [f"nothing came from the worker: {problem.reason}"]
        clauses += _last_words(problem)
        if launch.if_silent:
            clauses.append(launch.if_silent)
        return "; ".join(clauses)
    if problem.verdict is Verdict.TIMEOUT:
        return f"the library hung while it was loaded: {problem.reason}"
    return "; ".join([f"the library could not be loaded: {problem.reason}", *_last_words(problem)])


def _last_words(problem: LoadProblem) -> list[str]:
    """What the process printed, as a clause: the line that names an error, or the last one."""
    lines = [re.sub(r"[^\x20-\x7e]", "?", line).strip() for line in problem.printed]
    named = next((line for line in lines if names_an_error(line)), lines[-1] if lines else "")
    return [f"it printed: {named[:200]}"] if named else []
