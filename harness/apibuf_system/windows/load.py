"""How much of a time span a worker could have used, from the processor times that Windows reports."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil


class LoadMeter:
    """Measures how much of a time span a worker could have used."""

    def __init__(self, worker: int) -> None:
        """worker: the id of its first process."""
        self._worker = worker
        self._looked_at = time.monotonic()
        self._idle_s = _idle_s()
        self._used_s = _used_s(worker)

    def usable_s(self, elapsed_s: float) -> float:
        """How many of the seconds since the last call the worker could have used.

        Those are the seconds that it used, and those in which a core was idle. A worker that waits on a machine that is
        busy all the time had none: Windows does not report how many threads wait for a core.
        """
        now, idle_s, used_s = time.monotonic(), _idle_s(), _used_s(self._worker)
        passed_s = max(now - self._looked_at, elapsed_s)
        available_s = max(idle_s - self._idle_s, 0.0) + max(used_s - self._used_s, 0.0)
        self._looked_at, self._idle_s, self._used_s = now, idle_s, used_s
        return elapsed_s * usable_share(passed_s, available_s)


def usable_share(passed_s: float, available_s: float) -> float:
    """The share of passed_s that one thread could use if the cores had available_s of processor time for it. Pure."""
    return min(1.0, available_s / passed_s) if passed_s > 0 else 1.0


def _idle_s() -> float:
    return float(psutil.cpu_times().idle)


def _used_s(pid: int) -> float:
    """The processor time of a process; 0 if it is gone."""
    with suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return 0.0
