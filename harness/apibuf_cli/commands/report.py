"""Renders result streams. Several streams side by side show who does what."""

from __future__ import annotations

import argparse
import sys

from apibuf_common import project
from apibuf_common.errors import ExitCode, WrongUsage

HELP = "render results.jsonl files as a report"
EXAMPLES = f"""\
  apibuf report {project.SHOWN_RESULTS}/reference/results.jsonl
  apibuf report a/results.jsonl b/results.jsonl --format html --out comparison.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `report`."""
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="a results.jsonl that a run has written")
    parser.add_argument(
        "--format",
        action="append",
        metavar="NAME",
        dest="formats",
        help="how to render them; may be given several times with a folder for --out (default: console)",
    )
    parser.add_argument("--verbose", action="store_true", help="on a terminal, show every failed case and observation")
    parser.add_argument("--out", metavar="FILE-or-DIR", help="where to write (default: the standard output)")


def execute(options: argparse.Namespace) -> int:
    """Renders, and judges nothing."""
    from pathlib import Path

    from apibuf_pipeline import rendering

    names = rendering.check_formats(options.formats or ["console"])
    out = Path(options.out) if options.out else None
    if len(names) > 1 and (out is None or not out.is_dir()):
        raise WrongUsage("several formats need a folder that exists for --out")
    streams = [rendering.read_stream(file) for file in options.results]
    for name in names:
        if out is None:
            sys.stdout.write(rendering.render(name, streams, options.verbose))
        else:
            print(rendering.write(name, streams, out))
    return ExitCode.OK
