"""Carries out `apibuf run`: brings each target, has the runner play, writes what came of it, and reports it."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from apibuf_cli import expecting, places, prepare, project, rendering, targets, vector_files, wine
from apibuf_cli.errors import CannotRun, ExitCode
from apibuf_cli.expectations import Expectations
from apibuf_cli.progress import for_standard_error
from apibuf_cli.repro.program import reproducers
from apibuf_cli.samba.server import SambaServer, serving
from apibuf_cli.targets import Target
from apibuf_cli.vector_files import VectorFile
from apibuf_cli.wine import Wine
from apibuf_runner import run as runner
from apibuf_runner import stream_writer
from apibuf_runner.catalogue import Case, Catalogue
from apibuf_runner.conclusion import Conclusion, Conformity, conclude
from apibuf_runner.interruption import Interruption
from apibuf_runner.run import Outcome, Run, Selection
from apibuf_runner.session import Hello
from apibuf_runner.worker import Launch

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
class Order:
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


def run_all(order: Order, asked: Sequence[Target]) -> ExitCode:
    """Runs one target after another; the worst of their exit codes, told by name where there are several."""
    codes: dict[str, ExitCode] = {}
    written: list[Path] = []
    several = _place(order, places.of_several([target.name for target in asked], order.out)) if len(asked) > 1 else None
    # All that earlier runs left here goes at once: it would look like what came of this run, if that is cut short.
    for place in (*([several] if several else []), *(_place(order, order.out / target.name) for target in asked)):
        places.clear(place)
    with interruptible() as interrupted:
        for target in asked:
            if interrupted.is_set():
                codes[target.name] = ExitCode.INCOMPLETE
                continue
            try:
                codes[target.name], results = _run_one(order, target, interrupted)
                written.append(results)
            except CannotRun as error:
                prepare.note(f"{target.name} could not run: {error}")
                codes[target.name] = ExitCode.CANNOT_RUN
    if several is not None:
        _report_together(several, written, order.formats)
        for name, code in codes.items():
            print(f"{name}: {MEANINGS[code]}")
    return min(codes.values(), key=WORST_FIRST.index)


def _place(order: Order, folder: Path) -> Path:
    return places.of_run(folder, order.selection, order.vectors, order.rerun_of)


def _report_together(place: Path, results: Sequence[Path], names: Sequence[str]) -> None:
    """Writes one report of each format over the results of several targets, and says where. Raises CannotRun."""
    streams = [rendering.read_stream(file) for file in results]
    with places.publishing(place) as unfinished:
        reports = [rendering.write(name, streams, unfinished) for name in names if streams]
    for report in reports:
        print(place / report.name)


def _run_one(order: Order, target: Target, interrupted: Interruption) -> tuple[ExitCode, Path]:
    place = _place(order, order.out / target.name)
    prepare.library(target)
    system = wine_of(target, order.launcher)
    # Whatever an implementation leaves in its current folder goes with the folder.
    scratch = Path(tempfile.mkdtemp(prefix="apibuf-"))
    asks_server = target.needs_server and any(case.is_remotable for case in order.cases)
    try:
        launch = launch_of(target, order.launcher, system, scratch, order.vectors)
        with (
            system.kept_warm() if system else nullcontext(),
            serving(place / "smbd") if asks_server else nullcontext() as server,
        ):
            outcome = _play(order, target, launch, system, server, interrupted)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    facts = _facts(order, target, system, outcome.hello)
    conclusion = conclude(outcome, order.selection)
    with places.publishing(place) as unfinished:
        stream_writer.write(
            unfinished / places.RESULTS,
            outcome,
            conclusion,
            order.catalogue,
            facts,
            order.selection,
            _environment(order, system),
            reproducers(order.catalogue, outcome, target),
        )
        told = rendering.read_stream(unfinished / places.RESULTS)
        reports = [rendering.write(name, [told], unfinished) for name in order.formats]
    results = place / places.RESULTS
    rendering.show(told, order.verbose)
    print("\n".join(map(str, (results, *(place / report.name for report in reports)))))
    return EXIT_CODES[_conformity(order, facts, outcome, conclusion)], results


def _conformity(order: Order, facts: stream_writer.TargetFacts, outcome: Outcome, conclusion: Conclusion) -> Conformity:
    """What the run says of the implementation or, where there are expectations, of them."""
    if order.expectations is None:
        return conclusion.outcome
    asked = expecting.Asked(order.expectations, facts.platform, facts.version, order.selection.functions)
    hold_against = expecting.update if order.update_expectations else expecting.judge
    return hold_against(asked, outcome, conclusion)


def wine_of(target: Target, launcher: tuple[str, ...] | None) -> Wine | None:
    """The Wine that the target's worker runs under; None for the libraries of Linux. Raises CannotRun."""
    if not target.is_windows:
        return None
    return wine.of_launcher(_absolute(launcher)) if launcher else prepare.wine_of(target.platform)


