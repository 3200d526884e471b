"""Runs the suite against implementations, and reports what came of it.

TARGET is a name that `apibuf targets` lists; PATH is a library of yours: ELF is loaded directly, PE under Wine or on
Windows directly. Without either it is the reference implementation, and on Windows the machine's own netapi32.dll.
"""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from apibuf_cli import case_options, starting
from apibuf_cli.argument_types import small_count
from apibuf_common import project
from apibuf_common.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from apibuf_expectations.comparison import Agreement
    from apibuf_expectations.expectations import Expectations
    from apibuf_reports.stream import Stream
    from apibuf_runner.catalogue import Catalogue
    from apibuf_runner.suite_run import Selection
    from apibuf_targets.targets import Target

HELP = "run the suite against implementations"
EXAMPLES = f"""\
  apibuf run
  apibuf run reference wine --format html
  apibuf run ./libmine.so --functions NetApiBufferAllocate,NetApiBufferFree
  apibuf run --select 'free/*' --list
  apibuf run samba --expect harness/targets/expectations/samba-4.17.toml
  apibuf run ~/wine-build/dlls/netapi32/x86_64-windows/netapi32.dll --wine ~/wine-build
  apibuf run ./netapi32.dll --rerun-failed {project.SHOWN_RESULTS}/netapi32.dll/results.jsonl
  apibuf run --connector 'functions:python3 harness/connectors/example.py'
  apibuf run --connector 'worker:ssh somewhere ./apibuf-worker --target=libmine.so --stream'

where the results go, in {project.SHOWN_RESULTS} or the folder of --out:
  NAME/        results.jsonl, junit.xml and other reports of a whole run: every case, the strict profile, all four
               functions; NAME is the target's name or the library's file name
  NAME/PART/   those of a part, called as what was asked for: profile-windows, functions-Allocate-Free,
               select-free.null-once, vectors-..., rerun-failed, shard-1-of-4; several are joined by +
  A+B/         the reports of all targets of one run together
  A library whose file name belongs to a target, or to another library's results, is NAME-in-FOLDER. A run replaces
  the outputs of an earlier run of the same place, and of no other.
"""


