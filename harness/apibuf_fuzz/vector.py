"""Writes a sequence as a case of vectors/README.md: its steps, what each must give, and by which requirement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from apibuf_fuzz.model import LARGEST_ORDINARY_BYTES, Buffer, Model, resized, worth_writing
from apibuf_fuzz.sequence import (
    ALLOCATE,
    FREE,
    LARGEST_DWORD,
    REALLOCATE,
    SIZE,
    Align,
    Allocate,
    AllocateToNull,
    AskSize,
    AskSizeOfNull,
    Check,
    Disjoint,
    Free,
    FreeAll,
    FreeNull,
    Operation,
    Reallocate,
    ReallocateNull,
    Sequence,
)
from apibuf_runner.judge import CaseResult

Json = dict[str, Any]

SUCCESS = {"status": "NERR_Success"}
INVALID = {"status": "ERROR_INVALID_PARAMETER"}
FAILURE = {"status": {"not": "NERR_Success"}}
OUT_OF_MEMORY = {"status": {"any_of": ["ERROR_NOT_ENOUGH_MEMORY", "ERROR_OUTOFMEMORY"]}}
# What programs ask for every day. Beyond it a refusal is judged by what is known of capacity, which is less.
EVERYDAY_BYTES = 64 * 1024
SIZE_VARIABLE = "n"


@dataclass(frozen=True)
class VectorStep:
    """A step of a vector, and the requirement that does not hold where it fails.

    `is_huge`: it works on a buffer of a size that need not be had.
    """

    definition: Mapping[str, Any]
    requirement: str
    is_huge: bool = False


@dataclass(frozen=True)
class Vector:
    """A case of its own: id, title, requirements (the foremost first), steps."""

    id: str
    title: str
    requirements: tuple[str, ...]
    steps: tuple[VectorStep, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions that it calls."""
        return tuple(dict.fromkeys(step.definition["call"] for step in self.steps if "call" in step.definition))


def vector_of(sequence: Sequence, id: str, title: str) -> Vector:
    """The sequence as a vector, which frees what it leaves allocated."""
    maker = _Maker()
    steps = tuple(step for operation in (*sequence, FreeAll()) for step in maker.steps(operation))
    # A case needs a step, and what asks nothing of an implementation asks this of it.
    steps = steps or (_call(FREE, {"Buffer": None}, SUCCESS, "free/null"),)
    return Vector(id, title, tuple(dict.fromkeys(step.requirement for step in steps)), steps)


def led_by(vector: Vector, requirement: str) -> Vector:
    """The same vector with this requirement foremost."""
    others = (other for other in vector.requirements if other != requirement)
    return replace(vector, requirements=(requirement, *others))


def failing_requirement(vector: Vector, result: CaseResult) -> str:
    """The requirement that the failure of a vector is about: the worker's own finding, or that of the failing step."""
    for failure in (failure for step in result.steps for failure in step.failures):
        if failure.requirement not in vector.requirements:
            return failure.requirement
    return last_run(vector, result).requirement


def last_run(vector: Vector, result: CaseResult) -> VectorStep:
    """The step where a case ended. Steps that `only_if` left out are not among the result's."""
    ran = iter(result.steps)
    last, holds = vector.steps[0], dict[str, bool]()
    for step in vector.steps:
        guard = step.definition.get("only_if")
        if guard and not holds.get(guard["holds_buffer"], False):
            continue
        outcome = next(ran, None)
        if outcome is None:
            break
        last = step
        arguments = step.definition.get("arguments", {})
        stored = arguments.get("NewBuffer", arguments.get("Buffer"))
        if stored is not None:
            holds[stored] = (outcome.returned or "").startswith("NERR_Success")
    return last


def document(vectors: tuple[Vector, ...]) -> Json:
    """A vector file, as vectors/schemas/cases.schema.json describes it."""
    cases = [
        {
            "id": vector.id,
            "requirements": list(vector.requirements),
            "title": vector.title,
            "steps": [step.definition for step in vector.steps],
        }
        for vector in vectors
    ]
    return {"format": 1, "notes": {}, "cases": cases}


