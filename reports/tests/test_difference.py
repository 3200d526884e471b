"""What `difference` makes of two runs, and its reports."""

import json
from pathlib import Path
from typing import Any

import pytest
from result_streams import HOSTILE, case, encode, every_verdict, footer, header, selection, whole

from apibuf_reports import stream
from apibuf_reports.difference import Change, Kind, compare, differences_in_kind
from apibuf_reports.difference_formats import FORMATS, HEADINGS

ID = "free/null"
SAMBA = Path(__file__).parents[1] / "published" / "samba" / "results.jsonl"
PASSES = case("allocate/succeeds")


def run(*cases: dict[str, Any], **footer_changes: Any) -> stream.Stream:
    """Returns the stream of these cases and of one that passes."""
    return stream.parse(whole(PASSES, *cases, **footer_changes), "results.jsonl")


def kinds(old: dict[str, Any], new: dict[str, Any]) -> list[Kind]:
    """Returns the kinds of change between two outcomes of one case."""
    return [change.kind for change in compare(run(old), run(new)).changes]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        *(("pass", broken, Kind.REGRESSION) for broken in ("fail", "crash", "timeout", "harness-error")),
        *((broken, "pass", Kind.FIXED) for broken in ("fail", "crash", "timeout", "harness-error")),
        *((seen, gone, Kind.LOST_VISIBILITY) for seen in ("pass", "fail") for gone in ("unsupported", "not-run")),
        *((gone, seen, Kind.GAINED_VISIBILITY) for seen in ("pass", "fail") for gone in ("unsupported", "not-run")),
        ("fail", "crash", Kind.CHANGED_REASON),
        ("unsupported", "not-run", Kind.CHANGED_REASON),
        *((verdict, verdict, None) for verdict in stream.Verdict),
    ],
)
def test_a_change_of_verdict_is_of_its_kind(old: str, new: str, kind: Kind | None) -> None:
    expected = [] if kind is None else [kind]
    evidence = "unknown" if old == "observed" else "documented"
    assert kinds(case(ID, old, evidence=evidence), case(ID, new, evidence=evidence)) == expected


def test_a_pass_that_becomes_flaky_is_a_regression() -> None:
    flaky = run(case(ID, "unsupported", flaky=True))
    assert [change.kind for change in compare(run(case(ID)), flaky).changes] == [Kind.REGRESSION]


def test_another_actual_of_the_same_verdict_is_a_changed_reason() -> None:
    assert kinds(case(ID, "fail", actual="1"), case(ID, "fail", actual="2")) == [Kind.CHANGED_REASON]


def test_how_long_a_case_took_is_no_change() -> None:
    assert kinds(case(ID, "fail", duration_us=1), case(ID, "fail", duration_us=2)) == []


def test_cases_of_one_run_only_are_new_and_gone() -> None:
    changes = compare(run(case("free/old", "fail")), run(case("free/new"))).changes
    assert changes == (Change(Kind.NEW, "free/new", "", "pass"), Change(Kind.GONE, "free/old", "fail", ""))


def test_what_varies_within_a_run_is_no_change_between_two() -> None:
    old = run(case(ID, "fail", actual="1", varies=True, observations={"a": "1", "b": "varies", "c": "1"}))
    new = run(case(ID, "fail", actual="2", observations={"a": "2", "b": "1", "c": "varies"}))
    assert [(change.kind, change.id) for change in compare(old, new).changes] == [(Kind.OBSERVATION, f"{ID}, a")]
    assert [change.kind for change in compare(old, run(case(ID, "crash"))).changes] == [
        Kind.CHANGED_REASON,
        *[Kind.OBSERVATION] * 2,
    ]


def test_observations_are_listed_whatever_the_verdict() -> None:
    old = run(case(ID, observations={"a": "1", "b": "1"}))
    new = run(case(ID, observations={"a": "2", "b": "1", "c": "3"}))
    assert compare(old, new).changes == (
        Change(Kind.OBSERVATION, f"{ID}, a", "1", "2"),
        Change(Kind.OBSERVATION, f"{ID}, c", "nothing", "3"),
    )


def test_an_export_that_vanished_is_a_regression_and_one_that_came_is_a_fix() -> None:
    whole_run = stream.parse(whole(PASSES, head=claiming("NetApiBufferFree")), "x")
    lacking = stream.parse(whole(PASSES, missing=["NetApiBufferSize"], head=claiming("NetApiBufferSize")), "x")
    assert [change.kind for change in compare(whole_run, lacking).changes] == [Kind.REGRESSION]
    claimed = stream.parse(whole(PASSES, head=claiming("NetApiBufferSize")), "x")
    assert [change.kind for change in compare(lacking, claimed).changes] == [Kind.FIXED]
    assert compare(lacking, whole_run).changes == ()


