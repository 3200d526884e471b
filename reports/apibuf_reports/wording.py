"""What the formats say in words, so that they all say the same. Nothing here is escaped yet: each format knows how."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from apibuf_reports import sizes
from apibuf_reports.causes import Cause
from apibuf_reports.installation import COMMAND
from apibuf_reports.stream import (
    NO_RESULT,
    Attempt,
    Case,
    Conformity,
    Evidence,
    Selection,
    Stream,
    Verdict,
    failing_step,
)
from apibuf_reports.text import shell_word, windows_word

EVIDENCE = {
    Evidence.DOCUMENTED: "Stated in the prose of Microsoft's documentation.",
    Evidence.ANNOTATED: "Stated by the published prototype, or relied on by the documentation's own sample.",
    Evidence.WINDOWS: "Asserted by published tests that are kept passing on Windows.",
    Evidence.INFERRED: "Follows from the purpose of the function; there is no sentence to cite.",
    Evidence.UNKNOWN: "Nothing prescribes it: it is recorded and never judged.",
}
"""What each level of evidence means."""

# The default: judged by all evidence that there is.
WHOLE_PROFILE = "strict"


class StepOutcome(Protocol):
    """A step and what came of it, as a stream holds it and as the harness does."""

    @property
    def text(self) -> str:
        """What the step does."""

    @property
    def returned(self) -> str | None:
        """What it returned; None where it did not."""

    @property
    def values(self) -> Mapping[str, str]:
        """What was seen, by name."""

    @property
    def failures(self) -> Sequence[object]:
        """What was not as expected."""


def conclusion(stream: Stream) -> str:
    """Returns the one line that a reader in a hurry needs: the headline, a colon, and what it rests on."""
    return f"{headline(stream)}: {sentence(stream)}"


def headline(stream: Stream) -> str:
    """Returns what came of the run in a few words, with the profile where it is weaker than the whole suite's."""
    return outcome(stream) if stream.header.profile == WHOLE_PROFILE else f"{outcome(stream)}, {profile(stream)}"


def outcome(stream: Stream) -> str:
    """Returns what came of the run in a few words; those for a part are never those for the whole."""
    concluded = stream.footer.conclusion
    if concluded.outcome != Conformity.CONFORMS_IN_PART:
        return concluded.outcome.replace("-", " ")
    # All functions, by the whole of a weaker profile: the headline adds which.
    words = "passes a part of the suite" if selection(stream.header.selection) else "conforms"
    if concluded.claimed_functions < concluded.all_functions:
        words += f" for {concluded.claimed_functions} of {plural(concluded.all_functions, 'function')}"
    if concluded.through_connector:
        words += " as far as a connector shows"
    return words


def profile(stream: Stream) -> str:
    """Returns by which profile was judged."""
    return f"profile {stream.header.profile}"


def sentence(stream: Stream) -> str:
    """Returns what the outcome rests on, deviations first, then what could not run, then what was left out."""
    missing, error = stream.footer.missing, stream.footer.error
    deviations = [f"not exported: {', '.join(missing)}"] if missing else []
    if error is None:
        beginning = [_judged(stream), *deviations]
    elif stream.footer.conclusion.judged:
        beginning = [_judged(stream), *deviations, f"the run was cut short: {error}"]
    else:
        beginning = [*deviations, error]
    return "; ".join([*beginning, *_not_run(stream), *_limits(stream)])


def counts(stream: Stream) -> str:
    """Returns how the cases ended, in short."""
    return "; ".join([_judged(stream), *_not_run(stream)])


def how_many_conform(streams: Sequence[Stream], noun: str) -> str:
    """Returns such as `1 of 3 targets conforms, 1 in part`."""
    outcomes = Counter(stream.footer.conclusion.outcome for stream in streams)
    in_part = outcomes[Conformity.CONFORMS_IN_PART]
    verb = "conforms" if outcomes[Conformity.CONFORMS] == 1 else "conform"
    whole = f"{outcomes[Conformity.CONFORMS]} of {plural(len(streams), noun)} {verb}"
    return f"{whole}, {in_part} in part" if in_part else whole


def selection(asked: Selection) -> str:
    """Returns which part of the suite was asked for, or an empty text for all of it."""
    parts = [] if "*" in asked.select else [f"--select {shell_word(pattern)}" for pattern in asked.select]
    if asked.shard not in (None, "1/1"):
        parts.append(f"--shard {asked.shard}")
    if asked.rerun_failed:
        parts.append("--rerun-failed")
    return " ".join(parts)


def details(case: Case) -> list[tuple[str, str]]:
    """Returns why the case is no pass, as labels with texts: requirement, expected, actual and so on."""
    rows = [
        ("requirement", f"{', '.join(case.requirements)} ({case.evidence})"),
        ("not met", not_met(case)),
        ("expected", case.expected),
        ("actual", case.actual),
        ("reason", case.reason),
        # What makes the case's random choices again.
        ("seed", case.observations.get("seed", "")),
    ]
    # The last step of a case that is not run to its end has not failed: it said why it cannot be made here.
    step = None if case.verdict is Verdict.NOT_RUN else failing_step(case.steps)
    if step is not None:
        rows.append(("failing step", step_text(step)))
    rows += [(f"run {number}", _attempt(attempt)) for number, attempt in enumerate(case.runs, start=1)]
    return [(label, text) for label, text in rows if text]


