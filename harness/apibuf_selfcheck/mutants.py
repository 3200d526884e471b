"""Judges all mutants of the reference, and compares the survivors with those that reference/mutants.toml accepts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from apibuf_common import project
from apibuf_common.errors import BadInput, CannotRun, WrongUsage
from apibuf_common.messages import note
from apibuf_runner.processes import guarded_process
from apibuf_runner.suite_run import default_jobs
from apibuf_selfcheck import accepted
from apibuf_selfcheck.accepted import Comparison
from apibuf_selfcheck.build import LIBRARY, OWN_TESTS, PLATFORM, PRESET, BuildError, load
from apibuf_selfcheck.judging import Bench, Fate, Judgement, RunnerFailed, judge_mutant
from apibuf_selfcheck.mutations import Mutant, mutants_of
from apibuf_setup import prepare

FOLDER = project.BUILD / "mutants"
SOURCES = ("buffer.cpp", "heap.cpp", "live_map.cpp", "last_error_posix.cpp")
MEMBERS = ("file", "function", "line", "becomes")
NOTE_INTERVAL = 50


@dataclass(frozen=True)
class MutantsOutcome:
    """The judgements in the order of the sources, and how the survivors compare with the accepted ones."""

    judgements: tuple[Judgement, ...]
    comparison: Comparison


def judge_all(only: str, jobs: int | None) -> MutantsOutcome:
    """Judges the mutants whose `file:function` matches `only`; jobs is how many at once (None: one a core).

    Raises WrongUsage where none matches, BadInput, CannotRun.
    """
    sources = project.ROOT / "reference"
    try:
        entries = accepted.read(sources / "mutants.toml", ("survivor",), MEMBERS)["survivor"]
    except accepted.BadList as error:
        raise BadInput(str(error)) from error
    entries = tuple(entry for entry in entries if fnmatchcase(f"{entry[0]}:{entry[1]}", only))
    mutants = [mutant for mutant in _all_mutants() if fnmatchcase(mutant.place, only)]
    if not mutants:
        raise WrongUsage(f"--only {only} matches no FILE:FUNCTION, such as heap.cpp:resize")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=FOLDER) as scratch:
        bench = _bench(Path(scratch))
        note(f"judging {len(mutants)} mutants")
        judgements = _judge_all(bench, mutants, jobs)
    return MutantsOutcome(tuple(judgements), accepted.compare(_survivors(judgements), entries))


def _all_mutants() -> list[Mutant]:
    sources = project.ROOT / "reference"
    return [mutant for name in SOURCES for mutant in mutants_of(name, (sources / name).read_text(encoding="utf-8"))]


def _bench(scratch: Path) -> Bench:
    """Builds what mutants are judged with. Raises CannotRun."""
    for output in (LIBRARY, OWN_TESTS):
        prepare.build(PRESET, output)
    # A copy: a build that goes on meanwhile must not take it away.
    worker = scratch / "apibuf-worker"
    shutil.copy2(prepare.worker(PLATFORM), worker)
    folder = project.BUILD / PRESET
    try:
        return Bench(
            sources=project.ROOT / "reference",
            library=load(folder, LIBRARY),
            own_tests=load(folder, OWN_TESTS),
            worker=worker,
            cases=tuple(case for case in prepare.catalogue().cases if not case.is_observation),
            scratch=scratch,
        )
    except BuildError as error:
        raise CannotRun(f"ninja does not tell the commands of {folder}: {error}") from error


def _judge_all(bench: Bench, mutants: Sequence[Mutant], jobs: int | None) -> list[Judgement]:
    """The judgements in the mutants' order. Each process judges one at a time: it ends whatever its worker started."""
    with guarded_process(), ProcessPoolExecutor(jobs or default_jobs()) as pool:
        try:
            check_unchanged(list(pool.map(partial(judge_mutant, bench), _unchanged(mutants))))
            judgements: list[Judgement] = []
            for judgement in pool.map(partial(judge_mutant, bench), mutants):
                judgements.append(judgement)
                if len(judgements) % NOTE_INTERVAL == 0:
                    note(f"{len(judgements)} of {len(mutants)} mutants are judged")
            return judgements
        except RunnerFailed as error:
            raise CannotRun(f"the suite could not be played: {error}") from error


def _unchanged(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Of every file that has mutants one in which nothing is changed."""
    sources = project.ROOT / "reference"
    one_of_each = {mutant.file: mutant for mutant in mutants}
    return [
        replace(mutant, source=(sources / mutant.file).read_text(encoding="utf-8")) for mutant in one_of_each.values()
    ]


def check_unchanged(judgements: Sequence[Judgement]) -> None:
    """Nothing that kills the reference itself can be believed to kill a mutant. Raises CannotRun."""
    for judgement in judgements:
        if judgement.fate is not Fate.SURVIVED:
            what = f"{judgement.fate} ({judgement.by})" if judgement.by else judgement.fate
            raise CannotRun(f"{judgement.mutant.file} as it is: {what}; mend that first")


def _survivors(judgements: Sequence[Judgement]) -> list[tuple[str, ...]]:
    return [
        tuple(getattr(judgement.mutant, member) for member in MEMBERS)
        for judgement in judgements
        if judgement.fate is Fate.SURVIVED
    ]


def score(fates: Sequence[str], unexplained: int) -> str:
    """One sentence; a mutant that does not build counts for nothing."""
    by_suite, by_own_tests = fates.count(Fate.KILLED_BY_SUITE), fates.count(Fate.KILLED_BY_OWN_TESTS)
    survived = fates.count(Fate.SURVIVED)
    counted = by_suite + by_own_tests + survived
    return (
        f"{counted} mutants: {by_suite} killed by the suite, {by_own_tests} more by the reference's own tests, "
        f"{survived - unexplained} accepted, {unexplained} unexplained"
    )
