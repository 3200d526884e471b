"""Answers `git bisect run` for the commit that is checked out: is the library that it makes good or bad?

The library is bad where a selected case fails or a function that these cases need is not exported, or, with
--against, where something regressed since the results of a good commit. Git is asked to skip the commit where its
library is missing or cannot be loaded. So it is where there is no deviation, but the run did not come to its end, or a
case that passed with the good commit could not be judged.

exit codes, as git reads them:
  0          good
  1          bad
  125        this commit cannot be judged: skip it
  above 128  the bisection stops: 128 and the exit code below, such as 130 for wrong usage
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from apibuf_cli import case_options, starting
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_common.messages import note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from apibuf_expectations.comparison import Agreement
    from apibuf_pipeline.request import RunRequest
    from apibuf_reports.stream import Stream
    from apibuf_targets.targets import Target

HELP = "answer `git bisect run`: good, bad, or skip this commit"
EXAMPLES = """\
  git bisect run sh -c 'make || exit 125; apibuf bisect ./libmine.so'
  git bisect run sh -c 'make || exit 125; apibuf bisect ./libmine.so --select "size/*"'
  git bisect run sh -c 'make || exit 125; apibuf bisect ./netapi32.dll --against ~/good/results.jsonl'
"""
ADDED_TO_ERRORS = 128
"""Git takes codes from 1 to 127 but 125 for a bad commit, and ends the bisection at higher ones."""

FAULTS = frozenset({ExitCode.WRONG_USAGE, ExitCode.CANNOT_RUN, ExitCode.INCOMPLETE, ExitCode.BAD_INPUT})


def exit_code(code: int) -> int:
    """The exit code of `bisect` for that of any command: where there is no answer the bisection stops."""
    return code + ADDED_TO_ERRORS if code in FAULTS else code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `bisect`."""
    parser.add_argument("target", metavar="TARGET|PATH", help="the library that the commit makes")
    case_options.add_select(parser)
    parser.add_argument(
        "--against",
        metavar="RESULTS",
        help="the results.jsonl of a good commit: its cases are run, and bad is what passed there and fails now",
    )
    case_options.add_functions(parser, "those of RESULTS, or else all four")
    case_options.add_vectors(parser)
    case_options.add_timeout(parser)
    starting.add_arguments(parser)
    parser.add_argument(
        "--out",
        metavar="DIR",
        default=str(project.RESULTS / "bisect"),
        help=f"the folder for the results of each commit in turn (default: {project.SHOWN_RESULTS}/bisect)",
    )


def execute(options: argparse.Namespace) -> int:
    """Runs the suite against the commit's library, and returns git's exit code for it."""
    from apibuf_pipeline import bisection
    from apibuf_pipeline.bisection import Answer

    good = _read_good(options) if options.against else None
    target = _target(options.target)
    if target is None:
        return Answer.CANNOT_TELL
    results = _run(_request(options, target, good), target)
    if results.footer.conclusion.interrupted:
        return ExitCode.INCOMPLETE
    if good is not None:
        _check_comparable(good, results)
    judgement = bisection.judge(results, good)
    print("\n".join(judgement.reasons))
    print(f"{options.target}: {judgement.answer.name.lower().replace('_', ' ')}")
    return judgement.answer


def _read_good(options: argparse.Namespace) -> Stream:
    """The results of the good commit. Raises BadInput, WrongUsage where they cannot decide anything."""
    from pathlib import Path

    from apibuf_common.errors import BadInput, WrongUsage
    from apibuf_pipeline import rendering

    if Path(options.out).resolve() in Path(options.against).resolve().parents:
        raise WrongUsage(
            f"{options.against} is in the folder of --out, where the results of each commit are written; "
            "name another folder with --out"
        )
    good = rendering.read_stream(options.against)
    if good.footer.error is not None:
        raise BadInput(f"{options.against} is of a run that was cut short: {good.footer.error}; make a whole one")
    return good


def _target(asked: str) -> Target | None:
    """The library; None, with a note, where this commit has none that can be tested. Raises CannotRun."""
    from apibuf_common.errors import BadInput
    from apibuf_targets import targets
    from apibuf_targets.binary import ForeignLibrary

    if asked not in targets.load_all() and not os.path.exists(asked):
        note(f"{asked} is not there, so this commit is skipped")
        return None
    try:
        return targets.resolve(asked)
    except (BadInput, ForeignLibrary) as error:
        note(f"{error}; this commit is skipped")
        return None


def _request(options: argparse.Namespace, target: Target, good: Stream | None) -> RunRequest:
    """A run of the cases that can decide, and of those of the claimed functions that they need. Raises WrongUsage.

    What was not run with the good commit cannot have become worse.
    """
    from pathlib import Path

    from apibuf_common.errors import WrongUsage
    from apibuf_pipeline.request import RunRequest, selected_cases
    from apibuf_runner.catalogue import FUNCTIONS
    from apibuf_runner.suite_run import Selection
    from apibuf_setup import prepare, vector_files

    vectors = vector_files.load(options.vectors)
    catalogue = prepare.catalogue(vectors)
    only = frozenset(case.id for case in good.cases) if good else None
    unknown = min((only or frozenset()) - {case.id for case in catalogue.cases}, default=None)
    if unknown is not None:
        raise WrongUsage(
            f"{options.against} has the case {unknown}, which is not there: name its file with --vectors, or make the "
            "results with this version of the suite"
        )
    claimed = options.functions or (good.header.selection.functions if good else FUNCTIONS)
    selection = Selection(select=tuple(options.select), functions=claimed, only=only)
    cases = selected_cases(catalogue, selection)
    needed = {name for case in cases for name in case.functions}
    return RunRequest(
        catalogue=catalogue,
        cases=cases,
        selection=replace(selection, functions=tuple(name for name in claimed if name in needed)),
        vectors=vectors,
        expectations=None,
        update_expectations=False,
        jobs=None,
        silence_s=options.timeout,
        starter=starting.starter_of(options, [target]),
        out=Path(options.out),
        rerun_of=None,
        formats=(),
    )


def _run(request: RunRequest, target: Target) -> Stream:
    """The results of the selected cases. Raises CannotRun."""
    from apibuf_common.errors import CannotRun
    from apibuf_pipeline.pipeline import run_targets

    listener = _Listener()
    run_targets(request, [target], listener)
    if listener.results is None:
        raise CannotRun("the reason is above; mend it, and start the bisection again")
    return listener.results


def _check_comparable(good: Stream, results: Stream) -> None:
    from apibuf_common.errors import WrongUsage
    from apibuf_reports import difference

    differences = difference.differences_in_kind(good.header, results.header)
    if differences:
        raise WrongUsage(f"these results cannot be compared: {'; '.join(differences)}; name others with --against")


class _Listener:
    """Keeps the results of the one target."""

    def __init__(self) -> None:
        self.results: Stream | None = None

    def on_results(self, stream: Stream, files: Sequence[Path]) -> None:  # noqa: ARG002 - as every listener
        """Is given the results, and the files that hold them."""
        self.results = stream

    def on_agreement(self, agreement: Agreement) -> None:
        """Is never called: nothing is expected."""
