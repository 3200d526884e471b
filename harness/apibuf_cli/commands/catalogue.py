"""Prints the requirements and cases that the worker contains, or updates the files that are generated from them.

After a case or a property was added, `--update` writes conformance/catalogue.json and vectors/coverage.md.
"""

from __future__ import annotations

import argparse
import sys

from apibuf_common.errors import ExitCode

HELP = "print or update the catalogue of requirements and cases"
NEEDS_CHECKOUT = True
EXAMPLES = """\
  apibuf catalogue
  apibuf catalogue --update
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the option."""
    parser.add_argument(
        "--update", action="store_true", help="write conformance/catalogue.json and vectors/coverage.md"
    )


def execute(options: argparse.Namespace) -> int:
    """Builds the worker and prints or writes its catalogue. Raises CannotRun."""
    import subprocess

    from apibuf_common import project
    from apibuf_setup import catalogue_file, libraries, prepare

    text = catalogue_file.text_of(prepare.printed_catalogue())
    if not options.update:
        sys.stdout.write(text)
        return ExitCode.OK
    catalogue_file.FILE.write_text(text, encoding="utf-8")
    libraries.require_developers()
    lint = [sys.executable, "vectors/lint.py", "--catalogue", str(catalogue_file.FILE), "--update"]
    done = subprocess.run(lint, cwd=project.ROOT, check=False, stdin=subprocess.DEVNULL)
    return ExitCode.OK if done.returncode == 0 else ExitCode.BAD_INPUT
