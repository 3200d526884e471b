"""What `stream` reads, and what it refuses."""

import json
import re
from pathlib import Path

import pytest
from result_streams import (
    Record,
    case,
    encode,
    every_verdict,
    failure,
    footer,
    header,
    requirement,
    selection,
    stating,
    step,
    whole,
)

from apibuf_reports import stream
from apibuf_reports.installation import SCHEMA_PATH

ONE = case("allocate/succeeds")
TWO = case("free/allocated")
FAILING = case("free/null", "fail")
UNSUPPORTED = case("size/zero-bytes", "unsupported")


def refusal(data: bytes) -> str:
    """Returns the message with which the bytes are refused, after a look at its form."""
    with pytest.raises(stream.StreamError) as caught:
        stream.parse(data, "results.jsonl")
    message = str(caught.value)
    assert re.fullmatch(r"results\.jsonl, line \d+: .+; [^;]+\.", message), message
    assert message.isprintable(), message
    return message


def test_a_whole_stream_is_read_as_it_was_written() -> None:
    read = stream.parse(every_verdict(), "results.jsonl")
    assert read.header.target.platform == "linux-x86_64"
    assert {entry.verdict for entry in read.cases} == set(stream.Verdict)
    null_out = read.cases[1]
    assert (null_out.id, null_out.group, null_out.evidence) == ("allocate/null-out", "allocate", "windows")
    assert null_out.steps[0].failures[0].expected == "ERROR_INVALID_PARAMETER (87)"
    assert [run.verdict for run in read.cases[5].runs] == ["fail", "pass"]
    assert read.footer.duration_ms == 2345


def test_the_words_for_verdicts_and_evidence_are_those_of_the_schema() -> None:
    definitions = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))["$defs"]
    assert set(stream.Verdict) == set(definitions["verdict"]["enum"])
    assert set(stream.Evidence) == set(definitions["evidence"]["enum"])
    assert set(stream.Conformity) == set(definitions["conclusion"]["properties"]["outcome"]["enum"])


def test_a_stream_cut_off_anywhere_is_refused() -> None:
    data = whole(ONE, TWO)
    for length in range(len(data)):
        refusal(data[:length])


@pytest.mark.parametrize("kept_lines", [1, 2, 3])
def test_a_stream_cut_off_between_lines_lacks_its_footer(kept_lines: int) -> None:
    data = b"".join(whole(ONE, TWO).splitlines(keepends=True)[:kept_lines])
    assert f"line {kept_lines}: the stream ends without its footer" in refusal(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1: the file is empty"),
        (whole(ONE)[:-1], "line 3: no line feed ends the line"),
        (b"\x7fELF\x02\x01\x01\x00\xff\xfe\n", "line 1: the bytes are not UTF-8"),
        (b"\x00\x01\x02\n", "line 1: the line is not one JSON value"),
        (whole(ONE).replace(b"title", b"t\xe9tle"), "line 2: the bytes are not UTF-8"),
        (b"[" * 100_000 + b"\n", "line 1: the line is not one JSON value"),
        (b"1" * 5_000 + b"\n", "line 1: the line is not one JSON value"),
        (b"\n" + whole(ONE), "line 1: the line is not one JSON value"),
        (b"[]\n", "line 1: the line's type is none of"),
        (b'{"type":["header"]}\n', "line 1: the line's type is none of"),
    ],
)
def test_what_is_no_stream_is_refused(data: bytes, message: str) -> None:
    assert message in refusal(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"verdict": "pass"', b'"verdict": "unsupported"'), (b"\n", b"\r\n"), (b"1500", b"1501")],
)
def test_an_edited_line_is_refused(old: bytes, new: bytes) -> None:
    assert "the sha256 is not that of the lines before it" in refusal(whole(ONE, TWO).replace(old, new, 2))


def test_swapped_lines_are_refused() -> None:
    first, second, third, last = whole(ONE, TWO).splitlines(keepends=True)
    assert "line 4: the sha256" in refusal(first + third + second + last)
    assert "line 1: the stream starts with a case" in refusal(second + first + third + last)
    assert "line 4: a line follows the footer" in refusal(first + second + last + third)