def text_of(vector: Vector) -> str:
    """A vector file with one case, laid out for people: one line a step."""
    whole = document((vector,))
    steps = ",\n".join(f"        {json.dumps(step.definition)}" for step in vector.steps)
    whole["cases"][0]["steps"] = []
    return json.dumps(whole, indent=2).replace('"steps": []', f'"steps": [\n{steps}\n      ]') + "\n"


class _Maker:
    """Follows the model through a sequence, and makes the steps of each operation."""

    def __init__(self) -> None:
        self._model = Model()

    def steps(self, operation: Operation) -> Iterator[VectorStep]:  # noqa: C901, PLR0912 - a table of operations
        """The steps of one operation; none where it is impossible now."""
        match operation:
            case Allocate(size, write, held):
                yield from self._allocate(size, write, held)
            case AllocateToNull(size):
                yield from _allocate_to_null(size)
            case Free(which, check):
                yield from self._with(which, lambda buffer: self._free(buffer, check))
            case FreeAll():
                for buffer in self._model.live:
                    yield from self._free(buffer, check=True)
            case FreeNull():
                yield _call(FREE, {"Buffer": None}, SUCCESS, "free/null")
            case Reallocate(which, size, aliased, write, held):
                yield from self._with(which, lambda buffer: self._reallocate(buffer, size, aliased, write, held))
            case ReallocateNull(size, write, held):
                yield from self._reallocate_null(size, write, held)
            case AskSize(which, use, held):
                yield from self._with(which, lambda buffer: self._ask_size(buffer, use, held))
            case AskSizeOfNull():
                yield _call(SIZE, {"Buffer": None, "ByteCount": SIZE_VARIABLE}, INVALID, "size/null-buffer")
            case Check(which):
                yield from self._with(which, _check)
            case Align(which):
                yield from self._with(which, _align)
            case Disjoint():
                yield from self._disjoint()

    def _with(self, which: int, steps_for: Any) -> Iterator[VectorStep]:
        buffer = self._model.pick(which)
        if buffer is not None:
            yield from steps_for(buffer)

    # ---- new buffers ----

    def _allocate(self, size: int, write: bool, held: int | None) -> Iterator[VectorStep]:
        if size > LARGEST_ORDINARY_BYTES:
            yield from _huge(self._allocate_huge(size))
        elif self._model.has_room(size):
            buffer = Buffer(self._model.unused_variable(), size)
            requirement = "allocate/zero-bytes" if size == 0 else _capacity(size, "allocate/succeeds")
            arguments = {"ByteCount": size, "Buffer": buffer.variable}
            call = _call(ALLOCATE, arguments, {**SUCCESS, "Buffer": "buffer"}, requirement)
            yield _into(call, self._held_pointer(held))
            yield from self._come_to_life(buffer, write, "allocate/usable")

    def _reallocate_null(self, size: int, write: bool, held: int | None) -> Iterator[VectorStep]:
        if size > LARGEST_ORDINARY_BYTES:
            yield from _huge(self._reallocate_null_huge(size))
        elif size > 0 and self._model.has_room(size):
            buffer = Buffer(self._model.unused_variable(), size, reallocated=True)
            arguments = {"OldBuffer": None, "NewByteCount": size, "NewBuffer": buffer.variable}
            requirement = _capacity(size, "reallocate/null-old")
            call = _call(REALLOCATE, arguments, {**SUCCESS, "NewBuffer": "buffer"}, requirement)
            yield _into(call, self._held_pointer(held))
            yield from self._come_to_life(buffer, write, "reallocate/changes-size")

    def _come_to_life(self, buffer: Buffer, write: bool, requirement: str) -> Iterator[VectorStep]:
        self._model.add(buffer)
        if write:
            yield from self._write(buffer, requirement)

    def _write(self, buffer: Buffer, requirement: str) -> Iterator[VectorStep]:
        ranges = worth_writing(buffer.size)
        if ranges:
            buffer = self._model.write(buffer, ranges)
            yield from (_bytes("fill", buffer.variable, range_, buffer.pattern, requirement) for range_ in ranges)

    def _allocate_huge(self, size: int) -> Iterator[VectorStep]:
        if self._model.has_room(0):
            variable = self._model.unused_variable()
            met = {**SUCCESS, "Buffer": "buffer"}
            arguments = {"ByteCount": size, "Buffer": variable}
            yield _call(ALLOCATE, arguments, {"any_of": [met, OUT_OF_MEMORY]}, "allocate/out-of-memory-code")
            yield from _try_huge(variable, size, "allocate/failure-is-an-error")
            yield _guarded(_free_call(variable, "free/allocated"), variable)

    def _reallocate_null_huge(self, size: int) -> Iterator[VectorStep]:
        if self._model.has_room(0):
            variable = self._model.unused_variable()
            yield _reallocate_huge_call(None, size, variable)
            yield from _try_huge(variable, size, "reallocate/failure-is-an-error")
            yield _guarded(_free_call(variable, "free/reallocated"), variable)

    # ---- live buffers ----

    def _free(self, buffer: Buffer, check: bool) -> Iterator[VectorStep]:
        if check:
            yield from _check(buffer)
        self._model.remove(buffer)
        yield _free_call(buffer.variable, "free/reallocated" if buffer.reallocated else "free/allocated")

    def _reallocate(
        self, buffer: Buffer, size: int, aliased: bool, write: bool, held: int | None
    ) -> Iterator[VectorStep]:
        if size > LARGEST_ORDINARY_BYTES:
            yield from _huge(self._reallocate_huge(buffer, size))
        elif size == 0 or self._model.has_room(size):
            variable = buffer.variable if aliased else self._model.unused_variable()
            arguments = {"OldBuffer": buffer.variable, "NewByteCount": size, "NewBuffer": variable}
            holding = {} if aliased else self._held_pointer(held)
            self._model.remove(buffer)
            if size == 0:
                call = _call(REALLOCATE, arguments, {**SUCCESS, "NewBuffer": "null"}, "reallocate/zero-bytes")
                yield _into(call, holding)
                return
            requirement = _capacity(size, "reallocate/aliased" if aliased else "reallocate/changes-size")
            yield _into(_call(REALLOCATE, arguments, {**SUCCESS, "NewBuffer": "buffer"}, requirement), holding)
            moved = resized(buffer, variable, size)
            if write:
                yield from _check(moved)
            yield from self._come_to_life(moved, write, "reallocate/changes-size")

    def _reallocate_huge(self, buffer: Buffer, size: int) -> Iterator[VectorStep]:
        """Met or not, the variable must hold something that Free accepts."""
        yield _reallocate_huge_call(buffer.variable, size, buffer.variable)
        yield from (_guarded(step, buffer.variable) for step in _check(resized(buffer, buffer.variable, size)))
        yield from _try_huge(buffer.variable, size, "reallocate/failure-is-an-error")
        self._model.remove(buffer)
        yield _free_call(buffer.variable, "reallocate/failure-keeps-old")

    def _held_pointer(self, held: int | None) -> Json:
        """What a step says of its pointer variable; nothing where it is the sentinel."""
        if held is None:
            return {}
        buffer = self._model.pick(held - 1) if held > 0 else None
        return {"variable_holds": buffer.variable if buffer is not None else None}

    def _ask_size(self, buffer: Buffer, use: bool, held: int | None) -> Iterator[VectorStep]:
        requirement = "size/after-reallocate" if buffer.reallocated else "size/at-least-requested"
        expected = {"at_least": buffer.size}
        if buffer.size == 0:
            requirement, expected = "size/zero-bytes", {"below": LARGEST_DWORD}
        arguments = {"Buffer": buffer.variable, "ByteCount": SIZE_VARIABLE}
        call = _call(SIZE, arguments, {**SUCCESS, "ByteCount": expected}, requirement)
        yield _into(call, {} if held is None else {"variable_holds": held})
        # Of a large buffer the edges are enough, and where the far one lies no vector can say.
        if use and len(worth_writing(buffer.size)) <= 1:
            filled = self._model.write(buffer, worth_writing(buffer.size))
            for verb in ("fill", "check"):
                yield _bytes(verb, buffer.variable, (0, SIZE_VARIABLE), filled.pattern, "size/all-usable")

    def _disjoint(self) -> Iterator[VectorStep]:
        if len(self._model.live) >= 2:
            ranges = [{"buffer": buffer.variable, "bytes": buffer.size} for buffer in self._model.live]
            yield VectorStep({"disjoint": ranges}, "allocate/disjoint")


