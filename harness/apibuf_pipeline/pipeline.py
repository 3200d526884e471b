"""The logic of `apibuf run`: prepares each target, has the runner run the suite, writes results and reports."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from apibuf_common.errors import CannotRun, ExitCode
from apibuf_common.messages import note
from apibuf_expectations import comparison
from apibuf_expectations.comparison import Agreement, Asked
from apibuf_pipeline import facts, places, rendering
from apibuf_pipeline.progress import for_standard_error
from apibuf_pipeline.request import RunRequest
from apibuf_reports.stream import Stream
from apibuf_repro.program import reproducers
from apibuf_runner import stream_writer, suite_run
from apibuf_runner.conclusion import Conformity, conclude
from apibuf_runner.interruption import Interruption, interruptible
from apibuf_runner.session import Hello
from apibuf_runner.suite_run import Outcome, SuiteRun
from apibuf_setup import wine_servers
from apibuf_setup.roots import Root
from apibuf_setup.wine import Wine
from apibuf_targets.launching import check_library, launch_of, wine_of
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import Reach, Target

if TYPE_CHECKING:
    from apibuf_setup.samba.server import SambaServer

EXIT_CODES = {
    Conformity.CONFORMS: ExitCode.OK,
    Conformity.CONFORMS_IN_PART: ExitCode.OK,
    Conformity.DOES_NOT_CONFORM: ExitCode.NOT_CONFORMING,
    Conformity.COULD_NOT_RUN: ExitCode.CANNOT_RUN,
    Conformity.INCOMPLETE: ExitCode.INCOMPLETE,
}
WORST_FIRST = (ExitCode.NOT_CONFORMING, ExitCode.CANNOT_RUN, ExitCode.INCOMPLETE, ExitCode.OK)


class Listener(Protocol):
    """Gets the outcome of each target as soon as it is known."""

    def on_results(self, stream: Stream, files: Sequence[Path]) -> None:
        """Is given the results of a target, and the files that hold them and the reports."""

    def on_agreement(self, agreement: Agreement) -> None:
        """Gets how a target compares with what was expected of it."""


@dataclass(frozen=True)
class TargetsOutcome:
    """The exit code of each target by its name, and the reports over all of them where there are several."""

    codes: Mapping[str, ExitCode]
    reports: tuple[Path, ...]

    @property
    def exit_code(self) -> ExitCode:
        """The worst of all."""
        return min(self.codes.values(), key=WORST_FIRST.index)


def run_targets(request: RunRequest, asked: Sequence[Target], listener: Listener) -> TargetsOutcome:
    """Runs one target after another. Raises WrongUsage where a run cannot update expectations, CannotRun."""
    codes: dict[str, ExitCode] = {}
    written: list[Path] = []
    several = (
        _place(request, places.of_several([target.name for target in asked], request.out)) if len(asked) > 1 else None
    )
    # All that earlier runs left here goes at once: it would look like what came of this run, if that is cut short.
    for place in (*([several] if several else []), *(_place(request, request.out / target.name) for target in asked)):
        places.clear(place)
    with interruptible() as interrupted:
        for target in asked:
            if interrupted.is_set():
                codes[target.name] = ExitCode.INCOMPLETE
                continue
            try:
                codes[target.name], results = _run_one(request, target, listener, interrupted)
                written.append(results)
            except CannotRun as error:
                note(f"{target.name} could not run: {error}")
                codes[target.name] = ExitCode.CANNOT_RUN
    reports = _report_together(several, written, request.formats) if several is not None else ()
    return TargetsOutcome(codes, reports)


def _place(request: RunRequest, folder: Path) -> Path:
    return places.of_run(folder, request.selection, request.vectors, request.rerun_of)


def _report_together(place: Path, results: Sequence[Path], names: Sequence[str]) -> tuple[Path, ...]:
    """Writes one report of each format over the results of several targets, and returns them. Raises CannotRun."""
    streams = [rendering.read_stream(file) for file in results]
    with places.publishing(place) as unfinished:
        reports = [rendering.write(name, streams, unfinished) for name in names if streams]
    return tuple(place / report.name for report in reports)


def _run_one(
    request: RunRequest, target: Target, listener: Listener, interrupted: Interruption
) -> tuple[ExitCode, Path]:
    place = _place(request, request.out / target.name)
    provide_library(target)
    system = wine_of(target, request.starter)
    outcome = _run_suite(request, target, system, place / "smbd", interrupted)
    described = facts.target_facts(request, target, system, outcome.hello)
    conclusion = conclude(outcome, request.selection, target.reached_by is Reach.FUNCTIONS)
    with places.publishing(place) as unfinished:
        stream_writer.write(
            unfinished / places.RESULTS,
            outcome,
            conclusion,
            request.catalogue,
            described,
            request.selection,
            facts.environment(request, target, system),
            _reproducers(request, outcome, target, system, interrupted) if target.is_library else {},
        )
        stream = rendering.read_stream(unfinished / places.RESULTS)
        reports = [rendering.write(name, [stream], unfinished) for name in request.formats]
    results = place / places.RESULTS
    listener.on_results(stream, (results, *(place / report.name for report in reports)))
    if request.expectations is None:
        return EXIT_CODES[conclusion.outcome], results
    asked = Asked(request.expectations, described.platform, described.version, request.selection.functions)
    hold_against = comparison.update if request.update_expectations else comparison.hold_against
    agreement = hold_against(asked, outcome, conclusion)
    listener.on_agreement(agreement)
    return EXIT_CODES[agreement.conformity], results


def _reproducers(
    request: RunRequest, outcome: Outcome, target: Target, system: Wine | None, interrupted: Interruption
) -> dict[str, str]:
    """The programs that show what did not conform, by the ids of their cases. Raises CannotRun."""
    found = reproducers(request.catalogue, outcome, target, request.starter.wine)
    if any(result.calls for result in outcome.results):
        # Loaded late: few runs have such a failure.
        from apibuf_fuzz import shown

        worth = shown.worth_showing(outcome.results)
        found |= shown.programs(request.catalogue, worth, target, request.starter, system, interrupted)
    return found


def _run_suite(
    request: RunRequest, target: Target, system: Wine | None, server_logs: Path, interrupted: Interruption
) -> Outcome:
    """Runs the suite against one target, with a server where it needs one. Raises CannotRun."""

    def check_hello(hello: Hello) -> None:
        check_library(target, system, hello)

    asks_server = target.needs_server and any(case.is_remotable for case in request.cases)
    # Whatever an implementation leaves in its current folder goes with the folder.
    scratch = Path(tempfile.mkdtemp(prefix="apibuf-"))
    try:
        launch = launch_of(target, request.starter, system, scratch, request.vectors)
        with (
            wine_servers.for_workers(system, launch, request.jobs or suite_run.default_jobs()) as launches,
            _server(server_logs, target.root) if asks_server else nullcontext() as server,
            for_standard_error(target.name, len(request.cases)) as progress,
        ):
            return SuiteRun(
                launches=[server.reached_by(launch) if server else launch for launch in launches],
                limits=suite_run.default_limits(request.silence_s or suite_run.DEFAULT_SILENCE_S),
                cases=request.cases,
                functions=request.selection.functions,
                interrupted=interrupted,
                on_result=progress.on_result,
                check_hello=check_hello,
                server_unavailable=server.unavailable if server else None,
            ).execute()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _server(logs: Path, root: Root | None) -> AbstractContextManager[SambaServer]:
    """A Samba server for one run, which only Linux can have. root: the Debian root of its clients."""
    from apibuf_setup.samba.server import serving

    return serving(logs, root)
