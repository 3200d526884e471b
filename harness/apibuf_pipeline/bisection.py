"""What one commit's results say to `git bisect`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from apibuf_reports import difference
from apibuf_reports.stream import FAILED, NO_RESULT, Stream

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
    """Judges a commit by its results: by its failed cases, or by what regressed since the results of a good commit.

    A deviation is decisive, even one that showed in one of two runs only. Without one the commit is good only if all
    that was to be run was run, as far as it was with the good commit.
    """
    deviations = tuple(_failed(results) if good is None else _regressions(good, results))
    if deviations:
        further = len(deviations) - MOST_SHOWN
        shown = deviations[:MOST_SHOWN] + ((f"and {further} more",) if further > 0 else ())
        return Judgement(Answer.BAD, shown)
    if results.footer.error is not None:
        return Judgement(Answer.CANNOT_TELL, (results.footer.error,))
    # What could not be run with the good commit either says nothing of this one.
    known = {case.id for case in good.cases if case.verdict in NO_RESULT} if good else set()
    not_run = next((case for case in results.cases if case.verdict in NO_RESULT and case.id not in known), None)
    if not_run is not None:
        return Judgement(Answer.CANNOT_TELL, (f"{not_run.id} was not run: {not_run.reason}",))
    if results.footer.conclusion.judged == 0:
        return Judgement(Answer.CANNOT_TELL, ("no case was judged",))
    return Judgement(Answer.GOOD, (f"{results.footer.conclusion.judged} cases passed",))


def _failed(results: Stream) -> Iterator[str]:
    for case in results.cases:
        if case.verdict in FAILED or (case.flaky and case.verdict != "observed"):
            yield f"{case.id}: {case.verdict}{', flaky' if case.flaky else ''}: {case.reason}"


def _regressions(good: Stream, results: Stream) -> Iterator[str]:
    for change in difference.compare(good, results).of(difference.Kind.REGRESSION):
        yield f"{change.id}: {change.after}"
