"""What one commit's results say to `git bisect`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from apibuf_reports import difference
from apibuf_reports.stream import FAILED, NO_RESULT, Stream, Verdict

MOST_SHOWN = 5


class Answer(IntEnum):
    """What a commit is, as the exit codes that `git bisect run` knows."""

    GOOD = 0
    BAD = 1
    CANNOT_TELL = 125


@dataclass(frozen=True)
class Judgement:
    """The answer for one commit, and a line for each thing that it is based on."""

    answer: Answer
    reasons: tuple[str, ...]


def judge(results: Stream, good: Stream | None) -> Judgement:
    """Judges a commit by its results: by its own deviations, or by what regressed since the results of a good commit.

    A deviation is decisive, even one that showed in one of two runs only. Without one the commit is good only if all
    that was to be run was run, and all that passed with the good commit could be judged.
    """
    deviations = tuple(_deviations(results) if good is None else _regressions(good, results))
    if deviations:
        further = len(deviations) - MOST_SHOWN
        shown = deviations[:MOST_SHOWN] + ((f"and {further} more",) if further > 0 else ())
        return Judgement(Answer.BAD, shown)
    if results.footer.error is not None:
        return Judgement(Answer.CANNOT_TELL, (results.footer.error,))
    unknown = next(_unknown(results, good), None)
    if unknown is not None:
        return Judgement(Answer.CANNOT_TELL, (unknown,))
    judged = results.footer.conclusion.judged
    if judged == 0:
        return Judgement(Answer.CANNOT_TELL, ("no case was judged",))
    outcome = "all of them passed" if good is None else "none that passed with the good commit fails"
    return Judgement(Answer.GOOD, (f"{judged} cases judged, {outcome}",))


def _deviations(results: Stream) -> Iterator[str]:
    yield from (f"{name}: not exported" for name in results.footer.missing)
    for case in results.cases:
        if case.verdict in FAILED or (case.flaky and case.verdict != Verdict.OBSERVED):
            yield f"{case.id}: {case.verdict}{', flaky' if case.flaky else ''}: {case.reason}"


def _regressions(good: Stream, results: Stream) -> Iterator[str]:
    # A fault of the harness is no deviation.
    without_result = {case.id for case in results.cases if case.verdict in NO_RESULT}
    for change in difference.compare(good, results).of(difference.Kind.REGRESSION):
        if change.id not in without_result:
            yield f"{change.id}: {change.after}"


def _unknown(results: Stream, good: Stream | None) -> Iterator[str]:
    """What stays unknown of the commit: of that which was known of the good one, if there is one."""
    before = {case.id: case.verdict for case in good.cases} if good else {}
    for case in results.cases:
        if case.verdict in NO_RESULT and before.get(case.id) not in NO_RESULT:
            yield f"{case.id} was not run: {case.reason}"
        if case.verdict == Verdict.UNSUPPORTED and before.get(case.id) == Verdict.PASS:
            yield f"{case.id} passed with the good commit and is unsupported now: {case.reason}"
