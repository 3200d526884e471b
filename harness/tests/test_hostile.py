"""Implementations that do their worst (hostile/, one each): no pass, no hang, no process left, and a true account."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from leaving_results import results_below

from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_runner import session
from apibuf_runner.catalogue import FUNCTIONS, Catalogue
from apibuf_runner.conclusion import Conformity, conclude
from apibuf_runner.events import Event
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import CaseResult, Verdict
from apibuf_runner.stream_writer import TargetFacts, write
from apibuf_runner.suite_run import HUNG_CASES_LIMIT, Outcome, Selection, SuiteRun, select
from apibuf_runner.worker import Ending, EndingKind, Launch, Limits, Worker
from apibuf_setup import prepare
from apibuf_system.processes import ProcessTable, guarded_process

HOSTILE = Path(__file__).with_name("hostile")
LAUNCHER = Path(__file__).resolve().parents[1] / "apibuf"
TOUCHING = ("allocate/null-out-1-byte", "allocate/null-out-1024-bytes")
OTHERS = ("free/null-once", "free/null-several-times", "size/null-buffer-once", "reallocate/null-old-1-byte")
A_LONG_ONE = "reallocate/gives-memory-back-from-null"
LIMITS = Limits(silence_s=1, load_s=1, memory_bytes=300 * 1024**2)
RUN_LIMIT_S = 60
COMMAND_LIMIT_S = 120
MARK = "APIBUF_TEST_MARK"
HUNG = r"\w+ hung in \d+ cases|\d+ cases hung"

CRASH, TIMEOUT = {Verdict.CRASH}, {Verdict.TIMEOUT}
NEVER_RETURNS = {
    "aborts": (CRASH, "SIGABRT"),
    "child_hops": (CRASH, "exit code 0"),
    "child_poses_as_wineserver": (CRASH, "exit code 0"),
    "closes_descriptors": (CRASH, ""),
    "corrupts_heap": (CRASH, "SIG"),
    "crosses_descriptors": (CRASH, ""),
    "deadlocks": (TIMEOUT, "nothing was heard for 1 s"),
    "execs": (CRASH, ""),
    "execs_with_preload": (CRASH, ""),
    "exits": (CRASH, "exit code 0"),
    "exits_at_once": (CRASH, "exit code 0"),
    "exits_quickly": (CRASH, "exit code 0"),
    "exits_the_thread": (CRASH, ""),
    "floods": (CRASH | TIMEOUT, ""),
    "forbids_writing": (CRASH, "SIGSYS"),
    "forges_events": (CRASH, "exit code 0"),
    "forks_a_crowd": (TIMEOUT, "nothing was heard for 1 s"),
    "ignores_signals": (TIMEOUT, "nothing was heard for 1 s"),
    "jumps_away": (CRASH | TIMEOUT, ""),
    "leaves_a_child": (CRASH, "exit code 0"),
    "loops": (TIMEOUT, "nothing was heard for 1 s"),
    "overflows_stack": (CRASH, "SIGSEGV"),
    "passes_a_fault_on": (CRASH, "SIGSEGV"),
    "prints_at_exit": (CRASH, "exit code 0"),
    "prints_in_a_loop": (TIMEOUT, "nothing was heard for 1 s"),
    "raises_sigpipe": (CRASH, "SIGPIPE"),
    "redirects_descriptors": (CRASH | TIMEOUT, ""),
    "sleeps": (TIMEOUT, "nothing was heard for 1 s"),
    "smashes_stack": (CRASH, "SIG"),
    "stops_its_group": (TIMEOUT, "nothing was heard for 1 s"),
    "stops_itself": (TIMEOUT, "nothing was heard for 1 s"),
    "throws": (CRASH, "SIGABRT"),
    "unloads_itself": (CRASH, "SIGSEGV"),
}
"""What its call does is fatal: the verdict of the cases that touch it, and words that their reason must have."""

RETURNS = (
    "changes_surroundings",
    "child_stays",
    "forks_and_returns_twice",
    "limits_resources",
    "masks_signals",
    "prints_rubbish",
    "sets_an_alarm",
    "steals_input",
    "thread_crashes_later",
    "thread_stops_later",
    "thread_writes_later",
)
"""What its call does is no business of the call's result, and may strike any case that is run after it."""