def _allocate_to_null(size: int) -> Iterator[VectorStep]:
    # Its last error is left to the vectors: a case that looks at it is not run where the platform has none.
    yield _call(ALLOCATE, {"ByteCount": size, "Buffer": None}, INVALID, "allocate/null-out")


def _check(buffer: Buffer) -> Iterator[VectorStep]:
    requirement = "reallocate/keeps-contents" if buffer.moved else "allocate/usable"
    return (_bytes("check", buffer.variable, range_, buffer.pattern, requirement) for range_ in buffer.written)


def _align(buffer: Buffer) -> Iterator[VectorStep]:
    yield VectorStep({"aligned": buffer.variable, "to": 4}, "allocate/aligned-32-bit")
    yield VectorStep({"aligned": buffer.variable, "to": "natural"}, "allocate/aligned-natural")


def _try_huge(variable: str, size: int, requirement: str) -> Iterator[VectorStep]:
    """Where a huge request was met, both ends of the buffer must be there."""
    ends = ((0, 16), (size - 16, 16))
    for verb in ("fill", "check"):
        for pattern, end in enumerate(ends, start=1):
            yield _guarded(_bytes(verb, variable, end, pattern, requirement), variable)


def _huge(steps: Iterator[VectorStep]) -> Iterator[VectorStep]:
    return (replace(step, is_huge=True) for step in steps)


