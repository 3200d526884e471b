"""What a result stream says of the implementation that was tested, and of the machine."""

from __future__ import annotations

import hashlib
import os
import shlex
from pathlib import Path

import apibuf_system
from apibuf_common import platforms, project
from apibuf_pipeline.request import RunRequest
from apibuf_runner import suite_run
from apibuf_runner.session import Hello
from apibuf_runner.stream_writer import TargetFacts
from apibuf_runner.suite_run import Selection
from apibuf_setup import prepare
from apibuf_setup.wine import Wine
from apibuf_targets import again, targets
from apibuf_targets.launching import loaded_file, printable
from apibuf_targets.targets import Target

UNKNOWN_PLATFORM = "unknown"
"""That of a connector which has not started."""


def target_facts(request: RunRequest, target: Target, system: Wine | None, hello: Hello | None) -> TargetFacts:
    """What the stream says of the implementation; hello is None where the library was never loaded."""
    file = target.path or (loaded_file(target, system, hello) if hello else None)
    return TargetFacts(
        name=target.name,
        path=_told_path(target, hello),
        sha256=_sha256(file),
        # What this project builds has the version of the suite.
        version=request.catalogue.suite.version
        if target.is_built_here
        else (" ".join(hello.implementation) if hello else "")
        or targets.version_of(target, system.command if system else (), file),
        platform=target.platform or (hello.platform if hello else UNKNOWN_PLATFORM),
        named_as=target.word if target.named_as else None,
        reached_by=None if target.is_library else target.reached_by,
        rerun=again.run_command(target, request.starter, *_options(request)),
    )


def _options(request: RunRequest) -> list[str]:
    """What changes how a case is run, or which cases there are, as options of `run`."""
    options = []
    if request.selection.profile != Selection.profile:
        options += ["--profile", request.selection.profile]
    if set(request.selection.functions) != set(Selection.functions):
        options += ["--functions", ",".join(request.selection.functions)]
    for file in request.vectors:
        options += ["--vectors", str(file.path)]
    if request.silence_s is not None:
        options += ["--timeout", f"{request.silence_s:g}"]
    return options


def _told_path(target: Target, hello: Hello | None) -> str:
    """Where the library was found, or a connector's command; relative to the project's folder if it was built here."""
    if not target.is_library:
        return shlex.join(target.command)
    if target.path is None:
        return hello.path if hello else target.library
    return printable(target.path.relative_to(project.ROOT) if target.is_built_here else target.path)


def _sha256(file: Path | None) -> str | None:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file else None
    except OSError:
        return None


def environment(request: RunRequest, target: Target, system: Wine | None) -> dict[str, str]:
    """What a reader needs to know of the machine, and of what starts the target's programs on it."""
    emulator = platforms.named(target.platform).emulator_here if target.is_library else None
    facts = {
        **apibuf_system.machine(),
        "cores": str(os.cpu_count()),
        "jobs": str(request.jobs or suite_run.default_jobs()),
    }
    if request.starter.launcher:
        facts["launcher"] = shlex.join(request.starter.launcher)
    elif emulator is not None:
        facts["emulator"] = prepare.version_of_emulator(emulator)
    elif system is not None:
        facts["wine"] = system.version()
        if request.starter.wine:
            facts["wine_program"] = str(request.starter.wine)
    if request.vectors:
        facts["vectors"] = "; ".join(map(str, request.vectors))
    return facts
