"""Tests that what did not pass is grouped by its likely cause."""

from pathlib import Path

import msgspec
import pytest

from apibuf_reports import causes, stream
from apibuf_reports.formats import console
from apibuf_reports.stream import Case, Failure, Step, Verdict

PUBLISHED = Path(__file__).parents[1] / "published"


def failed(
    case_id: str, text: str = "", actual: str = "", expected: str = "", *, verdict: str = "fail", what: str = "status"
) -> Case:
    """Returns a case whose only step did what is in the text, and failed; its requirement is its id up to a dot."""
    requirement, _, _ = case_id.partition(".")
    ended = verdict != "fail"
    failures = () if ended else (Failure(requirement, what, expected, actual),)
    return Case(
        id=case_id,
        title="",
        kind="vector",
        requirements=(requirement,),
        evidence=stream.Evidence.DOCUMENTED,
        verdict=Verdict(verdict),
        expected=expected,
        actual=actual,
        reason="",
        steps=(Step(text, None if ended else "done", {}, failures),),
        observations={},
        flaky=False,
        duration_us=1,
        requirement=requirement,
    )


FREE = "NetApiBufferFree(Buffer=a)"
FREE_NULL = "NetApiBufferFree(Buffer=NULL)"
OK, BAD, MORE = "NERR_Success (0)", "ERROR_INVALID_PARAMETER (87)", "ERROR_NOT_ENOUGH_MEMORY (8)"
DIED = "the process died of SIGSEGV"

EXAMPLES = {
    "Functions of netutils are stubs": failed(
        "abi/netutils", f"netutils!{FREE}", "the process died of a stub that is not implemented", verdict="crash"
    ),
    "NetApiBufferFree does not return": failed(
        "free/a", FREE, "silence", "NetApiBufferFree returns", verdict="timeout"
    ),
    "NetApiBufferFree with Buffer=NULL ends the process": failed(
        "free/a", FREE_NULL, DIED, "NetApiBufferFree returns", verdict="crash"
    ),
    "Calls do not return while other threads call": failed(
        "free/any-thread", "four threads", "silence", "NetApiBufferSize returns", verdict="timeout"
    ),
    "Using the memory of a buffer ends the process": failed(
        "size/all-usable", "write pattern 1 to b, n bytes", DIED, "the case comes to its end", verdict="crash"
    ),
    "The caller's stack, registers or flags are not preserved": failed(
        "abi/calling-convention", FREE, "changed", "as before the call", what="rbx after NetApiBufferFree"
    ),
    "NetApiBufferAllocate with 0 bytes succeeds without a buffer": failed(
        "allocate/a", "NetApiBufferAllocate(ByteCount=0, Buffer=&a)", "null", "a buffer", what="Buffer"
    ),
    "NetApiBufferSize with Buffer=NULL succeeds where it must fail": failed(
        "size/a", "NetApiBufferSize(Buffer=NULL, ByteCount=&n)", OK, BAD
    ),
    "NetApiBufferFree is refused": failed("free/a", FREE, BAD, OK),
    "NetApiBufferAllocate returns an unknown status in place of NERR_Success": failed(
        "allocate/capacity",
        "allocate buffers",
        "1 and a buffer",
        f"{OK} and a buffer",
        what="NetApiBufferAllocate of 9 bytes",
    ),
    "NetApiBufferAllocate fails with another status": failed(
        "allocate/a", "use up all memory", "1587633825", f"{MORE} or ERROR_OUTOFMEMORY (14)"
    ),
    "remote/a: the variable for the buffer is left as it was": failed("remote/a", "", "as it was", "stored"),
    "What a buffer holds changes later": failed("remote/readable", "", "changed", "as they were", what="strings"),
    "NetApiBufferSize reports a wrong size": failed("size/a", "", "0", "at least 4294967295", what="ByteCount"),
    "Buffers are not aligned": failed("allocate/aligned-natural", "", "0x1004", "a multiple of 16", what="Buffer"),
    "Memory of freed buffers with 0 bytes is not used again": failed(
        "free/gives-memory-back", "allocate and free 0 bytes", "grew by 265 MiB and went on", "stops growing", what="x"
    ),
    "Buffers overlap or lose their contents": failed("allocate/disjoint", "", "the same address", "apart", what="x"),
    "NetApiBufferReallocate loses contents": failed("reallocate/keeps-contents", "", "46", "151", what="byte 0"),
    "Buffers change while other threads call": failed("free/any-thread", "", "changed", "kept", what="contents"),
    "abi/exports is not met": failed("abi/exports", "", "not exported", "exported", what="x"),
}


@pytest.mark.parametrize("title", EXAMPLES)
def test_a_way_to_deviate_is_recognised(title: str) -> None:
    (cause,) = causes.find([EXAMPLES[title]])
    assert cause.title == title


def test_every_rule_is_tried_above() -> None:
    assert len({causes.recognise(case) for case in EXAMPLES.values()}) == len(causes.RULES)


def test_what_fails_for_any_argument_explains_what_fails_for_a_special_one() -> None:
    any_size = failed("free/a", FREE, BAD, OK)
    null = failed("free/null", FREE_NULL, BAD, OK)
    assert [cause.title for cause in causes.find([any_size, null])] == ["NetApiBufferFree is refused"]
    assert [cause.title for cause in causes.find([null])] == ["NetApiBufferFree with Buffer=NULL is refused"]


def test_a_crash_in_an_unknown_call_is_explained_by_damaged_memory() -> None:
    crash = failed("size/a", "resize buffers", DIED, "the case comes to its end", verdict="crash")
    damage = EXAMPLES["Buffers overlap or lose their contents"]
    assert [len(cause.cases) for cause in causes.find([crash, damage])] == [2]
    race = EXAMPLES["Buffers change while other threads call"]
    assert [cause.title for cause in causes.find([race, damage])] == ["Buffers overlap or lose their contents"]
    leak = EXAMPLES["Memory of freed buffers with 0 bytes is not used again"]
    assert [len(cause.cases) for cause in causes.find([crash, leak])] == [1, 1]


def test_a_case_that_fails_at_what_it_relies_on_is_blocked_and_shows_nothing() -> None:
    relying = msgspec.structs.replace(
        EXAMPLES["NetApiBufferFree is refused"], id="abi/b", requirements=("abi/exports",)
    )
    (cause,) = causes.find([relying, failed("free/a.longer", FREE, BAD, OK)])
    assert (cause.example.id, cause.blocked) == ("free/a.longer", {"abi/b"})
    assert causes.blocked_by([cause]) == {"abi/b": "free/a.longer"}


def test_what_passed_or_was_not_run_has_no_cause() -> None:
    assert causes.find([failed("free/a", FREE, BAD, OK, verdict="not-run")]) == ()


@pytest.mark.parametrize(("name", "expected"), [("wine", (4, 15)), ("samba", (7, 23)), ("reference", (0, 0))])
def test_the_published_deviations_have_few_causes(name: str, expected: tuple[int, int]) -> None:
    found = causes.find(stream.read(PUBLISHED / name / "results.jsonl").cases)
    assert (len(found), sum(len(cause.cases) for cause in found)) == expected


def test_the_readme_shows_a_cause_as_the_report_does() -> None:
    readme = (PUBLISHED.parents[1] / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("`harness/apibuf run wine-i686`:\n\n```\n")[2].partition("```")[0]
    assert shown and shown in console.render([stream.read(PUBLISHED / "wine-i686" / "results.jsonl")])
