"""Measures the suite: plays it against implementations that are broken on purpose, and against odd but correct ones.

Each file of conformance/faults is one. Every wrong one must be caught by the cases that its first line names, so those
are played, up to three times where they need threads to meet; the others are played as well where one of those names
catches nothing, to tell what should have been named (or with --every-case, to see all that speaks against it). Every
right one must pass all cases. One that deviates from a single requirement is right by every profile that does not judge
it, and wrong by the others: it must pass all cases that are known better than the requirement, and a case of the
requirement must catch it. Each is played on the first platform that its second line names (default: linux-x86_64).
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from apibuf_cli.errors import BadInput, ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from apibuf_cli.targets import Target
    from apibuf_runner.catalogue import Case
    from apibuf_runner.worker import Launch

HELP = "measure the suite with implementations that are known to be wrong, or right"
EXAMPLES = """\
  apibuf selftest
  apibuf selftest 'size-*' one-static-buffer
  apibuf selftest --every-case free-does-nothing
  apibuf selftest --write reports/published
"""

SILENCE_OF_WRONG_ONES_S = 1.0
"""A wrong one that hangs shows it soon. What ought to pass is given the time that users give."""

ATTEMPTS_TO_MEET = 3
"""Threads meet by chance, and less often beside other work: so often the cases that have threads meet are run."""

REPORT_NAME = "faults.md"
FILE_COLUMNS = 160
DEFAULT_PLATFORMS = ("linux-x86_64",)
EVIDENCE = ("documented", "annotated", "windows", "inferred", "unknown")

WRONG = re.compile(r"// WRONG: (?P<sentence>.+)\. Caught by: (?P<patterns>\S.*)\.")
RIGHT = re.compile(r"// RIGHT: (?P<sentence>.+)\.")
DEVIATES = re.compile(
    r"// DEVIATES: (?P<requirement>[a-z]+/[a-z0-9-]+)\. (?P<sentence>.+?)\.(?: Caught by: (?P<patterns>\S.*)\.)?"
)
ONLY_ON = re.compile(r"// Only on: (?P<platforms>\S.*)\.")


# ---- what the files say ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """One implementation of conformance/faults; a right one is caught by nothing, so its `caught_by` is empty.

    `deviates_from` is the one requirement that it does not meet, where all that is known better must pass it.
    """

    name: str
    sentence: str
    caught_by: tuple[str, ...]
    platforms: tuple[str, ...]
    deviates_from: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether the suite must catch it."""
        return bool(self.caught_by)


def parse(name: str, text: str) -> Fault:
    """Reads the first lines of a file. Raises BadInput."""
    first, second = (*text.splitlines(), "", "")[:2]
    stated = WRONG.fullmatch(first) or RIGHT.fullmatch(first) or DEVIATES.fullmatch(first)
    if stated is None:
        forms = "`// WRONG: … . Caught by: … .`, `// RIGHT: … .` or `// DEVIATES: REQUIREMENT. … . Caught by: … .`"
        raise BadInput(f"{name}.cpp does not begin with {forms}")
    only_on = ONLY_ON.fullmatch(second)
    return Fault(
        name=name,
        sentence=stated["sentence"],
        caught_by=_caught_by(stated),
        deviates_from=stated["requirement"] if stated.re is DEVIATES else "",
        platforms=tuple(only_on["platforms"].split(", ")) if only_on else DEFAULT_PLATFORMS,
    )


def _caught_by(stated: re.Match[str]) -> tuple[str, ...]:
    if stated.re is RIGHT:
        return ()
    # Cases are named after their requirement.
    return tuple(stated["patterns"].split(", ")) if stated["patterns"] else (f"{stated['requirement']}-*",)


# ---- what came of them -----------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """How the suite did against one implementation."""

    CAUGHT = "caught"
    PASSED = "passed"
    MISNAMED = "MISNAMED"
    SURVIVED = "SURVIVED"
    FAILED = "FAILED"
    ACCUSED = "ACCUSED"
    NOT_MEASURED = "not measured"


NOT_AS_IT_SHOULD_BE = frozenset({Verdict.MISNAMED, Verdict.SURVIVED, Verdict.FAILED, Verdict.ACCUSED})


