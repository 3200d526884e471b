"""Runs the project's own tests: all parts, the fast ones, or those that are named.

Parts run side by side, so that all cores are busy. The output of a part is shown where it fails. With CI=true in the
environment a skipped test is a failure. Tests that show the same thing of many implementations have turns: a seventh
of them is run each day, and --whole runs all of them.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING

from apibuf_common import project
from apibuf_common.errors import ExitCode, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apibuf_selfcheck.parts import Part
    from apibuf_selfcheck.scheduler import Result

HELP = "run the project's own tests"
NEEDS_CHECKOUT = True
EXAMPLES = """\
  apibuf test                all parts
  apibuf test --fast         what takes less than a minute on a built tree
  apibuf test style vectors  two parts
  apibuf test --whole        also what has its turn on another day
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the names of parts, and the options that choose parts."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="run only these parts; --list shows them")
    parser.add_argument("--fast", action="store_true", help="run only the fast parts")
    parser.add_argument("--whole", action="store_true", help="run also what has its turn on another day of the week")
    parser.add_argument("--list", action="store_true", help="list the parts and run none")


def execute(options: argparse.Namespace) -> int:
    """Installs what the parts need, runs them, and prints how each ended. Raises CannotRun, WrongUsage."""
    from apibuf_selfcheck import parts, scheduler

    chosen = _choose(parts.PARTS, options.names, fast=options.fast)
    if options.whole:
        chosen = [parts.whole(part) for part in chosen]
    if options.list:
        print(
            "\n".join(f"{part.name:<30}{'fast  ' if part.is_fast else '      '}{part.description}" for part in chosen)
        )
        return ExitCode.OK
    start = time.monotonic()
    parts.install(chosen)
    results = scheduler.run(chosen, project.ROOT, os.cpu_count() or 1, _show)
    if by_turns := [part.name for part in chosen if part.whole_commands]:
        print(f"Some of {', '.join(by_turns)} has its turn on another day; `apibuf test --whole` runs all of it")
    return _conclude(results, time.monotonic() - start, skips_fail=os.environ.get("CI") == "true")


def _choose(parts: Sequence[Part], names: Sequence[str], *, fast: bool) -> list[Part]:
    """The named parts, or all, or of these the fast ones. Raises WrongUsage."""
    unknown = set(names) - {part.name for part in parts}
    if unknown:
        raise WrongUsage(f"there is no part {', '.join(sorted(unknown))}; `apibuf test --list` shows the parts")
    return [part for part in parts if (not names or part.name in names) and (not fast or part.is_fast)]


def _show(result: Result) -> None:
    """Prints at once that a part has ended, with its output if it failed."""
    print(f"{'passed' if result.passed else 'FAILED'} {result.name} ({result.duration_s:.1f} s)", flush=True)
    if not result.passed:
        print(result.output, flush=True)


def _conclude(results: Sequence[Result], duration_s: float, *, skips_fail: bool) -> int:
    """Prints the seconds of each part and what was skipped, and returns the exit code."""
    print(f"\n{'part':<30}{'seconds':>8}{'of processor time':>20}")
    for result in sorted(results, key=lambda result: -result.duration_s):
        failed = "" if result.passed else "  FAILED"
        print(f"{result.name:<30}{result.duration_s:>8.1f}{result.processor_s:>20.1f}{failed}")
    processor_s = sum(result.processor_s for result in results)
    print(f"{'all, side by side':<30}{duration_s:>8.1f}{processor_s:>20.1f}")
    for result in results:
        for what in result.skipped:
            print(f"skipped in {result.name}: {what}")
    failures = [result for result in results if not result.passed or (skips_fail and result.skipped)]
    print(f"{len(results) - len(failures)} passed, {len(failures)} failed")
    return ExitCode.NOT_CONFORMING if failures else ExitCode.OK
