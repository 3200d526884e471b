"""Measures the suite: runs it against implementations that are broken on purpose, and against odd but correct ones.

Each file of conformance/faults is one. Every wrong one must be caught by the cases that its first line names, so those
are run, up to three times where they need threads to meet; the others are run as well where one of those names
catches nothing, to find what should have been named (or with --every-case, to see all that speaks against it). Every
right one must pass all cases. One that deviates from a single requirement is right by every profile that does not judge
it, and wrong by the others: it must pass all cases that are known better than the requirement, and a case of the
requirement must catch it. Of the cases that an implementation must pass, a seventh is run on each day of a week; all of
them are run with --every-case, with --write and if names are given. Each is run on the first platform that its second
line names (default: linux-x86_64).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from apibuf_cli.argument_types import small_count
from apibuf_common.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from apibuf_selfcheck.measurements import Measurement

HELP = "measure the suite with implementations that are known to be wrong, or right"
NEEDS_CHECKOUT = True
EXAMPLES = """\
  apibuf selftest
  apibuf selftest '*'                            all that each implementation must pass
  apibuf selftest 'size-*' one-static-buffer
  apibuf selftest --every-case free-does-nothing
  apibuf selftest --write reports/published
"""

REPORT_NAME = "faults.md"
FILE_COLUMNS = 160


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `selftest`."""
    parser.add_argument("names", nargs="*", metavar="NAME-GLOB", help="only implementations of these names")
    parser.add_argument(
        "--jobs", type=small_count, metavar="N", help="how many at once (default: one a core, at most 4)"
    )
    parser.add_argument(
        "--every-case",
        action="store_true",
        help="run all cases against wrong ones, not only those that they name, and against each one that deviates all "
        "that it must pass",
    )
    parser.add_argument("--write", metavar="DIR", help=f"write the table to {REPORT_NAME} in this folder")


def execute(options: argparse.Namespace) -> int:
    """Measures, prints the table and the score."""
    from apibuf_selfcheck import faults, rotation, selftest
    from apibuf_selfcheck.measurements import markdown
    from apibuf_setup import prepare

    chosen = faults.select(options.names)
    whole = bool(options.names or options.write or options.every_case)
    day = None if whole else rotation.today()
    measurements = selftest.measure_all(
        chosen, prepare.catalogue(), options.jobs, every_case=options.every_case, day=day
    )
    _print(measurements)
    if day is not None:
        print(
            f"Of the cases that an implementation must pass, one in {rotation.DAYS_OF_A_ROUND} was run today; "
            "`apibuf selftest '*'` runs all of them"
        )
    if options.write:
        print(_write(options.write, markdown(measurements)))
    return exit_code(measurements)


def exit_code(measurements: Sequence[Measurement]) -> ExitCode:
    """What the measurements mean to a script."""
    from apibuf_selfcheck.measurements import NOT_AS_IT_SHOULD_BE, FaultOutcome

    verdicts = {measurement.verdict for measurement in measurements}
    if verdicts & NOT_AS_IT_SHOULD_BE:
        return ExitCode.NOT_CONFORMING
    return ExitCode.INCOMPLETE if FaultOutcome.NOT_MEASURED in verdicts else ExitCode.OK


def _print(measurements: Sequence[Measurement]) -> None:
    from rich.console import Console
    from rich.table import Table

    from apibuf_selfcheck.measurements import score

    table = Table("verdict", "cases", "implementation", "caught by", box=None, pad_edge=False)
    for it in measurements:
        table.add_row(it.verdict, str(len(it.failing)), it.fault.name, it.named)
    to_terminal = Console().is_terminal
    Console(highlight=False, markup=False, width=None if to_terminal else FILE_COLUMNS).print(table)
    print(score(measurements))


def _write(folder: str, text: str) -> Path:
    """Writes the table. Raises CannotRun."""
    from pathlib import Path

    from apibuf_common.errors import CannotRun

    file = Path(folder) / REPORT_NAME
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{file} cannot be written: {error.strerror}; choose another folder with --write") from error
    return file
