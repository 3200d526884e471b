"""Prints a C program that runs one case against one library, for a bug report that needs nothing of this suite.

A property is run first: what it called before it failed becomes the program, if that alone fails as well.
It is C11 and uses the platform's loader alone. Its exit status is 1 where the library deviates, 0 where it does not.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from apibuf_cli import case_options, starting
from apibuf_common.errors import ExitCode, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from apibuf_repro.program import Subject
    from apibuf_runner.catalogue import Case, Catalogue
    from apibuf_targets.targets import Target

MOST_OTHERS = 3
HELP = "print a C program that shows what a case shows"
EXAMPLES = """\
  apibuf repro allocate/null-out-1-byte --target samba > repro.c && cc repro.c && ./a.out
  apibuf repro allocate/zero-bytes-has-a-size --target ./netapi32.dll > repro.c
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `repro`."""
    parser.add_argument("id", metavar="ID", help="the id of a case")
    parser.add_argument("--target", required=True, metavar="TARGET|PATH", help="the library to show it with")
    case_options.add_vectors(parser)
    starting.add_wine(parser)


def execute(options: argparse.Namespace) -> int:
    """Prints the program."""
    from apibuf_common.suggestions import did_you_mean
    from apibuf_repro.program import NoProgram, program, subject_of
    from apibuf_setup import prepare, vector_files
    from apibuf_targets.targets import resolve

    target = resolve(options.target)
    if not target.is_library:
        raise WrongUsage(f"{target.name} is behind a connector, and a C program can load libraries only")
    wine_program = starting.wine_program(options.wine) if target.needs_wine else None
    wine = str(wine_program or "wine") if target.needs_wine else ""
    catalogue = prepare.catalogue(vector_files.load(options.vectors))
    cases = {case.id: case for case in catalogue.cases}
    if options.id not in cases:
        hint = did_you_mean(options.id, cases, "`apibuf run --list` shows the cases")
        raise WrongUsage(f"there is no case {options.id!r}; {hint}")
    try:
        text = program(catalogue, cases[options.id], subject_of(target, wine))
    except NoProgram as error:
        text = _by_its_last_calls(catalogue, cases[options.id], target, wine_program)
        if text:
            sys.stdout.write(text)
            return ExitCode.OK
        command = _worker_command(target, wine, options.vectors, options.id)
        others = _with_a_program(catalogue, cases[options.id], subject_of(target, wine))
        hint = f"; of {cases[options.id].requirements[0]} these have one: {', '.join(others)}" if others else ""
        raise WrongUsage(f"{options.id} has no C program: {error}; run it with: {command}{hint}") from error
    sys.stdout.write(text)
    return ExitCode.OK


def _by_its_last_calls(catalogue: Catalogue, case: Case, target: Target, wine: Path | None) -> str:
    """The program of a property that fails; empty where it passes, or its last calls alone do not show why it fails."""
    if case.kind != "property":
        return ""
    from apibuf_fuzz import shown
    from apibuf_targets.launching import Starter

    return shown.program_of(catalogue, case, target, Starter(wine=wine))


def _with_a_program(catalogue: Catalogue, case: Case, subject: Subject) -> list[str]:
    """The first cases of the same requirement that a C program can run."""
    from itertools import islice

    from apibuf_repro.program import NoProgram, program

    def has_program(other: Case) -> bool:
        try:
            return bool(program(catalogue, other, subject))
        except NoProgram:
            return False

    alike = (other for other in catalogue.cases if other.requirements[0] == case.requirements[0])
    return [other.id for other in islice(filter(has_program, alike), MOST_OTHERS)]


def _worker_command(target: Target, wine: str, vectors: Sequence[str], case_id: str) -> str:
    import os

    from apibuf_common import platforms
    from apibuf_setup import prepare

    emulator = platforms.named(target.platform).emulator_here
    started_by = emulator.started_in(None) if emulator else filter(None, (wine,))
    files = (f"--vectors={os.path.abspath(file)}" for file in vectors)
    words = [str(prepare.worker(target.platform)), f"--target={target.path or target.library}", *files]
    return shlex.join([*started_by, *words, f"-tc={case_id}"])
