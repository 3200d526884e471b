"""Lists what there is to test here, and what is missing for the rest."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from apibuf_cli.errors import ExitCode

if TYPE_CHECKING:
    from apibuf_cli.targets import Target

HELP = "list what there is to test, and what is missing for it"
EXAMPLES = "  apibuf targets\n"
PLAIN_WIDTH = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`targets` has no options."""


def execute(options: argparse.Namespace) -> int:
    """Prints a table."""
    from rich.console import Console
    from rich.table import Column, Table

    from apibuf_cli import targets

    columns = (Column("name", no_wrap=True), Column("platform", no_wrap=True), "what", "ready")
    table = Table(*columns, box=None, pad_edge=False)
    for target in targets.load_all().values():
        table.add_row(target.name, target.platform, target.description, _readiness(target))
    # What is not read on a terminal is read by lines.
    Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH).print(table)
    return ExitCode.OK


def _readiness(target: Target) -> str:
    from apibuf_cli import prepare, roots

    obstacle = roots.obstacle() if target.platform == "windows-i686" else ""
    if obstacle:
        return f"not here: {obstacle}"
    lacking = prepare.missing(prepare.needs(target))
    if lacking:
        return f"missing: {' '.join(lacking)} (`apibuf run` installs them where it may)"
    if target.platform == "windows-i686" and not roots.ROOT.exists():
        return f"ready; `apibuf run` first makes its Debian i386 root, which takes {roots.COST}"
    return "ready"
