"""The machine that the runner runs on, its signals and its locks."""

from __future__ import annotations

import fcntl
import os
import platform
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

NAME = "linux"
OPEN_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
"""A pipe to which nothing may ever be written is opened too, and at once."""

INTERRUPTING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def usable_cores() -> tuple[int, ...]:
    """The numbers of the cores that this process may use."""
    return tuple(sorted(os.sched_getaffinity(0)))


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """While it lasts, a process that this thread starts runs on this core alone; on all usable ones if it is None."""
    if core is None:
        yield
        return
    usable = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {core})
        yield
    finally:
        os.sched_setaffinity(0, usable)


def cache_folder() -> Path:
    """The folder for what programs of this user make once and use again; it may not exist yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()


def machine() -> dict[str, str]:
    """The system and the processor, in words."""
    names = os.uname()
    return {
        "system": f"{_distribution()}, {names.sysname} {'.'.join(names.release.split('.')[:2])}",
        "processor": names.machine,
    }


def lock_file(file: IO[str]) -> None:
    """Keeps out others that lock the same file, until it is closed. Raises OSError."""
    fcntl.flock(file, fcntl.LOCK_EX)


def try_to_lock_file(file: IO[str]) -> bool:
    """The same where no other has locked it; otherwise False, at once. Raises OSError."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keeps out others that lock the same folder, if its file system has locks. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def file_version(file: Path) -> str | None:  # noqa: ARG001 - as on other systems
    """The version that a library's file states: None, since ELF files state none."""
    return None


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown distribution"
