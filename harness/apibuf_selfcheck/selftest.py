"""Measures the suite: runs it against implementations that are broken on purpose, and against odd but correct ones."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from apibuf_common import platforms
from apibuf_common.errors import BadInput, CannotRun
from apibuf_common.messages import note
from apibuf_runner.catalogue import EVIDENCE, FUNCTIONS, Case, Catalogue
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import NONCONFORMING, Verdict
from apibuf_runner.suite_run import DEFAULT_SILENCE_S, SuiteRun, default_jobs, default_limits
from apibuf_runner.worker import Launch
from apibuf_selfcheck.faults import DEFAULT_PLATFORMS, Fault
from apibuf_selfcheck.measurements import FaultOutcome, Measurement
from apibuf_selfcheck.rotation import has_its_turn
from apibuf_setup import prepare
from apibuf_system.processes import guarded_process
from apibuf_targets.launching import USUAL, launch_of, wine_of
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import Target

SILENCE_OF_WRONG_ONES_S = 1.0
"""A wrong one that hangs shows it soon. What ought to pass is given the time that users give."""

ATTEMPTS_TO_MEET = 3
"""Threads meet by chance, and less often beside other work: so often the cases that have threads meet are run."""


@dataclass(frozen=True)
class Procedure:
    """The judged cases, whether all of them are run against wrong implementations in any event, and the evidence of
    each requirement. `day` counts days: only the cases whose turn is that day are run against implementations that must
    pass them; None for all of these cases.
    """

    cases: tuple[Case, ...]
    every_case: bool
    evidence: Mapping[str, str] = field(default_factory=dict)
    day: int | None = None

    def named_by(self, fault: Fault) -> tuple[Case, ...]:
        """The cases that must catch the fault."""
        return tuple(case for case in self.cases if any(fnmatchcase(case.id, pattern) for pattern in fault.caught_by))

    def cost(self, fault: Fault) -> int:
        """About how many cases are run against it. The costly ones come first, so that no core idles in the end."""
        return len(self.must_pass(fault))

    def must_pass(self, fault: Fault) -> tuple[Case, ...]:
        """The cases that it must pass and whose turn it is: all for a right one, none for a wrong one.

        One that deviates from a requirement must pass the cases of every profile that does not judge the requirement.
        """
        if fault.deviates_from:
            rank = EVIDENCE.index(self.evidence[fault.deviates_from])
            cases = tuple(case for case in self.cases if EVIDENCE.index(case.evidence) < rank)
        else:
            cases = () if fault.is_wrong else self.cases
        return tuple(case for case in cases if has_its_turn(f"{fault.name} {case.id}", self.day))


def measure_all(
    faults: Sequence[Fault],
    catalogue: Catalogue,
    jobs: int | None,
    *,
    every_case: bool,
    day: int | None,
) -> list[Measurement]:
    """The measurements of these faults, sorted by name; jobs is how many at once (None: what suits this machine).

    every_case: run all cases against wrong ones. day: see Procedure.

    Raises BadInput where a fault deviates from a requirement that the catalogue does not have, CannotRun.
    """
    cases = tuple(case for case in catalogue.cases if not case.is_observation)
    procedure = Procedure(cases, every_case, {each.id: each.evidence for each in catalogue.requirements}, day)
    unknown = [fault.name for fault in faults if fault.deviates_from not in ("", *procedure.evidence)]
    if unknown:
        raise BadInput(f"{unknown[0]}.cpp deviates from a requirement that there is not")
    return sorted(
        (
            measurement
            for platform in dict.fromkeys(fault.platforms[0] for fault in faults)
            for measurement in _measure_if_possible(platform, faults, procedure, jobs)
        ),
        key=lambda measurement: measurement.fault.name,
    )


def _measure_if_possible(
    platform: str, faults: Sequence[Fault], procedure: Procedure, jobs: int | None
) -> list[Measurement]:
    """The measurements of the faults that belong to a platform. Not every machine can have 32-bit Wine.

    Raises CannotRun where it is the machine's own platform that fails.
    """
    belonging = [fault for fault in faults if fault.platforms[0] == platform]
    try:
        return _measure_on(platform, belonging, procedure, jobs)
    except CannotRun as error:
        if platform in DEFAULT_PLATFORMS:
            raise
        note(f"{len(belonging)} implementations for {platform} were not measured: {error}")
        return [Measurement(fault, (), str(error)) for fault in belonging]


def _measure_on(platform: str, faults: Sequence[Fault], procedure: Procedure, jobs: int | None) -> list[Measurement]:
    """Builds and measures the faults, all of them of this platform. Raises CannotRun."""
    from rich.console import Console
    from rich.progress import track

    targets = {fault: _target(fault) for fault in sorted(faults, key=procedure.cost, reverse=True)}
    system = wine_of(targets[faults[0]])
    note(f"building {len(targets)} implementations for {platform}")
    _build(platform, list(targets.values()))
    with (
        tempfile.TemporaryDirectory(prefix="apibuf-") as scratch,
        system.kept_warm() if system else nullcontext(),
        guarded_process(),
        # Each process measures one at a time: it ends whatever its worker started.
        ProcessPoolExecutor(jobs or default_jobs()) as pool,
    ):
        launches = [
            (fault, _portable(launch_of(target, USUAL, system, Path(scratch)))) for fault, target in targets.items()
        ]
        note("running the cases against them")
        found = pool.map(partial(measure_fault, procedure), launches)
        progress = Console(stderr=True)
        return list(
            track(found, platform, len(launches), console=progress, transient=True, disable=not progress.is_terminal)
        )


def _portable(launch: Launch) -> Launch:
    """The launch as it can be sent to another process: the process's own environment cannot."""
    return replace(launch, environment=dict(launch.environment))


