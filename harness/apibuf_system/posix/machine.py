"""The machine that the runner runs on, its signals and its locks."""

from __future__ import annotations

import fcntl
import os
import platform
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

INTERRUPTING_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def core_count() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


def machine() -> dict[str, str]:
    """The system and the processor, in words."""
    names = os.uname()
    return {
        "system": f"{_distribution()}, {names.sysname} {'.'.join(names.release.split('.')[:2])}",
        "processor": names.machine,
    }


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


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown distribution"
