"""What the events of one run prove: each test is a sentence of "What the host may believe" in PROTOCOL.md."""

from typing import Any

import pytest

from apibuf_runner.catalogue import Case
from apibuf_runner.events import Event, parse_line
from apibuf_runner.judge import MOST_REQUESTED_BYTES, CaseResult, Execution, Verdict, combine, judge, requested_bytes
from apibuf_runner.worker import Ending, EndingKind

ID = "free/null-once"
NONCE = "0123456789abcdef"
ENDED = Ending(EndingKind.ENDED, "the process ended by itself with exit code 0")
SILENT = Ending(EndingKind.SILENT, "nothing was heard for 3 s")

BEGIN = Event("begin", {"case": ID})
STEP = Event("step", {"index": 0, "text": "NetApiBufferFree(Buffer=NULL)", "function": "NetApiBufferFree"})
DONE = Event("done", {"index": 0, "returned": "NERR_Success (0)", "values": {"Buffer": "null"}})
FAILURE = Event(
    "failure",
    {"index": 0, "requirement": "free/null", "what": "status", "expected": "NERR_Success (0)", "actual": "5"},
)
CRASH = Event("crash", {"reason": "SIGSEGV", "function": "NetApiBufferFree"})


def end(**changes: Any) -> Event:
    return Event("end", {"case": ID, "steps": 1, "judgements": 1, "guards": 2, "failed": 0} | changes)


def case(evidence: str = "annotated") -> Case:
    return Case(
        id=ID,
        title="Free of NULL succeeds",
        kind="vector",
        requirements=("free/null",),
        evidence=evidence,
        functions=("NetApiBufferFree",),
    )


def result(*events: Event, ending: Ending | None = None, evidence: str = "annotated") -> CaseResult:
    return judge(case(evidence), Execution(events, ending, duration_us=7))


def test_a_pass_is_begin_a_done_for_every_step_and_an_end_that_counts_them() -> None:
    passed = result(BEGIN, STEP, DONE, end())
    assert passed.verdict is Verdict.PASS
    assert (passed.expected, passed.actual, passed.reason) == ("", "", "")
    assert passed.steps[0].returned == "NERR_Success (0)"
    assert passed.steps[0].values == {"Buffer": "null"}


@pytest.mark.parametrize(
    "events",
    [
        pytest.param((BEGIN, STEP, DONE, end(judgements=0, guards=2)), id="nothing but guards of the call path"),
        pytest.param((BEGIN, STEP, DONE, end(judgements=True)), id="a count is not a number"),
        pytest.param((BEGIN, STEP, end()), id="a step did not return"),
        pytest.param((BEGIN, STEP, DONE, DONE, end()), id="a step returned twice"),
        pytest.param((BEGIN, DONE, end(steps=0)), id="what was not begun returned"),
        pytest.param((BEGIN, STEP, DONE, end(steps=2)), id="steps are missing"),
        pytest.param((BEGIN, STEP, DONE, end(failed=1)), id="a failure was not reported"),
        pytest.param((BEGIN, STEP, DONE, end(case="free/other")), id="another case ended"),
        pytest.param((STEP, DONE, end()), id="nothing began"),
        pytest.param((BEGIN, BEGIN, STEP, DONE, end()), id="it began twice"),
        pytest.param((Event("begin", {"case": "free/other"}), STEP, DONE, end()), id="another case began"),
        pytest.param((Event("error", {"message": "an unknown id"}),), id="the worker said that it cannot"),
    ],
)
def test_an_end_without_full_proof_is_an_error_of_the_harness(events: tuple[Event, ...]) -> None:
    assert result(*events).verdict is Verdict.HARNESS_ERROR


def test_a_failure_is_a_fail_with_its_expectation_and_its_step() -> None:
    failed = result(BEGIN, STEP, DONE, FAILURE, end(failed=1))
    assert failed.verdict is Verdict.FAIL
    assert (failed.expected, failed.actual) == ("NERR_Success (0)", "5")
    assert failed.reason == "status in step 1: NetApiBufferFree(Buffer=NULL)"
    assert failed.steps[0].failures[0].requirement == "free/null"


@pytest.mark.parametrize("ending", [ENDED, SILENT])
def test_a_failure_is_a_fail_whatever_follows_it(ending: Ending) -> None:
    assert result(BEGIN, STEP, DONE, FAILURE, CRASH, ending=ending).verdict is Verdict.FAIL


def test_a_failure_outweighs_unsupported() -> None:
    unsupported = Event("unsupported", {"reason": "no netutils"})
    assert result(BEGIN, STEP, DONE, FAILURE, unsupported, end(failed=1)).verdict is Verdict.FAIL


@pytest.mark.parametrize("name", ["unsupported", "not-run"])
def test_what_the_worker_leaves_out_carries_its_reason(name: str) -> None:
    left_out = result(BEGIN, Event(name, {"reason": "no netutils library"}), end(judgements=0, steps=0))
    assert (left_out.verdict, left_out.reason) == (Verdict(name), "no netutils library")


