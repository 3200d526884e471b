"""Reports what changed between two runs of the suite.

A regression is what passed and does not pass any more; with one the exit code is 1. What changed in observations is
listed and never judged.
"""

from __future__ import annotations

import argparse
import sys

from apibuf_common.errors import ExitCode, WrongUsage

HELP = "show what changed between two runs"
EXAMPLES = """\
  apibuf diff before/results.jsonl after/results.jsonl
  apibuf diff main/results.jsonl new/results.jsonl --format markdown > comment.md
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `diff`."""
    parser.add_argument("old", metavar="OLD", help="a results.jsonl")
    parser.add_argument("new", metavar="NEW", help="a later results.jsonl of the same profile and platform")
    parser.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text", help="the form of the output (default: text)"
    )
    parser.add_argument("--force", action="store_true", help="compare runs of different profiles or platforms too")


def execute(options: argparse.Namespace) -> int:
    """Compares; 1 where something regressed."""
    from apibuf_pipeline import rendering
    from apibuf_reports import difference, difference_formats

    old, new = rendering.read_stream(options.old), rendering.read_stream(options.new)
    differences_in_kind = difference.differences_in_kind(old.header, new.header)
    if differences_in_kind and not options.force:
        raise WrongUsage(
            f"these runs cannot be compared: {'; '.join(differences_in_kind)}; use --force to compare them anyway"
        )
    found = difference.compare(old, new)
    sys.stdout.write(difference_formats.FORMATS[options.format](old, new, found))
    if found.of(difference.Kind.REGRESSION):
        return ExitCode.NOT_CONFORMING
    # What a run that was cut short does not report may have regressed.
    return ExitCode.OK if new.footer.error is None else ExitCode.INCOMPLETE
