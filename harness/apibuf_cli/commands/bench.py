"""Measures implementations beside each other; with --suite the suite's own speed, with --instructions the reference.

TARGET is a name that `apibuf targets` lists, PATH a library of yours. The C library's malloc, realloc and free, which
nothing on top of them can beat, and the reference are always measured too. Figures are of this machine: compare ratios.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from apibuf_cli import starting
from apibuf_cli.argument_types import seconds, small_count
from apibuf_cli.tables import print_table
from apibuf_common.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from apibuf_bench.instructions import Comparison
    from apibuf_bench.measuring import Sample
    from apibuf_bench.suite import Timing

HELP = "measure the speed of implementations beside each other"
NEEDS_CHECKOUT = True
EXAMPLES = """\
  apibuf bench                                       the reference, Samba and Wine beside malloc
  apibuf bench ./libmine.so --scenario 'grow-*'
  apibuf bench --instructions                        has the reference become slower? (1: by more than 5 %)
  apibuf bench --suite                               how long the suite takes, and grows with the number of cases
  apibuf bench --write reports/published/bench       all of it, as the published files
"""
DEFAULT_ROUNDS = 7
DEFAULT_SECONDS = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `bench`."""
    parser.add_argument(
        "targets",
        nargs="*",
        metavar="TARGET|PATH",
        help="what to measure (default: samba, wine and the reference as a DLL)",
    )
    parser.add_argument(
        "--scenario",
        action="append",
        default=[],
        metavar="GLOB",
        dest="scenarios",
        help="only the scenarios whose names match; may be given several times",
    )
    parser.add_argument(
        "--rounds",
        type=small_count,
        default=DEFAULT_ROUNDS,
        metavar="N",
        help=f"how often everything is measured, in turn (default: {DEFAULT_ROUNDS})",
    )
    parser.add_argument(
        "--seconds",
        type=seconds,
        default=DEFAULT_SECONDS,
        metavar="S",
        help=f"how long each measurement takes (default: {DEFAULT_SECONDS:g})",
    )
    parser.add_argument("--suite", action="store_true", help="measure the suite itself instead")
    parser.add_argument(
        "--instructions",
        action="store_true",
        help="count the reference's instructions instead, and compare them with the kept figures",
    )
    parser.add_argument("--update", action="store_true", help="with --instructions: keep what was counted")
    parser.add_argument(
        "--write",
        metavar="DIR",
        help="measure implementations and suite, and write bench.json, README.md and bench.svg; a page that is made "
        "beside a folder named bench links to its picture",
    )

    starting.add_wine(parser)


def execute(options: argparse.Namespace) -> int:
    """Measures; 1 only where --instructions finds a rise."""
    from apibuf_bench import benchmarking
    from apibuf_common.errors import WrongUsage

    if options.update and not options.instructions:
        raise WrongUsage("--update keeps what --instructions counts; give both")
    if sum((options.suite, options.instructions, options.write is not None)) > 1:
        raise WrongUsage("--suite, --instructions and --write are three things to do; give one of them")
    if options.instructions:
        return _instructions(options.update)
    if options.suite:
        _print_suite(benchmarking.measure_suite())
        return ExitCode.OK
    wine = starting.wine_program(options.wine)
    samples = benchmarking.measure_targets(options.targets, options.scenarios, options.rounds, options.seconds, wine)
    _print_samples(samples)
    if options.write is not None:
        timings = benchmarking.measure_suite()
        _print_suite(timings)
        for file in benchmarking.write(_folder(options.write), samples, timings, options.rounds, options.seconds):
            print(file)
    return ExitCode.OK


def _instructions(update: bool) -> int:
    from apibuf_bench import benchmarking

    told = benchmarking.count_instructions(update)
    _print_comparisons(told.toolchain, told.comparisons)
    if not told.comparisons:
        print(f"no figures are kept for {told.toolchain}; keep today's with: apibuf bench --instructions --update")
        return ExitCode.INCOMPLETE
    if any(comparison.has_risen for comparison in told.comparisons):
        print(
            "where the reference does more for its time now, keep the new figures: apibuf bench --instructions --update"
        )
        return ExitCode.NOT_CONFORMING
    return ExitCode.OK


def _print_comparisons(toolchain: str, comparisons: tuple[Comparison, ...]) -> None:
    from rich.table import Column, Table

    from apibuf_bench.instructions import ALLOWED_RISE

    table = Table(
        "instructions",
        Column("kept", justify="right"),
        Column("now", justify="right"),
        Column("change", justify="right"),
        "",
        box=None,
        pad_edge=False,
    )
    for each in comparisons:
        word = f"risen by more than {ALLOWED_RISE:.0%}" if each.has_risen else ""
        table.add_row(each.scenario, f"{each.kept:,.1f}", f"{each.counted:,.1f}", f"{each.change:+.1%}", word)
    if comparisons:
        print(toolchain)
        print_table(table)


def _print_samples(samples: tuple[Sample, ...]) -> None:
    from rich.table import Column, Table

    from apibuf_bench.figures import figures
    from apibuf_bench.published import nanoseconds

    table = Table(
        "scenario",
        "platform",
        "implementation",
        Column("time", justify="right"),
        "times malloc (quartiles)",
        Column("bytes a buffer", justify="right"),
        box=None,
        pad_edge=False,
    )
    before = None
    for figure in figures(samples):
        name = "" if figure.scenario is before else figure.scenario.name
        before = figure.scenario
        table.add_row(
            name,
            figure.implementation.platform,
            figure.implementation.name,
            nanoseconds(figure.ns),
            str(figure.over_floor or ""),
            "" if figure.bytes_per_buffer is None else f"{figure.bytes_per_buffer:.1f}",
        )
    print_table(table)


def _print_suite(timings: tuple[Timing, ...]) -> None:
    from rich.table import Column, Table

    table = Table(
        "what",
        *(Column(name, justify="right") for name in ("wall", "goal", "running", "goal", "processor")),
        box=None,
        pad_edge=False,
    )
    for timing in timings:
        table.add_row(
            timing.task.title,
            _seconds(timing.wall_s),
            _seconds(timing.task.goal_s),
            _seconds(None if timing.told is None else timing.told.playing_s),
            _seconds(timing.task.playing_goal_s),
            _seconds(timing.cpu_s),
        )
    print_table(table)


def _seconds(value_s: float | None) -> str:
    return "" if value_s is None else f"{value_s:.2f} s"


def _folder(name: str) -> Path:
    from pathlib import Path

    from apibuf_common.errors import CannotRun

    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"{folder} cannot be made: {error.strerror}; name another with --write") from error
    return folder
