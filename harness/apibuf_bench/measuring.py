"""Measures implementations in turn: a process for each implementation, scenario and round.

What shall be compared is measured within the same second, and no implementation always comes first.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from apibuf_bench.scenarios import SCENARIOS, Scenario

FLOOR = "malloc"
RESULTS_FILE = "figures.json"
PROCESS_LIMIT_S = 120.0
NANOSECONDS = 1_000_000_000


class CannotMeasure(Exception):
    """An implementation could not be measured; the message says why."""


@dataclass(frozen=True)
class Implementation:
    """What is measured: `command` starts its benchmark program. `name` is malloc for the platform's C library."""

    name: str
    platform: str
    version: str
    command: tuple[str, ...]
    environment: Mapping[str, str]

    @property
    def is_floor(self) -> bool:
        """Whether it is the C library, which the others cannot beat and are compared with."""
        return self.name == FLOOR


@dataclass(frozen=True)
class Sample:
    """One measurement: nanoseconds for one of the scenario's `once`, and the memory of each live buffer if known."""

    implementation: Implementation
    scenario: Scenario
    round: int
    ns: float
    bytes_per_buffer: float | None


OnStep = Callable[[str], None]


def measure(
    implementations: Sequence[Implementation],
    scenarios: Sequence[Scenario],
    rounds: int,
    seconds: float,
    on_step: OnStep = lambda _: None,
) -> tuple[Sample, ...]:
    """All samples, in the order in which they were taken; each took about `seconds`. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="apibuf-bench-") as folder:
        samples = []
        for round, scenario, implementation in _order(implementations, scenarios, rounds):
            on_step(f"{scenario.name}: {implementation.name}")
            sample = _measure_once(implementation, scenario, round, seconds, Path(folder))
            if sample is not None:
                samples.append(sample)
        return tuple(samples)


def _order(
    implementations: Sequence[Implementation], scenarios: Sequence[Scenario], rounds: int
) -> Iterator[tuple[int, Scenario, Implementation]]:
    for round in range(rounds):
        first = round % len(implementations)
        for scenario in scenarios:
            for implementation in (*implementations[first:], *implementations[:first]):
                yield round, scenario, implementation


def _measure_once(
    implementation: Implementation, scenario: Scenario, round: int, seconds: float, folder: Path
) -> Sample | None:
    """None: the implementation does not have what the scenario needs."""
    results = folder / RESULTS_FILE
    results.unlink(missing_ok=True)
    _run(
        implementation,
        [
            f"--benchmark_filter=^{scenario.name}(/|$)",
            f"--benchmark_min_time={seconds:g}",
            f"--benchmark_out={RESULTS_FILE}",
            "--benchmark_out_format=json",
        ],
        folder,
    )
    figures = _read(results, implementation)
    if not figures:
        return None
    return Sample(
        implementation,
        scenario,
        round,
        NANOSECONDS / figures[0]["items_per_second"],
        figures[0].get("bytes_per_buffer"),
    )


def _run(implementation: Implementation, options: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            [*implementation.command, *options],
            cwd=folder,
            env=implementation.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=PROCESS_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotMeasure(f"{implementation.name} did not end within {PROCESS_LIMIT_S:g} s") from error
    except OSError as error:
        raise CannotMeasure(f"{implementation.command[0]} could not be started: {error.strerror}") from error
    if done.returncode != 0:
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if "apibuf-benchmark: " in line]
        why = said[-1].partition("apibuf-benchmark: ")[2] if said else f"it ended with exit code {done.returncode}"
        raise CannotMeasure(f"{implementation.name} could not be measured: {why}")


def _read(results: Path, implementation: Implementation) -> list[dict[str, Any]]:
    """The figures of the one benchmark that was run; none where the program has none for this implementation."""
    try:
        text = results.read_text(encoding="utf-8")
        # Google Benchmark leaves the file empty where its filter matches nothing.
        return list(json.loads(text)["benchmarks"]) if text else []
    except (OSError, ValueError, KeyError) as error:
        raise CannotMeasure(f"{implementation.name} left no figures: {error}") from error


def scenarios_named(patterns: Sequence[str]) -> tuple[Scenario, ...]:
    """The scenarios whose names match one of the patterns; all without patterns, none where nothing matches."""
    if not patterns:
        return SCENARIOS
    return tuple(scenario for scenario in SCENARIOS if any(fnmatchcase(scenario.name, pattern) for pattern in patterns))
