"""Prints tables to the standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

PLAIN_WIDTH_COLUMNS = 200


def print_table(table: Table) -> None:
    """Prints a table: as wide as the terminal, and elsewhere so wide that programs can read it by lines."""
    from rich.console import Console

    Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH_COLUMNS).print(table)
