"""What the suite never ran of the reference: builds it with counters, runs the suite, reads what gcovr makes of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apibuf_common import project
from apibuf_common.errors import BadInput, CannotRun
from apibuf_selfcheck import accepted
from apibuf_selfcheck.accepted import Comparison
from apibuf_selfcheck.build import LIBRARY, PLATFORM, PRESET, Build, BuildError, load
from apibuf_setup import prepare

PACKAGES = ("gcovr",)
MEMBERS = ("file", "line", "missing")

SUITE_LIMIT_S = 300
GCOVR_LIMIT_S = 120
# Counts that threads lose would make gcov derive wrong ones. Optimization would merge branches.
COMPILER_OPTIONS = ("--coverage", "-fprofile-update=atomic", "-O0", "-w")


class CoverageError(Exception):
    """The coverage is unknown, since what has to run for it failed; the message is what it printed."""


@dataclass(frozen=True)
class Gap:
    """A line that was never run, or one with branches that were never taken."""

    file: str
    line_number: int
    line: str
    missing: str


@dataclass(frozen=True)
class FileCoverage:
    """How many lines and branches a file has, and how many of them the suite reached."""

    file: str
    lines: int
    lines_run: int
    branches: int
    branches_taken: int


@dataclass(frozen=True)
class CoverageOutcome:
    """The numbers of each file, what was not reached, and how that compares with the accepted gaps."""

    totals: tuple[FileCoverage, ...]
    gaps: tuple[Gap, ...]
    comparison: Comparison


def compare_with_accepted() -> CoverageOutcome:
    """Measures what the suite reaches, and compares the gaps with reference/coverage.toml.

    Raises BadInput, CannotRun.
    """
    sources = project.ROOT / "reference"
    try:
        listed = accepted.read(sources / "coverage.toml", ("never", "by_chance"), MEMBERS)
    except accepted.BadList as error:
        raise BadInput(str(error)) from error
    document = _measured(sources)
    texts = {
        file["file"]: (sources / file["file"]).read_text(encoding="utf-8").splitlines() for file in document["files"]
    }
    found = gaps(document, texts)
    keys = [(gap.file, gap.line, gap.missing) for gap in found]
    return CoverageOutcome(totals(document), found, accepted.compare(keys, listed["never"], listed["by_chance"]))


def _measured(sources: Path) -> Mapping[str, Any]:
    """What gcovr reports after the suite was run. Raises CannotRun."""
    prepare.install(PACKAGES)
    prepare.build(PRESET, LIBRARY)
    worker = prepare.worker(PLATFORM)
    folder = project.BUILD / "coverage"
    try:
        ordinary = load(project.BUILD / PRESET, LIBRARY)
        run_suite(worker, build(ordinary, sources, folder))
        return read_counters(sources, folder)
    except (BuildError, CoverageError) as error:
        raise CannotRun(f"the coverage is unknown: {error}") from error


def build(ordinary: Build, sources: Path, folder: Path) -> Path:
    """Makes the library with counters, in a folder that is emptied first. Raises BuildError."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    objects = []
    for name in ordinary.objects(sources):
        objects.append(folder / f"{name}.o")
        ordinary.compile(sources / name, sources / name, objects[-1], COMPILER_OPTIONS)
    compiler = ordinary.commands[-1][0]
    library = folder / "libapibuffer.so"
    exit_source = Path(__file__).with_name("coverage_exit.cpp")
    ordinary.execute([compiler, "-shared", "-fPIC", "-o", library, *objects, exit_source, "--coverage"])
    return library


def run_suite(worker: Path, library: Path) -> None:
    """Runs the cases, observations too, in one process that is not killed. Raises CoverageError.

    Not those about growth of the process: what other cases left behind in it can make it grow.
    """
    command = [str(worker), f"--target={library}", "--no-skip", "--test-case-exclude=*gives-memory-back*"]
    _run(command, SUITE_LIMIT_S, os.environ | {"LD_PRELOAD": str(library)}, library.parent)


def read_counters(sources: Path, folder: Path) -> Mapping[str, Any]:
    """What gcovr reads in the folder, as its JSON document. Raises CoverageError."""
    report = folder / "coverage.json"
    command = ["gcovr", "--root", str(sources), "--exclude-throw-branches", "--json", str(report), str(folder)]
    _run(command, GCOVR_LIMIT_S, os.environ, folder)
    document: Mapping[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return document


def gaps(document: Mapping[str, Any], sources: Mapping[str, Sequence[str]]) -> tuple[Gap, ...]:
    """What was not reached; `sources` holds the lines of each file."""
    return tuple(
        Gap(file["file"], line["line_number"], _code(sources[file["file"]][line["line_number"] - 1]), missing)
        for file in document["files"]
        for line in _lines(file)
        if (missing := _missing(line))
    )


def totals(document: Mapping[str, Any]) -> tuple[FileCoverage, ...]:
    """The numbers of each file."""
    return tuple(_totals_of(file) for file in document["files"])


def _totals_of(file: Mapping[str, Any]) -> FileCoverage:
    lines = list(_lines(file))
    branches = [branch["count"] > 0 for line in lines for branch in line["branches"]]
    runs = [line["count"] > 0 for line in lines]
    return FileCoverage(file["file"], len(runs), sum(runs), len(branches), sum(branches))


def _lines(file: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (line for line in file["lines"] if not line["gcovr/noncode"] and not line["gcovr/excluded"])


def _missing(line: Mapping[str, Any]) -> str:
    """What the suite did not reach of a line, in the words of reference/coverage.toml; empty for nothing."""
    if line["count"] == 0:
        return "never run"
    untaken = [branch["count"] for branch in line["branches"]].count(0)
    return f"{untaken} of {len(line['branches'])} branches never taken" if untaken else ""


def _code(line: str) -> str:
    """A line without its indentation and comment."""
    return line.partition("//")[0].strip()


def _run(command: Sequence[str], limit_s: float, environment: Mapping[str, str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            check=False,
            timeout=limit_s,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CoverageError(str(error)) from error
    if done.returncode != 0:
        printed = done.stdout.decode(errors="replace")[-4000:]
        raise CoverageError(f"{command[0]} ended with {done.returncode}:\n{printed}")
