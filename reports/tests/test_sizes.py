"""Tests that a report says for which sizes a cause shows, and only what the stream proves."""

from collections.abc import Iterable

import msgspec
import pytest
from result_streams import every_verdict

from apibuf_reports import causes, sizes, stream
from apibuf_reports.formats import console, junit, markdown
from apibuf_reports.stream import Case, Failure, Step, Verdict

OK, BAD = "NERR_Success (0)", "ERROR_NOT_ENOUGH_MEMORY (8)"


def done(text: str, returned: str = "done", **values: str) -> Step:
    """A step that did what was expected of it."""
    return Step(text, OK if text.startswith("Net") and returned == "done" else returned, values, ())


def failing(text: str, what: str = "status", expected: str = OK, actual: str = BAD) -> Step:
    """A step that did not."""
    return Step(
        text, BAD if text.startswith("Net") else "done", {}, (Failure("allocate/capacity", what, expected, actual),)
    )


def case(number: int, *steps: Step, requirement: str = "allocate/capacity") -> Case:
    """A case of these steps, which failed where one of them did."""
    failures = [failure for step in steps for failure in step.failures]
    return Case(
        id=f"{requirement}-{number}",
        title="",
        kind="vector",
        requirements=(requirement,),
        evidence=stream.Evidence.INFERRED,
        verdict=Verdict.FAIL if failures else Verdict.PASS,
        expected=failures[0].expected if failures else "",
        actual=failures[0].actual if failures else "",
        reason="",
        steps=steps,
        observations={},
        flaky=False,
        duration_us=1,
        requirement=requirement if failures else "",
    )


def allocate(size: int) -> str:
    """The text of a step."""
    return f"NetApiBufferAllocate(ByteCount={size}, Buffer=&a)"


def resize(size: int) -> str:
    """The text of a step."""
    return f"NetApiBufferReallocate(OldBuffer=a, NewByteCount={size}, NewBuffer=&b)"


def described(cases: Iterable[Case]) -> str:
    """What is said of the only cause of these cases."""
    listed = list(cases)
    (cause,) = causes.find(listed)
    return sizes.describe(cause, listed)


def of_requests(failed: Iterable[int], passed: Iterable[int]) -> str:
    """What is said where Allocate fails for these sizes, and passes for those."""
    steps = [*map(failing, map(allocate, failed)), *map(done, map(allocate, passed))]
    return described(case(number, step) for number, step in enumerate(steps))


@pytest.mark.parametrize(
    ("failed", "passed", "expected"),
    [
        (
            [65536, 70000],
            [1, 65535],
            "ByteCount: 65536 and all larger ones that were tried; 65535 is the largest that passes",
        ),
        ([65536], [1, 65535], "ByteCount: 65536, the largest that was tried; 65535 is the largest that passes"),
        ([0, 1], [2, 65535], "ByteCount: 1 and all smaller ones that were tried; 2 is the smallest that passes"),
        ([4097, 8191], [4096, 8192], "ByteCount: 4097 to 8191; 4096 and 8192 pass"),
        ([4097], [1, 4096, 4098], "ByteCount: 4097; 4096 and 4098 pass"),
        ([4096, 8192, 12288], [4095, 4100, 8184, 20001], "ByteCount: a multiple of 4096; no multiple of 16 passes"),
        ([1, 17, 35], [16, 32, 48], "ByteCount: no multiple of 2; all that pass are multiples of 16"),
        ([100, 200], [150], ""),
        ([100], [100], ""),
        ([0], [1, 2], ""),
        ([100], [], ""),
    ],
)
def test_sizes_that_failed_are_told_from_those_that_passed(failed: list[int], passed: list[int], expected: str) -> None:
    assert of_requests(failed, passed) == expected


def test_a_buffer_has_the_size_that_a_step_before_gave_it() -> None:
    free = "NetApiBufferFree(Buffer=a)"
    cases = [
        case(1, done(allocate(5000)), failing(free)),
        case(2, done(allocate(6000)), failing(free)),
        case(3, done(allocate(4096)), done(free)),
    ]
    assert described(cases) == "buffer size: 5000 and all larger ones that were tried; 4096 is the largest that passes"


