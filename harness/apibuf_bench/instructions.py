"""Counts the instructions of the reference under callgrind, and compares them with the kept figures.

Unlike seconds they do not depend on what else the machine does. They do depend on the compiler and the C library, so
figures are kept for the pair of which they were made.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from apibuf_bench.scenarios import SCENARIOS

COUNTED_FUNCTION = "apibuf_counted"
COUNTED_TIMES = 1000
"""How often that function runs a scenario (conformance/benchmark/main.cpp)."""

ALLOWED_RISE = 0.05
SCENARIOS_COUNTED = tuple(scenario.name for scenario in SCENARIOS if scenario.counted)
COUNT_LIMIT_S = 120


class CannotCount(Exception):
    """The instructions could not be counted; the message says why."""


class BadFigures(Exception):
    """The kept figures cannot be used; the message says why."""


@dataclass(frozen=True)
class Comparison:
    """The instructions of one of a scenario's `once`, as kept and as counted now."""

    scenario: str
    kept: float
    counted: float

    @property
    def change(self) -> float:
        """The rise as a part of what is kept; negative for a fall."""
        return self.counted / self.kept - 1

    @property
    def has_risen(self) -> bool:
        """Whether it has risen by more than is allowed."""
        return self.change > ALLOWED_RISE


def count(program: Path, library: Path) -> dict[str, float]:
    """The instructions of each counted scenario. Raises CannotCount."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = pool.map(lambda scenario: _count_one(program, library, scenario), SCENARIOS_COUNTED)
        return dict(zip(SCENARIOS_COUNTED, counts, strict=True))


def compare(kept: Mapping[str, float], counted: Mapping[str, float]) -> tuple[Comparison, ...]:
    """The scenarios in their order. Raises BadFigures where a figure is missing, or one has no scenario."""
    if kept.keys() != counted.keys():
        raise BadFigures(
            f"figures are kept for {', '.join(kept)}, and counted for {', '.join(counted)}; "
            "keep them anew with --update"
        )
    return tuple(Comparison(scenario, kept[scenario], counted[scenario]) for scenario in counted)


def toolchain(compiler: str) -> str:
    """What the figures depend on, such as `GCC 12, glibc 2.36`. Raises CannotCount."""
    try:
        done = subprocess.run(
            [compiler, "-dumpversion"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotCount(f"{compiler} does not print its version: {error}") from error
    return f"GCC {done.stdout.strip().partition('.')[0]}, {os.confstr('CS_GNU_LIBC_VERSION')}"


def read(file: Path) -> dict[str, dict[str, float]]:
    """The kept figures, by toolchain and scenario; none where there is no such file. Raises BadFigures."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadFigures(f"{file} cannot be read: {error}") from error
    for name, figures in document.items():
        if not isinstance(figures, dict) or not all(_is_count(figure) for figure in figures.values()):
            raise BadFigures(f"{file} must hold a table of numbers above 0 for {name}")
    return document


def text_of(kept: Mapping[str, Mapping[str, float]]) -> str:
    """The file of these figures."""
    tables = [
        "\n".join([f"[{json.dumps(name)}]", *(f"{scenario} = {figure:.1f}" for scenario, figure in figures.items())])
        for name, figures in sorted(kept.items())
    ]
    head = (
        "# How many instructions the reference takes for once of what a scenario does, the C library's included, by\n"
        "# compiler and C library. `harness/apibuf bench --instructions` compares, and with --update writes this.\n"
    )
    return "\n\n".join([head.rstrip("\n"), *tables]) + "\n"


def _is_count(figure: object) -> bool:
    return isinstance(figure, int | float) and not isinstance(figure, bool) and 0 < figure < float("inf")


def _count_one(program: Path, library: Path, scenario: str) -> float:
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--toggle-collect={COUNTED_FUNCTION}",
        "--callgrind-out-file=/dev/null",
        str(program),
        f"--target={library}",
        f"--count={scenario}",
    ]
    # An empty environment: not even where the stack begins depends on who asks.
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            timeout=COUNT_LIMIT_S,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath)},
        )
    except subprocess.CalledProcessError as error:
        raise CannotCount(f"{scenario} could not be run under callgrind: {error.stderr.strip()}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotCount(f"callgrind cannot be run: {error}") from error
    collected = re.search(r"Collected : ([0-9]+)", done.stderr)
    if collected is None or collected[1] == "0":
        raise CannotCount(f"callgrind has counted nothing in {COUNTED_FUNCTION}")
    return int(collected[1]) / COUNTED_TIMES
