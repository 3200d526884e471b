"""Starts workers, and ends them with everything that they started."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36
KILL_LIMIT_S = 5.0
KILL_INTERVAL_S = 0.002

# Wine's own background processes serve every worker of a prefix, whichever of them happened to start them.
WINE_DAEMONS = frozenset(
    {
        "wineserver",
        "wineserver64",
        "services.exe",
        "winedevice.exe",
        "plugplay.exe",
        "svchost.exe",
        "rpcss.exe",
        "explorer.exe",
    }
)


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

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], directory: Path
    ) -> subprocess.Popen[bytes]:
        """Starts a worker in a session of its own, with pipes for all three channels. Raises OSError."""
        with self._lock:
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=directory,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
            self._workers.add(process.pid)
            return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Kills the worker and all that it started, and returns when none of them is left.

        A process that left the worker's group and lost its parent is our own child by now; one that still has to lose
        its parent becomes so when that parent is killed, so the hunt goes on until nothing new turns up.
        """
        deadline = time.monotonic() + KILL_LIMIT_S
        reaped = False
        while time.monotonic() < deadline:
            with self._lock:
                if not reaped:
                    # Until the worker is reaped nobody else can have its process group's number.
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(process.pid, signal.SIGKILL)
                    reaped = process.poll() is not None
                quarry = self._strays() + _descendants(process.pid)
                for victim in quarry:
                    _kill(victim)
            if reaped and not quarry:
                break
            time.sleep(KILL_INTERVAL_S)
        with self._lock:
            self._workers.discard(process.pid)

    def _strays(self) -> list[psutil.Process]:
        return [
            child
            for child in psutil.Process().children()
            if child.pid not in self._workers | self._not_ours and _name(child) not in WINE_DAEMONS
        ]


def resident_bytes(pid: int) -> int:
    """The resident memory of a process and its descendants; 0 where it is gone."""
    total = 0
    for process in [*_descendants(pid), *_living(pid)]:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _living(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid)]
    except psutil.Error:
        return []


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        children = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    return [child for child in children if _name(child) not in WINE_DAEMONS]


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


def _kill(victim: psutil.Process) -> None:
    with suppress(psutil.Error):
        victim.kill()
    # Only a child of ours can be reaped by us; for all others this says "no such child".
    with suppress(ChildProcessError):
        os.waitpid(victim.pid, os.WNOHANG)
