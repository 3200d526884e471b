"""Judges all mutants of the reference, and compares the survivors with those that reference/mutants.toml accepts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from apibuf_common import project
from apibuf_common.errors import BadInput, CannotRun, WrongUsage
from apibuf_common.messages import note
from apibuf_runner.suite_run import default_jobs
from apibuf_selfcheck import accepted, combined, killers
from apibuf_selfcheck.accepted import Comparison, Key
from apibuf_selfcheck.build import LIBRARY, OWN_TESTS, PLATFORM, PRESET, BuildError, load
from apibuf_selfcheck.judging import Bench, Candidate, Fate, Judgement, RunnerFailed, judge_mutant, killer_of
from apibuf_selfcheck.mutations import Mutant, mutants_of
from apibuf_selfcheck.rotation import has_its_turn
from apibuf_setup import prepare
from apibuf_system.processes import guarded_process

FOLDER = project.BUILD / "mutants"
SOURCES = ("buffer.cpp", "heap.cpp", "live_map.cpp", "last_error_posix.cpp")
MEMBERS = ("file", "function", "line", "becomes")
KILLERS = "killers.json"
NOTE_INTERVAL = 50


@dataclass(frozen=True)
class MutantsOutcome:
    """The judgements in the order of the sources, and how the survivors compare with the accepted ones, but for
    `waiting` of these, whose turn is another day.
    """

    judgements: tuple[Judgement, ...]
    comparison: Comparison
    waiting: int


def judge_all(only: str, jobs: int | None, *, update: bool, day: int | None) -> MutantsOutcome:
    """Judges the mutants whose `file:function` matches `only`; jobs is how many at once (None: one a core).

    day counts days: of the accepted survivors, against which the whole suite must be run, only those are judged whose
    turn is that day; None for all. update: the whole suite is run also against those that the reference's own tests
    killed last, and what kills each is written to reference/killers.json.

    Raises WrongUsage where no mutant matches, BadInput, CannotRun.
    """
    sources = project.ROOT / "reference"
    try:
        entries = accepted.read(sources / "mutants.toml", ("survivor",), MEMBERS)["survivor"]
        last = killers.read(sources / KILLERS)
    except (accepted.BadList, killers.BadKillers) as error:
        raise BadInput(str(error)) from error
    entries = tuple(entry for entry in entries if fnmatchcase(f"{entry[0]}:{entry[1]}", only))
    waiting = {entry for entry in entries if not has_its_turn(" ".join(entry), day)}
    mutants = [mutant for mutant in _all_mutants() if fnmatchcase(mutant.place, only) and _key(mutant) not in waiting]
    if not mutants:
        raise WrongUsage(f"--only {only} matches no FILE:FUNCTION, such as heap.cpp:resize")
    FOLDER.mkdir(parents=True, exist_ok=True)
    first = {key: killer for key, killer in last.items() if not (update and killer == killers.OWN_TESTS)}
    candidates = [
        Candidate(number, mutant, first.get(_key(mutant), "")) for number, mutant in enumerate(mutants, start=1)
    ]
    with tempfile.TemporaryDirectory(prefix="run-", dir=FOLDER) as scratch:
        judgements = _judge_all(_bench(Path(scratch), candidates), candidates, jobs)
    if update:
        _keep(judgements, last, sources / KILLERS)
    expected = [entry for entry in entries if entry not in waiting]
    comparison = accepted.compare(_survivors(judgements), expected)
    return MutantsOutcome(tuple(judgements), comparison, len(entries) - len(expected))


def _keep(judgements: Sequence[Judgement], last: Mapping[Key, str], path: Path) -> None:
    """Writes what killed these mutants, and what killed the others last."""
    now = {**last, **{_key(judgement.mutant): killer_of(judgement) for judgement in judgements}}
    keys = [_key(mutant) for mutant in _all_mutants()]
    path.write_text(killers.text((key, now[key]) for key in keys if now.get(key)), encoding="utf-8")


def _all_mutants() -> list[Mutant]:
    sources = project.ROOT / "reference"
    return [mutant for name in SOURCES for mutant in mutants_of(name, (sources / name).read_text(encoding="utf-8"))]


def _bench(scratch: Path, candidates: Sequence[Candidate]) -> Bench:
    """Builds what these mutants are judged with. Raises CannotRun."""
    for output in (LIBRARY, OWN_TESTS):
        prepare.build(PRESET, output)
    # A copy: a build that goes on meanwhile must not take it away.
    worker = scratch / "apibuf-worker"
    shutil.copy2(prepare.worker(PLATFORM), worker)
    folder, sources = project.BUILD / PRESET, project.ROOT / "reference"
    mutants = {candidate.number: candidate.mutant for candidate in candidates}
    try:
        library, own_tests = load(folder, LIBRARY), load(folder, OWN_TESTS)
        return Bench(
            sources=sources,
            library=library,
            own_tests=own_tests,
            combined=combined.build(library, own_tests, sources, mutants, scratch),
            worker=worker,
            cases=tuple(case for case in prepare.catalogue().cases if not case.is_observation),
            scratch=scratch,
        )
    except BuildError as error:
        raise CannotRun(f"what mutants are judged with could not be built in {folder}: {error}") from error


def _judge_all(bench: Bench, candidates: Sequence[Candidate], jobs: int | None) -> list[Judgement]:
    """The judgements in the mutants' order. Each process judges one at a time: it ends whatever its worker started."""
    with guarded_process(), ProcessPoolExecutor(jobs or default_jobs()) as pool:
        try:
            unchanged = Candidate(combined.NONE, candidates[0].mutant)
            check_unchanged(pool.submit(judge_mutant, bench, unchanged).result())
            judgements: list[Judgement] = []
            for judgement in pool.map(partial(judge_mutant, bench), candidates):
                judgements.append(judgement)
                if len(judgements) % NOTE_INTERVAL == 0:
                    note(f"{len(judgements)} of {len(candidates)} mutants are judged")
            return judgements
        except RunnerFailed as error:
            raise CannotRun(f"the suite could not be run: {error}") from error


def check_unchanged(judgement: Judgement) -> None:
    """Nothing that kills the reference itself can be believed to kill a mutant. Raises CannotRun."""
    if judgement.fate is not Fate.SURVIVED:
        what = f"{judgement.fate} ({judgement.by})" if judgement.by else judgement.fate
        raise CannotRun(f"the reference as it is: {what}; mend that first")


def _survivors(judgements: Sequence[Judgement]) -> list[Key]:
    return [_key(judgement.mutant) for judgement in judgements if judgement.fate is Fate.SURVIVED]


def _key(mutant: Mutant) -> Key:
    return tuple(getattr(mutant, member) for member in MEMBERS)


def score(fates: Sequence[str], unexplained: int) -> str:
    """One sentence; a mutant that does not build counts for nothing."""
    by_suite, by_own_tests = fates.count(Fate.KILLED_BY_SUITE), fates.count(Fate.KILLED_BY_OWN_TESTS)
    survived = fates.count(Fate.SURVIVED)
    counted = by_suite + by_own_tests + survived
    return (
        f"{counted} mutants: {by_suite} killed by the suite, {by_own_tests} more by the reference's own tests, "
        f"{survived - unexplained} accepted, {unexplained} unexplained"
    )
