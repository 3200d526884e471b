"""Starts a program of another processor under the emulator that targets of its platform run under here."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from apibuf_common.errors import ExitCode

HELP = "start a program of another processor as targets are started"
EXAMPLES = """\
  apibuf emulate linux-aarch64
  apibuf emulate linux-aarch64 build/linux-aarch64/reference/tests/apibuffer_tests
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the platform, the program and what the program is given."""
    parser.add_argument("platform", metavar="PLATFORM", help="such as linux-aarch64")
    parser.add_argument(
        "program", type=Path, nargs="?", metavar="PROGRAM", help="its file (default: only install the emulator)"
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG", help="passed on as they are")


def execute(options: argparse.Namespace) -> int:  # noqa: RET503 - exec never returns
    """Becomes the program, so its exit code is ours; without one, only installs the emulator.

    Raises CannotRun, BadInput, WrongUsage.
    """
    from apibuf_common import files, platforms
    from apibuf_common.errors import WrongUsage
    from apibuf_setup import prepare

    known = [platform.name for platform in platforms.load_all().values() if platform.emulator]
    if options.platform not in known:
        raise WrongUsage(f"{options.platform} needs no emulator on any machine; {', '.join(known)} may need one")
    if options.program is not None:
        files.require(options.program, "a program")
    started_by = prepare.emulator_of(options.platform)
    if options.program is None:
        return ExitCode.OK
    command = [*started_by, str(options.program.absolute()), *options.arguments]
    os.execvp(command[0], command)
