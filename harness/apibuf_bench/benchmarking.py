"""The logic of `apibuf bench`: prepares the programs and libraries that are measured, and has them measured."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from apibuf_bench import instructions, measuring, published, suite
from apibuf_bench.instructions import Comparison
from apibuf_bench.measuring import FLOOR, Implementation, Sample
from apibuf_bench.scenarios import SCENARIOS
from apibuf_bench.suite import Timing
from apibuf_common import project
from apibuf_common.errors import BadInput, CannotRun, WrongUsage
from apibuf_common.messages import note
from apibuf_setup import prepare
from apibuf_targets import targets
from apibuf_targets.launching import UnderWine, under_wine
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import Target

PROGRAM = "conformance/benchmark/apibuf-benchmark"
REFERENCES = {"linux-x86_64": "reference", "windows-x86_64": "reference-windows-x86_64"}
"""Which platforms are measured, and the reference of each."""

DEFAULT_TARGETS = ("reference", "samba", "reference-windows-x86_64", "wine")
CRASHING = "free-of-null-crashes"
KEPT_INSTRUCTIONS = project.ROOT / "conformance" / "benchmark" / "instructions.toml"
COMPILER = "g++"


@dataclass(frozen=True)
class Instructions:
    """What was counted, beside what is kept; no comparisons where nothing is kept for this toolchain."""

    toolchain: str
    comparisons: tuple[Comparison, ...]


def measure_targets(
    asked: Sequence[str], patterns: Sequence[str], rounds: int, seconds: float, wine: Path | None = None
) -> tuple[Sample, ...]:
    """The samples of the targets, their platforms' references and C libraries.

    seconds: how long each measurement takes. wine: the program of another Wine than the usual one, for DLLs.
    Raises WrongUsage, BadInput, CannotRun.
    """
    scenarios = measuring.scenarios_named(patterns)
    if not scenarios:
        names = ", ".join(scenario.name for scenario in SCENARIOS)
        raise WrongUsage(f"--scenario {' '.join(patterns)} matches none of {names}")
    with ExitStack() as keeps_warm:
        wanted = [targets.resolve(name) for name in asked or DEFAULT_TARGETS]
        implementations = _implementations(wanted, keeps_warm, wine)
        with _progress(rounds * len(scenarios) * len(implementations)) as on_step:
            try:
                return measuring.measure(implementations, scenarios, rounds, seconds, on_step)
            except measuring.CannotMeasure as error:
                raise CannotRun(str(error)) from error


def measure_suite() -> tuple[Timing, ...]:
    """How long the suite takes. Raises CannotRun."""
    reference = targets.resolve("reference")
    provide_library(reference)
    assert reference.path is not None
    prepare.wine_of("windows-x86_64")
    prepare.worker("windows-x86_64")
    programs = suite.Programs(
        launcher=project.ROOT / "harness" / "apibuf",
        worker=prepare.worker("linux-x86_64"),
        reference=reference.path,
        crashing=prepare.build("linux-gcc", f"conformance/faults/{CRASHING}/{CRASHING}.so"),
        crashing_dll=prepare.build("mingw-x86_64", f"conformance/faults/{CRASHING}/{CRASHING}.dll"),
    )
    with tempfile.TemporaryDirectory(prefix="apibuf-bench-") as folder:
        tasks = suite.tasks(Path(folder), programs)
        timings = []
        with _progress(len(tasks)) as on_step:
            for task in tasks:
                on_step(task.title)
                try:
                    timings.append(suite.time_task(task))
                except suite.CannotMeasureSuite as error:
                    raise CannotRun(str(error)) from error
        return tuple(timings)


def count_instructions(update: bool) -> Instructions:
    """Counts, and compares with what is kept, or keeps it. Raises BadInput, CannotRun."""
    prepare.install(("valgrind",))
    reference = targets.resolve("reference")
    provide_library(reference)
    assert reference.path is not None
    try:
        toolchain = instructions.toolchain(COMPILER)
        kept = instructions.read(KEPT_INSTRUCTIONS)
        counted = instructions.count(prepare.build("linux-gcc", PROGRAM), reference.path)
        if update:
            kept[toolchain] = counted
            KEPT_INSTRUCTIONS.write_text(instructions.text_of(kept), encoding="utf-8")
        before = kept.get(toolchain)
        return Instructions(toolchain, instructions.compare(before, counted) if before else ())
    except instructions.BadFigures as error:
        raise BadInput(str(error)) from error
    except (instructions.CannotCount, OSError) as error:
        raise CannotRun(str(error)) from error


def write(
    folder: Path, samples: Sequence[Sample], timings: Sequence[Timing], rounds: int, seconds: float
) -> tuple[Path, ...]:
    """Writes the published files, and returns which. Raises CannotRun."""
    made = published.Made(
        rounds=rounds,
        seconds=seconds,
        machine=f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {os.uname().sysname} {os.uname().release}",
        instructions=count_instructions(update=False).comparisons,
    )
    written = []
    for name, text in published.files(samples, timings, made).items():
        file = folder / name
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CannotRun(f"{file} cannot be written: {error.strerror}; name another folder") from error
        written.append(file)
    return tuple(written)


def _implementations(asked: Sequence[Target], keeps_warm: ExitStack, wine: Path | None) -> list[Implementation]:
    """The targets, and before those of each platform its C library and its reference."""
    in_root = next((target.name for target in asked if target.root), None)
    if in_root:
        raise WrongUsage(f"{in_root} runs in a Debian root; speed is measured for what the machine itself has")
    wanted: list[Target | str] = []
    for platform, reference in REFERENCES.items():
        here = [target for target in asked if target.platform == platform]
        if here:
            wanted += [platform, *dict.fromkeys((targets.resolve(reference), *here))]
    foreign = [target for target in asked if target.platform not in REFERENCES]
    if foreign:
        raise WrongUsage(
            f"{foreign[0].name} is a library for {foreign[0].platform}; speed is measured on {' and '.join(REFERENCES)}"
        )
    return [_implementation(each, keeps_warm, wine) for each in wanted]


def _implementation(wanted: Target | str, keeps_warm: ExitStack, wine: Path | None) -> Implementation:
    """How the program is started for a target, or for the C library of the platform of this name."""
    platform = wanted if isinstance(wanted, str) else wanted.platform
    target = None if isinstance(wanted, str) else wanted
    if target is not None:
        provide_library(target)
    if platform == "linux-x86_64":
        library = FLOOR if target is None else str(target.path or target.library)
        command = (str(prepare.build("linux-gcc", PROGRAM)), f"--target={library}")
        version = os.confstr("CS_GNU_LIBC_VERSION") or "" if target is None else targets.version_of(target, ()) or ""
        return Implementation(target.name if target else FLOOR, platform, version, command, os.environ)
    prepare.google_benchmark_source()
    system = prepare.wine_of(platform, wine)
    program = prepare.build("mingw-x86_64", f"{PROGRAM}.exe")
    keeps_warm.enter_context(system.kept_warm())
    folder = Path(keeps_warm.enter_context(tempfile.TemporaryDirectory(prefix="apibuf-")))
    reached = under_wine(target, system, folder) if target else UnderWine(system, FLOOR, system.environment())
    return Implementation(
        name=target.name if target else FLOOR,
        platform=platform,
        version="msvcrt.dll of " + system.version()
        if target is None
        else targets.version_of(target, system.command) or "",
        command=(*reached.wine.command, system.inside(program), f"--target={reached.library}"),
        environment=reached.environment,
    )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Yields a function that shows each step: on a terminal a moving line, elsewhere a line now and then."""
    if not sys.stderr.isatty():
        done = 0

        def say(step: str) -> None:
            nonlocal done
            if done % max(1, total // 20) == 0:
                note(f"{done} of {total}: {step}")
            done += 1

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=total)
        first = True

        def move(step: str) -> None:
            nonlocal first
            bar.update(task, advance=0 if first else 1, description=step)
            first = False

        yield move


def _processor() -> str:
    """The name of the machine's processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return name or os.uname().machine
