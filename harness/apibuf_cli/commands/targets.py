"""Lists what there is to test here, and what is missing for the rest.

Some targets need a Debian root, which their first run makes, and which all checkouts of a user share. --remove removes
the root of a target; the next run makes it anew.
"""

from __future__ import annotations

import argparse

from apibuf_cli.tables import print_table
from apibuf_common.errors import ExitCode

HELP = "list what there is to test, and what is missing for it"
EXAMPLES = """\
  apibuf targets
  apibuf targets --remove wine-5.0
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `targets`."""
    parser.add_argument("--remove", metavar="NAME", help="remove the Debian root of this target")


def execute(options: argparse.Namespace) -> int:
    """Prints a table, or removes a root."""
    if options.remove is not None:
        return _remove(options.remove)
    from rich.table import Column, Table

    from apibuf_targets import readiness, targets

    columns = (Column("name", no_wrap=True), Column("platform", no_wrap=True), "what", "ready")
    table = Table(*columns, box=None, pad_edge=False)
    for target in targets.load_all().values():
        table.add_row(target.name, target.platform, target.description, readiness.readiness(target))
    print_table(table)
    return ExitCode.OK


def _remove(name: str) -> int:
    from apibuf_common.errors import WrongUsage
    from apibuf_setup import prepare
    from apibuf_targets import readiness, targets

    target = targets.load_all().get(name)
    root = readiness.root_of(target) if target else None
    if root is None:
        names = ", ".join(each.name for each in targets.load_all().values() if readiness.root_of(each))
        raise WrongUsage(f"{name} has no Debian root; there are those of {names}")
    print(f"removed {root.folder}" if prepare.remove_root(root) else f"{root.folder} is not there")
    return ExitCode.OK
