"""The machine that the runner runs on, its signals and its locks."""

from __future__ import annotations

import ctypes
import errno
import msvcrt
import os
import signal
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

NAME = "windows"
OPEN_FLAGS = os.O_BINARY | os.O_NOINHERIT
INTERRUPTING_SIGNALS = (signal.SIGINT, signal.SIGBREAK, signal.SIGTERM)
LOCK_NAME = ".lock"
LOCK_INTERVAL_S = 0.1


def usable_cores() -> tuple[int, ...]:
    """The numbers of the machine's cores."""
    return tuple(range(os.cpu_count() or 1))


@contextmanager
def on_core(core: int | None) -> Iterator[None]:  # noqa: ARG001 - as on other systems
    """Has no effect: a core is chosen only for workers under Wine, which do not run on Windows."""
    yield


def cache_folder() -> Path:
    """The folder for what programs of this user make once and use again; it may not exist yet."""
    return Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local").expanduser()


def machine() -> dict[str, str]:
    """The system and the processor, in words."""
    return {
        # Not from the module platform, which asks WMI: Wine 8.0 ends a process that does.
        "system": "Windows {0.major}.{0.minor}.{0.build}".format(sys.getwindowsversion()),
        "processor": os.environ.get("PROCESSOR_ARCHITECTURE", "unknown"),
    }


def lock_file(file: IO[str]) -> None:
    """Keeps out others that lock the same file, until it is closed. Raises OSError."""
    while not try_to_lock_file(file):
        time.sleep(LOCK_INTERVAL_S)


def try_to_lock_file(file: IO[str]) -> bool:
    """The same where no other has locked it; otherwise False, at once. Raises OSError."""
    try:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EDEADLOCK):
            raise
        return False
    return True


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keeps out others that lock the same folder, by a file in it. Raises OSError."""
    with (folder / LOCK_NAME).open("w") as file:
        lock_file(file)
        yield


def file_version(file: Path) -> str | None:
    """The version that a library's file states, such as 10.0.22621.1; None if it states none."""
    api = ctypes.WinDLL("version")
    size = api.GetFileVersionInfoSizeW(str(file), None)
    data = ctypes.create_string_buffer(size)
    found, length = ctypes.c_void_p(), ctypes.c_uint()
    if not size or not api.GetFileVersionInfoW(str(file), 0, size, data):
        return None
    if not api.VerQueryValueW(data, "\\", ctypes.byref(found), ctypes.byref(length)) or not found.value:
        return None
    # VS_FIXEDFILEINFO: a signature, the version of the structure, and the file's version in two numbers.
    _, _, high, low = struct.unpack("<IIII", ctypes.string_at(found.value, 16))
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"
