"""Runs candidates for a failing sequence until one fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from apibuf_fuzz.sequence import Sequence
from apibuf_fuzz.vector import Vector, last_run, vector_of
from apibuf_fuzz.vector_runner import VectorRunner
from apibuf_runner.judge import NONCONFORMING, CaseResult, Verdict
from apibuf_runner.session import Interrupted
from apibuf_runner.suite_run import BATCH_LIMIT

# The first batch is small: a library that is broken throughout shows it at once.
FIRST_BATCH = 10
MOST_OPERATIONS_OF_A_BATCH = 6000


class Trial:
    """Tries sequences against one library, until a time (by time.monotonic, in seconds).

    `last_failure` is what came of the last one that failed.
    """

    def __init__(
        self, runner: VectorRunner, until_s: float, is_wanted: Callable[[CaseResult], bool] = lambda _: True
    ) -> None:
        """is_wanted: whether a failure is one that is looked for; others count as none."""
        self._runner = runner
        self._until_s = until_s
        self._is_wanted = is_wanted
        self.last_failure: CaseResult | None = None

    def first_failing(self, candidates: Iterable[Sequence]) -> int | None:
        """The place of the first candidate that fails alone too; None where there is none, or no more time."""
        waiting = iter(candidates)
        place = 0
        size = FIRST_BATCH
        while time.monotonic() < self._until_s and (batch := _next_batch(waiting, size)):
            size = min(2 * size, BATCH_LIMIT)
            vectors = [vector_of(each, f"fuzz/try-{at}", "") for at, each in enumerate(batch)]
            while vectors:
                try:
                    results = self._runner.run(vectors)
                except Interrupted:
                    return None
                place += len(results)
                if self._is_finding(vectors[len(results) - 1], results[-1]):
                    self.last_failure = results[-1]
                    return place - 1
                vectors = vectors[len(results) :]
        return None

    def _is_finding(self, vector: Vector, result: CaseResult) -> bool:
        return is_failure(vector, result) and not result.flaky and self._is_wanted(result)


def is_failure(vector: Vector, result: CaseResult) -> bool:
    """Whether something was seen that no conforming implementation does.

    One that touches all memory that it gives out may take longer for gigabytes than this machine has patience: that is
    no failure.
    """
    if not result.flaky and result.verdict not in NONCONFORMING:
        return False
    return not (result.verdict is Verdict.TIMEOUT and last_run(vector, result).is_huge)


def _next_batch(waiting: Iterator[Sequence], most: int) -> list[Sequence]:
    """The next candidates for one worker; fewer of long ones, so that the time is looked at now and then."""
    batch: list[Sequence] = []
    operations = 0
    for sequence in islice(waiting, most):
        batch.append(sequence)
        operations += len(sequence)
        if operations >= MOST_OPERATIONS_OF_A_BATCH:
            break
    return batch
