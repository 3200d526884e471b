"""Builds a mutant of the reference, and lets the suite and then the reference's own tests try to detect it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from apibuf_runner.catalogue import FUNCTIONS, Case
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import NONCONFORMING, CaseResult
from apibuf_runner.suite_run import SuiteRun, default_limits
from apibuf_runner.worker import Launch
from apibuf_selfcheck.build import Build, BuildError
from apibuf_selfcheck.combined import COMPILER_OPTIONS, Combined, choose
from apibuf_selfcheck.killers import OWN_TESTS
from apibuf_selfcheck.mutations import Mutant

SILENCE_S = 1.0
# Ten times of what the suite takes for the reference: what it has not noticed then, it is held not to notice.
SUITE_LIMIT_S = 15.0
# One case, twice: however busy the machine is, it shall not lose what it is known to show.
KILLER_LIMIT_S = 120.0
# Processor time, since how long tests that wait for each other take depends on what else the machine does. They need
# 0.03 s on a quiet machine and more than 1 s on a busy one, where a thread waits in turns for one that does not run.
OWN_TESTS_PROCESSOR_S = 4
OWN_TESTS_LIMIT_S = 120


class RunnerFailed(Exception):
    """The suite could not be run against a mutant, for a reason that is not the mutant's."""


class Fate(StrEnum):
    """What became of a mutant."""

    NOT_BUILT = "does not build"
    KILLED_BY_SUITE = "killed by the suite"
    KILLED_BY_OWN_TESTS = "killed by the reference's own tests"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Judgement:
    """A mutant's fate; `by` is the case that killed it, or what the reference's own tests said last."""

    mutant: Mutant
    fate: Fate
    by: str = ""


def killer_of(judgement: Judgement) -> str:
    """What to try first on this mutant from now on; empty where nothing killed it."""
    killers = {Fate.KILLED_BY_SUITE: judgement.by, Fate.KILLED_BY_OWN_TESTS: OWN_TESTS}
    return killers.get(judgement.fate, "")


@dataclass(frozen=True)
class Candidate:
    """A mutant to judge, its number in what was built combined, and what killed it last: a case's id, or OWN_TESTS."""

    number: int
    mutant: Mutant
    killer: str = ""


@dataclass(frozen=True)
class Bench:
    """What mutants are judged with: the reference's sources and builds, the worker, and the judged cases."""

    sources: Path
    library: Build
    own_tests: Build
    combined: Combined
    worker: Path
    cases: tuple[Case, ...]
    scratch: Path


def judge_mutant(bench: Bench, candidate: Candidate) -> Judgement:
    """The fate of one mutant. Raises RunnerFailed, OSError."""
    folder = Path(tempfile.mkdtemp(prefix="mutant-", dir=bench.scratch))
    try:
        fate, by = _fate_in(folder, bench, candidate)
    except BuildError:
        fate, by = Fate.NOT_BUILT, ""
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Judgement(candidate.mutant, fate, by)


def _fate_in(folder: Path, bench: Bench, candidate: Candidate) -> tuple[Fate, str]:
    """The fate and what decided it. What killed the mutant last comes first. Raises BuildError, RunnerFailed."""
    library, own_tests = _make(folder, bench, candidate)
    if candidate.killer == OWN_TESTS and (complaint := _complaint_of(own_tests, folder)):
        return Fate.KILLED_BY_OWN_TESTS, complaint
    if failing_case := _failing_case(bench, candidate.killer, library, folder):
        return Fate.KILLED_BY_SUITE, failing_case
    if complaint := _complaint_of(own_tests, folder):
        return Fate.KILLED_BY_OWN_TESTS, complaint
    return Fate.SURVIVED, ""


def _make(folder: Path, bench: Bench, candidate: Candidate) -> tuple[Path, Path]:
    """The mutant as a library and as the reference's own tests. Raises BuildError, OSError."""
    combined, library, own_tests = bench.combined, folder / "libapibuffer.so", folder / "own_tests"
    if candidate.number in combined.numbers:
        choose(combined.library, candidate.number, library)
        choose(combined.own_tests, candidate.number, own_tests)
    else:
        objects = _objects_with(candidate.mutant, bench, folder)
        bench.library.link(objects, library)
        bench.own_tests.link(objects, own_tests)
    return library, own_tests


def _objects_with(mutant: Mutant, bench: Bench, folder: Path) -> Mapping[str, Path]:
    """The objects of the reference, with the mutant compiled for itself. Raises BuildError."""
    source, made = folder / mutant.file, folder / "mutant.o"
    source.write_text(mutant.source, encoding="utf-8")
    bench.library.compile(bench.sources / mutant.file, source, made, COMPILER_OPTIONS)
    return {**bench.combined.objects, bench.library.objects(bench.sources)[mutant.file]: made}


def _failing_case(bench: Bench, killer: str, library: Path, folder: Path) -> str:
    """The first case that twice did not pass; empty if there is none.

    The case that killed last comes first, and what may take long to fail comes last.
    """
    last = [case for case in bench.cases if case.id == killer]
    quick = [case for case in bench.cases if not case.alone]
    slow = [case for case in bench.cases if case.alone]
    return (
        (_failing_case_of(last, bench, library, folder, KILLER_LIMIT_S) if last else "")
        or _failing_case_of(quick, bench, library, folder, SUITE_LIMIT_S)
        or _failing_case_of(slow, bench, library, folder, SUITE_LIMIT_S)
    )


def _failing_case_of(cases: Sequence[Case], bench: Bench, library: Path, folder: Path, limit_s: float) -> str:
    """The first of these cases that twice did not pass, run by one worker at a time; empty if there is none."""
    failing: list[str] = []
    enough = Interruption()
    alarm = threading.Timer(limit_s, enough.set)

    def on_result(result: CaseResult) -> None:
        if result.verdict in NONCONFORMING and not result.flaky:
            failing.append(result.case.id)
            enough.set()

    run = SuiteRun(
        launches=[Launch((str(bench.worker), f"--target={library}", "--stream"), dict(os.environ), folder)],
        limits=default_limits(SILENCE_S),
        cases=cases,
        functions=FUNCTIONS,
        interrupted=enough,
        on_result=on_result,
    )
    alarm.start()
    try:
        outcome = run.execute()
    finally:
        alarm.cancel()
    if failing:
        return failing[0]
    if outcome.error and outcome.hello is None:
        return "no case could be run"
    if outcome.interrupted:
        return ""
    if outcome.error:
        raise RunnerFailed(outcome.error)
    return ""


def _complaint_of(program: Path, folder: Path) -> str:
    """How the reference's own tests show that they failed; empty if they passed."""
    command = [
        "prlimit",
        f"--cpu={OWN_TESTS_PROCESSOR_S}",
        str(program),
        "--abort-after=1",
        "--no-colors",
    ]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            check=False,
            timeout=OWN_TESTS_LIMIT_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"not done after {OWN_TESTS_LIMIT_S} s"
    if done.returncode == 0:
        return ""
    if done.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        return f"not done after {OWN_TESTS_PROCESSOR_S} s of processor time"
    lines = done.stdout.decode(errors="replace").splitlines()
    return next((line.strip() for line in lines if line.startswith("TEST CASE:")), f"exit code {done.returncode}")