def _reallocate_huge_call(old: str | None, size: int, new: str) -> VectorStep:
    arguments = {"OldBuffer": old, "NewByteCount": size, "NewBuffer": new}
    expected = {"any_of": [{**SUCCESS, "NewBuffer": "buffer"}, FAILURE]}
    return _call(REALLOCATE, arguments, expected, "reallocate/failure-is-an-error")


def _free_call(variable: str, requirement: str) -> VectorStep:
    return _call(FREE, {"Buffer": variable}, SUCCESS, requirement)


def _call(function: str, arguments: Mapping[str, Any], expected: Mapping[str, Any], requirement: str) -> VectorStep:
    return VectorStep({"call": function, "arguments": arguments, "expect": expected}, requirement)


def _bytes(verb: str, variable: str, range_: tuple[int, int | str], pattern: int, requirement: str) -> VectorStep:
    start, count = range_
    place = {"from": start} if start else {}
    return VectorStep({verb: variable, "bytes": count, **place, "pattern": pattern}, requirement)


def _into(step: VectorStep, holding: Mapping[str, Any]) -> VectorStep:
    """The call into a variable that holds something else than the sentinel, if `holding` says so."""
    return replace(step, definition={**step.definition, **holding})


def _guarded(step: VectorStep, variable: str) -> VectorStep:
    return replace(step, definition={**step.definition, "only_if": {"holds_buffer": variable}})


def _capacity(size: int, requirement: str) -> str:
    return requirement if size <= EVERYDAY_BYTES else "allocate/capacity"
