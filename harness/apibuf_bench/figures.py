"""From samples to figures: medians, and ratios of what was measured in the same round, with their spread. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from apibuf_bench.measuring import Implementation, Sample
from apibuf_bench.scenarios import SCENARIOS, Scenario


@dataclass(frozen=True)
class Ratio:
    """How many times as long as something else: the median of all rounds, and the quartiles around it."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Figure:
    """What came of one implementation in one scenario. `over_floor` is None for the floor itself."""

    implementation: Implementation
    scenario: Scenario
    ns: float
    over_floor: Ratio | None
    bytes_per_buffer: float | None


def figures(samples: Sequence[Sample]) -> tuple[Figure, ...]:
    """One figure for each scenario and implementation that was measured, in the order of the scenarios."""
    found = []
    for scenario in SCENARIOS:
        of_scenario = [sample for sample in samples if sample.scenario == scenario]
        for implementation in _in_order(of_scenario):
            own = _of(of_scenario, implementation)
            floor = [
                sample
                for sample in of_scenario
                if sample.implementation.is_floor and sample.implementation.platform == implementation.platform
            ]
            memory = [sample.bytes_per_buffer for sample in own if sample.bytes_per_buffer is not None]
            found.append(
                Figure(
                    implementation,
                    scenario,
                    statistics.median(sample.ns for sample in own),
                    None if implementation.is_floor else ratio(own, floor),
                    statistics.median(memory) if memory else None,
                )
            )
    return tuple(found)


def ratio(of: Sequence[Sample], to: Sequence[Sample]) -> Ratio | None:
    """How many times as long the one took as the other in the same round; None where they share no round."""
    base = {sample.round: sample.ns for sample in to}
    ratios = sorted(sample.ns / base[sample.round] for sample in of if sample.round in base)
    if not ratios:
        return None
    if len(ratios) == 1:
        return Ratio(ratios[0], ratios[0], ratios[0])
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio(median, low, high)


def between(samples: Sequence[Sample], scenario: str, of: str, to: str) -> Ratio | None:
    """How many times as long one implementation took as another; None where they were not both measured."""
    return ratio(
        *(
            [sample for sample in samples if (sample.scenario.name, sample.implementation.name) == (scenario, name)]
            for name in (of, to)
        )
    )


def _in_order(samples: Sequence[Sample]) -> tuple[Implementation, ...]:
    """The implementations by platform, the floor first."""
    distinct = {
        (sample.implementation.platform, sample.implementation.name): sample.implementation for sample in samples
    }
    return tuple(
        sorted(
            distinct.values(),
            key=lambda each: (each.platform, not each.is_floor, not each.name.startswith("reference")),
        )
    )


def _of(samples: Sequence[Sample], implementation: Implementation) -> list[Sample]:
    return [sample for sample in samples if sample.implementation is implementation]