Run = Callable[..., Outcome]
Attack = Callable[[signal.Signals], subprocess.Popen[bytes]]


@pytest.fixture(scope="session")
def worker() -> Path:
    return prepare.worker("linux-x86_64")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return prepare.catalogue()


@pytest.fixture
def library(tmp_path: Path) -> Callable[..., Path]:
    """Compiles hostile/NAME into a folder of its own, since a library may spoil its file; returns the file."""

    def compile_one(name: str, *options: str) -> Path:
        (source,) = HOSTILE.glob(f"{name}.c*")
        compiler = "g++" if source.suffix == ".cpp" else "gcc"
        output = tmp_path / f"lib{name}.so"
        subprocess.run([compiler, "-w", "-shared", "-fPIC", *options, "-o", output, source], check=True)
        return output

    return compile_one


def supervised(
    name: str, launch: Launch, limits: Limits, catalogue: Catalogue, selection: Selection, jobs: int, folder: Path
) -> Outcome:
    """What came of a run, which has ended in time, leaves no process, and has a valid stream."""
    start = time.monotonic()
    outcome = SuiteRun(
        launches=[launch] * jobs,
        limits=limits,
        cases=select(catalogue, selection),
        functions=FUNCTIONS,
        interrupted=Interruption(),
        on_result=lambda _: None,
    ).execute()
    assert time.monotonic() - start < RUN_LIMIT_S
    assert kill_what_is_left(folder) == []
    results = folder / "results.jsonl"
    target = TargetFacts(name, name, None, None, "linux-x86_64")
    write(results, outcome, conclude(outcome, selection), catalogue, target, selection, {}, {})
    assert [case.verdict for case in stream.read(results).cases] == [result.verdict for result in outcome.results]
    return outcome


