"""The published files: all figures as JSON, a README, and a picture of the ratios. Pure except for the templates."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import log10
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from apibuf_bench.figures import Figure, Ratio, between, figures
from apibuf_bench.instructions import Comparison
from apibuf_bench.measuring import FLOOR, Implementation, Sample
from apibuf_bench.scenarios import SCENARIOS
from apibuf_bench.suite import CRASHING_CASES, Timing

FORMAT = 1
REFERENCE, REFERENCE_DLL, SAMBA, WINE = "reference", "reference-windows-x86_64", "samba", "wine"
PLATFORMS = {"linux-x86_64": "Linux", "windows-x86_64": "Windows programs under Wine"}


@dataclass(frozen=True)
class Made:
    """How the figures were made. `instructions` are the counted ones beside those that are kept."""

    rounds: int
    seconds: float
    machine: str
    instructions: tuple[Comparison, ...]


@dataclass(frozen=True)
class Goal:
    """Something that the project has set itself, what was measured, and whether that is met; None: not measured."""

    what: str
    measured: str
    met: bool | None


def files(samples: Sequence[Sample], timings: Sequence[Timing], made: Made) -> dict[str, str]:
    """The texts of the files, by name."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=lambda name: name is not None and name.endswith(".svg.jinja"),
    )
    templates.filters["time"] = nanoseconds
    found = figures(samples)
    platforms = {
        platform: [figure for figure in found if figure.implementation.platform == platform] for platform in PLATFORMS
    }
    facts: dict[str, Any] = {
        "made": made,
        "platforms": {PLATFORMS[name]: own for name, own in platforms.items() if own},
        "implementations": list(dict.fromkeys(_words(figure.implementation) for figure in found)),
        "timings": {timing.task.name: timing for timing in timings},
        "goals": [*_goals_of_implementations(samples, found), *_goals_of_suite(timings)],
        "crashing_cases": CRASHING_CASES,
    }
    return {
        "bench.json": _json(samples, found, timings, made),
        "README.md": templates.get_template("README.md.jinja").render(facts),
        "bench.svg": templates.get_template("bench.svg.jinja").render(picture=picture(found)),
    }


