"""Runs case after case in one worker, and starts a fresh one after a case that did not pass."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Self

from apibuf_runner import static_tls
from apibuf_runner.catalogue import Case
from apibuf_runner.events import Event
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import (
    ENDED_NORMALLY,
    TO_CONFIRM,
    CaseResult,
    Execution,
    Verdict,
    combine,
    hung,
    judge,
    left_out,
    requested_bytes,
)
from apibuf_runner.silence import STARVED_FACTOR
from apibuf_runner.worker import Ending, EndingKind, Launch, Limits, Worker
from apibuf_system.processes import ProcessTable

PROTOCOL = 2
TOUCHED_BYTES_PER_S = 256 * 1024**2
"""How fast an implementation is taken to touch the memory that it gives out, on a slow and busy machine."""

VAIN_STARTS_LIMIT = 2
"""How many workers in a row may be refused by the system, or end before their first event, and be replaced. A worker
loads the library only after that event, so the library cannot be the reason. Wine on a busy machine does both: one of
some hundred starts it refuses, with ERROR_INTERNAL_ERROR.
"""

AFTER_REFUSAL_S = 0.2
"""How long a system that refused to start a worker is left alone."""

CASE_LIMIT_FACTOR = 100
"""How many times the silence limit a case may take as a whole, however lively it is."""


class Interrupted(Exception):
    """The run was interrupted while a worker was at work."""


@dataclass(frozen=True)
class Hello:
    """What a worker found when it loaded the library.

    `mapped_files` are the names and inode numbers of all files that its process had mapped then; only probes look.
    `implementation` is the name and the version that a connector gives; empty for a library.
    """

    platform: str
    exports: tuple[str, ...]
    decorated: tuple[str, ...]
    path: str
    mapped_files: frozenset[tuple[str, int]] = frozenset()
    implementation: tuple[str, ...] = ()

    @property
    def present(self) -> frozenset[str]:
        """The functions that can be called, under whatever form of their name."""
        return frozenset(self.exports + self.decorated)


@dataclass(frozen=True)
class LoadProblem:
    """The library was not loaded; `reason` is a clause. `started` is False where nothing at all came from a worker.

    `printed` are lines that its process printed.
    """

    verdict: Verdict
    reason: str
    started: bool
    printed: tuple[str, ...]

    @property
    def ended_before_its_first_event(self) -> bool:
        """Whether the worker's process was gone before it had begun to load the library."""
        return not self.started and self.verdict is Verdict.CRASH


