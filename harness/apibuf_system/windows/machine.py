"""The machine that the runner runs on, its signals and its locks."""

from __future__ import annotations

import msvcrt
import os
import platform
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

INTERRUPTING_SIGNALS = (signal.SIGINT, signal.SIGBREAK, signal.SIGTERM)
LOCK_NAME = ".lock"
LOCK_INTERVAL_S = 0.1


def core_count() -> int:
    """The number of cores that this process may use."""
    return len(psutil.Process().cpu_affinity()) or 1


def machine() -> dict[str, str]:
    """The system and the processor, in words."""
    return {
        "system": f"Windows {platform.release()}, {platform.version()}",
        "processor": os.environ.get("PROCESSOR_ARCHITECTURE", "unknown"),
    }


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keeps out others that lock the same folder, by a file in it. Raises OSError."""
    with (folder / LOCK_NAME).open("wb") as file:
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                break
            except OSError:
                time.sleep(LOCK_INTERVAL_S)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
