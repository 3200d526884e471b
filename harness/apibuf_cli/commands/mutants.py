"""Changes the reference one thing at a time, and sees whether the suite notices.

What the suite lets pass is tried on the reference's own tests. A survivor of both must be listed, with the reason why
no caller can see it, in reference/mutants.toml; a listed one that does not survive has to leave the list.
"""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from apibuf_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from apibuf_mutants.accepted import Comparison
    from apibuf_mutants.judging import Bench, Judgement
    from apibuf_mutants.mutations import Mutant

HELP = "mutate the reference, and see whether the suite notices"
EXAMPLES = """\
  apibuf mutants
  apibuf mutants --only 'heap.cpp:resize'
  apibuf mutants --only 'live_map.cpp:*' --jobs 1
"""

SOURCES = ("buffer.cpp", "heap.cpp", "live_map.cpp", "last_error_posix.cpp")
MEMBERS = ("file", "function", "line", "becomes")
NOTE_INTERVAL = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `mutants`."""
    parser.add_argument("--jobs", type=_positive, metavar="N", help="how many mutants at once (default: one a core)")
    parser.add_argument(
        "--only",
        default="*",
        metavar="GLOB",
        help="only mutants whose file:function matches; outside of functions there is nothing behind the colon",
    )


def execute(options: argparse.Namespace) -> int:
    """Judges all mutants, prints what came of them, and writes each one's fate to build/mutants/report.txt."""
    import tempfile
    from fnmatch import fnmatchcase
    from pathlib import Path

    from apibuf_cli import libraries, prepare, project
    from apibuf_cli.errors import BadInput, WrongUsage
    from apibuf_mutants import accepted

    libraries.require_developers()
    sources = project.ROOT / "reference"
    try:
        entries = accepted.read(sources / "mutants.toml", ("survivor",), MEMBERS)["survivor"]
    except accepted.BadList as error:
        raise BadInput(str(error)) from error
    entries = tuple(entry for entry in entries if fnmatchcase(f"{entry[0]}:{entry[1]}", options.only))
    mutants = [mutant for mutant in _all_mutants() if fnmatchcase(mutant.place, options.only)]
    if not mutants:
        raise WrongUsage(f"--only {options.only} matches no FILE:FUNCTION, such as heap.cpp:resize")
    folder = project.BUILD / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as scratch:
        bench = _bench(Path(scratch))
        prepare.note(f"judging {len(mutants)} mutants")
        judgements = _judge_all(bench, mutants, options.jobs)
    comparison = accepted.compare(_survivors(judgements), entries)
    report = folder / "report.txt"
    report.write_text("".join(f"{_story(judgement)}\n" for judgement in judgements), encoding="utf-8")
    _print(judgements, comparison)
    print(report)
    return ExitCode.OK if comparison.agrees else ExitCode.NOT_CONFORMING


def _all_mutants() -> list[Mutant]:
    from apibuf_cli import project
    from apibuf_mutants.mutations import mutants_of

    sources = project.ROOT / "reference"
    return [mutant for name in SOURCES for mutant in mutants_of(name, (sources / name).read_text(encoding="utf-8"))]


def _bench(scratch: Path) -> Bench:
    """Builds what mutants are judged with. Raises CannotRun."""
    import shutil

    from apibuf_cli import prepare, project
    from apibuf_cli.errors import CannotRun
    from apibuf_mutants import build
    from apibuf_mutants.judging import Bench

    for output in (build.LIBRARY, build.OWN_TESTS):
        prepare.build(build.PRESET, output)
    # A copy: a build that goes on meanwhile must not take it away.
    worker = scratch / "apibuf-worker"
    shutil.copy2(prepare.worker(build.PLATFORM), worker)
    folder = project.BUILD / build.PRESET
    try:
        return Bench(
            sources=project.ROOT / "reference",
            library=build.load(folder, build.LIBRARY),
            own_tests=build.load(folder, build.OWN_TESTS),
            worker=worker,
            cases=tuple(case for case in prepare.catalogue().cases if not case.is_observation),
            scratch=scratch,
        )
    except build.BuildError as error:
        raise CannotRun(f"ninja does not tell the commands of {folder}: {error}") from error