class Session:
    """Runs cases against one library, one worker at a time. It is a context manager: leaving it ends the worker."""

    def __init__(
        self,
        launch: Launch,
        limits: Limits,
        table: ProcessTable,
        interrupted: Interruption,
        *,
        confirms: bool = True,
        keeps_workers: bool = False,
    ) -> None:
        """confirms: whether what did not pass is run once more before it is believed.

        keeps_workers: whether a worker that has run its cases, and is as sound as it was, waits for the next ones.
        """
        self._confirms = confirms
        self._keeps_workers = keeps_workers
        self._waiting: Worker | None = None
        self._vain_starts = 0
        self._launch = launch
        self._limits = limits
        self._table = table
        self._interrupted = interrupted

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._waiting is not None:
            self._waiting.end()

    def probe(self) -> Hello | LoadProblem:
        """Has a worker load the library and run nothing. Raises Interrupted, OSError.

        Where workers are kept, this one waits for the first cases.
        """
        with self._ended_unless_waiting(self._start()) as worker:
            loaded = self._load(worker)
            if isinstance(loaded, Hello):
                loaded = replace(loaded, mapped_files=worker.mapped_files())
                self._waiting = worker if self._keeps_workers else None
        return self.probe() if self._is_worth_another_start(loaded) else loaded

    def run(self, cases: Sequence[Case]) -> list[CaseResult]:
        """Runs the cases in order up to the first that is not as it had to be; at least one result.

        A case that did not pass is run once more, alone, before it is believed, and so is every observation but those
        that `is_repeated_with_others` holds for. Raises Interrupted, OSError.
        """
        results = self._run_in_one_worker(cases, alone=cases[0].wants_own_process)
        last = results[-1]
        if self._confirms and _is_to_confirm(last) and not is_repeated_with_others(last):
            again = self._run_in_one_worker([last.case], alone=True)[0]
            results[-1] = combine(last, again)
        return results

    def repeat(self, firsts: Sequence[CaseResult]) -> Iterator[CaseResult]:
        """Runs observations once more, and gives the result of both runs of each. Raises Interrupted, OSError.

        One worker runs all of them. One that shows the same as in its own process depends neither on chance nor on what
        was run before it. What shows something else is run in a process of its own again, as are those that the worker
        did not come to: so nothing is recorded that another observation has caused.
        """
        together = self._run_in_one_worker([first.case for first in firsts], alone=True)
        for first, again in zip_longest(firsts, together):
            if again is not None and again.verdict is first.verdict and combine(first, again) == first:
                yield first
            else:
                yield combine(first, self._run_in_one_worker([first.case], alone=True)[0])

    def _run_in_one_worker(self, cases: Sequence[Case], *, alone: bool) -> list[CaseResult]:
        """Runs in the waiting worker if there is one, and keeps it; alone: in one that has run nothing before."""
        waiting = None if alone else self._waiting
        with self._ended_unless_waiting(waiting or self._start()) as worker:
            if waiting is None:
                loaded = self._load(worker)
                if self._is_worth_another_start(loaded):
                    return self._run_in_one_worker(cases, alone=alone)
                if isinstance(loaded, LoadProblem):
                    return [_not_loaded(cases[0], loaded)]
            else:
                self._waiting = None
            worker.send("".join(f"{case.id}\n" for case in cases) + "\n")
            results: list[CaseResult] = []
            for case in cases:
                execution = self._watch(worker, case)
                results.append(judge(case, execution))
                if not _goes_on_after(execution, results[-1]):
                    return results
            if self._keeps_workers and not alone and self._has_said_bye(worker):
                self._waiting = worker
            return results

    def _has_said_bye(self, worker: Worker) -> bool:
        """Whether the worker has outlived its cases, and waits for others."""
        item = worker.next_event(self._limits.silence_s)
        return isinstance(item, Event) and item.name == "bye"

    @contextmanager
    def _ended_unless_waiting(self, worker: Worker) -> Iterator[Worker]:
        try:
            yield worker
        finally:
            if worker is not self._waiting:
                worker.end()

    def _start(self) -> Worker:
        """Starts a worker. Raises OSError where the system refuses that again and again."""
        while True:
            try:
                return Worker(self._launch, self._limits, self._table, self._interrupted)
            except OSError:
                if not self._forgives_a_vain_start():
                    raise
            time.sleep(AFTER_REFUSAL_S)

    def _forgives_a_vain_start(self) -> bool:
        self._vain_starts += 1
        return self._vain_starts <= VAIN_STARTS_LIMIT

    def _is_worth_another_start(self, loaded: Hello | LoadProblem) -> bool:
        if not isinstance(loaded, LoadProblem):
            self._vain_starts = 0
            return False
        if loaded.ended_before_its_first_event and self._forgives_a_vain_start():
            return True
        return self._has_more_to_give(loaded)

    def _has_more_to_give(self, loaded: LoadProblem) -> bool:
        """Whether the loader lacked room for thread variables, and the next worker has more of it than this one had."""
        if static_tls.LACKING not in loaded.reason:
            return False
        environment = static_tls.with_more_room(self._launch.environment)
        if environment is not None:
            self._launch = replace(self._launch, environment=environment)
        return environment is not None

    def _load(self, worker: Worker) -> Hello | LoadProblem:
        """Waits until the library is loaded."""
        deadline = time.monotonic() + STARVED_FACTOR * self._limits.load_s
        started = False
        while True:
            item = worker.next_event(self._limits.load_s, deadline)
            if isinstance(item, Ending):
                _raise_if_interrupted(item)
                return LoadProblem(_verdict_of_loading(item), item.reason, started, worker.printed(""))
            started = True
            if item.name == "hello":
                return _hello(item, worker)
            if item.name in ("load-failed", "error"):
                return LoadProblem(Verdict.CRASH, item.text("message"), started, worker.printed(""))

    def _watch(self, worker: Worker, case: Case) -> Execution:
        """Collects the events of the case that is run now, and what was printed if it does not come to its end."""
        started_at = time.monotonic()
        deadline = started_at + CASE_LIMIT_FACTOR * self._limits.silence_s
        events: list[Event] = []
        silence_s = self._limits.silence_s
        while not events or events[-1].name != "end":
            item = worker.next_event(silence_s, deadline)
            if isinstance(item, Ending):
                _raise_if_interrupted(item)
                ending, duration_us = self._with_option(item), _microseconds_since(started_at)
                waiting = [worker.waiting] if worker.waiting is not None else []
                last_words = worker.last_words() if _hides_its_call(case, item) else ()
                return Execution((*events, *waiting, *last_words), ending, duration_us, worker.printed(case.id))
            if item.name == "begin":
                started_at = time.monotonic()
            if item.name == "limit-memory":
                worker.limit_memory(item.number("further_bytes") or 0)
                continue
            if "bytes" in item.members:
                silence_s = max(silence_s, self._limits.silence_s + requested_bytes(item) / TOUCHED_BYTES_PER_S)
            # A case may report progress for minutes; that was of interest only when it was read.
            if item.name != "progress":
                events.append(item)
        return Execution(tuple(events), None, _microseconds_since(started_at))

    def _with_option(self, ending: Ending) -> Ending:
        """The ending, with the option that sets the limit where one was reached."""
        timeout = f"--timeout {self._limits.silence_s:g}"
        if ending.kind is EndingKind.OVER_TIME:
            limit_s = CASE_LIMIT_FACTOR * self._limits.silence_s
            return replace(ending, reason=f"it took more than {limit_s:g} s, {CASE_LIMIT_FACTOR} times {timeout}")
        if ending.kind in (EndingKind.SILENT, EndingKind.STARVED):
            return replace(ending, reason=f"{ending.reason} ({timeout})")
        return ending


