"""The last calls of a property that failed or crashed become a program, which says what the property says."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from leaving_results import results_below
from test_repro import STRICT, run

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode
from apibuf_fuzz.sequence import (
    Allocate,
    AllocateToNull,
    AskSize,
    AskSizeOfNull,
    Free,
    FreeNull,
    Reallocate,
    ReallocateNull,
    Sequence,
)
from apibuf_fuzz.shown import MOST_LIVE, sequence_of, worth_showing
from apibuf_reports import stream
from apibuf_runner.catalogue import Case
from apibuf_runner.judge import CaseResult, Verdict
from apibuf_setup import prepare

Compile = Callable[[str], Path]


def call(function: str, buffer: int = 0, stored: int = 0, **members: Any) -> dict[str, Any]:
    """A call as the worker reports it."""
    usual = {"bytes": 0, "buffer_bytes": 0, "has_variable": True, "aliased": False, "succeeded": True}
    return {**usual, "function": f"NetApiBuffer{function}", "buffer": buffer, "stored": stored, **members}


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([call("Allocate", stored=1, bytes=40), call("Free", 1)], (Allocate(40, True), Free(0, True))),
        ([call("Free", 7, buffer_bytes=99)], (Allocate(99, True), Free(0, True))),
        (
            [call("Allocate", stored=2, bytes=1), call("Size", 1, buffer_bytes=5)],
            (Allocate(5, True), Allocate(1, True), AskSize(0, True)),
        ),
        (
            [call("Allocate", bytes=5, has_variable=False, succeeded=False), call("Free")],
            (AllocateToNull(5), FreeNull()),
        ),
        ([call("Reallocate", stored=1, bytes=8), call("Size")], (ReallocateNull(8, True), AskSizeOfNull())),
        # A buffer that Reallocate has made is the last one.
        (
            [
                call("Reallocate", 1, 3, bytes=8, buffer_bytes=4, aliased=True),
                call("Size", 2, buffer_bytes=6),
                call("Free", 3),
            ],
            (Allocate(4, True), Allocate(6, True), Reallocate(0, 8, True, True), AskSize(0, True), Free(1, True)),
        ),
        # What failed and must not have failed is the end.
        ([call("Allocate", bytes=8, succeeded=False), call("Free")], (Allocate(8, True),)),
        # What may fail is left out.
        (
            [call("Reallocate", 1, bytes=2**31, buffer_bytes=4, succeeded=False), call("Free", 1)],
            (Allocate(4, True), Free(0, True)),
        ),
        ([call("Allocate", stored=number, bytes=1) for number in range(1, MOST_LIVE + 3)], ()),
    ],
)
def test_calls_become_a_sequence(calls: list[dict[str, Any]], expected: Sequence) -> None:
    assert sequence_of(calls) == expected


def failed(kind: str, requirement: str, *calls: dict[str, Any]) -> CaseResult:
    """The result of a case that failed."""
    case = Case(
        id=f"{requirement}-{kind}", title="", kind=kind, requirements=(requirement,), evidence="windows", functions=()
    )
    return CaseResult(case=case, verdict=Verdict.FAIL, requirement=requirement, calls=calls)


def test_what_a_vector_shows_needs_no_other_program() -> None:
    free = call("Free")
    property_, unknown = failed("property", "free/null", free), failed("property", "free/null")
    assert worth_showing([property_, unknown]) == [property_]
    assert worth_showing([failed("vector", "free/null"), property_]) == []
    assert worth_showing([failed("vector", "size/null-buffer"), property_]) == [property_]
    assert worth_showing([replace(property_, verdict=Verdict.CRASH)]) == [replace(property_, verdict=Verdict.CRASH)]
    assert worth_showing([replace(property_, verdict=Verdict.TIMEOUT)]) == []


@pytest.mark.parametrize(
    ("fault", "case_id", "says"),
    [
        (
            "allocate-of-508-kib-crashes",
            "allocate/capacity-every-page-to-4-mib",
            "1. NetApiBufferAllocate(ByteCount=520192, Buffer=&a)\nreproduced: ended by a crash in step 1",
        ),
        (
            "refuses-508-kib",
            "allocate/capacity-every-page-to-4-mib",
            "1. NetApiBufferAllocate(ByteCount=520192, Buffer=&a)\n   status: expected NERR_Success (0), actual ERROR_",
        ),
        (
            "reallocate-loses-the-last-byte-above-8-mib",
            "reallocate/changes-size-doubling-to-16-mib",
            "the bytes: expected as they were written, actual changed",
        ),
    ],
)
def test_the_program_of_a_property_shows_what_it_failed_at(
    fault: str, case_id: str, says: str, compile_fault: Compile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = compile_fault(fault)
    main(["run", str(library), "--select", case_id, "--out", str(tmp_path / "out")])
    (case,) = stream.read(results_below(tmp_path / "out")).cases
    capsys.readouterr()
    assert main(["repro", case_id, "--target", str(library)]) == ExitCode.OK
    for number, program in enumerate((case.reproducer, capsys.readouterr().out)):
        source = tmp_path / f"{number}.c"
        source.write_text(program)
        subprocess.run(["cc", *STRICT, "-o", source.with_suffix(""), source], check=True)
        status, output = run([source.with_suffix("")])
        assert (status, says in output) == (1, True), output
        assert "\nreproduced: " in output
        right = prepare.build("linux-gcc", "reference/libapibuffer.so")
        status, output = run([source.with_suffix(""), right])
        assert (status, "\ndoes not reproduce: " in output) == (0, True), output


def test_a_property_about_very_many_calls_has_no_program(compile_fault: Compile, tmp_path: Path) -> None:
    case_id = "allocate/capacity-100000-live-buffers"
    main(["run", str(compile_fault("only-65536-live-buffers")), "--select", case_id, "--out", str(tmp_path)])
    (case,) = stream.read(results_below(tmp_path)).cases
    assert (case.verdict, case.reproducer) == ("fail", "")


@pytest.mark.parametrize("suffix", [".so", ".dll"])
def test_a_property_that_hangs_says_in_which_call(suffix: str, compile_fault: Compile, tmp_path: Path) -> None:
    library, case_id = compile_fault("allocate-hangs-at-last", suffix), "allocate/capacity-100000-live-buffers"
    main(["run", str(library), "--select", case_id, "--timeout", "2", "--out", str(tmp_path)])
    (case,) = stream.read(results_below(tmp_path)).cases
    assert (case.verdict, case.expected) == ("timeout", "NetApiBufferAllocate returns")
    assert re.fullmatch(r"nothing was heard for 2 s .*; it was in NetApiBufferAllocate of [0-9]+ bytes", case.actual)
