"""Programs that show what a property has failed or crashed at: its last calls are made again, and shrunk as by `fuzz`.

The calls become a vector. It is kept only where it shows a deviation of the same function; then it is a program's.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apibuf_common.errors import BadInput, CannotRun
from apibuf_fuzz.model import LARGEST_ORDINARY_BYTES
from apibuf_fuzz.sequence import (
    FREE,
    REALLOCATE,
    Align,
    Allocate,
    AllocateToNull,
    AskSize,
    AskSizeOfNull,
    Disjoint,
    Free,
    FreeNull,
    Operation,
    Reallocate,
    ReallocateNull,
    Sequence,
)
from apibuf_fuzz.shrink import shrink
from apibuf_fuzz.trial import Trial
from apibuf_fuzz.vector import Vector, failing_requirement, led_by, text_of, vector_of
from apibuf_fuzz.vector_runner import CannotRunVectors, VectorRunner
from apibuf_repro.program import NoProgram, program, subject_of
from apibuf_runner import suite_run
from apibuf_runner.catalogue import FUNCTIONS, Case, Catalogue
from apibuf_runner.interruption import Interruption, interruptible
from apibuf_runner.judge import CaseResult, Verdict
from apibuf_runner.session import Interrupted
from apibuf_setup import prepare, vector_files, wine_servers
from apibuf_system.processes import guarded_process
from apibuf_targets.launching import Starter, launch_of, wine_of
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import Target

if TYPE_CHECKING:
    from apibuf_setup.wine import Wine

LIMIT_S = 5.0
"""How long one property's calls are tried, in seconds."""

MOST_PROPERTIES = 6
WINDOWS = (64, 32, 16, 8, 4, 2)
"""How many of the last calls are tried: the fewer, the fewer buffers live, of which a vector has variables for few."""

MOST_LIVE = 20

SHOWN = (Verdict.FAIL, Verdict.CRASH)

Call = Mapping[str, Any]


def worth_showing(results: Iterable[CaseResult]) -> list[CaseResult]:
    """The properties that failed or crashed at what no vector shows, as far as their calls are known."""
    failed = [result for result in results if result.verdict in SHOWN and not result.flaky]
    shown = {result.requirement for result in failed if result.case.kind == "vector"}
    return [result for result in failed if result.calls and result.requirement not in shown][:MOST_PROPERTIES]


def programs(
    catalogue: Catalogue,
    results: Iterable[CaseResult],
    target: Target,
    starter: Starter,
    system: Wine | None,
    interrupted: Interruption,
) -> dict[str, str]:
    """The programs of properties that failed or crashed, by id; only of those whose vectors were seen to do so too."""
    wanted = list(results)
    if not wanted:
        return {}
    scratch = Path(tempfile.mkdtemp(prefix="apibuf-"))
    found = {}
    try:
        launch = launch_of(target, starter, system, scratch)
        with wine_servers.for_workers(system, launch, 1) as launches, guarded_process():
            runner = VectorRunner(launches[0], suite_run.default_limits(), interrupted)
            for result in wanted:
                # The results are there: that one cannot be shown in another way must not cost them.
                with suppress(CannotRunVectors, NoProgram, CannotRun, BadInput):
                    vector = vector_showing(runner, result)
                    if vector is not None:
                        found[result.case.id] = _program(catalogue, result, vector, target, starter, scratch)
    except (Interrupted, OSError):
        pass
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def program_of(catalogue: Catalogue, case: Case, target: Target, starter: Starter) -> str:
    """Runs a property against the library; its program if it has one, otherwise an empty text.

    Raises CannotRun.
    """
    provide_library(target)
    system = wine_of(target, starter)
    scratch = Path(tempfile.mkdtemp(prefix="apibuf-"))
    try:
        launch = launch_of(target, starter, system, scratch)
        with interruptible() as interrupted:
            with wine_servers.for_workers(system, launch, 1) as launches:
                limits = suite_run.default_limits()
                run = suite_run.SuiteRun(launches, limits, [case], FUNCTIONS, interrupted, on_result=lambda _: None)
                results = [result for result in run.execute().results if result.calls and not result.flaky]
            return programs(catalogue, results, target, starter, system, interrupted).get(case.id, "")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def vector_showing(runner: VectorRunner, result: CaseResult) -> Vector | None:
    """A small vector that fails or crashes for the same function as the property, alone too; None where none was found.

    Raises CannotRunVectors, Interrupted, OSError.
    """
    trial = Trial(runner, time.monotonic() + LIMIT_S, lambda seen: _is_like(seen, result))
    sequences = [sequence_of(result.calls[-count:]) for count in WINDOWS]
    candidates = [(*sequence, *_looks(sequence)) for sequence in sequences if sequence]
    place = trial.first_failing(candidates)
    if place is None:
        return None
    smallest = shrink(candidates[place], trial.first_failing)
    assert trial.last_failure is not None
    vector = vector_of(smallest, f"fuzz/{result.case.id.replace('/', '-')}", result.case.title)
    return led_by(vector, failing_requirement(vector, trial.last_failure))


