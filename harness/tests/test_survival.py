"""What an implementation can do to its process, and what the runner makes of it. Runs the real worker."""

import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil
import pytest

from apibuf_runner.catalogue import FUNCTIONS, Catalogue
from apibuf_runner.conclusion import Conformity, conclude
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import Verdict
from apibuf_runner.stream_writer import TargetFacts, write
from apibuf_runner.suite_run import Outcome, Selection, SuiteRun, select
from apibuf_runner.worker import Launch, Limits
from apibuf_setup import prepare
from apibuf_system.posix import processes

FREE_NULL = "free/null-once"
Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def worker() -> Path:
    return prepare.worker("linux-x86_64")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return prepare.catalogue()


@pytest.fixture
def run(compile_library: Callable[[str], Path], worker: Path, catalogue: Catalogue, tmp_path: Path) -> Run:
    """Runs cases against implementation.c with a fault, with small limits."""

    def run_one(
        fault: str,
        patterns: Iterable[str] = (FREE_NULL,),
        silence_s: float = 0.5,
        interrupted: Interruption | None = None,
        functions: tuple[str, ...] = FUNCTIONS,
        on_result: Callable[[object], None] = lambda _: None,
    ) -> Outcome:
        environment = os.environ | {"APIBUF_TEST_FILE": str(tmp_path / "file")}
        command = (str(worker), f"--target={compile_library(fault)}", "--stream")
        return SuiteRun(
            launches=[Launch(command, environment, tmp_path)],
            limits=Limits(silence_s, load_s=1, memory_bytes=200 * 1024**2),
            cases=select(catalogue, Selection(select=tuple(patterns))),
            functions=functions,
            interrupted=interrupted or Interruption(),
            on_result=on_result,
        ).execute()

    return run_one


def only_case(outcome: Outcome):
    (result,) = outcome.results
    return result


def test_an_implementation_without_the_fault_passes(run: Run) -> None:
    outcome = run("NONE", ["free/null-*", "size/*zero*"])
    assert conclude(outcome, Selection()).outcome is Conformity.CONFORMS
    assert outcome.counts[Verdict.PASS] >= 3


@pytest.mark.parametrize(
    ("fault", "verdict", "reason"),
    [
        ("EXIT", Verdict.CRASH, "exit code 0"),
        ("CRASH", Verdict.CRASH, "SIGSEGV"),
        ("HANG", Verdict.TIMEOUT, "nothing was heard"),
        ("STOP", Verdict.TIMEOUT, "nothing was heard"),
        ("CLOSE", Verdict.CRASH, "closed its channel"),
        ("CHILD", Verdict.CRASH, "exit code 0"),
        ("MEMORY", Verdict.CRASH, "0.2 GiB of memory"),
        ("FORGE", Verdict.CRASH, "exit code 0"),
    ],
)
def test_what_happens_to_the_process_is_the_verdict_of_the_case(
    fault: str, verdict: Verdict, reason: str, run: Run
) -> None:
    result = only_case(run(fault, silence_s=2))
    assert (result.verdict, result.flaky) == (verdict, False), result.reason
    assert reason in result.reason


@pytest.mark.alone
def test_a_flood_of_output_is_no_sign_of_life(run: Run) -> None:
    start = time.monotonic()
    assert only_case(run("FLOOD", silence_s=1)).verdict in (Verdict.TIMEOUT, Verdict.CRASH)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("children_are_listed", {processes.CHILDREN_ARE_LISTED, False})
def test_a_child_that_left_the_session_dies_with_its_worker(
    children_are_listed: bool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "CHILDREN_ARE_LISTED", children_are_listed)
    run("CHILD", silence_s=2)
    child = int((tmp_path / "file").read_text())
    assert not psutil.pid_exists(child), "the child outlived the run"


def test_a_case_after_a_crash_is_run_in_a_fresh_process(run: Run) -> None:
    others = [FREE_NULL, "free/null-several-times", "size/null-buffer-once"]
    outcome = run("ALLOCATE_EXITS", ["allocate/null-out-1-byte", *others])
    assert outcome.counts == {Verdict.CRASH: 1, Verdict.PASS: 3}


def test_cases_whose_threads_are_to_meet_are_run_when_all_others_are_over(run: Run, catalogue: Catalogue) -> None:
    undisturbed = [case.id for case in catalogue.cases if case.undisturbed]
    run_cases: list[str] = []
    run(
        "NONE",
        ["free/null-*", "allocate/fresh-memory*", *undisturbed],
        on_result=lambda result: run_cases.append(result.case.id),
    )
    assert len(undisturbed) >= 5 and run_cases[-len(undisturbed) :] == undisturbed


def test_what_differs_the_second_time_is_flaky(run: Run) -> None:
    result = only_case(run("FLAKY"))
    assert (result.verdict, result.flaky) == (Verdict.CRASH, True)
    assert [run.verdict for run in result.runs] == [Verdict.CRASH, Verdict.PASS]


def test_a_function_that_hangs_costs_its_time_limit_a_few_times_only(run: Run) -> None:
    outcome = run("HANG", ["*"], silence_s=0.3)
    assert 0 < outcome.counts[Verdict.TIMEOUT] <= 2 * len(FUNCTIONS)
    assert "hung in 2 cases" in "".join(result.reason for result in outcome.results)
    conclusion = conclude(outcome, Selection())
    assert (conclusion.outcome, conclusion.complete) == (Conformity.DOES_NOT_CONFORM, False)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("LOAD_HANG", "hung while it was loaded"),
        ("LOAD_EXIT", "could not be loaded"),
        ("NO_NAMES", "exports none of"),
    ],
)
def test_a_library_that_does_not_load_is_no_verdict(fault: str, error: str, run: Run) -> None:
    outcome = run(fault)
    assert conclude(outcome, Selection()).outcome is Conformity.COULD_NOT_RUN
    assert error in (outcome.error or "")
    assert only_case(outcome).verdict is Verdict.NOT_RUN


def test_a_later_load_that_fails_is_the_verdict_of_its_case(run: Run) -> None:
    first, alone = run("LOAD_ONCE", [FREE_NULL, "free/gives-memory-back-zero-sized"]).results
    assert (first.verdict, alone.verdict) == (Verdict.PASS, Verdict.CRASH)
    assert "while the library was loaded" in alone.reason


def test_an_observation_whose_worker_could_not_load_the_library_is_tried_once_more(run: Run) -> None:
    result = only_case(run("LOAD_FAILS_THE_SECOND_TIME", ["free/null-last-error-once"]))
    assert result.verdict is Verdict.OBSERVED


def test_functions_that_are_not_claimed_are_unsupported_and_not_missing(run: Run) -> None:
    outcome = run("NONE", ["size/null-buffer*"], functions=("NetApiBufferAllocate",))
    assert set(outcome.counts) == {Verdict.UNSUPPORTED}
    assert outcome.missing == ()


def test_an_interrupted_run_is_written_whole_and_marked_incomplete(
    run: Run, catalogue: Catalogue, tmp_path: Path
) -> None:
    interrupted = Interruption()
    outcome = run("NONE", ["*"], interrupted=interrupted, on_result=lambda _: interrupted.set())
    conclusion = conclude(outcome, Selection())
    assert conclusion.outcome is Conformity.INCOMPLETE and outcome.counts[Verdict.NOT_RUN] > 0
    file = tmp_path / "results.jsonl"
    write(file, outcome, conclusion, catalogue, TargetFacts("x", "x", None, None, "linux-x86_64"), Selection(), {}, {})
    records = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(records) == 2 + len(catalogue.cases)
    assert records[-1]["complete"] is False
