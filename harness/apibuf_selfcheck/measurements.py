"""How the suite did against implementations of conformance/faults: each outcome, the score, the published table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from apibuf_selfcheck.faults import Fault


class FaultOutcome(StrEnum):
    """How the suite did against one implementation."""

    CAUGHT = "caught"
    PASSED = "passed"
    MISNAMED = "MISNAMED"
    SURVIVED = "SURVIVED"
    FAILED = "FAILED"
    ACCUSED = "ACCUSED"
    NOT_MEASURED = "not measured"


NOT_AS_IT_SHOULD_BE = frozenset(
    {FaultOutcome.MISNAMED, FaultOutcome.SURVIVED, FaultOutcome.FAILED, FaultOutcome.ACCUSED}
)


@dataclass(frozen=True)
class Measurement:
    """One implementation with the ids of the judged cases that spoke against it, as far as they were run.

    `accused_by` are those that are known better than the requirement from which it deviates. `unavailable` says why its
    platform could not be had here; empty where it was measured.
    """

    fault: Fault
    failing: tuple[str, ...]
    unavailable: str = ""
    accused_by: tuple[str, ...] = ()

    @property
    def idle(self) -> tuple[str, ...]:
        """Which of the named patterns caught nothing."""
        return tuple(
            pattern for pattern in self.fault.caught_by if not any(fnmatchcase(case, pattern) for case in self.failing)
        )

    @property
    def verdict(self) -> FaultOutcome:
        """A wrong one has to be caught by everything that its file names: a name that catches nothing misleads."""
        if self.unavailable:
            return FaultOutcome.NOT_MEASURED
        if self.accused_by:
            return FaultOutcome.ACCUSED
        if not self.fault.is_wrong:
            return FaultOutcome.FAILED if self.failing else FaultOutcome.PASSED
        if not self.failing:
            return FaultOutcome.SURVIVED
        return FaultOutcome.MISNAMED if self.idle else FaultOutcome.CAUGHT

    @property
    def named(self) -> str:
        """The cases worth naming: those that the file names, or those that it should have named."""
        if self.verdict is FaultOutcome.MISNAMED:
            return f"not {', '.join(self.idle)} but {', '.join(self.failing[:3])}"
        if self.verdict is FaultOutcome.ACCUSED:
            return f"by {', '.join(self.accused_by[:3])}"
        return ", ".join(self.fault.caught_by or self.failing[:3])


def score(measurements: Sequence[Measurement]) -> str:
    """One sentence on all of them."""
    wrong = [measurement for measurement in measurements if measurement.fault.is_wrong]
    right = [measurement for measurement in measurements if not measurement.fault.is_wrong]
    caught = sum(measurement.verdict is FaultOutcome.CAUGHT for measurement in wrong)
    passed = sum(measurement.verdict is FaultOutcome.PASSED for measurement in right)
    left_out = sum(measurement.verdict is FaultOutcome.NOT_MEASURED for measurement in measurements)
    ending = f", {left_out} not measured" if left_out else ""
    return f"{caught} of {len(wrong)} wrong implementations caught, {passed} of {len(right)} right ones passed{ending}"


def markdown(measurements: Sequence[Measurement]) -> str:
    """The published table. How many cases catch a fault may differ from run to run (threads), so it is left out."""
    lines = [
        "# Broken and odd implementations that the suite was measured with",
        "",
        "Written by `apibuf selftest --write`. Each is a file of `conformance/faults`; the named cases catch what is",
        f"wrong. {score(measurements)}.",
        "",
        "| wrong implementation | what is wrong | caught by | verdict |",
        "| -------------------- | ------------- | --------- | ------- |",
    ]
    wrong = [measurement for measurement in measurements if measurement.fault.is_wrong]
    lines += [f"| {it.fault.name} | {_cell(it.fault.sentence)} | {_cell(it.named)} | {it.verdict} |" for it in wrong]
    lines += [
        "",
        "| right implementation | what is unusual | verdict |",
        "| -------------------- | --------------- | ------- |",
    ]
    right = [measurement for measurement in measurements if not measurement.fault.is_wrong]
    lines += [f"| {it.fault.name} | {_cell(it.fault.sentence)} | {it.verdict} |" for it in right]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text that Markdown takes as it is."""
    return re.sub(r"([|*_<\\])", r"\\\1", text)