@dataclass(frozen=True)
class Measurement:
    """One implementation with the ids of the judged cases that spoke against it, as far as they were played.

    `accused_by` are those that are known better than the requirement from which it deviates. `obstacle` says why its
    platform could not be had here; empty where it was measured.
    """

    fault: Fault
    failing: tuple[str, ...]
    obstacle: str = ""
    accused_by: tuple[str, ...] = ()

    @property
    def idle(self) -> tuple[str, ...]:
        """Which of the named patterns caught nothing."""
        return tuple(
            pattern for pattern in self.fault.caught_by if not any(fnmatchcase(case, pattern) for case in self.failing)
        )

    @property
    def verdict(self) -> Verdict:
        """A wrong one has to be caught by everything that its file names: a name that catches nothing misleads."""
        if self.obstacle:
            return Verdict.NOT_MEASURED
        if self.accused_by:
            return Verdict.ACCUSED
        if not self.fault.is_wrong:
            return Verdict.FAILED if self.failing else Verdict.PASSED
        if not self.failing:
            return Verdict.SURVIVED
        return Verdict.MISNAMED if self.idle else Verdict.CAUGHT

    @property
    def told(self) -> str:
        """The cases worth telling: those that the file names, or those that it should have named."""
        if self.verdict is Verdict.MISNAMED:
            return f"not {', '.join(self.idle)} but {', '.join(self.failing[:3])}"
        if self.verdict is Verdict.ACCUSED:
            return f"by {', '.join(self.accused_by[:3])}"
        return ", ".join(self.fault.caught_by or self.failing[:3])


def score(measurements: Sequence[Measurement]) -> str:
    """One sentence on all of them."""
    wrong = [measurement for measurement in measurements if measurement.fault.is_wrong]
    right = [measurement for measurement in measurements if not measurement.fault.is_wrong]
    caught = sum(measurement.verdict is Verdict.CAUGHT for measurement in wrong)
    passed = sum(measurement.verdict is Verdict.PASSED for measurement in right)
    left_out = sum(measurement.verdict is Verdict.NOT_MEASURED for measurement in measurements)
    ending = f", {left_out} not measured" if left_out else ""
    return f"{caught} of {len(wrong)} wrong implementations caught, {passed} of {len(right)} right ones passed{ending}"


def exit_code(measurements: Sequence[Measurement]) -> ExitCode:
    """What the measurements mean to a script."""
    verdicts = {measurement.verdict for measurement in measurements}
    if verdicts & NOT_AS_IT_SHOULD_BE:
        return ExitCode.NOT_CONFORMING
    return ExitCode.INCOMPLETE if Verdict.NOT_MEASURED in verdicts else ExitCode.OK


def markdown(measurements: Sequence[Measurement]) -> str:
    """The published table. How many cases catch a fault may differ from run to run (threads), so it is not told."""
    lines = [
        "# Broken and odd implementations that the suite was measured with",
        "",
        "Written by `apibuf selftest --write`. Each is a file of `conformance/faults`; the named cases catch what is",
        f"wrong. {score(measurements)}.",
        "",
        "| wrong implementation | what is wrong | caught by | verdict |",
        "| -------------------- | ------------- | --------- | ------- |",
    ]
    wrong = [measurement for measurement in measurements if measurement.fault.is_wrong]
    lines += [f"| {it.fault.name} | {_cell(it.fault.sentence)} | {_cell(it.told)} | {it.verdict} |" for it in wrong]
    lines += [
        "",
        "| right implementation | what is unusual | verdict |",
        "| -------------------- | --------------- | ------- |",
    ]
    right = [measurement for measurement in measurements if not measurement.fault.is_wrong]
    lines += [f"| {it.fault.name} | {_cell(it.fault.sentence)} | {it.verdict} |" for it in right]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text that Markdown takes as it is."""
    return re.sub(r"([|*_<\\])", r"\\\1", text)


# ---- the command -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Procedure:
    """The judged cases, whether wrong implementations are played through all of them in any event, and the evidence of
    each requirement.
    """

    cases: tuple[Case, ...]
    every_case: bool
    evidence: Mapping[str, str] = field(default_factory=dict)

    def named_by(self, fault: Fault) -> tuple[Case, ...]:
        """The cases that must catch the fault."""
        return tuple(case for case in self.cases if any(fnmatchcase(case.id, pattern) for pattern in fault.caught_by))

    def known_better_than(self, fault: Fault) -> tuple[Case, ...]:
        """The cases of every profile that does not judge the requirement from which the fault deviates."""
        rank = EVIDENCE.index(self.evidence[fault.deviates_from])
        return tuple(case for case in self.cases if EVIDENCE.index(case.evidence) < rank)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `selftest`."""
    parser.add_argument("names", nargs="*", metavar="NAME-GLOB", help="only implementations of these names")
    parser.add_argument("--jobs", type=_positive, metavar="N", help="how many at once (default: one a core, at most 4)")
    parser.add_argument(
        "--every-case", action="store_true", help="play wrong ones through all cases, not only those that they name"
    )
    parser.add_argument("--write", metavar="DIR", help=f"write the table to {REPORT_NAME} in this folder")


