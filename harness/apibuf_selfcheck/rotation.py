"""What has its turn on one day of a round: checks that are expected to come out as they did last time.

A part of them is run each day, and all of them in a round. Which ones depends on their names alone, so that all
machines run the same ones on the same day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zlib import crc32

DAYS_OF_A_ROUND = 7


def today() -> int:
    """The number of the day, the same everywhere on Earth."""
    return datetime.now(UTC).date().toordinal()


def turn(name: str) -> int:
    """The day of a round, counted from 0, on which what has this name is run. Pure."""
    return crc32(name.encode()) % DAYS_OF_A_ROUND


def has_its_turn(name: str, day: int | None) -> bool:
    """Whether what has this name is run on this day; on None everything is. Pure."""
    return day is None or turn(name) == day % DAYS_OF_A_ROUND