def kept(number: int, old: int, new: int, *, fails: bool, bytes_read: int = 0) -> Case:
    """A case that looks at what Reallocate kept, or at a part of it."""
    read = f"b holds pattern 1, {bytes_read or min(old, new)} bytes"
    last = failing(read, "byte 0", "151", "0") if fails else done(read)
    steps = done(allocate(old)), done(f"write pattern 1 to a, {old} bytes"), done(resize(new)), last
    return case(number, *steps, requirement="reallocate/keeps-contents")


def test_of_a_reallocate_the_number_counts_that_tells_best() -> None:
    cases = [kept(1, 65537, 65537, fails=True), kept(2, 200000, 65538, fails=True), kept(3, 65536, 65537, fails=False)]
    assert described([*cases, kept(4, 65538, 65536, fails=False)]) == (
        "smaller of the two sizes: 65537 and all larger ones that were tried; 65536 is the largest that passes"
    )


def test_it_is_said_where_only_shrinking_fails() -> None:
    shrinks = [kept(1, 200, 100, fails=True), kept(2, 64, 63, fails=True)]
    grows = [kept(3, 100, 200, fails=False), kept(4, 60, 60, fails=False)]
    assert described([*shrinks, *grows]) == "where the buffer shrinks; where it grows or keeps its size none fails"
    assert described([*shrinks, *grows, kept(5, 20, 10, fails=False)]) == (
        "where the buffer shrinks, size of OldBuffer: 64 and all larger ones that were tried; "
        "20 is the largest that passes"
    )


def test_a_look_at_a_part_of_a_buffer_proves_nothing() -> None:
    cases = [kept(1, 200, 300, fails=True), kept(2, 100, 300, fails=False)]
    assert "100 is the largest" in described(cases)
    assert "100 is the largest" in described([*cases, kept(3, 200, 300, fails=False, bytes_read=16)])


def test_a_loop_says_in_its_failure_at_which_size_it_was() -> None:
    loop = failing("allocate one after the other", "NetApiBufferAllocate of 520192 bytes")
    assert described([case(1, loop), case(2, done(allocate(262144)), done(allocate(1048576)))]) == (
        "ByteCount: 520192; 262144 and 1048576 pass"
    )
    size = failing("measure", "size of a buffer of 70000 bytes", "at least 70000", "4464")
    free = failing("loop", "NetApiBufferFree of a buffer of 70000 bytes")
    freed = done(allocate(100)), done("NetApiBufferFree(Buffer=a)")
    assert "70000, the largest that was tried; 100 is" in described([case(1, free), case(2, *freed)])
    small = done(allocate(100)), done("NetApiBufferSize(Buffer=a, ByteCount=&n)", ByteCount="100")
    assert "70000, the largest that was tried; 100 is" in described([case(1, size), case(2, *small)])


def test_what_was_not_judged_is_no_pass() -> None:
    failed = case(1, failing(allocate(100)))
    refused = case(2, done(allocate(50), returned=BAD))
    observed = msgspec.structs.replace(case(3, done(allocate(50))), verdict=Verdict.OBSERVED)
    flaky = msgspec.structs.replace(case(4, done(allocate(50))), flaky=True)
    assert described([failed, refused, observed, flaky]) == ""
    too_small = done(allocate(50)), done("NetApiBufferSize(Buffer=a, ByteCount=&n)", ByteCount="49")
    larger = case(5, done(allocate(60)), failing("NetApiBufferSize(Buffer=a, ByteCount=&n)", "ByteCount"))
    assert described([larger, case(6, *too_small)]) == ""


def test_what_depends_on_moments_does_not_depend_on_sizes() -> None:
    failed, passed = case(1, failing(allocate(100))), case(2, done(allocate(50)))
    assert described([failed, passed]) != ""
    assert described([msgspec.structs.replace(failed, flaky=True), passed]) == ""
    assert described([msgspec.structs.replace(failed, requirement="free/any-thread"), passed]) == ""


def test_every_report_says_it() -> None:
    failed, passed = case(1, failing(allocate(65536))), case(2, done(allocate(65535)))
    shown = msgspec.structs.replace(stream.parse(every_verdict(), "golden"), cases=(failed, passed))
    for render in (console.render, junit.render, markdown.render):
        said = " ".join(render([shown]).split())
        assert "65536, the largest that was tried; 65535 is the largest that passes" in said
