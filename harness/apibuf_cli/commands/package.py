"""Makes what users install: the wheel, the zip for Windows that needs nothing on the machine, and SHA256SUMS.

The same commit makes the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from apibuf_common.errors import ExitCode

HELP = "make the wheel and the zip for Windows"
NEEDS_CHECKOUT = True
EXAMPLES = """\
  apibuf package --out dist
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds where the files go."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder for the files")


def execute(options: argparse.Namespace) -> int:
    """Makes the files and prints their names. Raises CannotRun, OSError."""
    from apibuf_package import sums, wheel, windows_zip

    options.out.mkdir(parents=True, exist_ok=True)
    made = [wheel.build(options.out)]
    made.append(windows_zip.build(made[0], options.out))
    made.append(sums.write(made))
    print("\n".join(map(str, made)))
    return ExitCode.OK
