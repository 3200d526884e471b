"""Files of expectations: what they may hold, what a run says against them, and how they are brought up to date."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apibuf_common import project
from apibuf_common.errors import BadInput, CannotRun, WrongUsage
from apibuf_expectations import comparison, expectations
from apibuf_expectations.comparison import Agreement, Asked
from apibuf_expectations.update import updated
from apibuf_runner.catalogue import FUNCTIONS, Case
from apibuf_runner.conclusion import Conformity, conclude
from apibuf_runner.judge import CaseResult, Verdict
from apibuf_runner.suite_run import Outcome, Selection

PLATFORM = "linux-x86_64"
FACTS = expectations.facts_of(PLATFORM, "8.0-1")
PASSING = {"allocate/one": "pass", "allocate/two": "pass", "free/one": "pass", "free/two": "observed"}


def entry(case: str, verdict: str = "fail", **members: str) -> str:
    """The lines of an entry; members are TOML."""
    lines = [f'case = "{case}"', f'verdict = "{verdict}"', 'reason = "known"']
    return "\n".join(["[[expect]]", *lines, *(f"{name} = {value}" for name, value in members.items())]) + "\n"


def parse(text: str) -> expectations.Expectations:
    """The expectations in the text."""
    return expectations.parse(Path("file.toml"), text, PASSING)


def results(verdicts: Mapping[str, str], flaky: str = "") -> list[CaseResult]:
    """The results of a run: all pass but these."""
    return [
        CaseResult(
            Case(case_id, "", "vector", (case_id,), "windows", ()),
            Verdict(verdict),
            expected="0",
            actual="87",
            flaky=case_id == flaky,
        )
        for case_id, verdict in (PASSING | verdicts).items()
    ]


def problems(text: str, verdicts: Mapping[str, str], missing: tuple[str, ...] = (), flaky: str = "") -> list[str]:
    """What the run says against the text."""
    return comparison.problems(parse(text), FACTS, results(verdicts, flaky), missing, FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("", {}),
        ("", {"free/one": "unsupported"}),
        (entry("free/one"), {"free/one": "fail"}),
        (entry("allocate/*", "crash"), {"allocate/one": "crash", "allocate/two": "crash"}),
        (entry("free/one", "not-run"), {"free/one": "not-run"}),
        (entry("free/one", "unsupported"), {"free/one": "unsupported"}),
        (entry("free/one", when='{ target_version = "8.0*" }'), {"free/one": "fail"}),
        (entry("free/one", when='{ target_version = "9*" }'), {}),
        (entry("free/one", when='{ platform = "windows-*" }'), {}),
    ],
)
def test_a_run_that_comes_out_as_expected_has_no_problems(text: str, verdicts: dict[str, str]) -> None:
    assert problems(text, verdicts) == []


@pytest.mark.parametrize(
    ("text", "verdicts", "problem"),
    [
        ("", {"free/one": "fail"}, "free/one came out as fail, and no entry expects that"),
        ("", {"free/one": "not-run"}, "free/one came out as not-run, and no entry expects that"),
        (entry("free/one"), {}, "free/one came out as pass, unlike entry 1 (free/one: fail); remove the entry"),
        (entry("free/one"), {"free/one": "crash"}, "free/one came out as crash, unlike entry 1 (free/one: fail)"),
        (
            entry("free/one", "unsupported"),
            {},
            "free/one came out as pass, unlike entry 1 (free/one: unsupported); remove the entry",
        ),
        (
            entry("allocate/*"),
            {"allocate/one": "fail"},
            "allocate/two came out as pass, unlike entry 1 (allocate/*: fail); let it cover only allocate/one",
        ),
        (
            entry("free/*") + entry("free/one"),
            {"free/one": "fail", "free/two": "fail"},
            "free/one is covered by several entries: entry 1 (free/*: fail), entry 2 (free/one: fail); keep one",
        ),
        (
            entry("free/one", when='{ target_version = "9*" }'),
            {"free/one": "fail"},
            "free/one came out as fail, and no entry expects that",
        ),
    ],
)
def test_what_is_not_as_expected_is_told_with_the_entry(text: str, verdicts: dict[str, str], problem: str) -> None:
    assert problems(text, verdicts) == [problem]


def test_a_flaky_case_is_never_as_expected() -> None:
    output = problems(entry("free/one"), {"free/one": "fail"}, flaky="free/one")
    assert output == ["free/one came out as fail, and is flaky, which no entry can expect"]


def test_an_entry_about_cases_that_were_not_selected_is_no_difference() -> None:
    known = expectations.parse(Path("x"), entry("size/one"), [*PASSING, "size/one"])
    assert comparison.problems(known, FACTS, results({}), (), FUNCTIONS) == []


def test_missing_functions_are_expected_in_both_directions() -> None:
    listed = 'missing = ["NetApiBufferSize"]\n'
    assert problems(listed, {}, missing=("NetApiBufferSize",)) == []
    assert problems(listed, {}) == ["NetApiBufferSize is listed as missing, and is exported"]
    unlisted = problems("", {}, missing=("NetApiBufferSize",))
    assert unlisted == ["NetApiBufferSize is not exported, and not listed as missing"]
    assert comparison.problems(parse(listed), FACTS, results({}), (), ("NetApiBufferFree",)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[expect", "is not TOML"),
        ("stray = 1", "'stray' is no key of it; there are missing, expect"),
        ("misisng = []", "'misisng' is no key of it; did you mean missing?"),
        ("missing = 1", "may hold a list `missing` and tables"),
        ("expect = [3]", "entry 1 is no table"),
        ('missing = ["Frobnicate"]', "'Frobnicate'"),
        (entry("free/three"), "there is no such case"),
        (entry("free/three*"), "there is no such case"),
        (entry("*"), "neither the id"),
        (entry("free/*e"), "neither the id"),
        (entry("free/o?e"), "neither the id"),
        (entry("free/one", "pass"), "the verdict 'pass'"),
        (entry("free/one", "harness-error"), "the verdict 'harness-error'"),
        (entry("free/one", note='"x"'), "entry 1: 'note' is no key of it; there are case, verdict, reason, link, when"),
        (entry("free/one", raeson='"x"'), "entry 1: 'raeson' is no key of it; did you mean reason?"),
        (entry("free/one").replace("reason =", "link ="), "entry 1 lacks reason; it must have case, verdict, reason"),
        (entry("free/one", link="3"), "must be texts"),
        (
            entry("free/one", when='{ moon = "full" }'),
            "`when`: 'moon' is no key of it; there are platform, target_version",
        ),
        (entry("free/one", when="3"), "`when` may ask for platform and target_version"),
        (entry("free/one").replace('"known"', '" "'), "must be texts"),
    ],
)
def test_a_file_that_could_hide_something_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("(", r"\(")):
        parse(text)


FILE = f"""\
# What is known of this library.
missing = ["NetApiBufferSize"]

