"""Carries out `apibuf run`: brings each target, has the runner play, writes what came of it, and reports it."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from apibuf_common import project
from apibuf_common.errors import CannotRun, ExitCode
from apibuf_common.messages import note
from apibuf_expectations import comparison
from apibuf_expectations.expectations import Expectations
from apibuf_pipeline import places, rendering
from apibuf_pipeline.progress import for_standard_error
from apibuf_repro.program import reproducers
from apibuf_runner import stream_writer, suite_run
from apibuf_runner.catalogue import Case, Catalogue
from apibuf_runner.conclusion import Conclusion, Conformity, conclude
from apibuf_runner.interruption import Interruption, interruptible
from apibuf_runner.session import Hello
from apibuf_runner.suite_run import Outcome, Selection, SuiteRun
from apibuf_runner.worker import Launch
from apibuf_setup.samba.server import SambaServer, serving
from apibuf_setup.vector_files import VectorFile
from apibuf_setup.wine import Wine
from apibuf_targets import targets
from apibuf_targets.launching import check_library, launch_of, loaded_file, printable, wine_of
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import Target

EXIT_CODES = {
    Conformity.CONFORMS: ExitCode.OK,
    Conformity.CONFORMS_IN_PART: ExitCode.OK,
    Conformity.DOES_NOT_CONFORM: ExitCode.NOT_CONFORMING,
    Conformity.COULD_NOT_RUN: ExitCode.CANNOT_RUN,
    Conformity.INCOMPLETE: ExitCode.INCOMPLETE,
}
WORST_FIRST = (ExitCode.NOT_CONFORMING, ExitCode.CANNOT_RUN, ExitCode.INCOMPLETE, ExitCode.OK)
MEANINGS = {
    ExitCode.CANNOT_RUN: "could not run",
    ExitCode.NOT_CONFORMING: "does not conform",
    ExitCode.INCOMPLETE: "incomplete",
    ExitCode.OK: "as it should be",
}


@dataclass(frozen=True)
class RunRequest:
    """What to play and where to leave the results. None for jobs and silence_s (seconds): what suits this machine."""

    catalogue: Catalogue
    cases: tuple[Case, ...]
    selection: Selection
    vectors: tuple[VectorFile, ...]
    expectations: Expectations | None
    update_expectations: bool
    jobs: int | None
    silence_s: float | None
    launcher: tuple[str, ...] | None
    out: Path
    rerun_of: Path | None
    formats: tuple[str, ...]
    verbose: bool


def run_targets(request: RunRequest, asked: Sequence[Target]) -> ExitCode:
    """Runs one target after another; the worst of their exit codes, told by name where there are several."""
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
                codes[target.name], results = _run_one(request, target, interrupted)
                written.append(results)
            except CannotRun as error:
                note(f"{target.name} could not run: {error}")
                codes[target.name] = ExitCode.CANNOT_RUN
    if several is not None:
        _report_together(several, written, request.formats)
        for name, code in codes.items():
            print(f"{name}: {MEANINGS[code]}")
    return min(codes.values(), key=WORST_FIRST.index)


def _place(request: RunRequest, folder: Path) -> Path:
    return places.of_run(folder, request.selection, request.vectors, request.rerun_of)


def _report_together(place: Path, results: Sequence[Path], names: Sequence[str]) -> None:
    """Writes one report of each format over the results of several targets, and says where. Raises CannotRun."""
    streams = [rendering.read_stream(file) for file in results]
    with places.publishing(place) as unfinished:
        reports = [rendering.write(name, streams, unfinished) for name in names if streams]
    for report in reports:
        print(place / report.name)


def _run_one(request: RunRequest, target: Target, interrupted: Interruption) -> tuple[ExitCode, Path]:
    place = _place(request, request.out / target.name)
    provide_library(target)
    system = wine_of(target, request.launcher)
    # Whatever an implementation leaves in its current folder goes with the folder.
    scratch = Path(tempfile.mkdtemp(prefix="apibuf-"))
    asks_server = target.needs_server and any(case.is_remotable for case in request.cases)
    try:
        launch = launch_of(target, request.launcher, system, scratch, request.vectors)
        with (
            system.kept_warm() if system else nullcontext(),
            serving(place / "smbd") if asks_server else nullcontext() as server,
        ):
            outcome = _play(request, target, launch, system, server, interrupted)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    facts = _facts(request, target, system, outcome.hello)
    conclusion = conclude(outcome, request.selection)
    with places.publishing(place) as unfinished:
        stream_writer.write(
            unfinished / places.RESULTS,
            outcome,
            conclusion,
            request.catalogue,
            facts,
            request.selection,
            _environment(request, system),
            reproducers(request.catalogue, outcome, target),
        )
        told = rendering.read_stream(unfinished / places.RESULTS)
        reports = [rendering.write(name, [told], unfinished) for name in request.formats]
    results = place / places.RESULTS
    rendering.show(told, request.verbose)
    print("\n".join(map(str, (results, *(place / report.name for report in reports)))))
    return EXIT_CODES[_conformity(request, facts, outcome, conclusion)], results


def _conformity(
    request: RunRequest, facts: stream_writer.TargetFacts, outcome: Outcome, conclusion: Conclusion
) -> Conformity:
    """What the run says of the implementation or, where there are expectations, of them."""
    if request.expectations is None:
        return conclusion.outcome
    asked = comparison.Asked(request.expectations, facts.platform, facts.version, request.selection.functions)
    hold_against = comparison.update if request.update_expectations else comparison.hold_against
    return hold_against(asked, outcome, conclusion)


def _play(
    request: RunRequest,
    target: Target,
    launch: Launch,
    system: Wine | None,
    server: SambaServer | None,
    interrupted: Interruption,
) -> Outcome:
    def check_hello(hello: Hello) -> None:
        check_library(target, system, hello)

    with for_standard_error(target.name, len(request.cases)) as progress:
        return SuiteRun(
            launch=server.reached_by(launch) if server else launch,
            limits=suite_run.default_limits(request.silence_s or suite_run.DEFAULT_SILENCE_S),
            cases=request.cases,
            functions=request.selection.functions,
            jobs=request.jobs or suite_run.default_jobs(),
            interrupted=interrupted,
            on_result=progress.on_result,
            check_hello=check_hello,
            server_obstacle=server.obstacle if server else None,
        ).execute()


def _facts(request: RunRequest, target: Target, system: Wine | None, hello: Hello | None) -> stream_writer.TargetFacts:
    file = target.path or (loaded_file(system, hello) if hello else None)
    return stream_writer.TargetFacts(
        name=target.name,
        path=_told_path(target, hello),
        sha256=_sha256(file),
        # What this project builds has the version of the suite.
        version=request.catalogue.suite.version
        if target.is_built_here
        else targets.version_of(target, system.command if system else ()),
        platform=target.platform,
        named_as=os.path.abspath(target.named_as) if target.named_as else None,
    )


def _told_path(target: Target, hello: Hello | None) -> str:
    """Where the library was found. What is built here is told from the project's folder on, the same everywhere."""
    if target.path is None:
        return hello.path if hello else target.library
    return printable(target.path.relative_to(project.ROOT) if target.is_built_here else target.path)


def _sha256(file: Path | None) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file else None
    except OSError:
        return None


def _environment(request: RunRequest, system: Wine | None) -> dict[str, str]:
    """What a reader needs to know of the machine."""
    machine = os.uname()
    facts = {
        "system": f"{_distribution()}, {machine.sysname} {'.'.join(machine.release.split('.')[:2])}",
        "processor": machine.machine,
        "cores": str(os.cpu_count()),
        "jobs": str(request.jobs or suite_run.default_jobs()),
    }
    if request.launcher is not None:
        facts["launcher"] = " ".join(request.launcher)
    elif system is not None:
        facts["wine"] = system.version()
    if request.vectors:
        facts["vectors"] = "; ".join(map(str, request.vectors))
    return facts


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown distribution"