def test_unsupported_without_an_end_is_a_crash() -> None:
    assert result(BEGIN, Event("unsupported", {"reason": "x"}), ending=ENDED).verdict is Verdict.CRASH


def test_a_channel_that_closes_before_the_end_is_a_crash_whatever_the_exit_code() -> None:
    crashed = result(BEGIN, STEP, ending=ENDED)
    assert crashed.verdict is Verdict.CRASH
    assert crashed.expected == "NetApiBufferFree returns"
    assert "exit code 0" in crashed.reason and "step 1" in crashed.reason
    assert crashed.steps[0].returned is None


def test_the_last_words_of_a_process_say_what_it_died_of() -> None:
    assert result(BEGIN, STEP, CRASH, ending=ENDED).actual == "the process died of SIGSEGV"


def test_the_last_words_say_where_the_address_lies_that_could_not_be_used() -> None:
    crash = Event("crash", {**CRASH.members, "where": "8 bytes before NULL"})
    assert result(BEGIN, STEP, crash, ending=ENDED).actual == "the process died of SIGSEGV, 8 bytes before NULL"


IN_PROPERTY = Event("step", {"index": 0, "text": "every size", "function": ""})
LAST_CALL = {"bytes": 0, "buffer": 0, "buffer_bytes": 0, "succeeded": False}


@pytest.mark.parametrize(
    ("function", "members", "says"),
    [
        ("Allocate", {"bytes": 40}, " of 40 bytes"),
        ("Free", {"buffer": 3, "buffer_bytes": 40}, " of a buffer of 40 bytes"),
        ("Free", {"buffer": 3}, " of a buffer"),
        ("Size", {}, " of NULL"),
        ("Reallocate", {"buffer": 3, "buffer_bytes": 4, "bytes": 5}, " of a buffer of 4 bytes to 5 bytes"),
    ],
)
def test_the_last_words_of_a_property_say_which_call_did_not_return(
    function: str, members: dict[str, int], says: str
) -> None:
    name = f"NetApiBuffer{function}"
    calls = Event("calls", {"calls": [LAST_CALL | {"function": name} | members]})
    events = (BEGIN, IN_PROPERTY, Event("crash", {"reason": "SIGQUIT", "function": name}), calls)
    crashed, hung = (result(*events, ending=ending) for ending in (ENDED, SILENT))
    assert crashed.actual == f"the process died of SIGQUIT, in {name}{says}"
    assert hung.actual == f"{SILENT.reason}; it was in {name}{says}"
    assert crashed.expected == hung.expected == f"{name} returns"


@pytest.mark.parametrize("changed", [{"function": "NetApiBufferSize"}, {"succeeded": True}])
def test_a_last_call_that_has_returned_is_not_where_it_ended(changed: dict[str, Any]) -> None:
    calls = Event("calls", {"calls": [LAST_CALL | {"function": "NetApiBufferFree"} | changed]})
    assert result(BEGIN, IN_PROPERTY, CRASH, calls, ending=ENDED).actual == "the process died of SIGSEGV"


WAITING = {"requirement": "free/any-thread"}
IN_STEP = Event("step", {"index": 0, "text": "three threads", "function": ""})


@pytest.mark.parametrize(
    ("function", "calls", "expected", "says"),
    [
        ("F", ["F of 1", "F of 2", "F of 1"], "F returns", "; all 3 threads were in F: 2 in F of 1, 1 in F of 2"),
        ("", ["F of 1", "G", ""], "the case comes to its end", "; its 3 threads: 1 in F of 1, 1 in G, 1 in none"),
        ("F", ["F of NULL"], "F returns", "; another thread was in F of NULL"),
        ("", list("abcdef"), "the case comes to its end", ": 1 in a, 1 in b, 1 in c, 1 in d, 2 other calls"),
        ("", ["", ""], "the case comes to its end", "; its 2 threads: 2 in none"),
    ],
)
def test_a_hang_says_in_which_calls_the_threads_were(function: str, calls: list[str], expected: str, says: str) -> None:
    waiting = Event("waiting", {**WAITING, "function": function, "calls": calls})
    hung = result(BEGIN, IN_STEP, waiting, ending=SILENT)
    assert (hung.expected, hung.requirement, hung.hung_in) == (expected, "free/any-thread", "")
    assert hung.actual.startswith(SILENT.reason) and hung.actual.endswith(says) and says in hung.reason


def test_a_failure_names_the_requirement_of_its_step_whatever_the_case_is_about() -> None:
    other = Event("failure", {**FAILURE.members, "requirement": "allocate/zero-bytes"})
    assert result(BEGIN, STEP, DONE, other, end(failed=1)).requirement == "allocate/zero-bytes"