def _play(
    order: Order,
    target: Target,
    launch: Launch,
    system: Wine | None,
    server: SambaServer | None,
    interrupted: Interruption,
) -> Outcome:
    def check_hello(hello: Hello) -> None:
        check_library(target, system, hello)

    with for_standard_error(target.name, len(order.cases)) as progress:
        return Run(
            launch=server.reached_by(launch) if server else launch,
            limits=runner.default_limits(order.silence_s or runner.DEFAULT_SILENCE_S),
            cases=order.cases,
            functions=order.selection.functions,
            jobs=order.jobs or runner.default_jobs(),
            interrupted=interrupted,
            on_result=progress.on_result,
            check_hello=check_hello,
            server_obstacle=server.obstacle if server else None,
        ).play()


def launch_of(
    target: Target,
    launcher: tuple[str, ...] | None,
    system: Wine | None,
    directory: Path,
    vectors: Sequence[VectorFile] = (),
) -> Launch:
    """How the target's worker is started. Raises CannotRun."""
    worker = prepare.worker(target.platform)
    options = ("--stream", *vector_files.bring(vectors, directory))
    if system is None:
        library = target.path or target.library
        command = (*_absolute(launcher or ()), str(worker), f"--target={library}", *options)
        return Launch(command, os.environ | _folder_first(target.path), directory)
    library = system.windows_path(target.path) if target.path else target.library
    return Launch(
        command=(*system.command, system.inside(worker), f"--target={library}", *options),
        environment=os.environ | system.environment(target.path),
        directory=directory,
        if_silent="this Wine does not start programs of this kind; 32-bit ones need its 32-bit side",
    )


def _folder_first(library: Path | None) -> dict[str, str]:
    """What has Linux's loader search a library's folder first for what the library needs.

    Not a folder with a C library of its own, such as that of another system's root: the worker would die of it.
    """
    folder = str(library.parent) if library else ""
    if library is None or re.search("[:;]", folder) or (library.parent / "libc.so.6").exists():
        return {}
    searched = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": f"{folder}:{searched}" if searched else folder}


def _absolute(launcher: tuple[str, ...]) -> tuple[str, ...]:
    """The launcher as it is found from another folder."""
    if launcher and "/" in launcher[0]:
        return (str(Path(launcher[0]).absolute()), *launcher[1:])
    return launcher


def check_library(target: Target, system: Wine | None, hello: Hello) -> None:
    """What the loader took must be what was asked for. Raises the runner's CannotRun."""
    if hello.platform != target.platform:
        raise runner.CannotRun(f"the worker is one for {hello.platform}, the library is one for {target.platform}")
    loaded = _loaded_file(system, hello)
    if target.path is None or loaded is None or _is_named_alike(target.path, hello):
        return
    if not _is_same_file(loaded, target.path):
        raise runner.CannotRun(f"{hello.path} was loaded instead of {target.path}")


def _loaded_file(system: Wine | None, hello: Hello) -> Path | None:
    if not hello.path:
        return None
    return system.machine_path(hello.path) if system else Path(hello.path)


def _is_named_alike(path: Path, hello: Hello) -> bool:
    """Whether the worker's words are those of a path that is no UTF-8, and so cannot come through its channel whole."""
    replaced = re.compile("\N{REPLACEMENT CHARACTER}+")
    text = printable(path)
    return text != str(path) and replaced.sub("?", text) == replaced.sub("?", hello.path)


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _facts(order: Order, target: Target, system: Wine | None, hello: Hello | None) -> stream_writer.TargetFacts:
    file = target.path or (_loaded_file(system, hello) if hello else None)
    return stream_writer.TargetFacts(
        name=target.name,
        path=_told_path(target, hello),
        sha256=_sha256(file),
        # What this project builds has the version of the suite.
        version=order.catalogue.suite.version
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


def printable(path: Path) -> str:
    """The path as text that any file can hold: a byte that is no UTF-8 becomes a replacement character."""
    return os.fsencode(path).decode(errors="replace")


def _sha256(file: Path | None) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file else None
    except OSError:
        return None


def _environment(order: Order, system: Wine | None) -> dict[str, str]:
    """What a reader needs to know of the machine."""
    machine = os.uname()
    facts = {
        "system": f"{_distribution()}, {machine.sysname} {'.'.join(machine.release.split('.')[:2])}",
        "processor": machine.machine,
        "cores": str(os.cpu_count()),
        "jobs": str(order.jobs or runner.default_jobs()),
    }
    if order.launcher is not None:
        facts["launcher"] = " ".join(order.launcher)
    elif system is not None:
        facts["wine"] = system.version()
    if order.vectors:
        facts["vectors"] = "; ".join(map(str, order.vectors))
    return facts


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown distribution"


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """While it lasts, Ctrl-C and SIGTERM only ask for the end: the run is ended in order, and its stream written."""
    interrupted = Interruption()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: interrupted.set())
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
