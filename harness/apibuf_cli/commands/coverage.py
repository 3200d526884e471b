"""Shows which lines and branches of the reference the suite never reaches.

Every gap must be listed, with its reason, in reference/coverage.toml; a listed one that was reached has to leave it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from apibuf_common.errors import ExitCode

if TYPE_CHECKING:
    from apibuf_selfcheck.accepted import Comparison
    from apibuf_selfcheck.coverage import FileCoverage

HELP = "show what the suite never reaches in the reference"
NEEDS_CHECKOUT = True
EXAMPLES = "  apibuf coverage\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`coverage` has no options."""


def execute(options: argparse.Namespace) -> int:
    """Builds the reference with counters, runs the suite against it, and compares the gaps with the list."""
    from apibuf_selfcheck import coverage

    outcome = coverage.compare_with_accepted()
    _print(outcome.totals, outcome.comparison, len(outcome.gaps))
    return ExitCode.OK if outcome.comparison.agrees else ExitCode.NOT_CONFORMING


def _print(totals: tuple[FileCoverage, ...], comparison: Comparison, gaps: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("file", "lines", "run", "branches", "taken", box=None, pad_edge=False)
    for file in totals:
        numbers = (file.lines, file.lines_run, file.branches, file.branches_taken)
        table.add_row(file.file, *map(str, numbers))
    Console(highlight=False).print(table)
    for heading, keys in (
        ("and reference/coverage.toml does not say why that is right", comparison.unexplained),
        ("is listed in reference/coverage.toml, but was reached or no longer exists", comparison.stale),
    ):
        for name, line, missing in keys:
            print(f"{name}: {missing}, {heading}\n  line  {line}")
    print(
        f"{gaps - len(comparison.unexplained)} gaps explained, {len(comparison.unexplained)} unexplained, "
        f"{len(comparison.stale)} explanations stale"
    )