def _target(fault: Fault) -> Target:
    platform = fault.platforms[0]
    described = platforms.named(platform)
    folder = f"{{build}}/{described.preset}/conformance/faults/{fault.name}"
    return Target(fault.name, fault.sentence, platform, f"{folder}/{fault.name}{described.library_suffix}")


def _build(platform: str, targets: Sequence[Target]) -> None:
    """Builds all at once where nearly all are needed, and one by one where few are. Raises CannotRun."""
    if platform in DEFAULT_PLATFORMS:
        prepare.build(platforms.named(platform).preset, "faults")
    else:
        for target in targets:
            provide_library(target)


def measure_fault(procedure: Procedure, launch: tuple[Fault, Launch]) -> Measurement:
    """Measures one implementation. Raises CannotRun where running it fails without its own doing."""
    fault, how = launch
    must_pass = procedure.must_pass(fault)
    if fault.deviates_from:
        accused_by = _failing(must_pass, fault, how) if must_pass else ()
        return Measurement(fault, _failing(procedure.named_by(fault), fault, how), accused_by=accused_by)
    if not fault.is_wrong:
        return Measurement(fault, _failing(must_pass, fault, how))
    if not procedure.every_case:
        named = procedure.named_by(fault)
        for _ in range(ATTEMPTS_TO_MEET if any(case.undisturbed for case in named) else 1):
            measured = Measurement(fault, _failing(named, fault, how))
            if measured.verdict is FaultOutcome.CAUGHT:
                return measured
    return Measurement(fault, _failing(procedure.cases, fault, how))


def _failing(cases: tuple[Case, ...], fault: Fault, launch: Launch) -> tuple[str, ...]:
    """The ids of those of the cases, run in one worker, that speak against the implementation. Raises CannotRun."""
    ought_to_pass = not fault.is_wrong or bool(fault.deviates_from)
    outcome = SuiteRun(
        launches=[launch],
        limits=default_limits(DEFAULT_SILENCE_S if ought_to_pass else SILENCE_OF_WRONG_ONES_S),
        cases=cases,
        functions=FUNCTIONS,
        interrupted=Interruption(),
        on_result=lambda _: None,
        confirms=ought_to_pass,
    ).execute()
    if outcome.error:
        raise CannotRun(f"{fault.name} could not be measured: {outcome.error}")
    # An error of a case speaks against nothing, unless the implementation ought to pass it.
    against = NONCONFORMING | {Verdict.HARNESS_ERROR} if ought_to_pass else NONCONFORMING
    failing = [result for result in outcome.results if result.flaky or result.verdict in against]
    if not fault.is_wrong:
        for result in failing:
            note(f"{fault.name}: {result.case.id}: {result.verdict}, {'flaky: ' * result.flaky}{result.reason}")
    return tuple(result.case.id for result in failing)