# ---- allocate ----

# Told upstream.
{entry("allocate/one")}
# The second.
{entry("allocate/two", "crash")}
# ---- free ----

{entry("free/*")}
# The end.
"""
AS_IN_FILE = {"allocate/one": "fail", "allocate/two": "crash", "free/one": "fail", "free/two": "fail"}


def update(text: str, verdicts: Mapping[str, str], missing: tuple[str, ...] = ("NetApiBufferSize",)) -> str:
    """The updated text, which must fit the run."""
    new = updated(parse(text), FACTS, results(verdicts), missing, FUNCTIONS)
    assert problems(new, verdicts, missing) == []
    return new


def test_an_update_leaves_alone_what_is_still_true() -> None:
    assert update(FILE, AS_IN_FILE) == FILE


def test_an_update_removes_what_passes_and_no_other_comment() -> None:
    removed = f"# Told upstream.\n{entry('allocate/one')}\n"
    assert update(FILE, AS_IN_FILE | {"allocate/one": "pass"}) == FILE.replace(removed, "")


def test_an_update_changes_a_verdict_in_place() -> None:
    expected = FILE.replace('verdict = "crash"', 'verdict = "timeout"')
    assert update(FILE, AS_IN_FILE | {"allocate/two": "timeout"}) == expected


def test_an_update_splits_a_wildcard_that_does_not_hold_for_all() -> None:
    expected = FILE.replace('case = "free/*"', 'case = "free/two"')
    assert update(FILE, AS_IN_FILE | {"free/one": "pass"}) == expected


def test_an_update_adds_what_is_new_at_the_end_with_what_was_seen() -> None:
    reason = 'reason = "expected 0, actual 87"'
    added = entry("free/one").replace('reason = "known"', reason)
    assert update("", {"free/one": "fail"}, missing=()) == added
    assert update(entry("free/two"), {"free/one": "fail", "free/two": "fail"}, ()) == f"{entry('free/two')}\n{added}"


def test_an_update_does_not_touch_entries_of_other_conditions() -> None:
    other = entry("free/one", when='{ target_version = "9*" }')
    new = update(other, {"free/one": "crash"}, missing=())
    assert new.startswith(other)
    assert f'when = {{ platform = "{PLATFORM}", target_version = "8.0-1" }}' in new


def test_an_update_brings_the_missing_functions_up_to_date() -> None:
    assert update(FILE, AS_IN_FILE, missing=()) == FILE.replace('["NetApiBufferSize"]', "[]")
    assert update(entry("free/one"), {"free/one": "fail"}).startswith('missing = ["NetApiBufferSize"]\n\n[[expect]]')


def outcome(verdicts: Mapping[str, str], error: str | None = None, *, interrupted: bool = False) -> Outcome:
    """The outcome of a run."""
    return Outcome(datetime.now(UTC), None, tuple(results(verdicts)), (), error, interrupted, 1)


def by_expectations(text: str, came_out: Outcome) -> Agreement:
    """How the run came out by the expectations in the text."""
    asked = Asked(parse(text), PLATFORM, "8.0-1", FUNCTIONS)
    return comparison.hold_against(asked, came_out, conclude(came_out, Selection()))


@pytest.mark.parametrize(
    ("came_out", "conformity"),
    [
        (outcome({"free/one": "fail"}), Conformity.CONFORMS),
        (outcome({}), Conformity.DOES_NOT_CONFORM),
        (outcome({"free/one": "fail", "allocate/one": "not-run"}), Conformity.DOES_NOT_CONFORM),
        (outcome({"free/one": "harness-error"}), Conformity.COULD_NOT_RUN),
        (outcome({"free/one": "fail", "allocate/one": "harness-error"}), Conformity.COULD_NOT_RUN),
        (outcome({"free/one": "crash", "allocate/one": "harness-error"}), Conformity.DOES_NOT_CONFORM),
        (outcome({"free/one": "fail", "allocate/one": "not-run"}, "the runner failed"), Conformity.COULD_NOT_RUN),
        (outcome({"free/one": "crash", "allocate/one": "not-run"}, "the runner failed"), Conformity.DOES_NOT_CONFORM),
        (outcome({"free/one": "fail"}, "interrupted", interrupted=True), Conformity.INCOMPLETE),
        (outcome({"free/one": "crash"}, "interrupted", interrupted=True), Conformity.INCOMPLETE),
        (outcome(dict.fromkeys(PASSING, "unsupported")), Conformity.INCOMPLETE),
        (outcome(dict.fromkeys(PASSING, "not-run"), "not loaded"), Conformity.COULD_NOT_RUN),
    ],
)
def test_a_difference_is_ranked_as_a_deviation_is_without_expectations(
    came_out: Outcome, conformity: Conformity
) -> None:
    assert by_expectations(entry("free/one"), came_out).conformity is conformity


def test_a_case_that_is_expected_not_to_run_leaves_the_run_as_expected() -> None:
    agreement = by_expectations(entry("free/one", "not-run"), outcome({"free/one": "not-run"}))
    assert agreement.conformity is Conformity.CONFORMS


def test_a_run_that_never_loaded_the_library_says_nothing_of_its_exports() -> None:
    never_loaded = outcome(dict.fromkeys(PASSING, "not-run"), "not loaded")
    agreement = by_expectations('missing = ["NetApiBufferSize"]\n', never_loaded)
    assert agreement.conformity is Conformity.COULD_NOT_RUN
    assert "nothing that was judged differs" in agreement.lines[0]


def update_by(asked: Asked, came_out: Outcome) -> Conformity:
    """Updates the file by this run, and returns how the run then came out."""
    return comparison.update(asked, came_out, conclude(came_out, Selection())).conformity


def test_a_run_that_was_cut_short_updates_nothing(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    asked = Asked(replace(parse(""), path=file), PLATFORM, None, FUNCTIONS)
    with pytest.raises(WrongUsage, match="interrupted"):
        update_by(asked, outcome({"free/one": "fail"}, "interrupted", interrupted=True))
    with pytest.raises(CannotRun, match="the runner failed"):
        update_by(asked, outcome({"free/one": "fail"}, "the runner failed"))
    with pytest.raises(CannotRun, match="some cases are harness-error"):
        update_by(asked, outcome({"free/one": "harness-error"}))
    assert not file.exists()
    assert update_by(asked, outcome({"free/one": "fail"})) is Conformity.CONFORMS
    assert file.exists()


@pytest.mark.parametrize("name", ["samba-4.17", "wine-8.0"])
def test_the_files_of_this_project_can_be_read_and_give_a_source_for_each_entry(name: str) -> None:
    catalogue = json.loads((project.ROOT / "conformance" / "catalogue.json").read_text())
    case_ids = [case["id"] for case in catalogue["cases"]]
    known = expectations.load(project.TARGETS / "expectations" / f"{name}.toml", case_ids)
    assert known.entries
    assert all(one.link is not None and one.link.startswith("https://") for one in known.entries)
