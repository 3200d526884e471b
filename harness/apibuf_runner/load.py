"""Reads from Linux how busy the machine is, and what a worker does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from apibuf_runner.silence import Load

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
MOST_TASKS = 256
"""So many tasks of a worker are looked at: a crowd of them is to cost no time."""


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
    of_first = _running_tasks(worker)
    of_others = sum(_running_tasks(pid) for pid in tree[:MOST_TASKS] if pid != worker)
    return Load(
        cores=len(os.sched_getaffinity(0)),
        runnable=max(runnable - 1, 0),  # the task that reads it is one of them
        runnable_of_worker=of_first + of_others,
        is_running=of_first > 0,
        cpu_s=cpu_s,
    )


def _cpu_s(pid: int) -> float:
    """The seconds that a process has computed. Raises OSError, ValueError, IndexError."""
    fields = _fields(f"/proc/{pid}/stat")
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _running_tasks(pid: int) -> int:
    """How many tasks of a process run, or wait for a core; 0 where it is gone."""
    running = 0
    with suppress(OSError, ValueError, IndexError):
        for task in os.listdir(f"/proc/{pid}/task")[:MOST_TASKS]:
            running += _fields(f"/proc/{pid}/task/{task}/stat")[0] == b"R"
    return running


def _fields(stat: str) -> list[bytes]:
    """The fields of a stat file behind the process's name: its state is the first. Raises OSError, ValueError."""
    with open(stat, "rb", buffering=0) as file:
        text = file.read()
    return text[text.rindex(b")") + 1 :].split()