def execute(options: argparse.Namespace) -> int:
    """Measures, prints the table and the score."""
    from apibuf_cli import prepare

    faults = _select(options.names)
    catalogue = prepare.catalogue()
    cases = tuple(case for case in catalogue.cases if not case.is_observation)
    procedure = Procedure(cases, options.every_case, {each.id: each.evidence for each in catalogue.requirements})
    unknown = [fault.name for fault in faults if fault.deviates_from not in ("", *procedure.evidence)]
    if unknown:
        raise BadInput(f"{unknown[0]}.cpp deviates from a requirement that there is not")
    measurements = sorted(
        (
            measurement
            for platform in dict.fromkeys(fault.platforms[0] for fault in faults)
            for measurement in _measure_if_possible(platform, faults, procedure, options.jobs)
        ),
        key=lambda measurement: measurement.fault.name,
    )
    _print(measurements)
    if options.write:
        print(_write(options.write, markdown(measurements)))
    return exit_code(measurements)


def _select(names: Sequence[str]) -> list[Fault]:
    """The faults that match, sorted by name. Raises WrongUsage, BadInput."""
    from apibuf_cli import project
    from apibuf_cli.errors import WrongUsage

    files = sorted((project.ROOT / "conformance" / "faults").glob("*.cpp"))
    for pattern in names:
        if not any(fnmatchcase(file.stem, pattern) for file in files):
            raise WrongUsage(f"{pattern} matches no file of conformance/faults")
    return [
        parse(file.stem, file.read_text(encoding="utf-8"))
        for file in files
        if not names or any(fnmatchcase(file.stem, pattern) for pattern in names)
    ]


def _measure_if_possible(
    platform: str, faults: Sequence[Fault], procedure: Procedure, jobs: int | None
) -> list[Measurement]:
    """The measurements of the faults that belong to a platform. Not every machine can have 32-bit Wine.

    Raises CannotRun where it is the machine's own platform that fails.
    """
    from apibuf_cli import prepare
    from apibuf_cli.errors import CannotRun

    belonging = [fault for fault in faults if fault.platforms[0] == platform]
    try:
        return _measure_on(platform, belonging, procedure, jobs)
    except CannotRun as error:
        if platform in DEFAULT_PLATFORMS:
            raise
        prepare.note(f"{len(belonging)} implementations for {platform} were not measured: {error}")
        return [Measurement(fault, (), str(error)) for fault in belonging]


def _measure_on(platform: str, faults: Sequence[Fault], procedure: Procedure, jobs: int | None) -> list[Measurement]:
    """Builds and measures the faults, all of them of this platform. Raises CannotRun."""
    import tempfile
    from concurrent.futures import ProcessPoolExecutor
    from contextlib import nullcontext
    from functools import partial
    from pathlib import Path

    from rich.console import Console
    from rich.progress import track

    from apibuf_cli import prepare
    from apibuf_cli.running import launch_of, wine_of
    from apibuf_runner.processes import guarded_process
    from apibuf_runner.run import default_jobs

    targets = {fault: _target(fault) for fault in faults}
    system = wine_of(targets[faults[0]], None)
    prepare.note(f"building {len(targets)} implementations for {platform}")
    _build(platform, list(targets.values()))
    with (
        tempfile.TemporaryDirectory(prefix="apibuf-") as scratch,
        system.kept_warm() if system else nullcontext(),
        guarded_process(),
        # Each process measures one at a time: it ends whatever its worker started.
        ProcessPoolExecutor(jobs or default_jobs()) as pool,
    ):
        launches = [
            (fault, _portable(launch_of(target, None, system, Path(scratch)))) for fault, target in targets.items()
        ]
        prepare.note(f"playing up to {len(procedure.cases)} cases against each of them")
        found = pool.map(partial(measure, procedure), launches)
        progress = Console(stderr=True)
        return list(
            track(found, platform, len(launches), console=progress, transient=True, disable=not progress.is_terminal)
        )


