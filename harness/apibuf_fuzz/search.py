"""Runs random sequences until one fails, and makes the finding that is reported of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from itertools import islice
from random import Random

from apibuf_fuzz.sequence import FreeAll, Sequence, random_sequence, without_huge
from apibuf_fuzz.shrink import shrink
from apibuf_fuzz.vector import Vector, failing_requirement, last_run, led_by, vector_of
from apibuf_fuzz.vector_runner import VectorRunner
from apibuf_runner.judge import NONCONFORMING, CaseResult, Verdict, combine
from apibuf_runner.session import Interrupted
from apibuf_runner.suite_run import BATCH_LIMIT

SHRINK_LIMIT_S = 20.0
# The first batch is small: a library that is broken throughout shows it at once.
FIRST_BATCH = 10
MOST_OPERATIONS_OF_A_BATCH = 6000


@dataclass(frozen=True)
class Budget:
    """How many sequences to run, and until when (by time.monotonic, in seconds)."""

    examples: int
    deadline_s: float


@dataclass(frozen=True)
class Finding:
    """A failing vector, and what came of it when it was run twice more; `result.flaky` where that differed."""

    vector: Vector
    result: CaseResult


class Search:
    """One search through the sequences of a seed, which are the same in every search."""

    def __init__(
        self, runner: VectorRunner, functions: frozenset[str], seed: int, on_progress: Callable[[int, bool], None]
    ) -> None:
        """on_progress gets how many sequences have passed, and whether a failing one is being shrunk."""
        self._runner = runner
        self._functions = functions
        self._seed = seed
        self._random = Random(seed)
        self._on_progress = on_progress
        self._shrink_until_s = 0.0
        self._last_failure: CaseResult | None = None
        # Until one such request took more time or memory than there is: the others would only cost the same again.
        self._asks_for_huge = True
        self.passed = 0

    def run(self, budget: Budget) -> Finding | None:
        """The first failing sequence, shrunk; None where none failed. Raises CannotRunVectors, Interrupted, OSError.

        An interruption ends the search, but not a finding that is being shrunk: that is reported as far as it came.
        """
        size = FIRST_BATCH
        while self.passed < budget.examples and time.monotonic() < budget.deadline_s:
            size = min(size, BATCH_LIMIT, budget.examples - self.passed)
            batch = [self._next_sequence() for _ in range(size)]
            vectors = [self._vector(each, self.passed + at) for at, each in enumerate(batch)]
            results = self._runner.run(vectors)
            failed = _is_failure(vectors[len(results) - 1], results[-1])
            self._asks_for_huge = self._asks_for_huge and (failed or results[-1].verdict is Verdict.PASS)
            self.passed += len(results) - failed
            self._on_progress(self.passed, failed)
            if failed:
                return self._finding(batch[: len(results)], results[-1])
            size *= 2
        return None

    def _next_sequence(self) -> Sequence:
        sequence = random_sequence(self._random, self._functions)
        return sequence if self._asks_for_huge else without_huge(sequence)

    def _finding(self, ran: Listed[Sequence], result: CaseResult) -> Finding:
        """The finding about the last of these sequences, which failed after the others had passed."""
        self._shrink_until_s = time.monotonic() + SHRINK_LIMIT_S
        self._last_failure = result
        failing = ran[-1]
        if result.flaky:
            # Alone it passed. What went before it in the same process may belong to it.
            joined = list(_joined(ran))
            place = self._first_failing(joined)
            if place is None:
                return Finding(self._vector(failing, self.passed), result)
            failing = joined[place]
        vector = self._vector(shrink(failing, self._first_failing), self.passed)
        vector = led_by(vector, failing_requirement(vector, self._last_failure))
        return Finding(vector, self._confirmed(vector))

    def _first_failing(self, candidates: Iterable[Sequence]) -> int | None:
        """The place of the first candidate that fails alone too; None where there is none, or no more time."""
        waiting = iter(candidates)
        place = 0
        size = FIRST_BATCH
        while time.monotonic() < self._shrink_until_s and (batch := _next_batch(waiting, size)):
            size = min(2 * size, BATCH_LIMIT)
            vectors = [vector_of(each, f"fuzz/try-{at}", "") for at, each in enumerate(batch)]
            while vectors:
                try:
                    results = self._runner.run(vectors)
                except Interrupted:
                    return None
                place += len(results)
                if _is_failure(vectors[len(results) - 1], results[-1]) and not results[-1].flaky:
                    self._last_failure = results[-1]
                    return place - 1
                vectors = vectors[len(results) :]
        return None

    def _confirmed(self, vector: Vector) -> CaseResult:
        """What comes of the vector that is reported: it has failed already, so a pass makes it flaky."""
        assert self._last_failure is not None
        try:
            result = self._runner.run([vector])[-1]
        except Interrupted:
            return self._last_failure
        return result if _is_failure(vector, result) else combine(self._last_failure, result)

    def _vector(self, sequence: Sequence, number: int) -> Vector:
        title = f"Random calls do as they must (seed {self._seed}, sequence {number})"
        return vector_of(sequence, f"fuzz/seed-{self._seed}-{number}", title)


def _is_failure(vector: Vector, result: CaseResult) -> bool:
    """Whether something was seen that no conforming implementation does.

    One that touches all memory that it gives out may take longer for gigabytes than this machine has patience: that is
    no failure.
    """
    if not result.flaky and result.verdict not in NONCONFORMING:
        return False
    return not (result.verdict is Verdict.TIMEOUT and last_run(vector, result).is_huge)


def _joined(sequences: Listed[Sequence]) -> Iterator[Sequence]:
    """The last two, four, eight … of the sequences as one, which frees in between what each had left."""
    count = 1
    while count < len(sequences):
        count *= 2
        yield tuple(operation for sequence in sequences[-count:] for operation in (*sequence, FreeAll()))


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