CALLING = Event("calling", {"function": "NetApiBufferAllocate", "requirement": "allocate/failure-is-an-error"})
NAMED_STEP = Event("step", {**STEP.members, "requirement": "free/null"})
NAMED_CRASH = Event("crash", {**CRASH.members, "requirement": "allocate/capacity"})


@pytest.mark.parametrize(
    ("events", "requirement"),
    [
        pytest.param((BEGIN, NAMED_STEP), "free/null", id="that of the step which did not return"),
        pytest.param((BEGIN, NAMED_STEP, NAMED_CRASH), "allocate/capacity", id="that of the last words"),
        pytest.param((BEGIN, NAMED_STEP, CALLING), "allocate/failure-is-an-error", id="that of the last call reported"),
        pytest.param((BEGIN, STEP, CRASH), "", id="none where nothing says it"),
        pytest.param((BEGIN, NAMED_STEP, CALLING, DONE), "", id="none after the step returned"),
    ],
)
@pytest.mark.parametrize("ending", [ENDED, SILENT])
def test_a_call_that_does_not_return_names_its_own_requirement(
    events: tuple[Event, ...], requirement: str, ending: Ending
) -> None:
    assert result(*events, ending=ending).requirement == requirement


def test_silence_is_a_timeout_that_names_the_function_that_hangs() -> None:
    hung = result(BEGIN, STEP, ending=SILENT)
    assert (hung.verdict, hung.hung_in) == (Verdict.TIMEOUT, "NetApiBufferFree")


def test_silence_after_the_call_returned_accuses_no_function() -> None:
    assert result(BEGIN, STEP, DONE, ending=SILENT).hung_in == ""


@pytest.mark.parametrize(
    ("events", "ending", "ended"),
    [
        ((BEGIN, STEP, DONE, end(judgements=0)), None, "normally"),
        ((BEGIN, STEP), ENDED, "crash in NetApiBufferFree"),
        ((BEGIN, STEP), SILENT, "timeout in NetApiBufferFree"),
    ],
)
def test_an_observation_is_observed_however_it_ended(
    events: tuple[Event, ...], ending: Ending | None, ended: str
) -> None:
    observed = result(*events, ending=ending, evidence="unknown")
    assert (observed.verdict, observed.observations["ended"]) == (Verdict.OBSERVED, ended)


def test_what_was_observed_is_kept() -> None:
    seen = Event("observation", {"name": "reported-size", "value": "16"})
    assert result(BEGIN, STEP, DONE, seen, end()).observations == {"reported-size": "16"}


def test_two_runs_that_agree_are_believed() -> None:
    crashed = result(BEGIN, STEP, ending=ENDED)
    assert combine(crashed, crashed) == crashed


@pytest.mark.parametrize("crash_first", [True, False])
def test_two_runs_that_differ_are_flaky_with_the_worse_verdict(crash_first: bool) -> None:
    crashed, failed = result(BEGIN, STEP, ending=ENDED), result(BEGIN, STEP, DONE, FAILURE, end(failed=1))
    runs = (crashed, failed) if crash_first else (failed, crashed)
    combined = combine(*runs)
    assert (combined.verdict, combined.flaky, combined.runs) == (Verdict.CRASH, True, runs)


def test_a_case_that_passes_the_second_time_is_no_pass() -> None:
    combined = combine(result(BEGIN, STEP, ending=ENDED), result(BEGIN, STEP, DONE, end()))
    assert (combined.verdict, combined.flaky) == (Verdict.CRASH, True)


@pytest.mark.parametrize(
    "line",
    [
        b'{"event":"end","case":"free/null-once"}',
        b'{"nonce":"ffffffffffffffff","event":"end"}',
        b'{"nonce":"0123456789abcdef0","event":"end"}',
        b'{"text":"0123456789abcdef","event":"end"}',
        b'["0123456789abcdef"]',
        b'"0123456789abcdef"',
        b'{"nonce":"0123456789abcdef","event":7}',
        b'rubbish {"nonce":"0123456789abcdef","event":"end"}',
        b'\xff{"nonce":"0123456789abcdef","event":"end"}',
        b'{"nonce":"0123456789abcdef","event":' + b"[" * 100_000,
    ],
)
def test_a_line_without_the_nonce_in_its_place_is_no_event(line: bytes) -> None:
    assert parse_line(line, NONCE) is None


def test_a_line_with_the_nonce_is_an_event() -> None:
    event = parse_line(b'{"nonce":"0123456789abcdef","event":"begin","case":"free/null-once"}', NONCE)
    assert event is not None and (event.name, event.text("case")) == ("begin", ID)


@pytest.mark.parametrize(("bytes", "believed"), [(2**32, 2**32), (10**400, MOST_REQUESTED_BYTES), (-1, 0), ("1", 0)])
def test_a_request_for_memory_is_believed_as_far_as_it_can_be(bytes: Any, believed: int) -> None:
    assert requested_bytes(Event("step", {"bytes": bytes})) == believed
    assert requested_bytes(Event("done", {"bytes": bytes})) == 0
