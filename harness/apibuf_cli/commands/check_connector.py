"""Checks whether a connector speaks the protocol of conformance/CONNECTORS.md, whatever its implementation does.

It looks at the schema of every answer, the order of answers, handles and NULL, reads and writes of small and large
blocks, requests that there are not, and the end of the process. Each finding is one sentence.
"""

from __future__ import annotations

import argparse

from apibuf_cli.argument_types import seconds
from apibuf_common.errors import ExitCode

HELP = "check that a connector speaks its protocol"
EXAMPLES = """\
  apibuf check-connector python3 harness/connectors/example.py
  apibuf check-connector --timeout 60 python3 my_connector.py --of-mine

exit codes of this command:
  0  it speaks the protocol   1  it does not: there are findings   3  it cannot be started
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command of the connector."""
    parser.add_argument(
        "--timeout", type=seconds, default=30, metavar="S", help="seconds that each answer may take (default: 30)"
    )
    parser.add_argument("program", metavar="CMD", help="the connector's program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARG", help="passed on as they are")


def execute(options: argparse.Namespace) -> int:
    """Prints the findings."""
    from apibuf_connectors.checking import check

    report = check([options.program, *options.arguments], options.timeout)
    for sentence in report.not_checked:
        print(f"note: {sentence}")
    for sentence in report.findings:
        print(f"finding: {sentence}")
    print("it does not speak the protocol" if report.findings else "it speaks the protocol")
    return ExitCode.NOT_CONFORMING if report.findings else ExitCode.OK
