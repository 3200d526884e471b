"""How a run ended, for each way in which it can end, and that the schema of the footer bears each of them out."""

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_pipeline.pipeline import EXIT_CODES, WORST_FIRST
from apibuf_reports import stream, wording
from apibuf_runner.catalogue import FUNCTIONS, Case, Catalogue, Requirement, Suite
from apibuf_runner.conclusion import Conformity, conclude
from apibuf_runner.judge import CaseResult, Verdict
from apibuf_runner.stream_writer import TargetFacts, write
from apibuf_runner.suite_run import INTERRUPTION, Outcome, Selection

REQUIREMENT = Requirement("free/null", "Free of NULL succeeds", "annotated", "prototype", (), (), None)
CATALOGUE = Catalogue(Suite("0.1.0", "0" * 64), (REQUIREMENT,), ())
ONE_FUNCTION = Selection(functions=("NetApiBufferAllocate",))


def result(number: int, verdict: str) -> CaseResult:
    """The result of a case; `verdict` may say that it is flaky."""
    name, _, flaky = verdict.partition(" ")
    evidence = "unknown" if name == "observed" else "annotated"
    case = Case(f"free/case-{number}", "A case", "vector", ("free/null",), evidence, ("NetApiBufferFree",))
    return CaseResult(case, Verdict(name), flaky=bool(flaky))


def outcome(
    verdicts: Iterable[str], missing: tuple[str, ...] = (), error: str | None = None, *, interrupted: bool = False
) -> Outcome:
    """What came of a run whose cases came out so."""
    results = tuple(result(number, verdict) for number, verdict in enumerate(verdicts))
    return Outcome(datetime.now(UTC), None, results, missing, error, interrupted, 1)


def written(came_out: Outcome, selection: Selection, folder: Path) -> stream.Stream:
    """The result stream of the run, as the reports read it."""
    file = folder / "results.jsonl"
    target = TargetFacts("mine", "libmine.so", None, "1.0", "linux-x86_64")
    write(file, came_out, conclude(came_out, selection), CATALOGUE, target, selection, {}, {})
    return stream.read(file)


