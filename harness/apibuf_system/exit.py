"""How a process ended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exit:
    """How a process ended: `reason` is a clause for reports.

    `status` is its exit code if it ended by itself, or None if a signal or an exception ended it.
    """

    reason: str
    status: int | None = None
