"""Runs random sequences until one fails, and makes the finding that is reported of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Listed
from dataclasses import dataclass
from random import Random

from apibuf_fuzz.sequence import FreeAll, Sequence, random_sequence, without_huge
from apibuf_fuzz.shrink import shrink
from apibuf_fuzz.trial import FIRST_BATCH, Trial, is_failure
from apibuf_fuzz.vector import Vector, failing_requirement, led_by, vector_of
from apibuf_fuzz.vector_runner import VectorRunner
from apibuf_runner.judge import CaseResult, Verdict, combine
from apibuf_runner.session import Interrupted
from apibuf_runner.suite_run import BATCH_LIMIT

SHRINK_LIMIT_S = 20.0


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
            failed = is_failure(vectors[len(results) - 1], results[-1])
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
        trial = Trial(self._runner, time.monotonic() + SHRINK_LIMIT_S)
        trial.last_failure = result
        failing = ran[-1]
        if result.flaky:
            # Alone it passed. What went before it in the same process may belong to it.
            joined = list(_joined(ran))
            place = trial.first_failing(joined)
            if place is None:
                return Finding(self._vector(failing, self.passed), result)
            failing = joined[place]
        vector = self._vector(shrink(failing, trial.first_failing), self.passed)
        vector = led_by(vector, failing_requirement(vector, trial.last_failure))
        return Finding(vector, self._confirmed(vector, trial.last_failure))

    def _confirmed(self, vector: Vector, last_failure: CaseResult) -> CaseResult:
        """What comes of the vector that is reported: it has failed already, so a pass makes it flaky."""
        try:
            result = self._runner.run([vector])[-1]
        except Interrupted:
            return last_failure
        return result if is_failure(vector, result) else combine(last_failure, result)

    def _vector(self, sequence: Sequence, number: int) -> Vector:
        title = f"Random calls do as they must (seed {self._seed}, sequence {number})"
        return vector_of(sequence, f"fuzz/seed-{self._seed}-{number}", title)


def _joined(sequences: Listed[Sequence]) -> Iterator[Sequence]:
    """The last two, four, eight … of the sequences as one, which frees in between what each had left."""
    count = 1
    while count < len(sequences):
        count *= 2
        yield tuple(operation for sequence in sequences[-count:] for operation in (*sequence, FreeAll()))
