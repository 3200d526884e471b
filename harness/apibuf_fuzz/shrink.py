"""Makes a failing sequence as short, and its numbers as small, as still makes it fail.

Candidates go to one worker in order, which stops at the first that fails: a round costs a worker's start or two, where
a shrinker that runs one candidate at a time pays them for each. That is why this is not Hypothesis, which also takes
five times as long to draw a sequence as a worker to run it, and cannot start to shrink from what it has not drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from itertools import combinations
from typing import Any, cast

from apibuf_fuzz.sequence import Operation, Sequence

LONGEST_FOR_PAIRS = 16
"""Of the operations of a longer sequence no pairs are tried: they are too many."""

FirstFailing = Callable[[Iterable[Sequence]], int | None]
"""Runs candidates in order, and returns the place of the first that fails; None where none does, or time is up."""


def shrink(sequence: Sequence, first_failing: FirstFailing) -> Sequence:
    """The smallest failing sequence that is found by making a failing one smaller step by step, until nothing helps."""
    while True:
        shorter = _without_pairs(_shortened(sequence, first_failing), first_failing)
        simpler = _simplified(shorter, first_failing)
        if simpler == sequence:
            return sequence
        sequence = simpler


def _without_pairs(sequence: Sequence, first_failing: FirstFailing) -> Sequence:
    """Leaves out any two operations that are only needed together, such as an Allocate and its Free."""
    while len(sequence) <= LONGEST_FOR_PAIRS:
        pairs = list(combinations(range(len(sequence)), 2))
        place = first_failing(tuple(each for at, each in enumerate(sequence) if at not in pair) for pair in pairs)
        if place is None:
            break
        sequence = tuple(each for at, each in enumerate(sequence) if at not in pairs[place])
    return sequence


def _shortened(sequence: Sequence, first_failing: FirstFailing) -> Sequence:
    """Leaves out what it can, the large parts first, from the end to the beginning."""
    part = len(sequence) // 2
    while part > 0:
        end = len(sequence)
        while end > 0:
            ends = range(end, 0, -part)
            place = first_failing(_without(sequence, at - part, at) for at in ends)
            if place is None:
                break
            end = ends[place] - part
            sequence = _without(sequence, end, ends[place])
        part //= 2
    return sequence


def _without(sequence: Sequence, start: int, end: int) -> Sequence:
    return sequence[: max(0, start)] + sequence[end:]


def _simplified(sequence: Sequence, first_failing: FirstFailing) -> Sequence:
    """Makes values simpler, one after the other, the simplest first."""
    start = 0
    while True:
        simpler = [(at, each) for at in range(start, len(sequence)) for each in _simpler_operations(sequence[at])]
        place = first_failing((*sequence[:at], each, *sequence[at + 1 :]) for at, each in simpler)
        if place is None:
            return sequence
        start, operation = simpler[place]
        sequence = (*sequence[:start], operation, *sequence[start + 1 :])


def _simpler_operations(operation: Operation) -> Iterator[Operation]:
    for field in fields(operation):
        value = getattr(operation, field.name)
        if value is True:
            yield _with(operation, field.name, False)
        elif value is not False and value is not None:
            if field.name == "held":
                yield _with(operation, "held", None)
            for number in _smaller_numbers(value):
                yield _with(operation, field.name, number)


def _with(operation: Operation, field: str, value: int | None) -> Operation:
    """The operation with another value in one field. No type checker knows the fields of all operations at once."""
    return cast(Operation, replace(cast(Any, operation), **{field: value}))


def _smaller_numbers(number: int) -> list[int]:
    """The smallest numbers, and steps towards the number that halve the rest of the way."""
    nearer = {number - (number >> shift) for shift in range(1, number.bit_length())}
    return sorted(nearer | set(range(min(number, 4))))