def test_a_removed_case_is_refused() -> None:
    lines = whole(ONE, TWO).splitlines(keepends=True)
    assert "the sha256" in refusal(b"".join(lines[:2] + lines[3:]))


def test_two_streams_in_one_file_are_refused() -> None:
    assert "line 4: a line follows the footer" in refusal(whole(ONE) + whole(ONE))
    assert "line 2: a second header" in refusal(encode(header(), header(), ONE, footer([ONE])))


@pytest.mark.parametrize(
    ("records", "message"),
    [
        (
            [header() | {"format": 2, "of_the_future": 1}],
            "line 1: the stream has format 2, and this suite reads formats up to 1; use the suite that wrote it",
        ),
        ([header() | {"format": "2"}], "line 1: the header breaks its schema at $.format (1 was expected)"),
        (
            [header(requirements=[requirement("free/null", pages=["javascript:alert(1)"])])],
            "line 1: the header breaks its schema at $.requirements[0].pages[0]",
        ),
        ([header(), ONE | {"verdict": "green"}], "line 2: the case breaks its schema at $.verdict"),
        ([header(), ONE | {"extra": "\x1b[31m"}], "line 2: the case breaks its schema at $ (Additional properties"),
        ([header(), ONE | {"duration_us": -1}], "line 2: the case breaks its schema at $.duration_us"),
        ([header(), ONE | {"steps": [{}]}], "line 2: the case breaks its schema at $.steps[0]"),
        ([header(), ONE, footer([ONE]) | {"counts": {"green": 1}}], "line 3: the footer breaks its schema"),
    ],
)
def test_a_line_that_breaks_its_schema_is_refused(records: list[Record], message: str) -> None:
    assert message in refusal(encode(*records))


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ([ONE, TWO, ONE], "line 4: the case allocate/succeeds was already reported in line 2"),
        ([ONE | {"flaky": True}], "line 2: the case allocate/succeeds is a pass in spite of being flaky"),
        ([ONE | {"duration_us": 1.0}], "line 2: the case cannot be read (Expected `int`, got `float`"),
        ([ONE | {"steps": [step("call", "done", failure("a", "b"))]}], "line 2: the case allocate/succeeds is a pass"),
    ],
)
def test_cases_that_contradict_themselves_are_refused(cases: list[Record], message: str) -> None:
    assert message in refusal(whole(*cases))


def test_a_case_whose_requirement_the_header_does_not_state_is_refused() -> None:
    refused = refusal(encode(stating([ONE], header()), ONE, TWO, footer([ONE, TWO])))
    assert "line 3: the header does not state a requirement of the case free/allocated" in refused


@pytest.mark.parametrize(
    ("cases", "changes", "message"),
    [
        ([ONE], {"counts": {"pass": 2}}, "the counts"),
        ([ONE, FAILING], {"counts": {"pass": 2}}, "the counts"),
        ([ONE], {"counts": {}}, "the counts"),
        ([ONE], {"by_evidence": {"windows": {"pass": 1}}}, "by_evidence does not count the documented cases"),
        ([ONE], {"by_evidence": {"documented": {"pass": 1}, "windows": {"fail": 1}}}, "count the windows cases"),
        ([ONE], {"judged": 2}, "the conclusion says 2 for judged, and it is 1"),
        ([ONE, FAILING], {"failed": 2}, "the conclusion says 2 for failed, and it is 1"),
        ([ONE], {"flaky": 1, "outcome": "incomplete"}, "the conclusion says 1 for flaky, and it is 0"),
        ([ONE], {"claimed_functions": 3, "outcome": "conforms-in-part"}, "3 for claimed_functions, and it is 4"),
    ],
)
def test_a_footer_that_miscounts_is_refused(cases: list[Record], changes: Record, message: str) -> None:
    assert message in refusal(whole(*cases, **changes))