def _judge_all(bench: Bench, mutants: Sequence[Mutant], jobs: int | None) -> list[Judgement]:
    """The judgements in the mutants' order. Each process judges one at a time: it ends whatever its worker started."""
    from concurrent.futures import ProcessPoolExecutor
    from functools import partial

    from apibuf_cli import prepare
    from apibuf_cli.errors import CannotRun
    from apibuf_mutants.judging import RunnerFailed, judge
    from apibuf_runner.processes import guarded_process
    from apibuf_runner.run import default_jobs

    with guarded_process(), ProcessPoolExecutor(jobs or default_jobs()) as pool:
        try:
            _check_unchanged(list(pool.map(partial(judge, bench), _unchanged(mutants))))
            judgements: list[Judgement] = []
            for judgement in pool.map(partial(judge, bench), mutants):
                judgements.append(judgement)
                if len(judgements) % NOTE_INTERVAL == 0:
                    prepare.note(f"{len(judgements)} of {len(mutants)} mutants are judged")
            return judgements
        except RunnerFailed as error:
            raise CannotRun(f"the suite could not be played: {error}") from error


def _unchanged(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Of every file that has mutants one in which nothing is changed."""
    from dataclasses import replace

    from apibuf_cli import project

    sources = project.ROOT / "reference"
    one_of_each = {mutant.file: mutant for mutant in mutants}
    return [
        replace(mutant, source=(sources / mutant.file).read_text(encoding="utf-8")) for mutant in one_of_each.values()
    ]


def _check_unchanged(judgements: Sequence[Judgement]) -> None:
    """Nothing that kills the reference itself can be believed to kill a mutant. Raises CannotRun."""
    from apibuf_cli.errors import CannotRun
    from apibuf_mutants.judging import Fate

    for judgement in judgements:
        if judgement.fate is not Fate.SURVIVED:
            what = f"{judgement.fate} ({judgement.by})" if judgement.by else judgement.fate
            raise CannotRun(f"{judgement.mutant.file} as it is: {what}; mend that first")


def _survivors(judgements: Sequence[Judgement]) -> list[tuple[str, ...]]:
    from apibuf_mutants.judging import Fate

    return [
        tuple(getattr(judgement.mutant, member) for member in MEMBERS)
        for judgement in judgements
        if judgement.fate is Fate.SURVIVED
    ]


def _story(judgement: Judgement) -> str:
    mutant = judgement.mutant
    by = f" ({judgement.by})" if judgement.by else ""
    where = f"{mutant.place}:{mutant.line_number}"
    return f"{where}: {judgement.fate}{by}\n  line     {mutant.line}\n  becomes  {mutant.becomes}"


def _print(judgements: Sequence[Judgement], comparison: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    from apibuf_mutants.judging import Fate

    fates = [fate for fate in Fate if fate is not Fate.NOT_BUILT]
    table = Table("file", *fates, Fate.NOT_BUILT, box=None, pad_edge=False)
    for file in dict.fromkeys(judgement.mutant.file for judgement in judgements):
        found = [judgement.fate for judgement in judgements if judgement.mutant.file == file]
        table.add_row(file, *(str(found.count(fate)) for fate in (*fates, Fate.NOT_BUILT)))
    Console(highlight=False).print(table)
    for heading, keys in (
        ("survives, and reference/mutants.toml does not say why that is right", comparison.unexplained),
        ("is listed in reference/mutants.toml and does not survive, or is no mutant any more", comparison.stale),
    ):
        for file, function, line, becomes in keys:
            print(f"{file}:{function} {heading}\n  line     {line}\n  becomes  {becomes}")
    print(_score([judgement.fate for judgement in judgements], len(comparison.unexplained)))


def _score(fates: Sequence[str], unexplained: int) -> str:
    """One sentence; a mutant that does not build counts for nothing."""
    from apibuf_mutants.judging import Fate

    by_suite, by_own_tests = fates.count(Fate.KILLED_BY_SUITE), fates.count(Fate.KILLED_BY_OWN_TESTS)
    survived = fates.count(Fate.SURVIVED)
    counted = by_suite + by_own_tests + survived
    return (
        f"{counted} mutants: {by_suite} killed by the suite, {by_own_tests} more by the reference's own tests, "
        f"{survived - unexplained} accepted, {unexplained} unexplained"
    )


def _positive(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 999")
    return int(text)
