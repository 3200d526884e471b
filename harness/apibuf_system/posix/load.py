"""Reads from Linux how busy the machine is, and what a worker does."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
MOST_TASKS = 256
"""So many tasks of a worker are looked at: a crowd of them is to cost no time."""

RUNNABLE, WAITS_FOR_DISK = b"R", b"D"


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


class LoadMeter:
    """Measures how much of a time span a worker could have used."""

    def __init__(self, worker: int, tree: Callable[[], Sequence[int]]) -> None:
        """worker: the id of its first process. tree: returns those of all its processes, this one included."""
        self._worker = worker
        self._tree = tree
        self._seen: Load | None = None

    def usable_s(self, elapsed_s: float) -> float:
        """How many of the seconds since the last call the worker could have used."""
        seen = read_load(self._worker, self._tree())
        before, self._seen = self._seen, seen
        return counted_s(elapsed_s, before, seen)


def read_load(worker: int, tree: Sequence[int]) -> Load | None:
    """What is seen now. worker: the number of its first process; tree: those of all its processes, this one included.

    None where the machine does not say, or the process is gone.
    """
    try:
        with open("/proc/loadavg", "rb", buffering=0) as file:
            runnable = int(file.read().split()[3].split(b"/")[0])
        cores = len(os.sched_getaffinity(worker))
        cpu_s = _cpu_s(worker)
    except (OSError, ValueError, IndexError):
        return None
    of_first = _states(worker)
    of_all = of_first + b"".join(_states(pid) for pid in tree[:MOST_TASKS] if pid != worker)
    return Load(
        cores=cores,
        runnable=max(runnable - 1, 0),  # the task that reads it is one of them
        runnable_of_worker=of_all.count(RUNNABLE),
        is_running=RUNNABLE in of_first or WAITS_FOR_DISK in of_first,
        cpu_s=cpu_s,
    )


def _cpu_s(pid: int) -> float:
    """The seconds that a process has computed. Raises OSError, ValueError, IndexError."""
    fields = _fields(f"/proc/{pid}/stat")
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _states(pid: int) -> bytes:
    """A letter for the state of each task of a process; empty where it is gone."""
    states = b""
    with suppress(OSError, ValueError, IndexError):
        for task in os.listdir(f"/proc/{pid}/task")[:MOST_TASKS]:
            states += _fields(f"/proc/{pid}/task/{task}/stat")[0]
    return states


def _fields(stat: str) -> list[bytes]:
    """The fields of a stat file behind the process's name: its state is the first. Raises OSError, ValueError."""
    with open(stat, "rb", buffering=0) as file:
        text = file.read()
    return text[text.rindex(b")") + 1 :].split()


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
