"""What is known of the buffers in the middle of a sequence: which are live, how large, and what was written to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_lowercase

LARGEST_ORDINARY_BYTES = 16 * 1024**2
"""A request up to this size must be met; a larger one may fail, as long as it says so."""

MOST_LIVE_BYTES = 64 * 1024**2
"""All live buffers together, so that no implementation runs out of memory that it may expect to have."""

WHOLLY_WRITTEN_BYTES = 256 * 1024
EDGE_BYTES = 4096
PATTERNS = 255

Range = tuple[int, int]
"""The first byte, and how many there are."""


@dataclass(frozen=True)
class Buffer:
    """A live buffer: the variable that holds it, its size in bytes, and which of its bytes hold which pattern.

    `reallocated`: it came from Reallocate. `moved`: its contents were written before the last Reallocate.
    """

    variable: str
    size: int
    written: tuple[Range, ...] = ()
    pattern: int = 0
    reallocated: bool = False
    moved: bool = False


class Model:
    """The live buffers, the oldest first. It refuses nothing: what is legal is asked of it first."""

    def __init__(self) -> None:
        self._live: dict[str, Buffer] = {}
        self._patterns = 0

    @property
    def live(self) -> tuple[Buffer, ...]:
        """All live buffers."""
        return tuple(self._live.values())

    def has_room(self, size: int) -> bool:
        """Whether one more buffer of this size can be had: a variable is free, and memory may be expected."""
        used = sum(buffer.size for buffer in self.live)
        return len(self._live) < len(ascii_lowercase) and used + size <= MOST_LIVE_BYTES

    def pick(self, which: int) -> Buffer | None:
        """A live buffer for any number; None where there is none."""
        return self.live[which % len(self._live)] if self._live else None

    def unused_variable(self) -> str:
        """The first variable that holds no buffer."""
        return next(name for name in ascii_lowercase if name not in self._live)

    def add(self, buffer: Buffer) -> None:
        """A buffer came to life."""
        self._live[buffer.variable] = buffer

    def remove(self, buffer: Buffer) -> None:
        """A buffer was given back."""
        del self._live[buffer.variable]

    def write(self, buffer: Buffer, ranges: tuple[Range, ...]) -> Buffer:
        """A pattern that no neighbour holds is written to these bytes; the buffer as it is then."""
        self._patterns += 1
        buffer = replace(buffer, written=ranges, pattern=self._patterns % PATTERNS + 1, moved=False)
        self._live[buffer.variable] = buffer
        return buffer


def resized(buffer: Buffer, variable: str, size: int) -> Buffer:
    """What Reallocate must make of a buffer: what was written is kept as far as it fits."""
    kept = tuple((start, min(count, size - start)) for start, count in buffer.written if start < size)
    return replace(buffer, variable=variable, size=size, written=kept, reallocated=True, moved=True)


def worth_writing(size: int) -> tuple[Range, ...]:
    """The bytes by which a buffer is tried: all of it, or the edges of a large one."""
    if size == 0:
        return ()
    if size <= WHOLLY_WRITTEN_BYTES:
        return ((0, size),)
    return ((0, EDGE_BYTES), (size - EDGE_BYTES, EDGE_BYTES))