@pytest.mark.parametrize(
    ("came_out", "selection", "code", "headline"),
    [
        (outcome(["pass", "observed", "unsupported"]), Selection(), 0, "conforms: 1 of 1 judged case passed, 1 unsupp"),
        (outcome(["pass", "observed flaky"]), Selection(), 0, "conforms: 1 of 1 judged case passed"),
        (outcome(["pass", "pass"]), ONE_FUNCTION, 0, "conforms for 1 of 4 functions: 2 of 2 judged cases passed"),
        (outcome(["pass"]), Selection(profile="windows"), 0, "conforms, profile windows: 1 of 1"),
        (outcome(["pass"]), Selection(select=("free/*",)), 0, "passes a part of the suite: 1 of 1 judged case passed"),
        (outcome(["pass"]), Selection(shard=(1, 2)), 0, "passes a part of the suite: "),
        (outcome(["pass"]), Selection(only=frozenset({"free/case-0"})), 0, "passes a part of the suite: "),
        (outcome(["pass"]), Selection(shard=(1, 1), select=("free/*", "*")), 0, "conforms: 1 of 1 judged case passed"),
        (outcome(["pass", "fail"]), Selection(), 1, "does not conform: 1 of 2 judged cases failed"),
        (outcome(["pass", "crash", "timeout"]), Selection(), 1, "does not conform: 2 of 3 judged cases failed"),
        (
            outcome(["pass", "fail", "harness-error"]),
            Selection(),
            1,
            "does not conform: 1 of 2 judged cases failed; 1 case harness-error",
        ),
        (
            outcome(["pass", "fail", "not-run"]),
            Selection(),
            1,
            "does not conform: 1 of 2 judged cases failed; 1 case not-run",
        ),
        (outcome(["fail flaky"]), Selection(), 1, "does not conform: 1 of 1 judged case failed; 1 case flaky"),
        (
            outcome(["pass"], missing=("NetApiBufferSize",)),
            Selection(),
            1,
            "does not conform: 1 of 1 judged case passed; not exported: NetApiBufferSize",
        ),
        (
            outcome(["pass", "not-run"], missing=("NetApiBufferSize",), error="the runner failed"),
            Selection(),
            1,
            (
                "does not conform: 1 of 1 judged case passed; not exported: NetApiBufferSize; "
                "the run was cut short: the runner failed; 1 case not-run"
            ),
        ),
        (
            outcome(["pass", "harness-error"]),
            Selection(),
            3,
            "could not run: 1 of 1 judged case passed; 1 case harness-error",
        ),
        (
            outcome(["harness-error flaky", "pass"]),
            Selection(),
            3,
            "could not run: 1 of 1 judged case passed; 1 case harness-error; 1 case flaky",
        ),
        (outcome(["not-run"], error="it did not load"), Selection(), 3, "could not run: it did not load"),
        (
            outcome(["pass", "fail", "not-run"], error=INTERRUPTION, interrupted=True),
            Selection(),
            4,
            "incomplete: 1 of 2 judged cases failed; the run was cut short: the run was interrupted; 1 case not-run",
        ),
        (
            outcome(["not-run"], error=INTERRUPTION, interrupted=True),
            Selection(),
            4,
            "incomplete: the run was interrupted",
        ),
        (outcome(["pass", "not-run"]), Selection(), 4, "incomplete: 1 of 1 judged case passed; 1 case not-run"),
        (outcome(["unsupported"]), Selection(), 4, "incomplete: no case was judged"),
        (outcome(["observed"]), Selection(), 4, "incomplete: no case was judged"),
        (outcome(["pass", "unsupported flaky"]), Selection(), 4, "incomplete: 1 of 1 judged case passed, 1 unsupp"),
    ],
)
def test_exit_code_and_headline_say_the_same(
    came_out: Outcome, selection: Selection, code: int, headline: str, tmp_path: Path
) -> None:
    assert EXIT_CODES[conclude(came_out, selection).outcome] == code
    assert wording.conclusion(written(came_out, selection, tmp_path)).startswith(headline)


def test_a_connector_shows_a_part(tmp_path: Path) -> None:
    came_out, file = outcome(["pass", "unsupported"]), tmp_path / "results.jsonl"
    target = TargetFacts("mine", "python3 mine.py", None, "1.0", "linux-x86_64", reached_by="functions")
    conclusion = conclude(came_out, Selection(), through_connector=True)
    write(file, came_out, conclusion, CATALOGUE, target, Selection(), {}, {})
    assert EXIT_CODES[conclusion.outcome] == ExitCode.OK
    assert wording.conclusion(stream.read(file)).startswith("conforms as far as a connector shows: 1 of 1 judged")


def test_every_mixture_gives_a_footer_that_readers_accept(tmp_path: Path) -> None:
    endings = [(None, False), ("the runner failed", False), (INTERRUPTION, True)]
    for size in range(4):
        for verdicts in itertools.combinations(Verdict, size):
            for missing, (error, interrupted) in itertools.product([(), ("NetApiBufferSize",)], endings):
                came_out = outcome(verdicts, missing, error, interrupted=interrupted)
                results = written(came_out, Selection(), tmp_path).footer
                assert results.conclusion.outcome == conclude(came_out, Selection()).outcome


@pytest.mark.parametrize("conformity", Conformity)
def test_every_outcome_has_an_exit_code(conformity: Conformity) -> None:
    assert EXIT_CODES[conformity] in WORST_FIRST


def test_the_words_for_outcomes_are_those_of_the_schema() -> None:
    schema = json.loads((project.ROOT / "harness" / "schemas" / "results.schema.json").read_text(encoding="utf-8"))
    properties = schema["$defs"]["conclusion"]["properties"]
    assert set(Conformity) == set(properties["outcome"]["enum"])
    assert len(FUNCTIONS) == properties["all_functions"]["const"]


def test_of_several_targets_one_that_deviates_outweighs_one_that_could_not_run() -> None:
    assert min([ExitCode.CANNOT_RUN, ExitCode.NOT_CONFORMING, ExitCode.OK], key=WORST_FIRST.index) == 1