def is_repeated_with_others(result: CaseResult) -> bool:
    """Whether an observation may be run again in a process of several, by `Session.repeat`.

    It came to its end, so it is likely to do so again. And it is a vector: properties may have more than calls, and
    unload the library or end the process.
    """
    ended = result.observations.get("ended")
    return result.case.is_observation and result.case.kind == "vector" and ended == ENDED_NORMALLY


def _hides_its_call(case: Case, ending: Ending) -> bool:
    """Whether a worker hung in a call that no event has named: the steps of a property have many."""
    return ending.kind is EndingKind.SILENT and case.kind == "property"


def _is_to_confirm(result: CaseResult) -> bool:
    """An observation that hung is not: it would cost its time limit once more, and it is never judged."""
    if result.case.is_observation:
        return not result.loaded or (result.verdict is Verdict.OBSERVED and not hung(result))
    return result.verdict in TO_CONFIRM


def _goes_on_after(execution: Execution, result: CaseResult) -> bool:
    """Whether the worker goes on: the case came to its end, and nothing in it was other than it had to be."""
    is_sound = result.verdict in (Verdict.PASS, Verdict.OBSERVED, Verdict.UNSUPPORTED, Verdict.NOT_RUN)
    return is_sound and execution.ending is None and not any(event.name == "failure" for event in execution.events)


def _verdict_of_loading(ending: Ending) -> Verdict:
    if ending.kind in (EndingKind.STARVED, EndingKind.OVER_TIME):
        return Verdict.NOT_RUN
    return Verdict.TIMEOUT if ending.kind is EndingKind.SILENT else Verdict.CRASH


def _hello(event: Event, worker: Worker) -> Hello | LoadProblem:
    protocol = event.number("protocol")
    if protocol != PROTOCOL:
        reason = f"the worker speaks protocol {protocol}, this runner speaks {PROTOCOL}"
        return LoadProblem(Verdict.HARNESS_ERROR, reason, True, worker.printed(""))
    named = event.members.get("implementation")
    return Hello(
        platform=event.text("platform"),
        exports=event.texts("exports"),
        decorated=event.texts("decorated"),
        path=event.text("path"),
        implementation=(str(named.get("name")), str(named.get("version"))) if isinstance(named, dict) else (),
    )


def _not_loaded(case: Case, problem: LoadProblem) -> CaseResult:
    """The result of a case whose own worker could not load what other workers had loaded."""
    reason = f"It ended while the library was loaded: {problem.reason}."
    if case.is_observation:
        # Loading is not what it observes, and a failure to load is judged in the cases that are judged.
        return replace(left_out(case, Verdict.NOT_RUN, reason), loaded=False)
    return CaseResult(
        case=case,
        verdict=problem.verdict,
        expected="the library loads",
        actual=problem.reason,
        reason=reason,
        loaded=False,
        printed=problem.printed,
    )


def _raise_if_interrupted(ending: Ending) -> None:
    if ending.kind is EndingKind.INTERRUPTED:
        raise Interrupted


def _microseconds_since(start: float) -> int:
    return round((time.monotonic() - start) * 1_000_000)
