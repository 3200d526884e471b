"""What the events of one run of a case prove: conformance/PROTOCOL.md, "What the host may believe". Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from apibuf_runner.catalogue import Case
from apibuf_runner.events import Event
from apibuf_runner.worker import Ending, EndingKind


class Verdict(StrEnum):
    """How a case came out."""

    PASS = "pass"
    FAIL = "fail"
    CRASH = "crash"
    TIMEOUT = "timeout"
    HARNESS_ERROR = "harness-error"
    NOT_RUN = "not-run"
    UNSUPPORTED = "unsupported"
    OBSERVED = "observed"


SEVERITY = (
    Verdict.PASS,
    Verdict.OBSERVED,
    Verdict.UNSUPPORTED,
    Verdict.NOT_RUN,
    Verdict.HARNESS_ERROR,
    Verdict.TIMEOUT,
    Verdict.FAIL,
    Verdict.CRASH,
)
"""The best first, so that of two verdicts that differ the later one counts."""

NONCONFORMING = frozenset({Verdict.FAIL, Verdict.CRASH, Verdict.TIMEOUT})
TO_CONFIRM = NONCONFORMING | {Verdict.HARNESS_ERROR}
ENDED_NORMALLY = "normally"
VARIES = "varies"
"""What is recorded of an observation that came out differently when its case was run again."""

MOST_CALLS_SHOWN = 4

# No step of a worker's asks for more; a number that somebody else wrote is cut to it.
MOST_REQUESTED_BYTES = 2**40


@dataclass(frozen=True)
class Execution:
    """One run of a case: its events in order, and why they broke off (None: they came to the case's `end`).

    `printed` are lines that the process printed while a case ran that broke off.
    """

    events: tuple[Event, ...]
    ending: Ending | None
    duration_us: int
    printed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """One expectation that was not met."""

    requirement: str
    what: str
    expected: str
    actual: str


@dataclass(frozen=True)
class Step:
    """A step that was made; `returned` is None where it never returned."""

    text: str
    returned: str | None
    values: Mapping[str, str]
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class CaseResult:
    """What came of a case, as the result stream reports it.

    `requirement` is the one that was not met, where that is known: of what the case relies on, or of its own.
    `hung_in` names the function that did not return; `loaded` is False where the case's worker had no library to run.
    `printed` are lines that the process printed while the case ran, where that did not come to its end.
    `calls` are the last ones of a property that failed, as in PROTOCOL.md; empty where they cannot be made again.
    `varies`: run again it had the same verdict, with another expectation, actual value or reason.
    """

    case: Case
    verdict: Verdict
    expected: str = ""
    actual: str = ""
    reason: str = ""
    requirement: str = ""
    steps: tuple[Step, ...] = ()
    observations: Mapping[str, str] = field(default_factory=dict)
    duration_us: int = 0
    hung_in: str = ""
    loaded: bool = True
    flaky: bool = False
    varies: bool = False
    printed: tuple[str, ...] = ()
    runs: tuple[CaseResult, ...] = ()
    calls: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class _Finding:
    """A verdict with what had to be, what was, and the sentence that says where."""

    verdict: Verdict
    expected: str = ""
    actual: str = ""
    reason: str = ""
    requirement: str = ""


def judge(case: Case, execution: Execution) -> CaseResult:
    """The result of one run of a case."""
    finding = _find(case, execution)
    observations = {
        event.text("name"): event.text("value") for event in execution.events if event.name == "observation"
    }
    if case.is_observation and finding.verdict not in (Verdict.UNSUPPORTED, Verdict.NOT_RUN, Verdict.HARNESS_ERROR):
        observations["ended"] = _how_an_observation_ended(execution)
        finding = replace(finding, verdict=Verdict.OBSERVED)
    return CaseResult(
        case=case,
        verdict=finding.verdict,
        expected=finding.expected,
        actual=finding.actual,
        reason=finding.reason,
        requirement=finding.requirement,
        steps=_steps(execution.events),
        observations=observations,
        duration_us=execution.duration_us,
        hung_in=_function_in_call(execution.events) if finding.verdict is Verdict.TIMEOUT else "",
        calls=_calls(execution.events),
        printed=() if _came_to_its_end(execution) else execution.printed,
    )


def _calls(events: Sequence[Event]) -> tuple[Mapping[str, Any], ...]:
    calls = next((event.members.get("calls") for event in events if event.name in ("calls", "hang")), None)
    return tuple(call for call in calls if isinstance(call, dict)) if isinstance(calls, list) else ()


def left_out(case: Case, verdict: Verdict, reason: str) -> CaseResult:
    """The result of a case that was not sent to any worker."""
    return CaseResult(case=case, verdict=verdict, reason=reason)


def combine(first: CaseResult, alone: CaseResult) -> CaseResult:
    """The result of a case that was run once more, alone.

    Where the verdicts differ a judged case is flaky: both are kept, and the worse verdict counts.
    """
    if first.verdict is alone.verdict:
        return _with_what_varies(first, alone)
    if first.case.is_observation:
        return first if first.loaded else alone
    worse = max(first, alone, key=lambda result: SEVERITY.index(result.verdict))
    return replace(worse, flaky=True, runs=(first, alone))


def hung(result: CaseResult) -> bool:
    """Whether an observation ended because a call did not return."""
    return result.observations.get("ended", "").startswith(Verdict.TIMEOUT)


def _with_what_varies(first: CaseResult, again: CaseResult) -> CaseResult:
    """The first result, without those observations that are another the second time: they are rubbish, or chance."""
    observations = {
        name: first.observations[name] if first.observations.get(name) == again.observations.get(name) else VARIES
        for name in {**first.observations, **again.observations}
    }
    texts = [(result.expected, result.actual, result.reason) for result in (first, again)]
    return replace(first, observations=observations, varies=texts[0] != texts[1])


def requested_bytes(event: Event) -> int:
    """How much memory the step asks for where it is very much, in bytes; 0 for every other step and event."""
    asked = event.number("bytes") if event.name == "step" else None
    return min(max(asked or 0, 0), MOST_REQUESTED_BYTES)


def _find(case: Case, execution: Execution) -> _Finding:
    failures = [event for event in execution.events if event.name == "failure"]
    if failures:
        return _failed(failures[0], execution.events)
    errors = [event for event in execution.events if event.name == "error"]
    if errors:
        return _Finding(Verdict.HARNESS_ERROR, reason=f"The worker could not run it: {errors[0].text('message')}.")
    if execution.ending is not None:
        return _broke_off(execution.ending, execution.events)
    if not _began(case, execution.events):
        return _unproven("its events do not begin with its own `begin`")
    for name, verdict in (("unsupported", Verdict.UNSUPPORTED), ("not-run", Verdict.NOT_RUN)):
        for event in execution.events:
            if event.name == name:
                return _Finding(verdict, reason=event.text("reason"))
    return _Finding(Verdict.PASS) if case.is_observation else _proven(case, execution.events)


def _proven(case: Case, events: Sequence[Event]) -> _Finding:
    """A pass, or what is missing from its proof."""
    begun = [event.number("index") for event in events if event.name == "step"]
    returned = [event.number("index") for event in events if event.name == "done"]
    end = events[-1]
    if end.text("case") != case.id:
        return _unproven(f"the `end` is that of {end.text('case')!r}")
    if begun != returned:
        return _unproven(f"{len(begun)} steps were made and {len(returned)} returned")
    if end.number("steps") != len(begun):
        return _unproven(f"{len(begun)} steps were seen, and the `end` counts {end.text('steps')}")
    if (end.number("judgements") or 0) < 1:
        return _unproven("nothing was judged")
    if end.number("failed") != 0:
        return _unproven(f"the `end` counts {end.text('failed')} failures and none was reported")
    return _Finding(Verdict.PASS)


def _unproven(what: str) -> _Finding:
    return _Finding(Verdict.HARNESS_ERROR, reason=f"The case ended without proof of a pass: {what}.")


def _began(case: Case, events: Sequence[Event]) -> bool:
    begins = [event for event in events if event.name == "begin"]
    return len(begins) == 1 and events[0] is begins[0] and begins[0].text("case") == case.id


def _failed(failure: Event, events: Sequence[Event]) -> _Finding:
    place = next(
        (
            f" in step {event.members['index'] + 1}: {event.text('text')}"
            for event in events
            if event.name == "step"
            and event.number("index") is not None
            and event.number("index") == failure.number("index")
        ),
        "",
    )
    what = failure.text("what")
    return _Finding(
        Verdict.FAIL, failure.text("expected"), failure.text("actual"), f"{what}{place}", failure.text("requirement")
    )


def _broke_off(ending: Ending, events: Sequence[Event]) -> _Finding:
    """A crash or a timeout, and where it happened; neither where it used the memory that the case asked for."""
    asked_bytes = max(map(requested_bytes, events), default=0)
    if ending.kind is EndingKind.OVER_MEMORY and asked_bytes:
        return _Finding(Verdict.NOT_RUN, reason=f"It was asked for {asked_bytes} bytes, and {ending.reason}.")
    if ending.kind in (EndingKind.STARVED, EndingKind.OVER_TIME):
        return _Finding(Verdict.NOT_RUN, reason=f"It was not run to its end: {ending.reason}.")
    last_words = next((event for event in events if event.name in ("crash", "hang")), None)
    function = _function_in_call(events) or (last_words.text("function") if last_words else "")
    expected = f"{function} returns" if function else "the case comes to its end"
    requirement = _requirement_of_the_call(events, last_words)
    if ending.kind is EndingKind.SILENT:
        return _hung(ending, events, expected, requirement, last_words)
    what, call = ending.reason, _call_in(events, last_words)
    if last_words is not None and last_words.name == "crash" and ending.kind is EndingKind.ENDED:
        where = last_words.text("where")
        what = f"the process died of {last_words.text('reason')}{f', {where}' if where else ''}"
        what += f", in {call}" if call else ""
    return _Finding(Verdict.CRASH, expected, what, f"It ended {_place(events)}: {what}.", requirement)


def _hung(
    ending: Ending, events: Sequence[Event], expected: str, requirement: str, last_words: Event | None
) -> _Finding:
    """A timeout. A case with threads says which calls these are in; others are asked for it."""
    waiting = next((event for event in events if event.name == "waiting"), None)
    what = ending.reason
    if waiting is not None:
        what += _calls_of_threads(waiting)
        requirement = requirement or waiting.text("requirement")
        if waiting.text("function") and not _function_in_call(events):
            expected = f"{waiting.text('function')} returns"
    elif call := _call_in(events, last_words):
        what += f"; it was in {call}"
    return _Finding(Verdict.TIMEOUT, expected, what, f"It hung {_place(events)}: {what}.", requirement)


def _call_in(events: Sequence[Event], last_words: Event | None) -> str:
    """The call of a property that did not return, in words; empty where its last calls are not known."""
    calls = _calls(events)
    if last_words is None or not calls:
        return ""
    last = calls[-1]
    function, size, held = last.get("function"), last.get("bytes"), last.get("buffer_bytes")
    if function != last_words.text("function") or last.get("succeeded"):
        return ""
    if function == "NetApiBufferAllocate":
        return f"{function} of {size} bytes"
    given = (f"a buffer of {held} bytes" if held else "a buffer") if last.get("buffer") else "NULL"
    resized = f" to {size} bytes" if function == "NetApiBufferReallocate" else ""
    return f"{function} of {given}{resized}"


def _calls_of_threads(waiting: Event) -> str:
    """Which calls the threads were in when nothing came from any of them, as a clause; alike ones are counted."""
    calls = Counter(waiting.texts("calls"))
    in_calls = [f"{count} in {call}" for call, count in calls.most_common() if call]
    more = len(in_calls) - MOST_CALLS_SHOWN
    shown = in_calls[:MOST_CALLS_SHOWN] + ([f"{more} other calls"] if more > 0 else [])
    outside = [f"{calls['']} in none"] if calls[""] else []
    function, count = waiting.text("function"), calls.total()
    if function and count == 1:
        return f"; another thread was in {next(iter(calls))}"
    who = f"all {count} threads were in {function}" if function else f"its {_plural(count, 'thread')}"
    return f"; {who}: {', '.join(shown + outside)}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _requirement_of_the_call(events: Sequence[Event], last_words: Event | None) -> str:
    """The requirement that a call breaks by not returning; empty where it is not known which call that is."""
    if last_words is not None and last_words.text("requirement"):
        return last_words.text("requirement")
    for event in reversed(events):
        if event.name == "done":
            break
        if event.name in ("calling", "step"):
            return event.text("requirement")
    return ""


def _place(events: Sequence[Event]) -> str:
    steps = [event for event in events if event.name == "step"]
    if not events:
        return "before the case began"
    if not steps:
        return "before the first step"
    number = (steps[-1].number("index") or 0) + 1
    word = "in" if _open_step(events) is not None else "after"
    return f"{word} step {number} ({steps[-1].text('text')})"


def _open_step(events: Sequence[Event]) -> Event | None:
    """The step that was made last, if it has not returned."""
    for event in reversed(events):
        if event.name == "done":
            return None
        if event.name == "step":
            return event
    return None


def _function_in_call(events: Sequence[Event]) -> str:
    for event in reversed(events):
        if event.name == "done":
            break
        if event.name in ("calling", "step"):
            return event.text("function")
    return ""


def _how_an_observation_ended(execution: Execution) -> str:
    if execution.ending is None or _came_to_its_end(execution):
        return ENDED_NORMALLY
    word = "timeout" if execution.ending.kind is EndingKind.SILENT else "crash"
    function = _function_in_call(execution.events)
    return f"{word} in {function}" if function else word


def _came_to_its_end(execution: Execution) -> bool:
    """Whether the case's `end` came, or the case had its process end by its exit handlers and that is what happened."""
    if execution.ending is None:
        return True
    names = {event.name for event in execution.events}
    return "exiting" in names and "crash" not in names and execution.ending.exit_status == 0


def _steps(events: Sequence[Event]) -> tuple[Step, ...]:
    begun: dict[int | None, Event] = {}
    done: dict[int | None, Event] = {}
    failures: dict[int | None, list[Failure]] = {}
    for event in events:
        index = event.number("index")
        if event.name == "step":
            begun[index] = event
            done.pop(index, None)
            failures.pop(index, None)
        elif event.name == "done" and index in begun:
            done[index] = event
        elif event.name == "failure" and index in begun:
            failure = Failure(*(event.text(name) for name in ("requirement", "what", "expected", "actual")))
            failures.setdefault(index, []).append(failure)
    return tuple(_step(event, done.get(index), tuple(failures.get(index, ()))) for index, event in begun.items())


def _step(begun: Event, done: Event | None, failures: tuple[Failure, ...]) -> Step:
    if done is None:
        return Step(begun.text("text"), None, {}, failures)
    return Step(begun.text("text"), done.text("returned"), _values(done), failures)


def _values(event: Event) -> dict[str, str]:
    values = event.members.get("values")
    return {str(name): str(value) for name, value in values.items()} if isinstance(values, dict) else {}
