"""Reads the files that a user names, and writes files whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from apibuf_common.errors import BadInput
from apibuf_system import OPEN_FLAGS

MEBIBYTE = 1024**2
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


def read(path: str | Path, most_bytes: int, wanted: str) -> bytes:
    """The contents of a regular file of at most this many bytes. Raises BadInput.

    wanted says in the message what to name instead. Everything else that a path can lead to may never come to an end.
    """
    require(path, wanted)
    try:
        # What was a file a moment ago may be a pipe by now, to which nothing may ever be written.
        with open(os.open(path, os.O_RDONLY | OPEN_FLAGS), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            # The size is no limit: files of the kernel say 0 and may be endless.
            data = b"" if size > most_bytes else file.read(most_bytes + 1) or b""
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}; name {wanted}") from error
    if max(size, len(data)) > most_bytes:
        raise BadInput(f"{path} is larger than {most_bytes // MEBIBYTE} MiB; name {wanted}")
    return data


def require(path: str | Path, wanted: str) -> None:
    """Raises BadInput where there is no regular file; wanted says in the message what to name instead."""
    try:
        kind = KINDS.get(stat.S_IFMT(os.stat(path).st_mode))
    except FileNotFoundError:
        raise BadInput(f"{path} cannot be read: it does not exist; name {wanted}") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}; name {wanted}") from error
    if kind is not None:
        raise BadInput(f"{path} is {kind}; name {wanted}")


def write(path: Path, text: str) -> None:
    """Writes a file whole or not at all: a full disk leaves what was there before. Raises OSError."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")  # a device or a pipe, which nothing can take the place of
        return
    unfinished = target.with_name(f".{os.getpid()}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
