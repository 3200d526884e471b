"""Reads from Linux how busy the machine is, and what a worker does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from apibuf_runner.silence import Load

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
MOST_TASKS = 256
"""So many tasks of a worker are looked at: a crowd of them is to cost no time."""

RUNNABLE, WAITS_FOR_DISK = b"R", b"D"


def read_load(worker: int, tree: Sequence[int]) -> Load | None:
    """What is seen now. worker: the number of its first process; tree: those of all its processes, this one included.

    None where the machine does not say, or the process is gone.
    """
    try:
        with open("/proc/loadavg", "rb", buffering=0) as file:
            runnable = int(file.read().split()[3].split(b"/")[0])
        cpu_s = _cpu_s(worker)
    except (OSError, ValueError, IndexError):
        return None
    of_first = _states(worker)
    of_all = of_first + b"".join(_states(pid) for pid in tree[:MOST_TASKS] if pid != worker)
    return Load(
        cores=len(os.sched_getaffinity(0)),
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