@pytest.fixture
def run(
    library: Callable[..., Path], worker: Path, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs cases against hostile/NAME with small limits. It leaves no process, and its stream is valid: always."""
    monkeypatch.setenv(MARK, str(tmp_path))

    def run_one(
        name: str,
        *options: str,
        cases: Iterable[str] = TOUCHING + OTHERS,
        jobs: int = 2,
        silence_s: float = LIMITS.silence_s,
    ) -> Outcome:
        selection = Selection(select=tuple(cases))
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        command = (str(worker), f"--target={library(name, *options)}", "--stream")
        limits = replace(LIMITS, silence_s=silence_s)
        return supervised(name, Launch(command, os.environ, scratch), limits, catalogue, selection, jobs, tmp_path)

    return run_one


def kill_what_is_left(mark: Path) -> list[str]:
    """Kills what descends from this process or was started under this mark, and tells what that was."""
    ours = {process.pid for process in psutil.Process().children(recursive=True)}
    left = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK) == str(mark) and process.pid != os.getpid()
            if (process.pid in ours or marked) and process.status() != psutil.STATUS_ZOMBIE:
                left.append(str(process))
                process.kill()
        except psutil.Error:
            continue
    return left


def results_of(outcome: Outcome, ids: Iterable[str]) -> list[CaseResult]:
    return [result for result in outcome.results if result.case.id in ids]


@pytest.mark.by_turns
@pytest.mark.parametrize("name", NEVER_RETURNS)
def test_a_call_that_does_not_return_costs_its_own_cases_only(name: str, run: Run) -> None:
    verdicts, words = NEVER_RETURNS[name]
    outcome = run(name)
    for result in results_of(outcome, TOUCHING):
        assert result.verdict in verdicts and (not result.flaky or len(verdicts) > 1) and words in result.reason, result
    assert {result.verdict for result in results_of(outcome, OTHERS)} == {Verdict.PASS}, outcome.results
    conclusion = conclude(outcome, Selection())
    assert conclusion.outcome is Conformity.DOES_NOT_CONFORM
    assert conclusion.complete and not conclusion.could_not_run


@pytest.mark.by_turns
@pytest.mark.parametrize("name", NEVER_RETURNS)
def test_a_library_that_does_it_at_load_is_not_judged(name: str, run: Run) -> None:
    outcome = run(name, "-DAT_LOAD")
    assert conclude(outcome, Selection()).outcome is Conformity.COULD_NOT_RUN
    assert "the library" in (outcome.error or "")
    assert {result.verdict for result in outcome.results} == {Verdict.NOT_RUN}


@pytest.mark.by_turns
@pytest.mark.parametrize("name", RETURNS)
def test_harm_that_outlives_its_call_never_has_another_case_accused(name: str, run: Run) -> None:
    outcome = run(name, jobs=1, cases=(TOUCHING[0], *OTHERS, A_LONG_ONE))
    for result in results_of(outcome, (*OTHERS, A_LONG_ONE)):
        assert result.flaky or result.verdict is Verdict.PASS, result
    assert conclude(outcome, Selection()).complete


@pytest.mark.parametrize("name", ["eats_memory", "child_eats_memory"])
def test_memory_without_end_ends_the_worker_whoever_eats_it(name: str, run: Run) -> None:
    outcome = run(name, cases=(TOUCHING[0], *OTHERS), jobs=1, silence_s=10)
    (result,) = results_of(outcome, TOUCHING)
    assert (result.verdict, result.flaky) == (Verdict.CRASH, False), result
    assert "GiB of memory" in result.reason
    assert outcome.counts[Verdict.PASS] == len(OTHERS)


def test_a_leak_is_seen_without_a_descriptor_to_open_the_memory_figures(run: Run) -> None:
    outcome = run("leaks_in_the_dark", cases=["free/gives-memory-back-small-and-large"], jobs=1)
    (result,) = outcome.results
    # The limit on memory that these tests set is reached before the property gives up waiting for the growth to stop.
    assert result.verdict is Verdict.CRASH and "GiB of memory" in result.reason, result


def test_a_library_that_hangs_in_every_call_is_soon_done_with(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Calls that ask for gigabytes have time to write them, which is not what costs it here.
    monkeypatch.setattr(session, "TOUCHED_BYTES_PER_S", float("inf"))
    outcome = run("sleeps", "-DIN_EVERY_CALL", cases=["*"], silence_s=0.4)
    conclusion = conclude(outcome, Selection())
    assert (conclusion.outcome, conclusion.complete) == (Conformity.DOES_NOT_CONFORM, False)
    not_run = [result for result in outcome.results if result.verdict is Verdict.NOT_RUN]
    assert len(not_run) > 200 and all(re.fullmatch(HUNG, result.reason) for result in not_run)


def test_hangs_outside_of_all_functions_come_to_an_end_too(run: Run) -> None:
    outcome = run("withholds_input", "-DAT_LOAD", cases=["free/null*", "reallocate/*"], silence_s=0.2)
    assert outcome.counts[Verdict.TIMEOUT] in (HUNG_CASES_LIMIT, HUNG_CASES_LIMIT + 1)
    assert outcome.counts.keys() == {Verdict.TIMEOUT, Verdict.NOT_RUN}


@pytest.mark.parametrize("name", ["loads_once", "deletes_itself"])
def test_a_library_that_loads_no_more_is_soon_done_with(name: str, run: Run) -> None:
    outcome = run(name, cases=[*TOUCHING, "free/null*", "free/double*", "abi/netutils-frees*"], jobs=1)
    output = {result.reason for result in outcome.results if result.verdict is Verdict.NOT_RUN}
    assert outcome.results[-1].reason == "the library could not be loaded in 2 cases", output
    assert not conclude(outcome, Selection()).complete


def worker_of(script: str, directory: Path) -> Worker:
    """A shell script in a worker's place."""
    return Worker(Launch(("sh", "-c", script), os.environ, directory), LIMITS, ProcessTable(), Interruption())


def test_a_worker_that_reads_nothing_does_not_hold_its_host_up(tmp_path: Path) -> None:
    with guarded_process(), worker_of("sleep 60", tmp_path) as worker:
        worker.send("x" * 10_000_000)
        ending = worker.next_event(0.1)
    assert isinstance(ending, Ending) and ending.kind is EndingKind.SILENT


def test_a_worker_that_reads_late_gets_all_that_was_sent(tmp_path: Path) -> None:
    script = """read nonce; sleep 0.2; bytes=$(head -c 1000000 | wc -c)
        echo '{"event":"bye","nonce":"'$nonce'","bytes":'$bytes'}'"""
    with guarded_process(), worker_of(script, tmp_path) as worker:
        worker.send("x" * 1_000_000)
        event = worker.next_event(10)
    assert isinstance(event, Event) and event.number("bytes") == 1_000_000


def test_a_worker_that_closes_its_channel_and_ends_late_has_an_exit_code(tmp_path: Path) -> None:
    with guarded_process(), worker_of("exec >&-; sleep 1.5; exit 7", tmp_path) as worker:
        ending = worker.next_event(10)
    assert isinstance(ending, Ending) and ending.exit_status == 7, ending


def test_a_host_that_was_stopped_hears_its_worker_out_before_it_calls_it_silent(tmp_path: Path) -> None:
    script = """read nonce; echo '{"event":"bye","nonce":"'$nonce'"}'; sleep 60"""
    with guarded_process(), worker_of(script, tmp_path) as worker:
        time.sleep(0.5)
        assert isinstance(worker.next_event(0), Event)


def test_the_kernel_ends_a_worker_before_others_where_memory_runs_out(tmp_path: Path) -> None:
    script = """read nonce; echo '{"event":"bye","nonce":"'$nonce'","score":'$(cat /proc/$$/oom_score_adj)'}'"""
    with guarded_process(), worker_of(script, tmp_path) as worker:
        event = worker.next_event(10)
    assert isinstance(event, Event) and event.number("score") == 1000


@pytest.fixture
def attacked_run(library: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Attack]:
    """Starts the command line against a library that sends a signal to it."""
    runners: list[subprocess.Popen[bytes]] = []
    monkeypatch.setenv(MARK, str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def start(number: signal.Signals) -> subprocess.Popen[bytes]:
        monkeypatch.setenv("HOSTILE_SIGNAL", str(int(number)))
        words = [LAUNCHER, "run", library("signals_its_parent"), "--out", tmp_path / "results"]
        words += ["--jobs", "1", "--timeout", "1"]
        for case in TOUCHING + OTHERS:
            words += ["--select", case]
        # The library signals this one process only, whoever its parent is by then.
        command = ["sh", "-c", 'HOSTILE_PARENT=$$ exec "$@"', "sh", *words]
        runners.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return runners[-1]

    yield start
    for runner in runners:
        runner.kill()
        runner.wait()


def test_a_runner_that_its_library_terminates_says_so(attacked_run: Attack, tmp_path: Path) -> None:
    assert attacked_run(signal.SIGTERM).wait(timeout=COMMAND_LIMIT_S) == ExitCode.INCOMPLETE
    results = stream.read(results_below(tmp_path / "results"))
    assert (results.footer.complete, results.footer.error) == (False, "the run was interrupted")
    assert kill_what_is_left(tmp_path) == []


def test_a_runner_that_its_library_kills_leaves_no_result_and_no_worker(attacked_run: Attack, tmp_path: Path) -> None:
    assert attacked_run(signal.SIGKILL).wait(timeout=COMMAND_LIMIT_S) == -signal.SIGKILL
    time.sleep(0.5)
    assert kill_what_is_left(tmp_path) == []
    assert not list((tmp_path / "results").rglob("results.jsonl"))


def test_a_runner_that_its_library_stops_goes_on_when_it_is_continued(attacked_run: Attack, tmp_path: Path) -> None:
    stops = 0
    with attacked_run(signal.SIGSTOP) as runner:
        while runner.poll() is None:
            if psutil.Process(runner.pid).status() == psutil.STATUS_STOPPED:
                stops += 1
                time.sleep(1.5 if stops == 1 else 0)
                runner.send_signal(signal.SIGCONT)
            time.sleep(0.02)
    assert (stops > 0, runner.returncode) == (True, ExitCode.OK)
    assert stream.read(results_below(tmp_path / "results")).footer.conformant