def _portable(launch: Launch) -> Launch:
    """The launch as it can be sent to another process: the process's own environment cannot."""
    from dataclasses import replace

    return replace(launch, environment=dict(launch.environment))


def _target(fault: Fault) -> Target:
    from apibuf_cli import prepare
    from apibuf_cli.targets import Target

    platform = fault.platforms[0]
    suffix = "dll" if platform.startswith("windows-") else "so"
    folder = f"{{build}}/{prepare.PLATFORM_PRESETS[platform]}/conformance/faults/{fault.name}"
    return Target(fault.name, fault.sentence, platform, f"{folder}/{fault.name}.{suffix}")


def _build(platform: str, targets: Sequence[Target]) -> None:
    """Builds all at once where nearly all are needed, and one by one where few are. Raises CannotRun."""
    from apibuf_cli import prepare

    if platform in DEFAULT_PLATFORMS:
        prepare.build(prepare.PLATFORM_PRESETS[platform], "faults")
    else:
        for target in targets:
            prepare.library(target)


def measure(procedure: Procedure, launch: tuple[Fault, Launch]) -> Measurement:
    """Measures one implementation. Raises CannotRun where playing it fails without its own doing."""
    fault, how = launch
    if fault.deviates_from:
        accused_by = _failing(procedure.known_better_than(fault), fault, how)
        return Measurement(fault, _failing(procedure.named_by(fault), fault, how), accused_by=accused_by)
    if fault.is_wrong and not procedure.every_case:
        named = procedure.named_by(fault)
        for _ in range(ATTEMPTS_TO_MEET if any(case.undisturbed for case in named) else 1):
            measured = Measurement(fault, _failing(named, fault, how))
            if measured.verdict is Verdict.CAUGHT:
                return measured
    return Measurement(fault, _failing(procedure.cases, fault, how))


def _failing(cases: tuple[Case, ...], fault: Fault, launch: Launch) -> tuple[str, ...]:
    """The ids of those of the cases, played in one worker, that speak against the implementation. Raises CannotRun."""
    from apibuf_cli import prepare
    from apibuf_cli.errors import CannotRun
    from apibuf_runner.catalogue import FUNCTIONS
    from apibuf_runner.interruption import Interruption
    from apibuf_runner.judge import NONCONFORMING
    from apibuf_runner.judge import Verdict as Result
    from apibuf_runner.run import DEFAULT_SILENCE_S, Run, default_limits

    ought_to_pass = not fault.is_wrong or bool(fault.deviates_from)
    outcome = Run(
        launch=launch,
        limits=default_limits(DEFAULT_SILENCE_S if ought_to_pass else SILENCE_OF_WRONG_ONES_S),
        cases=cases,
        functions=FUNCTIONS,
        jobs=1,
        interrupted=Interruption(),
        on_result=lambda _: None,
        confirms=ought_to_pass,
    ).play()
    if outcome.error:
        raise CannotRun(f"{fault.name} could not be measured: {outcome.error}")
    # An error of a case speaks against nothing, unless the implementation ought to pass it.
    against = NONCONFORMING | {Result.HARNESS_ERROR} if ought_to_pass else NONCONFORMING
    failing = [result for result in outcome.results if result.flaky or result.verdict in against]
    if not fault.is_wrong:
        for result in failing:
            prepare.note(f"{fault.name}: {result.case.id}: {result.verdict}, {'flaky: ' * result.flaky}{result.reason}")
    return tuple(result.case.id for result in failing)


def _print(measurements: Sequence[Measurement]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("verdict", "cases", "implementation", "caught by", box=None, pad_edge=False)
    for it in measurements:
        table.add_row(it.verdict, str(len(it.failing)), it.fault.name, it.told)
    to_terminal = Console().is_terminal
    Console(highlight=False, markup=False, width=None if to_terminal else FILE_COLUMNS).print(table)
    print(score(measurements))


def _write(folder: str, text: str) -> Path:
    """Writes the table. Raises CannotRun."""
    from pathlib import Path

    from apibuf_cli.errors import CannotRun

    file = Path(folder) / REPORT_NAME
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{file} cannot be written: {error.strerror}; choose another folder with --write") from error
    return file


def _positive(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 999")
    return int(text)