def claiming(*functions: str) -> dict[str, Any]:
    """Returns a header of a run in which these functions are claimed."""
    return header(selection=selection(functions=list(functions)))


def test_what_limits_the_comparison_is_warned_of() -> None:
    old = run()
    suite = {"version": "0.1.0", "vectors_sha256": "f" * 64}
    head = header(suite=suite, selection=selection(select=["a"]), profile="windows", platform="linux-i686")
    new = stream.parse(whole(PASSES, head=head, error="interrupted"), "x")
    warnings = compare(old, new).warnings
    assert [warning.partition(":")[0] for warning in warnings] == [
        "the vectors differ",
        "the selections differ",
        "the new run was cut short",
        "the profile was strict and is windows",
        "the platform was linux-x86_64 and is linux-i686",
    ]
    assert len(differences_in_kind(old.header, new.header)) == 2
    assert compare(old, old).warnings == ()


def test_each_kind_of_change_is_named_in_an_edited_result_of_samba() -> None:
    old = stream.read(SAMBA)
    head, *cases, last = map(json.loads, SAMBA.read_bytes().splitlines())
    by_verdict = {verdict: [record for record in cases if record["verdict"] == verdict] for verdict in stream.Verdict}
    edits: dict[Kind, dict[str, Any]] = {
        Kind.REGRESSION: by_verdict["pass"][0] | {"verdict": "fail", "expected": "0", "actual": "87"},
        Kind.LOST_VISIBILITY: by_verdict["pass"][1] | {"verdict": "unsupported"},
        Kind.FIXED: by_verdict["fail"][0] | {"verdict": "pass"},
        Kind.GAINED_VISIBILITY: by_verdict["unsupported"][0] | {"verdict": "pass"},
        Kind.CHANGED_REASON: by_verdict["fail"][1] | {"actual": "ERROR_MORE_DATA (234)"},
        Kind.NEW: by_verdict["pass"][2] | {"id": "free/new"},
        Kind.OBSERVATION: by_verdict["observed"][0] | {"observations": {"status": "2"}},
    }
    edits[Kind.FIXED]["steps"] = []
    gone = by_verdict["pass"][3]
    edited = {record["id"]: record for record in [*cases, *edits.values()] if record is not gone}.values()
    new = stream.parse(encode(head, *edited, footer(edited, head, missing=last["missing"])), "x")
    results = FORMATS["text"](old, new, compare(old, new)).split("\n\n")
    for kind, record in (edits | {Kind.GONE: gone}).items():
        (paragraph,) = [one for one in results if one.startswith(HEADINGS[kind])]
        assert record["id"] in paragraph


def hostile_pair() -> tuple[stream.Stream, stream.Stream]:
    """Returns two runs that differ in hostile text."""
    new = stream.parse(every_verdict(), "x")
    return run(*(case(entry.id, observations={HOSTILE: "1"}) for entry in new.cases)), new


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_every_change_of_verdict(name: str) -> None:
    old, new = hostile_pair()
    output = FORMATS[name](old, new, compare(old, new))
    assert all(entry.id in output for entry in new.cases if entry.verdict != "pass")


def test_text_is_ascii_and_ends_with_the_conclusion() -> None:
    old, new = hostile_pair()
    output = FORMATS["text"](old, new, compare(old, new))
    assert output.isascii() and "\x1b" not in output
    assert output.endswith("\n8 regressions, 4 lost visibility\n"), output
    assert FORMATS["text"](old, old, compare(old, old)).endswith("\nno regression\n")


def test_json_has_a_list_for_each_kind() -> None:
    old, new = hostile_pair()
    document = json.loads(FORMATS["json"](old, new, compare(old, new)))
    assert list(document["changes"]) == list(Kind)
    assert {"id": "free/crashes", "before": "pass", "after": "crash; SIGSEGV"} in document["changes"]["regression"]


def test_markdown_fits_a_comment() -> None:
    many = [case(f"free/case-{number}", reason="x") for number in range(1000)]
    broken = [entry | {"verdict": "fail", "reason": HOSTILE} for entry in many]
    old, new = run(*many), run(*broken)
    output = FORMATS["markdown"](old, new, compare(old, new))
    assert len(output) <= 60_000 and "Cut to fit a comment" in output and "1000 regressions" in output
