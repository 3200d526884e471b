"""The TAP report, by the rules of TAP 13 and 14, and as the real `prove` reads it."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from result_streams import case, every_verdict, header, whole

from apibuf_reports import stream
from apibuf_reports.formats import tap
from apibuf_reports.stream import Verdict

PERL = """
my $parser = TAP::Parser->new({tap => <>});
$parser->run;
print encode_json({run => $parser->tests_run, errors => [$parser->parse_errors], failed => [$parser->failed],
  skipped => [$parser->skipped]});
"""
POINT = re.compile(r"(not ok|ok) (\d+) - ((?:[^\\#]|\\[\\#])*?)(?: # SKIP ((?:[^\\#]|\\[\\#])+))?")


def points(data: bytes) -> list[tuple[bool, str, str | None, dict[str, str]]]:
    """Returns of each test point: ok, description, why it is skipped, diagnostics. Checks the document's form."""
    version, plan, *lines = tap.render([stream.parse(data, "results.jsonl")]).removesuffix("\n").split("\n")
    assert version == "TAP version 13"
    found: list[tuple[bool, str, str | None, dict[str, str]]] = []
    in_block = False
    for line in lines:
        if line in ("  ---", "  ..."):
            assert in_block == (line == "  ...")
            in_block = not in_block
        elif in_block:
            label, _, value = line.strip().partition(": ")
            found[-1][3][label] = json.loads(value)
        else:
            match = POINT.fullmatch(line)
            assert match is not None and int(match[2]) == len(found) + 1, line
            found.append((match[1] == "ok", match[3], match[4], {}))
    assert plan == f"1..{len(found)}" and not in_block
    return found


def test_each_verdict_is_the_test_point_that_it_must_be() -> None:
    read = stream.parse(every_verdict(), "results.jsonl")
    for entry, (passes, description, skipped_because, diagnostics) in zip(
        read.cases, points(every_verdict()), strict=True
    ):
        assert description.endswith(f": {entry.id}")
        assert passes == (entry.verdict in (Verdict.PASS, Verdict.OBSERVED, Verdict.UNSUPPORTED))
        assert (skipped_because is not None) == (entry.verdict is Verdict.UNSUPPORTED)
        assert bool(diagnostics) != passes


def test_the_diagnostics_tell_expected_actual_and_how_to_run_it_again() -> None:
    diagnostics = points(every_verdict())[1][3]
    assert diagnostics["expected"] == "ERROR_INVALID_PARAMETER (87)"
    assert diagnostics["actual"] == "ERROR_INSUFFICIENT_BUFFER (122)"
    assert diagnostics["run_again"].endswith("--select allocate/null-out")


def test_the_lines_that_the_process_printed_are_one_text() -> None:
    lines = points(every_verdict())[3][3]["it_printed"].split("\n")
    assert lines[:2] == ["==PID==ERROR: AddressSanitizer: heap-use-after-free on address ADDRESS", "..."]
    assert len(lines) == 3 and lines[2].isprintable()


def test_the_parser_of_perl_reads_every_point(tmp_path: Path) -> None:
    report = tmp_path / "results.tap"
    report.write_text(tap.render([stream.parse(every_verdict(), "results.jsonl")]), encoding="utf-8")
    command = ["perl", "-MTAP::Parser", "-MJSON::PP", "-0777", "-e", PERL, report]
    output = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert output["errors"] == []
    assert (output["run"], output["failed"], output["skipped"]) == (12, [2, 3, 4, 5, 6, 11, 12], [7, 8, 9])


def prove(report: Path) -> tuple[int, str]:
    """Returns the exit code of `prove` for the report, and what it printed."""
    done = subprocess.run(["prove", "--exec", "cat", report], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_prove_agrees_on_what_passes_and_fails(tmp_path: Path) -> None:
    report = tmp_path / "results.t"
    report.write_text(tap.render([stream.parse(whole(case("free/null")), "results.jsonl")]), encoding="utf-8")
    code, printed = prove(report)
    assert code == 0 and "Result: PASS" in printed and "Parse errors" not in printed, printed
    report.write_text(tap.render([stream.parse(every_verdict(), "results.jsonl")]), encoding="utf-8")
    code, printed = prove(report)
    assert code != 0 and "Failed tests:  2-6, 11-12" in printed and "Parse errors" not in printed, printed


def test_a_name_cannot_pass_for_a_directive() -> None:
    data = whole(case("free/null", "fail"), head=header(name="mine # SKIP \\# TODO"))
    assert points(data)[0][:3] == (False, "mine \\# SKIP \\\\\\# TODO: free/null", None)


@pytest.mark.parametrize(
    "data",
    [
        whole(error="no such file"),
        whole(case("free/null"), missing=["NetApiBufferSize"]),
        whole(case("free/null", "unsupported")),
        whole(case("free/null", "unsupported", flaky=True)),
    ],
)
def test_a_run_that_does_not_conform_has_a_point_that_is_not_ok(data: bytes) -> None:
    assert not all(passes for passes, *_ in points(data))
