"""Starts workers, and ends them with everything that they started."""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from apibuf_system.posix.worker_process import WorkerProcess
from apibuf_system.start import start_with_pipes

PR_SET_CHILD_SUBREAPER = 36
KILL_LIMIT_S = 5.0
KILL_INTERVAL_S = 0.002
END_WAIT_S = 0.05

# Most kernels list the children of a process. To look through all processes of the machine, after each of many workers,
# takes longer than most of them live.
CHILDREN_ARE_LISTED = Path(f"/proc/self/task/{os.getpid()}/children").exists()


@contextmanager
def guarded_process() -> Iterator[None]:
    """While it lasts, orphans of our workers become our own children, and no worker leaves a core file."""
    libc = ctypes.CDLL(None, use_errno=True)
    core_limits = resource.getrlimit(resource.RLIMIT_CORE)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, core_limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, core_limits)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


class ProcessTable:
    """The workers that live now. Whatever else became a child of ours is a stray of one of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: set[int] = set()
        self._not_ours = {child.pid for child in psutil.Process().children()}

    def start(self, command: Sequence[str], environment: Mapping[str, str], directory: Path) -> WorkerProcess:
        """Starts a worker in a session of its own, with pipes for all three channels. Raises OSError."""
        with self._lock:
            process = start_with_pipes(command, environment, directory, start_new_session=True)
            self._workers.add(process.pid)
            _let_the_kernel_prefer(process.pid)
            return WorkerProcess(process, self._end, self._tree)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Kills the worker and all that it started, and returns when none of them is left.

        A process that left the worker's group and lost its parent is our own child by now; one that still has to lose
        its parent becomes so when that parent is killed, so the hunt goes on until nothing new turns up.
        """
        deadline = time.monotonic() + KILL_LIMIT_S
        _kill_and_wait(process.pid)  # most leave nothing behind: then one look is enough
        reaped = False
        while time.monotonic() < deadline:
            with self._lock:
                if not reaped:
                    # Until the worker is reaped no other process can have its process group's number.
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(process.pid, signal.SIGKILL)
                    reaped = process.poll() is not None
                descendants = self._descendants(process.pid)
                for pid in descendants:
                    self._kill_group_of(pid, process.pid)
                    _kill(pid)
            if reaped and not descendants:
                break
            time.sleep(KILL_INTERVAL_S)
        with self._lock:
            self._workers.discard(process.pid)

    def _kill_group_of(self, stray: int, worker: int) -> None:
        """Kills a stray's whole group at once: one that forks and ends all the time is not to be hit by its number."""
        with suppress(ProcessLookupError, PermissionError):
            group = os.getpgid(stray)
            if group != os.getpgrp() and group not in self._workers - {worker}:
                os.killpg(group, signal.SIGKILL)

    def _tree(self, worker: int) -> list[int]:
        with self._lock:
            return [worker, *self._descendants(worker)]

    def _descendants(self, worker: int) -> list[int]:
        """All that descends from us but the other workers and what they started."""
        children_of = _listed_children if CHILDREN_ARE_LISTED else _children_by_parent().__getitem__
        found: list[int] = []
        parents = {os.getpid()}
        while parents:
            parents = {pid for parent in parents for pid in children_of(parent)}
            parents -= (self._workers - {worker}) | self._not_ours
            found.extend(parents - {worker})
        return found


def _listed_children(parent: int) -> list[int]:
    """The children of a process, as the kernel lists them for each thread; none where the process is gone.

    If a child is reaped while the list is read, the list may lack another one. Only the runner reaps its own children,
    so that child is in the list the next time.
    """
    children: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{parent}/task"):
            with suppress(OSError), open(f"/proc/{parent}/task/{thread}/children", "rb", buffering=0) as file:
                children.extend(map(int, file.read().split()))
    return children


def _children_by_parent() -> defaultdict[int, list[int]]:
    """The same of every process of the machine, in one pass over all of them: for kernels without those lists."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in os.listdir("/proc"):
        if not entry.isdecimal():
            continue
        with suppress(OSError), open(f"/proc/{entry}/stat", "rb", buffering=0) as file:
            stat = file.read()
            children[int(stat[stat.rindex(b")") + 1 :].split(maxsplit=2)[1])].append(int(entry))
    return children


def _let_the_kernel_prefer(pid: int) -> None:
    """Where memory runs out faster than we look, the kernel shall end this process, and none that is not to blame."""
    with suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")


def _kill_and_wait(worker: int) -> None:
    """Kills the worker's process group, and waits a moment until the worker is to be reaped."""
    with suppress(OSError):
        os.killpg(worker, signal.SIGKILL)
        pidfd = os.pidfd_open(worker)
        try:
            select.select([pidfd], [], [], END_WAIT_S)
        finally:
            os.close(pidfd)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
    # Only a child of ours can be reaped by us; for all others this says "no such child".
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
