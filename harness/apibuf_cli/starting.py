"""The options of several commands that say what starts a worker."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from apibuf_cli.argument_types import command

if TYPE_CHECKING:
    from apibuf_targets.launching import Starter
    from apibuf_targets.targets import Target

VARIABLES = ("WINE", "WINELOADER")
"""The variables of the environment in which users of Wine name its program."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds --launcher and --wine."""
    parser.add_argument(
        "--launcher", type=command, metavar="CMD", help="what starts the worker, such as an emulator or valgrind"
    )
    add_wine(parser)


def add_wine(parser: argparse.ArgumentParser) -> None:
    """Adds --wine."""
    parser.add_argument(
        "--wine",
        metavar="PATH",
        help="the Wine for DLLs: its program, its build tree or the folder that it is installed in "
        f"(default: ${' or $'.join(VARIABLES)}, or else the machine's own)",
    )


def starter_of(options: argparse.Namespace, targets: Sequence[Target]) -> Starter:
    """What the options, or the environment, say of the start of these targets. Raises WrongUsage."""
    from apibuf_common.errors import WrongUsage
    from apibuf_targets.launching import Starter

    if options.launcher and options.wine:
        raise WrongUsage("--launcher and --wine cannot go together: both say what starts the worker")
    if options.wine and not any(target.needs_wine for target in targets):
        names = " and ".join(target.name for target in targets)
        raise WrongUsage(f"--wine is for DLLs, and {names} runs without Wine; leave it out")
    connector = next((target for target in targets if not target.is_library), None)
    if options.launcher and connector:
        raise WrongUsage(f"{connector.name} has a command of its own that starts it; leave out --launcher")
    fixed = next((target.name for target in targets if target.root), None)
    if (options.wine or options.launcher) and fixed:
        raise WrongUsage(f"{fixed} is tested in a Debian root of its own; leave out --wine and --launcher")
    if options.launcher and shutil.which(options.launcher[0]) is None:
        raise WrongUsage(f"--launcher: there is no program {options.launcher[0]}; install it or name another")
    if options.launcher or not any(target.needs_wine for target in targets):
        return Starter(launcher=options.launcher)
    return Starter(wine=wine_program(options.wine))


def wine_program(asked: str | None) -> Path | None:
    """The program of the Wine that the option, or else the environment, names. Raises WrongUsage."""
    from apibuf_setup.wine import program_at

    if os.environ.get("WINEPREFIX"):
        print(
            "apibuf: WINEPREFIX is not used: the suite makes prefixes of its own; with --launcher wine it uses yours",
            file=sys.stderr,
        )
    named = {name: os.environ.pop(name, "") for name in VARIABLES}
    asked = asked or next(filter(None, named.values()), None)
    return program_at(asked) if asked else None
