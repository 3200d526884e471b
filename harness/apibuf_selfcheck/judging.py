"""Builds a mutant of the reference, and lets the suite and then the reference's own tests try to tell it apart."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from apibuf_runner.catalogue import FUNCTIONS, Case
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import NONCONFORMING, CaseResult
from apibuf_runner.suite_run import SuiteRun, default_limits
from apibuf_runner.worker import Launch
from apibuf_selfcheck.build import Build, BuildError
from apibuf_selfcheck.mutations import Mutant

SILENCE_S = 1.0
# Ten times of what the suite takes for the reference: what it has not noticed then, it is held not to notice.
SUITE_LIMIT_S = 15.0
# Processor time, since how long tests that wait for each other take depends on what else the machine does.
OWN_TESTS_PROCESSOR_S = 4
OWN_TESTS_LIMIT_S = 120
# Quick to compile, quick enough to run; what a compiler would warn of in a mutant is no matter.
COMPILER_OPTIONS = ("-O1", "-g0", "-w")


class RunnerFailed(Exception):
    """The suite could not be played against a mutant, for a reason that is not the mutant's."""


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


@dataclass(frozen=True)
class Bench:
    """What mutants are judged with: the reference's sources, its two builds, the worker, and the judged cases."""

    sources: Path
    library: Build
    own_tests: Build
    worker: Path
    cases: tuple[Case, ...]
    scratch: Path


def judge_mutant(bench: Bench, mutant: Mutant) -> Judgement:
    """The fate of one mutant. Raises RunnerFailed, OSError."""
    folder = Path(tempfile.mkdtemp(prefix="mutant-", dir=bench.scratch))
    try:
        return _judge_in(folder, bench, mutant)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _judge_in(folder: Path, bench: Bench, mutant: Mutant) -> Judgement:
    source, made = folder / mutant.file, folder / "mutant.o"
    source.write_text(mutant.source, encoding="utf-8")
    replaced = {bench.library.objects(bench.sources)[mutant.file]: made}
    library, own_tests = folder / "libapibuffer.so", folder / "own_tests"
    try:
        bench.library.compile(bench.sources / mutant.file, source, made, COMPILER_OPTIONS)
        bench.library.link(replaced, library)
        failing_case = _failing_case(bench, library, folder)
        if failing_case:
            return Judgement(mutant, Fate.KILLED_BY_SUITE, failing_case)
        bench.own_tests.link(replaced, own_tests)
    except BuildError:
        return Judgement(mutant, Fate.NOT_BUILT)
    complaint = _complaint_of(own_tests, folder)
    return Judgement(mutant, Fate.KILLED_BY_OWN_TESTS if complaint else Fate.SURVIVED, complaint)


def _failing_case(bench: Bench, library: Path, folder: Path) -> str:
    """The first case that twice did not pass; empty if there is none. What may take long to fail comes last."""
    quick = tuple(case for case in bench.cases if not case.alone)
    others = tuple(case for case in bench.cases if case.alone)
    return _failing_case_of(quick, bench, library, folder) or _failing_case_of(others, bench, library, folder)


def _failing_case_of(cases: tuple[Case, ...], bench: Bench, library: Path, folder: Path) -> str:
    """The first of these cases that twice did not pass, played by one worker at a time; empty if there is none."""
    failing: list[str] = []
    enough = Interruption()
    alarm = threading.Timer(SUITE_LIMIT_S, enough.set)

    def on_result(result: CaseResult) -> None:
        if result.verdict in NONCONFORMING and not result.flaky:
            failing.append(result.case.id)
            enough.set()

    run = SuiteRun(
        launch=Launch((str(bench.worker), f"--target={library}", "--stream"), dict(os.environ), folder),
        limits=default_limits(SILENCE_S),
        cases=cases,
        functions=FUNCTIONS,
        jobs=1,
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
        return "no case could be played"
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