@pytest.mark.parametrize(
    ("cases", "changes"),
    [
        ([ONE, FAILING], {}),
        ([ONE, case("free/null", "crash")], {}),
        ([ONE, case("free/null", "timeout")], {}),
        ([ONE, case("free/null", "harness-error")], {}),
        ([ONE, case("free/null", "not-run")], {}),
        ([ONE, UNSUPPORTED | {"flaky": True}], {}),
        ([ONE], {"complete": False}),
        ([ONE], {"error": "no such file"}),
        ([ONE], {"error": "interrupted", "interrupted": True, "could_not_run": False}),
        ([ONE], {"could_not_run": True}),
        ([ONE], {"missing": ["NetApiBufferSize"]}),
        ([UNSUPPORTED], {}),
        ([], {}),
    ],
)
@pytest.mark.parametrize("outcome", ["conforms", "conforms-in-part"])
def test_a_claim_to_conform_needs_a_whole_run_with_passes_and_nothing_worse(
    cases: list[Record], changes: Record, outcome: str
) -> None:
    assert "the footer breaks its schema" in refusal(whole(*cases, **changes, outcome=outcome))


@pytest.mark.parametrize(
    ("cases", "changes"),
    [
        ([ONE], {"outcome": "conforms-in-part"}),
        ([ONE], {"outcome": "does-not-conform"}),
        ([ONE], {"outcome": "could-not-run"}),
        ([ONE], {"outcome": "incomplete"}),
        ([ONE], {"conformant": False}),
        ([ONE, FAILING], {"conformant": True}),
        ([ONE], {"error": "no such file", "could_not_run": False}),
        ([ONE], {"error": "no such file", "complete": True}),
        ([ONE, case("free/null", "not-run")], {"complete": True}),
        ([ONE, case("free/null", "harness-error")], {"could_not_run": False}),
    ],
)
def test_a_conclusion_that_its_facts_do_not_bear_out_is_refused(cases: list[Record], changes: Record) -> None:
    assert "the footer breaks its schema" in refusal(whole(*cases, **changes))


@pytest.mark.parametrize(
    "head",
    [
        header(selection=selection(functions=["NetApiBufferFree"])),
        header(selection=selection(select=["free/*"])),
        header(profile="windows"),
        header(reached_by="functions"),
    ],
)
def test_a_part_cannot_be_reported_as_the_whole(head: Record) -> None:
    assert stream.parse(whole(ONE, head=head), "results.jsonl").footer.conclusion.outcome == "conforms-in-part"
    assert "the footer breaks its schema" in refusal(whole(ONE, head=head, outcome="conforms"))


def test_a_conclusion_about_a_connector_needs_one() -> None:
    head = stating([ONE], header())
    last = footer([ONE], header(reached_by="functions"))
    assert "the conclusion is about a connector, and the header names none" in refusal(encode(head, ONE, last))


def test_a_conforming_run_may_hold_unsupported_and_observed_cases() -> None:
    varying = case("free/double-free", "observed", flaky=True)
    assert stream.parse(whole(ONE, UNSUPPORTED, varying), "results.jsonl").footer.conformant


def test_absent_counts_are_zeros() -> None:
    counts = {"pass": 1, "fail": 0}
    data = whole(ONE, counts=counts, by_evidence={"documented": counts, "windows": {"crash": 0}})
    assert stream.parse(data, "results.jsonl").footer.conformant


def test_a_refusal_shows_a_hostile_file_name_and_does_not_obey_it() -> None:
    with pytest.raises(stream.StreamError, match=r"^\\x1b\[31m\.jsonl, line 1: the file is empty"):
        stream.parse(b"", "\x1b[31m.jsonl")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.jsonl"):
        with pytest.raises(stream.StreamError, match=r"cannot be read \(.+\); name a results\.jsonl"):
            stream.read(path)
    (tmp_path / "results.jsonl").write_bytes(whole(ONE))
    assert len(stream.read(tmp_path / "results.jsonl").cases) == 1
