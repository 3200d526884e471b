"""Operations, and random sequences of them.

An operation names a buffer by any number, and the model picks one that is live; what is impossible where it stands is
left out. So every list of operations is a legal sequence, also after some were removed.

`held` is what the variable of an out-parameter holds before the call: None for the sentinel. For a pointer variable 0
is NULL, and a larger number is one more than the number of a live buffer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from apibuf_fuzz.model import LARGEST_ORDINARY_BYTES

LONGEST = 30
LARGEST_DWORD = 2**32 - 1
SIGN_BIT = 2**31


@dataclass(frozen=True)
class Allocate:
    """Allocate `size` bytes, and write to them."""

    size: int
    write: bool
    held: int | None = None


@dataclass(frozen=True)
class AllocateToNull:
    """Allocate with NULL for Buffer."""

    size: int


@dataclass(frozen=True)
class Free:
    """Free a live buffer, whose contents may be looked at first."""

    which: int
    check: bool


@dataclass(frozen=True)
class FreeAll:
    """Look at every live buffer, and free it."""


@dataclass(frozen=True)
class FreeNull:
    """Free NULL."""


@dataclass(frozen=True)
class Reallocate:
    """Reallocate a live buffer to `size` bytes, into its own variable (`aliased`) or another; then write to it."""

    which: int
    size: int
    aliased: bool
    write: bool
    held: int | None = None


@dataclass(frozen=True)
class ReallocateNull:
    """Reallocate NULL to `size` bytes, of which 0 is left out: nothing prescribes what that does."""

    size: int
    write: bool
    held: int | None = None


@dataclass(frozen=True)
class AskSize:
    """Ask for the size of a live buffer, and use all of it."""

    which: int
    use: bool
    held: int | None = None


@dataclass(frozen=True)
class AskSizeOfNull:
    """Ask for the size of NULL."""


@dataclass(frozen=True)
class Check:
    """Look at the contents of a live buffer."""

    which: int


@dataclass(frozen=True)
class Align:
    """Look at the address of a live buffer."""

    which: int


@dataclass(frozen=True)
class Disjoint:
    """Look whether live buffers overlap."""


Operation = (
    Allocate
    | AllocateToNull
    | Free
    | FreeAll
    | FreeNull
    | Reallocate
    | ReallocateNull
    | AskSize
    | AskSizeOfNull
    | Check
    | Align
    | Disjoint
)
Sequence = tuple[Operation, ...]

ALLOCATE, FREE, REALLOCATE, SIZE = (f"NetApiBuffer{name}" for name in ("Allocate", "Free", "Reallocate", "Size"))
_Make = Callable[[Random], Operation]

# How often each is chosen, which function it calls, and how it is made.
_CHOICES: tuple[tuple[int, str, _Make], ...] = (
    (24, ALLOCATE, lambda random: Allocate(_size(random), _mostly(random), _held_pointer(random))),
    (2, ALLOCATE, lambda random: AllocateToNull(_size(random))),
    (12, FREE, lambda random: Free(_which(random), _mostly(random))),
    (2, FREE, lambda _: FreeNull()),
    (
        16,
        REALLOCATE,
        lambda random: Reallocate(
            _which(random), _size(random), random.random() < 0.5, _mostly(random), _held_pointer(random)
        ),
    ),
    (4, REALLOCATE, lambda random: ReallocateNull(max(1, _size(random)), _mostly(random), _held_pointer(random))),
    (8, SIZE, lambda random: AskSize(_which(random), random.random() < 0.5, _held_number(random))),
    (1, SIZE, lambda _: AskSizeOfNull()),
    (6, FREE, lambda random: Check(_which(random))),
    (4, FREE, lambda random: Align(_which(random))),
    (2, FREE, lambda _: Disjoint()),
)


def random_sequence(random: Random, functions: frozenset[str]) -> Sequence:
    """A sequence that calls no other functions than these, of which Free must be one."""
    choices = [choice for choice in _CHOICES if choice[1] in functions]
    weights = [weight for weight, _, _ in choices]
    picked = random.choices(choices, weights, k=random.randint(1, LONGEST))
    return tuple(make(random) for _, _, make in picked)


def without_huge(sequence: Sequence) -> Sequence:
    """The sequence without its requests for more than must be had."""
    return tuple(each for each in sequence if getattr(each, "size", 0) <= LARGEST_ORDINARY_BYTES)


def _mostly(random: Random) -> bool:
    return random.random() < 0.8


def _which(random: Random) -> int:
    return random.randrange(26)


def _held_pointer(random: Random) -> int | None:
    return random.choice((None, None, 0, 1 + _which(random)))


def _held_number(random: Random) -> int | None:
    return random.choice((None, None, 0, 1, _size(random), _size(random), SIGN_BIT - 1, LARGEST_DWORD))


def _size(random: Random) -> int:
    """Mostly small, often at the edges where implementations change their mind, now and then beyond all memory."""
    lot = random.random()
    if lot < 0.45:
        return random.randint(0, 64)
    if lot < 0.70:
        return random.randint(0, 4200)
    if lot < 0.94:
        return (1 << random.randint(4, 16)) + random.randint(-1, 1)
    if lot < 0.98:
        return min((1 << random.randint(17, 24)) + random.randint(-1, 1), LARGEST_ORDINARY_BYTES)
    return random.choice((SIGN_BIT - 1, SIGN_BIT, LARGEST_DWORD - random.randint(0, 64), LARGEST_DWORD - 4094))
