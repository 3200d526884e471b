"""What the first lines of a fault say, which cases are run against it, and how the suite did."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from apibuf_cli.__main__ import main
from apibuf_cli.commands.selftest import exit_code
from apibuf_common.errors import BadInput, ExitCode
from apibuf_runner.catalogue import EVIDENCE, Case
from apibuf_runner.worker import Launch
from apibuf_selfcheck import selftest
from apibuf_selfcheck.faults import Fault, parse
from apibuf_selfcheck.measurements import FaultOutcome, Measurement, markdown, score
from apibuf_selfcheck.rotation import DAYS_OF_A_ROUND
from apibuf_selfcheck.selftest import Procedure, measure_fault
from apibuf_setup import prepare

WRONG = Fault("free-leaks", "Free frees nothing", ("free/gives-*", "free/null-once"), ("linux-x86_64",))
DEVIATES = Fault(
    "refuses-zero",
    "Requests for 0 bytes are refused",
    ("allocate/zero-bytes-*",),
    ("linux-x86_64",),
    deviates_from="allocate/zero-bytes",
)
CASE = Case(
    id="free/x",
    title="It works",
    kind="vector",
    requirements=("free/null",),
    evidence="documented",
    functions=(),
)
RIGHT = Fault("moves-always", "Reallocate always moves", (), ("linux-x86_64",))


def test_the_first_line_tells_what_is_wrong_and_which_cases_catch_it() -> None:
    text = "// WRONG: Free frees nothing. Caught by: free/gives-*, free/null-once.\n#include <cstddef>\n"
    assert parse("free-leaks", text) == WRONG


def test_a_sentence_may_hold_a_period() -> None:
    fault = parse("x", "// WRONG: It stores 1.5 bytes. Or so. Caught by: a/b.\n")
    assert fault.sentence == "It stores 1.5 bytes. Or so"


def test_a_right_one_names_no_cases() -> None:
    fault = parse("moves-always", "// RIGHT: Reallocate always moves.\n")
    assert fault == RIGHT
    assert not fault.is_wrong


def test_the_second_line_may_name_platforms() -> None:
    fault = parse("x", "// RIGHT: It is odd.\n// Only on: windows-x86_64, windows-i686.\n")
    assert fault.platforms == ("windows-x86_64", "windows-i686")


def test_one_that_deviates_names_its_one_requirement() -> None:
    assert parse("refuses-zero", "// DEVIATES: allocate/zero-bytes. Requests for 0 bytes are refused.\n") == DEVIATES


@pytest.mark.parametrize(
    ("failing", "accused_by", "verdict"),
    [
        pytest.param(
            ("allocate/zero-bytes-twice",), (), FaultOutcome.CAUGHT, id="only a case of the requirement catches it"
        ),
        pytest.param((), (), FaultOutcome.SURVIVED, id="nothing catches it"),
        pytest.param(
            ("allocate/zero-bytes-twice",), ("free/x",), FaultOutcome.ACCUSED, id="a stronger profile accuses it"
        ),
    ],
)
def test_one_that_deviates_is_right_by_what_is_known_better(
    failing: tuple[str, ...], accused_by: tuple[str, ...], verdict: FaultOutcome
) -> None:
    assert Measurement(DEVIATES, failing, accused_by=accused_by).verdict is verdict


def test_what_is_known_better_than_a_requirement_is_what_profiles_without_it_judge() -> None:
    cases = tuple(replace(CASE, id=f"free/{evidence}", evidence=evidence) for evidence in EVIDENCE)
    procedure = Procedure(cases, every_case=False, evidence={"allocate/zero-bytes": "windows"})
    assert [case.id for case in procedure.must_pass(DEVIATES)] == ["free/documented", "free/annotated"]


@pytest.mark.parametrize("fault", [RIGHT, DEVIATES])
def test_each_case_that_an_implementation_must_pass_has_its_turn_once_in_a_round(fault: Fault) -> None:
    cases = tuple(replace(CASE, id=f"free/{number}") for number in range(100))
    whole = Procedure(cases, every_case=False, evidence={"allocate/zero-bytes": "windows"})
    for start in (0, 738_000):
        days = [replace(whole, day=day).must_pass(fault) for day in range(start, start + DAYS_OF_A_ROUND)]
        assert all(days)
        assert sorted(case.id for day in days for case in day) == sorted(case.id for case in cases)


def test_the_cases_that_must_catch_an_implementation_are_run_every_day() -> None:
    cases = (replace(CASE, id="free/x"), replace(CASE, id="allocate/zero-bytes-twice", evidence="windows"))
    procedure = Procedure(cases, every_case=False, evidence={"allocate/zero-bytes": "windows"})
    assert all(replace(procedure, day=day).named_by(DEVIATES) == cases[1:] for day in range(DAYS_OF_A_ROUND))


def test_what_costs_most_is_run_first() -> None:
    procedure = Procedure((CASE, CASE), every_case=False, evidence={"allocate/zero-bytes": "inferred"})
    assert procedure.cost(RIGHT) >= procedure.cost(DEVIATES) > procedure.cost(WRONG)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="nothing"),
        pytest.param("// DEVIATES: Requests for 0 bytes are refused.", id="a deviation from no requirement"),
        pytest.param("#include <cstddef>", id="no statement"),
        pytest.param("// WRONG: Free frees nothing.", id="a wrong one without cases"),
        pytest.param("// WRONG: Free frees nothing. Caught by: free/gives-*", id="no period at the end"),
        pytest.param("// Wrong: Free frees nothing. Caught by: free/gives-*.", id="another word"),
    ],
)
def test_any_other_first_line_is_refused(line: str) -> None:
    with pytest.raises(BadInput, match="odd"):
        parse("odd", f"{line}\n")


@pytest.mark.parametrize(
    ("fault", "failing", "verdict"),
    [
        pytest.param(
            WRONG, ("free/gives-back", "free/null-once", "size/x"), FaultOutcome.CAUGHT, id="all names catch it"
        ),
        pytest.param(WRONG, (), FaultOutcome.SURVIVED, id="nothing catches it"),
        pytest.param(WRONG, ("size/x",), FaultOutcome.MISNAMED, id="only others catch it"),
        pytest.param(WRONG, ("free/gives-back",), FaultOutcome.MISNAMED, id="one name catches nothing"),
        pytest.param(RIGHT, (), FaultOutcome.PASSED, id="a right one passes"),
        pytest.param(RIGHT, ("size/x",), FaultOutcome.FAILED, id="a right one fails a case"),
    ],
)
def test_the_verdict_follows_from_the_cases_that_failed(
    fault: Fault, failing: tuple[str, ...], verdict: FaultOutcome
) -> None:
    assert Measurement(fault, failing).verdict is verdict


def test_a_misnamed_one_tells_the_idle_name_and_what_caught_it() -> None:
    assert Measurement(WRONG, ("free/null-once", "size/x")).named == "not free/gives-* but free/null-once, size/x"


def test_the_score_counts_wrong_and_right_ones_apart() -> None:
    measurements = [
        Measurement(WRONG, ("free/gives-back", "free/null-once")),
        Measurement(replace(WRONG, name="other"), ()),
        Measurement(RIGHT, ()),
    ]
    assert score(measurements) == "1 of 2 wrong implementations caught, 1 of 1 right ones passed"


def test_one_that_could_not_be_measured_is_no_success_and_hides_no_failure() -> None:
    left_out = Measurement(WRONG, (), unavailable="there is no 32-bit Wine")
    assert left_out.verdict is FaultOutcome.NOT_MEASURED
    assert score([left_out]).endswith(", 1 not measured")
    assert exit_code([left_out, Measurement(RIGHT, ())]) is ExitCode.INCOMPLETE
    assert exit_code([left_out, Measurement(WRONG, ())]) is ExitCode.NOT_CONFORMING
    assert exit_code([Measurement(RIGHT, ())]) is ExitCode.OK


def test_the_published_table_holds_no_count_and_escapes_what_markdown_would_take() -> None:
    text = markdown([Measurement(WRONG, ("free/gives-back", "free/null-once")), Measurement(RIGHT, ())])
    assert "| free-leaks | Free frees nothing | free/gives-\\*, free/null-once | caught |\n" in text
    assert text.endswith("| moves-always | Reallocate always moves | passed |\n")


@pytest.mark.parametrize(
    ("named", "every_case", "failing", "verdict"),
    [
        pytest.param(
            "size/all-usable-*", False, {"size/all-usable-1-byte"}, FaultOutcome.CAUGHT, id="only what is named"
        ),
        pytest.param(
            "size/*", True, {"size/all-usable-1-byte", "allocate/usable-1-byte"}, FaultOutcome.CAUGHT, id="asked"
        ),
        pytest.param(
            "free/null-*",
            False,
            {"size/all-usable-1-byte", "allocate/usable-1-byte"},
            FaultOutcome.MISNAMED,
            id="the named cases do not catch it",
        ),
    ],
)
def test_all_cases_are_run_where_the_named_ones_do_not_settle_it(
    compile_library: Callable[[str], Path],
    tmp_path: Path,
    named: str,
    every_case: bool,
    failing: set[str],
    verdict: FaultOutcome,
) -> None:
    ids = {"free/null-once", "size/all-usable-1-byte", "allocate/usable-1-byte"}
    procedure = Procedure(tuple(case for case in prepare.catalogue().cases if case.id in ids), every_case)
    command = (str(prepare.worker("linux-x86_64")), f"--target={compile_library('ALLOCATE_EXITS')}", "--stream")
    fault = replace(WRONG, caught_by=(named,))
    measurement = measure_fault(procedure, (fault, Launch(command, dict(os.environ), tmp_path)))
    assert set(measurement.failing) == failing
    assert measurement.verdict is verdict


@pytest.mark.parametrize(
    ("words", "is_whole"), [([], False), (["*"], True), (["--every-case"], True), (["--write", "DIR"], True)]
)
def test_all_that_an_implementation_must_pass_is_run_if_that_is_asked_for(
    words: list[str], is_whole: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    days: list[int | None] = []

    def measure_all(*_: object, day: int | None, **__: object) -> list[Measurement]:
        days.append(day)
        return [Measurement(RIGHT, ())]

    monkeypatch.setattr(selftest, "measure_all", measure_all)
    assert main(["selftest", *(str(tmp_path) if word == "DIR" else word for word in words)]) == ExitCode.OK
    assert [day is None for day in days] == [is_whole]
