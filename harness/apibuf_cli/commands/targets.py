"""Lists what there is to test here, and what is missing for the rest."""

from __future__ import annotations

import argparse
import sys

from apibuf_common.errors import ExitCode

HELP = "list what there is to test, and what is missing for it"
EXAMPLES = "  apibuf targets\n"
PLAIN_WIDTH = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`targets` has no options."""


def execute(options: argparse.Namespace) -> int:
    """Prints a table."""
    from rich.console import Console
    from rich.table import Column, Table

    from apibuf_targets import readiness, targets

    columns = (Column("name", no_wrap=True), Column("platform", no_wrap=True), "what", "ready")
    table = Table(*columns, box=None, pad_edge=False)
    for target in targets.load_all().values():
        table.add_row(target.name, target.platform, target.description, readiness.readiness(target))
    # What is not read on a terminal is read by lines.
    Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH).print(table)
    return ExitCode.OK