def _is_like(seen: CaseResult, result: CaseResult) -> bool:
    """Whether a vector shows what the property does. Where that crashed outside of calls no function is known."""
    function = result.requirement.partition("/")[0]
    return seen.verdict in SHOWN and function in ("", seen.requirement.partition("/")[0])


def sequence_of(calls: Iterable[Call]) -> Sequence:
    """The calls as a sequence, up to the first that failed and must not; empty where there are too many buffers.

    A buffer from before them is allocated first. Pure.
    """
    listed = list(calls)
    older = _older(listed)
    live = list(older)
    operations: list[Operation] = [Allocate(size, write=True) for size in older.values()]
    for call in listed:
        if len(live) > MOST_LIVE:
            return ()
        operation = _operation(call, live)
        operations += [operation] if operation is not None else []
        if not call["succeeded"] and call["bytes"] <= LARGEST_ORDINARY_BYTES and call["has_variable"]:
            break
        if call["buffer"] and call["function"] in (FREE, REALLOCATE) and call["succeeded"]:
            live.remove(call["buffer"])
        if call["stored"]:
            live.append(call["stored"])
    return tuple(operations)


def _older(calls: Iterable[Call]) -> dict[int, int]:
    """The sizes in bytes of the buffers that were there before, by their numbers."""
    sizes: dict[int, int] = {}
    made = set()
    for call in calls:
        if call["buffer"] and call["buffer"] not in made:
            sizes.setdefault(call["buffer"], call["buffer_bytes"])
        made.add(call["stored"])
    return sizes


def _operation(call: Call, live: list[int]) -> Operation | None:
    """The operation that makes the call; None for one that a sequence cannot make."""
    given, size = call["buffer"], call["bytes"]
    which = live.index(given) if given in live else 0
    match call["function"]:
        case "NetApiBufferAllocate":
            return Allocate(size, write=True) if call["has_variable"] else AllocateToNull(size)
        case "NetApiBufferFree":
            return Free(which, check=True) if given else FreeNull()
        case "NetApiBufferSize":
            return AskSize(which, use=True) if given else AskSizeOfNull()
        case "NetApiBufferReallocate" if not given:
            return ReallocateNull(size, write=True) if size else None
        case "NetApiBufferReallocate" if size <= LARGEST_ORDINARY_BYTES or call["succeeded"]:
            return Reallocate(which, size, call["aliased"], write=True)
    return None


def _looks(sequence: Sequence) -> Sequence:
    """What is looked at in the end of what a sequence may have left."""
    return (Disjoint(), *(Align(which) for which in range(min(len(sequence), MOST_LIVE))))


def _program(
    catalogue: Catalogue, result: CaseResult, vector: Vector, target: Target, starter: Starter, scratch: Path
) -> str:
    """Raises NoProgram."""
    file = scratch / "shown.json"
    file.write_text(text_of(vector), encoding="utf-8")
    cases = prepare.catalogue(vector_files.load([str(file)])).cases
    case = next(case for case in cases if case.id == vector.id)
    return program(catalogue, replace(case, id=result.case.id), subject_of(target, str(starter.wine or "wine")))
