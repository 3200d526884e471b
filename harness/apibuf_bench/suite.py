"""Measures the suite itself: how long `harness/apibuf` takes for what people do with it, and where the time goes."""

from __future__ import annotations

import json
import resource
import shlex
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apibuf_bench import vectors

REPEATS = 5
COUNTS_OF_CASES = (100, 1_000, 10_000, 100_000)
GOALS_S = {10_000: 2.0, 100_000: 20.0}
COUNT_BESIDE_THE_SUITE = 10_000
COUNT_UNDER_WINE = 10_000
CRASHING_CASES = 50
CRASHING_COST_S = 0.030
SLOWEST = 8
RUN_LIMIT_S = 1800


class CannotMeasureSuite(Exception):
    """A run that was to be measured did not end as it had to; the message says why."""


@dataclass(frozen=True)
class Task:
    """Something to be timed: a command, the exit code that it must have, and how often it is run.

    `goal_s` is how long the whole command should take on two cores, `playing_goal_s` how long only its cases.
    """

    name: str
    title: str
    command: tuple[str, ...]
    goal_s: float | None = None
    playing_goal_s: float | None = None
    leaves_results: bool = True
    exit_code: int = 0
    repeats: int = REPEATS


@dataclass(frozen=True)
class Told:
    """What a result stream contains: seconds from the first worker to the last result, and of the cases alone.

    `vectors_s` and `properties_s` are sums over all workers, which run at once.
    """

    playing_s: float
    vectors_s: float
    properties_s: float
    cases: int
    slowest: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Timing:
    """What a task took, in that of its runs that took the median time.

    `cpu_s` is the time that all its processes had a core, together; `told` is None where it leaves no results.
    """

    task: Task
    wall_s: float
    cpu_s: float
    told: Told | None


@dataclass(frozen=True)
class Programs:
    """What is timed: the launcher, the bare worker with the reference, and a library that crashes, as ELF and as PE."""

    launcher: Path
    worker: Path
    reference: Path
    crashing: Path
    crashing_dll: Path


def tasks(folder: Path, programs: Programs) -> tuple[Task, ...]:
    """All that is timed; makes the vector files that it needs in the folder. Raises OSError."""
    generated = {count: _write(folder / f"{count}-cases.json", vectors.ordinary(count)) for count in COUNTS_OF_CASES}
    crashing = _write(folder / "crashing.json", vectors.frees_of_null(CRASHING_CASES))
    apibuf = str(programs.launcher)
    copy = _copy_without_libraries(programs.launcher.parents[1], folder / "copy")

    def run(*arguments: str) -> tuple[str, ...]:
        return (apibuf, "run", *arguments, "--out", str(folder / "results"))

    def crash(library: Path) -> tuple[str, ...]:
        return run(str(library), "--vectors", crashing, "--select", "free/generated-*")

    def scale(target: str, count: int) -> tuple[str, ...]:
        return run(target, "--vectors", generated[count], "--select", "reallocate/generated-*")

    return (
        Task("start", "`apibuf --help`", (apibuf, "--help"), 0.150, leaves_results=False),
        Task(
            "first-help",
            "`apibuf --help` where nothing is installed",
            (str(copy / "harness" / "apibuf"), "--help"),
            1.0,
            leaves_results=False,
        ),
        Task(
            "first-use",
            "the first command on a machine with Python, which installs libraries from the network",
            ("env", "PIP_NO_CACHE_DIR=1", str(copy / "harness" / "apibuf"), "targets"),
            10.0,
            leaves_results=False,
            repeats=1,
        ),
        Task(
            "list",
            "`apibuf run --list`: all that a run does before its first worker",
            (apibuf, "run", "--list"),
            leaves_results=False,
        ),
        Task(
            "worker",
            "the bare worker with the reference, without a host",
            (str(programs.worker), f"--target={programs.reference}"),
            leaves_results=False,
        ),
        Task("reference", "the whole suite against the reference", run("reference"), 1.0, 1.0),
        Task("reference-1-job", "the same with `--jobs 1`", run("reference", "--jobs", "1")),
        Task("wine", "the whole suite against Wine's netapi32.dll", run("wine"), playing_goal_s=3.0, exit_code=1),
        *(
            Task(
                f"cases-{count}",
                f"{count:,} generated cases against the reference",
                scale("reference", count),
                GOALS_S.get(count),
                repeats=REPEATS if count <= 1_000 else 1,
            )
            for count in COUNTS_OF_CASES
        ),
        Task(
            "suite-and-cases",
            f"the whole suite and {COUNT_BESIDE_THE_SUITE:,} generated cases against the reference",
            run("reference", "--vectors", generated[COUNT_BESIDE_THE_SUITE]),
            repeats=1,
        ),
        Task(
            "cases-wine",
            f"{COUNT_UNDER_WINE:,} generated cases against Wine",
            scale("wine", COUNT_UNDER_WINE),
            playing_goal_s=5.0,
            repeats=1,
        ),
        Task(
            "crashing",
            f"{CRASHING_CASES} cases that crash, each run twice",
            crash(programs.crashing),
            playing_goal_s=CRASHING_COST_S * CRASHING_CASES,
            exit_code=1,
            repeats=1,
        ),
        Task(
            "crashing-wine",
            f"{CRASHING_CASES} cases that crash under Wine, each run twice",
            crash(programs.crashing_dll),
            playing_goal_s=CRASHING_COST_S * CRASHING_CASES,
            exit_code=1,
            repeats=1,
        ),
    )


def time_task(task: Task) -> Timing:
    """Runs the task as often as it says. Raises CannotMeasureSuite."""
    runs = sorted((_run(task) for _ in range(task.repeats)), key=lambda timing: timing.wall_s)
    return runs[len(runs) // 2]


def _run(task: Task) -> Timing:
    before, started = _cpu_s(), time.monotonic()
    try:
        done = subprocess.run(
            task.command,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=RUN_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotMeasureSuite(f"`{shlex.join(task.command)}` could not be timed: {error}") from error
    wall_s = time.monotonic() - started
    if done.returncode != task.exit_code:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing"]
        raise CannotMeasureSuite(
            f"`{shlex.join(task.command)}` ended with {done.returncode} in place of {task.exit_code}; it said {said[0]}"
        )
    return Timing(task, wall_s, _cpu_s() - before, _told(done.stdout) if task.leaves_results else None)


def _told(output: str) -> Told:
    file = next(line for line in output.splitlines() if line.endswith("results.jsonl"))
    *cases, footer = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()[1:]]
    durations_s = [(case["id"], case["kind"], case["duration_us"] / 1_000_000) for case in cases]
    slowest = sorted(durations_s, key=lambda entry: -entry[2])[:SLOWEST]
    return Told(
        playing_s=footer["duration_ms"] / 1000,
        vectors_s=sum(seconds for _, kind, seconds in durations_s if kind == "vector"),
        properties_s=sum(seconds for _, kind, seconds in durations_s if kind == "property"),
        cases=len(cases),
        slowest=tuple((id, seconds) for id, _, seconds in slowest),
    )


def _copy_without_libraries(project: Path, copy: Path) -> Path:
    """Copies what the launcher needs into a folder in which nothing was built or installed. Raises OSError."""
    for name in ("harness", "reports"):
        shutil.copytree(project / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    shutil.copy(project / "pyproject.toml", copy)
    return copy


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _write(file: Path, document: dict[str, Any]) -> str:
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)
