"""The options of several commands that say which cases are run, for which functions, and how long they may take."""

from __future__ import annotations

import argparse

from apibuf_cli.argument_types import functions, seconds


def add_select(parser: argparse.ArgumentParser) -> None:
    """Adds --select."""
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="GLOB",
        help="only cases whose id, or one of whose requirements' ids, matches; may be given several times",
    )


def add_functions(parser: argparse.ArgumentParser, default: str) -> None:
    """Adds --functions; default: in words, which ones are claimed without it."""
    parser.add_argument(
        "--functions",
        type=functions,
        metavar="NAMES",
        help=f"the functions that the implementation claims to have, separated by commas (default: {default})",
    )


def add_vectors(parser: argparse.ArgumentParser) -> None:
    """Adds --vectors."""
    parser.add_argument(
        "--vectors",
        action="append",
        default=[],
        metavar="FILE",
        help="a file of more cases (vectors/README.md describes its format); may be given several times",
    )


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Adds --timeout."""
    parser.add_argument(
        "--timeout", type=seconds, metavar="S", help="seconds without a sign of life before a case hangs (default: 3)"
    )