MEANINGS = {
    ExitCode.CANNOT_RUN: "could not run",
    ExitCode.NOT_CONFORMING: "does not conform",
    ExitCode.INCOMPLETE: "incomplete",
    ExitCode.OK: "success",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `run`."""
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET|PATH", help="what to test (default: reference; on Windows: windows)"
    )
    parser.add_argument(
        "--connector",
        action="append",
        default=[],
        metavar="KIND:CMD",
        dest="connectors",
        help="an implementation that no loader here can load: functions:CMD offers the functions over its standard "
        "input and output (conformance/CONNECTORS.md), worker:CMD is another worker (conformance/PROTOCOL.md), for "
        "example one on another machine; may be given several times",
    )
    parser.add_argument(
        "--profile",
        choices=("documented", "windows", "strict"),
        default="strict",
        help="which evidence to judge by; observations are always recorded (default: strict)",
    )
    case_options.add_select(parser)
    parser.add_argument("--list", action="store_true", help="print the ids of the selected cases and run none")
    parser.add_argument(
        "--rerun-failed",
        metavar="RESULTS",
        help="rerun only the cases that did not succeed in RESULTS; TARGET defaults to the one recorded there",
    )
    case_options.add_functions(parser, "all four")
    case_options.add_vectors(parser)
    parser.add_argument(
        "--expect",
        metavar="FILE",
        help="known deviations with reasons; then 0 means: exactly as expected (whole runs; see harness/README.md)",
    )
    parser.add_argument(
        "--update-expectations", action="store_true", help="update the file of --expect to what this whole run shows"
    )
    parser.add_argument("--shard", type=_shard, metavar="K/N", help="only the K-th of N equal parts")
    parser.add_argument(
        "--jobs", type=small_count, metavar="N", help="how many workers at once (default: one a core, at most 4)"
    )
    case_options.add_timeout(parser)
    starting.add_arguments(parser)
    parser.add_argument(
        "--out",
        metavar="DIR",
        default=str(project.RESULTS),
        help=f"the folder for the folders of results (default: {project.SHOWN_RESULTS})",
    )
    parser.add_argument(
        "--format",
        action="append",
        default=[],
        metavar="NAME",
        dest="formats",
        help="one more report beside results.jsonl and junit.xml; may be given several times",
    )
    parser.add_argument("--verbose", action="store_true", help="show every failed case and all that was observed")


def execute(options: argparse.Namespace) -> int:
    """Runs, and returns the worst exit code of all targets."""
    from pathlib import Path

    from apibuf_pipeline import places, rendering
    from apibuf_pipeline.pipeline import run_targets
    from apibuf_pipeline.request import RunRequest, selected_cases
    from apibuf_setup import catalogue_file, prepare, vector_files

    formats = rendering.check_formats(["junit", *options.formats])
    previous = rendering.read_stream(options.rerun_failed) if options.rerun_failed else None
    targets = _targets(options.targets, options.connectors, previous)
    selection = _selection(options, previous)
    vectors = vector_files.load(options.vectors)
    is_shown_only = options.list and not vectors
    catalogue = catalogue_file.load() if is_shown_only else prepare.catalogue(vectors)
    cases = selected_cases(catalogue, selection)
    known = _expectations(options, catalogue, targets)
    if options.list:
        print("\n".join(case.id for case in cases))
        return ExitCode.OK
    request = RunRequest(
        catalogue=catalogue,
        cases=cases,
        selection=selection,
        vectors=vectors,
        expectations=known,
        update_expectations=options.update_expectations,
        jobs=options.jobs,
        silence_s=options.timeout,
        starter=starting.starter_of(options, targets),
        out=Path(options.out),
        rerun_of=Path(options.rerun_failed) if options.rerun_failed else None,
        formats=formats,
    )
    outcome = run_targets(request, places.named(targets, request.out), _Printer(options.verbose))
    for report in outcome.reports:
        print(report)
    if len(outcome.codes) > 1:
        for name, code in outcome.codes.items():
            print(f"{name}: {MEANINGS[code]}")
    return outcome.exit_code


class _Printer:
    """Prints what comes of each target."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose

    def on_results(self, stream: Stream, files: Sequence[Path]) -> None:
        """Prints the summary of a run, and where its files are."""
        from apibuf_pipeline import rendering

        rendering.show(stream, self._verbose)
        print("\n".join(map(str, files)))

    def on_agreement(self, agreement: Agreement) -> None:
        """Prints what is not as expected."""
        print("\n".join(agreement.lines))


def _targets(asked: list[str], connectors: list[str], previous: Stream | None) -> list[Target]:
    """The targets to run."""
    from apibuf_targets.targets import CONNECTOR_OPTION, connector, default, load_all, resolve

    if not asked and not connectors and previous is not None:
        origin = previous.header.target
        word = origin.named_as or (origin.name if origin.name in load_all() else origin.path)
        is_connector = word.startswith(f"{CONNECTOR_OPTION}=")
        (connectors if is_connector else asked).append(word.removeprefix(f"{CONNECTOR_OPTION}="))
    if not asked and not connectors:
        asked = [default()]
    return [*map(resolve, asked), *map(connector, connectors)]


def _selection(options: argparse.Namespace, previous: Stream | None) -> Selection:
    from apibuf_runner.catalogue import FUNCTIONS
    from apibuf_runner.suite_run import Selection

    only = None
    if previous is not None:
        only = frozenset(case.id for case in previous.cases if case.spoils_the_run)
    return Selection(
        select=tuple(options.select),
        profile=options.profile,
        functions=options.functions or FUNCTIONS,
        shard=options.shard,
        only=only,
    )


def _expectations(options: argparse.Namespace, catalogue: Catalogue, targets: list[Target]) -> Expectations | None:
    """The file of --expect; where it is to be updated it may not exist yet. Raises WrongUsage, BadInput."""
    import os
    from pathlib import Path

    from apibuf_common.errors import WrongUsage
    from apibuf_expectations import expectations

    if options.update_expectations:
        if options.expect is None or len(targets) != 1:
            raise WrongUsage("--update-expectations needs --expect FILE and one target")
        partial = [name for name in ("select", "shard", "rerun_failed") if getattr(options, name)] + (
            ["profile"] if options.profile != "strict" else []
        )
        if partial:
            names = " and ".join(f"--{name.replace('_', '-')}" for name in partial)
            raise WrongUsage(f"a part of the suite cannot update expectations; leave out {names}")
    if options.expect is None:
        return None
    case_ids = [case.id for case in catalogue.cases]
    path = Path(options.expect)
    if options.update_expectations and not os.path.lexists(path):
        return expectations.parse(path, "", case_ids)
    return expectations.load(path, case_ids)


def _shard(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is not K/N with 1 <= K <= N, such as 1/4")
    return int(match[1]), int(match[2])