def nanoseconds(ns: float) -> str:
    """A time with three digits, in the unit that suits it."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


# ---- goals -----------------------------------------------------------------------------------------------------------


def _goals_of_implementations(samples: Sequence[Sample], found: Sequence[Figure]) -> list[Goal]:
    goals = [
        *(
            _at_most(samples, scenario, REFERENCE, FLOOR, limit)
            for scenario, limit in (
                ("allocate-size-free", 2.5),
                ("mixed-sizes", 2.5),
                ("grow-by-doubling", 1.2),
                ("grow-by-steps", 1.2),
            )
        ),
        _throughput(found),
        _memory(found),
    ]
    for rival, own in ((SAMBA, REFERENCE), (WINE, REFERENCE_DLL)):
        goals += [
            _at_most(samples, scenario.name, own, rival, 1.0)
            for scenario in SCENARIOS
            if between(samples, scenario.name, own, rival)
        ]
    return goals


def _at_most(samples: Sequence[Sample], scenario: str, of: str, to: str, limit: float) -> Goal:
    # The floor has the same name on each platform; `of` was measured on one of them only.
    platform = next((each.implementation.platform for each in samples if each.implementation.name == of), None)
    here = [sample for sample in samples if sample.implementation.platform == platform]
    measured = between(here, scenario, of, to)
    what = f"{scenario}: {of} takes at most {limit:g} times as long as {to}"
    return Goal(what, str(measured or ""), None if measured is None else measured.median <= limit)


def _throughput(found: Sequence[Figure]) -> Goal:
    what = f"{REFERENCE} gets at least 1.8 times as much done in 2 threads as in one"
    one, two = (_figure(found, name, REFERENCE) for name in ("mixed-sizes", "mixed-sizes-2-threads"))
    if one is None or two is None:
        return Goal(what, "", None)
    return Goal(what, f"{one.ns / two.ns:.2f}", one.ns / two.ns >= 1.8)


def _memory(found: Sequence[Figure]) -> Goal:
    what = f"{REFERENCE} takes at most 32 bytes more than {FLOOR} for each live buffer"
    own, floor = (_figure(found, "million-live", name) for name in (REFERENCE, FLOOR))
    if own is None or floor is None or own.bytes_per_buffer is None or floor.bytes_per_buffer is None:
        return Goal(what, "", None)
    more = own.bytes_per_buffer - floor.bytes_per_buffer
    return Goal(what, f"{more:.1f}", more <= 32)


def _goals_of_suite(timings: Sequence[Timing]) -> list[Goal]:
    goals = []
    for timing in timings:
        task = timing.task
        if task.goal_s is not None:
            goals.append(_seconds_at_most(f"{task.title}, the whole command", timing.wall_s, task.goal_s))
        if task.playing_goal_s is not None and timing.told is not None:
            goals.append(_seconds_at_most(f"{task.title}, only running", timing.told.playing_s, task.playing_goal_s))
    return goals


def _seconds_at_most(what: str, measured_s: float, goal_s: float) -> Goal:
    return Goal(f"{what}: at most {goal_s:g} s", f"{measured_s:.2f} s", measured_s <= goal_s)


def _figure(found: Sequence[Figure], scenario: str, name: str) -> Figure | None:
    return next(
        (figure for figure in found if (figure.scenario.name, figure.implementation.name) == (scenario, name)), None
    )


# ---- texts -----------------------------------------------------------------------------------------------------------


def _words(implementation: Implementation) -> str:
    version = f" ({implementation.version})" if implementation.version else ""
    return f"{implementation.name} on {implementation.platform}{version}"


def _json(samples: Sequence[Sample], found: Sequence[Figure], timings: Sequence[Timing], made: Made) -> str:
    """All of it, with every single measurement: harness/schemas/bench.schema.json."""
    document = {
        "format": FORMAT,
        "machine": made.machine,
        "rounds": made.rounds,
        "seconds": made.seconds,
        "figures": [_json_of(figure, samples) for figure in found],
        "instructions": {each.scenario: each.counted for each in made.instructions},
        "suite": [
            {
                "name": timing.task.name,
                "title": timing.task.title,
                "goal_s": timing.task.goal_s,
                "playing_goal_s": timing.task.playing_goal_s,
                "wall_s": round(timing.wall_s, 4),
                "cpu_s": round(timing.cpu_s, 4),
                "told": None if timing.told is None else asdict(timing.told),
            }
            for timing in timings
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _json_of(figure: Figure, samples: Sequence[Sample]) -> dict[str, Any]:
    own = [
        sample
        for sample in samples
        if (sample.scenario, sample.implementation) == (figure.scenario, figure.implementation)
    ]
    return {
        "scenario": figure.scenario.name,
        "implementation": figure.implementation.name,
        "platform": figure.implementation.platform,
        "version": figure.implementation.version,
        "median_ns": round(figure.ns, 3),
        "rounds_ns": {str(sample.round): round(sample.ns, 3) for sample in own},
        "times_malloc": None if figure.over_floor is None else asdict(figure.over_floor),
        "bytes_per_buffer": figure.bytes_per_buffer,
    }


# ---- the picture -----------------------------------------------------------------------------------------------------

LEFT_PX = 330
PLOT_PX = 480
RIGHT_PX = 70
ROW_PX = 18
GROUP_PX = 14
TOP_PX = 64
COLORS = {REFERENCE: "#1565c0", REFERENCE_DLL: "#1565c0", SAMBA: "#b35900", WINE: "#7b1fa2"}
OTHER_COLOR = "#616161"
LARGEST_RATIOS = (2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Bar:
    """One bar of the picture: its words, and where it and its whisker end, in pixels."""

    y: float
    label: str
    ratio: str
    color: str
    end: float
    low: float
    high: float


@dataclass(frozen=True)
class Picture:
    """What the template draws. Positions are in pixels; `ticks` are positions and words of the scale."""

    width: int
    height: int
    one: float
    ticks: tuple[tuple[float, str], ...]
    headings: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]


def picture(found: Sequence[Figure]) -> Picture:
    """Bars of how many times as long as malloc each takes, on a logarithmic scale: half and double look alike."""
    shown = [(figure, figure.over_floor) for figure in found if figure.over_floor is not None]
    most = max((ratio.high for _, ratio in shown), default=1.0)
    right = next((limit for limit in LARGEST_RATIOS if limit >= most), LARGEST_RATIOS[-1])
    left = 0.5

    def x(value: float) -> float:
        part = (log10(min(max(value, left), right)) - log10(left)) / (log10(right) - log10(left))
        return round(LEFT_PX + PLOT_PX * part, 1)

    headings, bars, y, before = [], [], float(TOP_PX), None
    for figure, ratio in shown:
        heading = f"{figure.scenario.name}, {PLATFORMS.get(figure.implementation.platform, '')}"
        if heading != before:
            y += GROUP_PX
            headings.append((y, heading))
            y += ROW_PX
            before = heading
        bars.append(_bar(figure, ratio, y, x))
        y += ROW_PX
    ticks = tuple((x(value), f"{value:g}") for value in (0.5, 1, *LARGEST_RATIOS) if value <= right)
    return Picture(LEFT_PX + PLOT_PX + RIGHT_PX, round(y + ROW_PX), x(1), ticks, tuple(headings), tuple(bars))


def _bar(figure: Figure, ratio: Ratio, y: float, x: Callable[[float], float]) -> Bar:
    name = figure.implementation.name
    return Bar(
        y, name, f"{ratio.median:.2f}", COLORS.get(name, OTHER_COLOR), x(ratio.median), x(ratio.low), x(ratio.high)
    )