def cause_details(stream: Stream, found: Cause) -> list[tuple[str, str]]:
    """Returns for which sizes a cause of the stream shows, as far as that is proven, and why its example is no pass."""
    where = sizes.describe(found, stream.cases)
    return [*([("fails for", where)] if where else []), *details(found.example)]


PRINTED = "it printed"
"""The label of the lines that the process printed in a case that did not come to its end."""


def not_met(case: Case) -> str:
    """Returns which requirement was not met, where the requirements of the case do not say it."""
    if case.requirement in ("", case.requirements[0]):
        return ""
    return (
        case.requirement if case.requirement in case.requirements else f"{case.requirement}, on which the case relies"
    )


def verdict(case: Case) -> str:
    """Returns the verdict, and whether the runs of the case differed."""
    return f"{case.verdict}, flaky" if case.flaky else str(case.verdict)


def replay_command(stream: Stream, case: Case) -> str:
    """Returns the command that runs the case again, for the shell of the system on which it was run."""
    return f"{run_command(stream)} --select {_word(stream, case.id)}"


def run_command(stream: Stream) -> str:
    """Returns the beginning of that command: all but `--select` and an id."""
    return " ".join(_word(stream, word) for word in _rerun(stream))


def repro_parts(stream: Stream) -> tuple[str, str]:
    """Returns the command that prints the C program of a case: what comes before the id, and what comes after it."""
    program, _, target, *options = _rerun(stream)
    kept = [
        word for option, value in pairwise(options) if option in ("--vectors", "--wine") for word in (option, value)
    ]
    after = " ".join(_word(stream, word) for word in ("--target", target, *kept))
    return f"{_word(stream, program)} repro", after


def worker_options(stream: Stream) -> str:
    """Returns the options of the worker alone that load the same library and the same cases."""
    options = _rerun(stream)[3:]
    files = [value for option, value in pairwise(options) if option == "--vectors"]
    words = [f"--target={stream.header.target.path}", *(f"--vectors={file}" for file in files)]
    return " ".join(_word(stream, word) for word in words)


def _rerun(stream: Stream) -> Sequence[str]:
    wine = stream.header.environment.get("wine_program")
    by_old_stream = [COMMAND, "run", stream.header.target.word, *(["--wine", wine] if wine else [])]
    return stream.header.rerun or by_old_stream


def _word(stream: Stream, text: str) -> str:
    was_on_windows = stream.header.environment.get("system", "").startswith("Windows")
    return windows_word(text) if was_on_windows else shell_word(text)


def repro_command(stream: Stream, case: Case) -> str:
    """Returns the shell command that prints a program which shows the deviation; empty where no program can."""
    if not case.reproducer:
        return ""
    before, after = repro_parts(stream)
    return f"{before} {_word(stream, case.id)} {after}"


def step_text(step: StepOutcome) -> str:
    """Returns a step with what came of it."""
    if step.returned is None:
        # A phase that was broken off at a failure is not one that hung.
        return step.text if step.failures else f"{step.text} did not return"
    outcome = "" if step.returned == "done" else f" returned {step.returned}"
    values = ", ".join(f"{name} = {value}" for name, value in step.values.items())
    return f"{step.text}{outcome}{f'; {values}' if values else ''}"


def reasons(cases: Iterable[Case]) -> list[tuple[str, int]]:
    """Returns the reasons of the cases with how many cases give each, the most frequent first."""
    counted = Counter(case.reason or "no reason given" for case in cases)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def cause(found: Cause) -> str:
    """Returns what deviates and how much it concerns, such as `NetApiBufferFree is refused: 99 cases, 71 blocked`."""
    return f"{found.title}: {extent(len(found.cases), len(found.blocked))}"


def extent(cases: int, blocked: int) -> str:
    """Returns how many cases have a cause, and how many of these are about something else."""
    return f"{plural(cases, 'case')}{f', {blocked} blocked by it' if blocked else ''}"


def plural(count: int, noun: str) -> str:
    """Returns such as `1 case` or `2 cases`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _judged(stream: Stream) -> str:
    """Returns how many cases passed or failed, of those that were judged."""
    concluded = stream.footer.conclusion
    if not concluded.judged:
        return "no case was judged"
    word, count = ("failed", concluded.failed) if concluded.failed else ("passed", concluded.judged)
    unsupported = stream.footer.counts.get(Verdict.UNSUPPORTED, 0)
    left_out = f", {unsupported} unsupported" if unsupported else ""
    return f"{count} of {plural(concluded.judged, 'judged case')} {word}{left_out}"


def _not_run(stream: Stream) -> list[str]:
    """Returns how many cases have no settled verdict, by the reason."""
    numbers: dict[str, int] = {kind: stream.footer.counts.get(kind, 0) for kind in sorted(NO_RESULT)}
    numbers["flaky"] = stream.footer.conclusion.flaky
    return [f"{plural(count, 'case')} {kind}" for kind, count in numbers.items() if count]


def _limits(stream: Stream) -> list[str]:
    """Returns what was left out on purpose, where the headline has not said it."""
    concluded = stream.footer.conclusion
    part = selection(stream.header.selection)
    limits = [f"only a part was run: {part}"] if part else []
    if concluded.claimed_functions < concluded.all_functions and not stream.footer.conformant:
        limits.append(f"{concluded.claimed_functions} of {plural(concluded.all_functions, 'function')} claimed")
    return limits


def _attempt(attempt: Attempt) -> str:
    parts = (str(attempt.verdict), f"actual {attempt.actual}" if attempt.actual else "", attempt.reason)
    return "; ".join(part for part in parts if part)
