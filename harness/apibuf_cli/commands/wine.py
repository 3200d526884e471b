"""Starts a Windows program under the Wine that targets of its platform run under here."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from apibuf_common import files, platforms
from apibuf_common.errors import ExitCode

HELP = "start a Windows program as targets are started"
EXAMPLES = """\
  apibuf wine windows-x86_64
  apibuf wine windows-i686 build/mingw-i686/reference/tests/apibuffer_tests.exe
  apibuf wine windows-x86_64 build/mingw-x86_64/conformance/apibuf-worker.exe --target=netapi32.dll
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the platform, the program and what the program is given."""
    parser.add_argument("platform", choices=platforms.windows_names())
    parser.add_argument(
        "program", type=Path, nargs="?", metavar="PROGRAM", help="a file of this machine (default: only prepare Wine)"
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG", help="passed on as they are")


def execute(options: argparse.Namespace) -> int:  # noqa: RET503 - exec never returns
    """Becomes the program, so its exit code is ours; without a program, only prepares Wine.

    Raises CannotRun, BadInput.
    """
    from apibuf_setup import prepare

    if options.program is not None:
        files.require(options.program, "a Windows program")
    system = prepare.wine_of(options.platform)
    if options.program is None:
        return ExitCode.OK
    command = [*system.command, system.inside(options.program.absolute()), *options.arguments]
    os.execvpe(command[0], command, system.environment())
