"""How long a worker may be silent: the seconds count only as far as the machine let the worker run. Pure."""

from __future__ import annotations

from dataclasses import dataclass

STARVED_FACTOR = 20
"""How many times its limit a silence may last, however busy the machine is."""

MOST_COUNTED_S = 0.5
"""Of a longer time between two looks only this much counts: who looks was not let run, and the worker hardly was."""


@dataclass(frozen=True)
class Load:
    """What was seen of a worker, and of the machine, at one moment.

    cores: how many the worker may use. runnable: how many tasks run, or wait for a core, on the whole machine, without
    the runner's own. runnable_of_worker: how many of them belong to the worker and what it started. is_running: whether
    one of them belongs to the worker's first process, or that waits for the disk. cpu_s: the seconds that this process
    has computed so far.
    """

    cores: int
    runnable: int
    runnable_of_worker: int
    is_running: bool
    cpu_s: float


class Silence:
    """One silence of a worker. It is over where the worker was heard again; then another one begins."""

    def __init__(self, limit_s: float) -> None:
        """limit_s: how many counted seconds it may last."""
        self._limit_s = limit_s
        self._elapsed_s = 0.0
        self._counted_s = 0.0
        self._seen: Load | None = None

    @property
    def left_s(self) -> float:
        """The counted seconds that are left; 0 where the silence has lasted too long."""
        return max(self._limit_s - self._counted_s, 0.0)

    @property
    def elapsed_s(self) -> float:
        """The seconds that have passed, counted or not."""
        return self._elapsed_s

    @property
    def is_starved(self) -> bool:
        """Whether the machine was too busy for so long that nothing can be said of the worker."""
        return self._elapsed_s >= STARVED_FACTOR * self._limit_s and self.left_s > 0

    def pass_by(self, elapsed_s: float, seen: Load | None) -> None:
        """Adds the seconds since the last look. seen: the state now; None if it is unknown: then all of them count."""
        elapsed_s = min(elapsed_s, MOST_COUNTED_S)
        self._elapsed_s += elapsed_s
        self._counted_s += counted_s(elapsed_s, self._seen, seen)
        self._seen = seen


def counted_s(elapsed_s: float, before: Load | None, now: Load | None) -> float:
    """How many of the seconds between two looks the worker could have used.

    It shares the cores with everything else that runs, so on a busy machine they are fewer. Its own other tasks are not
    counted against it. A worker that wants to compute all the time but cannot (a quota, a paused virtual machine) had
    only the seconds that it has computed.
    """
    if now is None:
        return elapsed_s
    own = max(now.runnable_of_worker, 1)
    others = max(now.runnable - now.runnable_of_worker, 0)
    shared_s = elapsed_s * min(1.0, max(now.cores, own) / (own + others))
    if before is not None and before.is_running and now.is_running:
        return min(shared_s, max(now.cpu_s - before.cpu_s, 0.0))
    return shared_s
