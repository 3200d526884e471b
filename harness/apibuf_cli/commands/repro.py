"""Prints a C program that runs one case against one library, for a bug report that needs nothing of this suite.

It is C11 and uses the platform's loader alone. Its exit status is 1 where the library deviates, 0 where it does not.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from apibuf_cli import starting
from apibuf_common.errors import ExitCode, WrongUsage

if TYPE_CHECKING:
    from apibuf_targets.targets import Target

HELP = "print a C program that shows what a case shows"
EXAMPLES = """\
  apibuf repro allocate/null-out-1-byte --target samba > repro.c && cc repro.c && ./a.out
  apibuf repro allocate/zero-bytes-has-a-size --target ./netapi32.dll > repro.c
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `repro`."""
    parser.add_argument("id", metavar="ID", help="the id of a case")
    parser.add_argument("--target", required=True, metavar="TARGET|PATH", help="the library to show it with")
    parser.add_argument(
        "--vectors",
        action="append",
        default=[],
        metavar="FILE",
        help="a file of more cases (vectors/README.md describes its format); may be given several times",
    )
    starting.add_wine(parser)


def execute(options: argparse.Namespace) -> int:
    """Prints the program."""
    import difflib

    from apibuf_repro.program import NoProgram, program, subject_of
    from apibuf_setup import prepare, vector_files
    from apibuf_targets.targets import resolve

    target = resolve(options.target)
    wine = str(starting.wine_program(options.wine) or "wine") if target.needs_wine else ""
    catalogue = prepare.catalogue(vector_files.load(options.vectors))
    cases = {case.id: case for case in catalogue.cases}
    if options.id not in cases:
        near = difflib.get_close_matches(options.id, cases, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`apibuf run --list` shows the cases"
        raise WrongUsage(f"there is no case {options.id!r}; {hint}")
    try:
        text = program(catalogue, cases[options.id], subject_of(target, wine))
    except NoProgram as error:
        command = _worker_command(target, wine, options.id)
        raise WrongUsage(f"{options.id} has no C program: {error}; run it with: {command}") from error
    sys.stdout.write(text)
    return ExitCode.OK


def _worker_command(target: Target, wine: str, case_id: str) -> str:
    from apibuf_common import platforms

    platform = platforms.named(target.platform)
    started_by = platform.emulator_here.started_in(None) if platform.emulator_here else filter(None, (wine,))
    launcher = "".join(f"{shlex.quote(word)} " for word in started_by)
    worker = f"build/{platform.preset}/{platform.worker}"
    library = str(target.path or target.library)
    return f"{launcher}{worker} {shlex.quote(f'--target={library}')} {shlex.quote(f'-tc={case_id}')}"
