"""Keeps the standard output and error from deciding what becomes of a command: either may be closed or full."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO

from apibuf_common.errors import ExitCode


class _Survivor(io.FileIO):
    """A descriptor that takes everything: what cannot be written is lost, and the reason is kept."""

    lost_because: OSError | None = None

    def write(self, data: Any) -> int:
        """Writes what can be written, and says that it was all."""
        try:
            return super().write(data)
        except OSError as error:
            self.lost_because = error
            # What is printed from now on goes nowhere, that of child processes included.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(data).nbytes


class StandardStreams:
    """The standard streams of this process, from when it is made to its end."""

    def __init__(self) -> None:
        """Puts streams that survive in the place of the standard output and error."""
        _open_closed_ones()
        self._output = _Survivor(1, "w", closefd=False)
        sys.stdout = _text(self._output, sys.stdout)
        # What is printed there is optional: the command goes on without it, and its exit code stays what it is.
        sys.stderr = _text(_Survivor(2, "w", closefd=False), sys.stderr)

    def exit_code(self, code: int) -> int:
        """The exit code of a command that ended with this one: another where its output was lost."""
        sys.stdout.flush()
        error = self._output.lost_because
        if error is None:
            return code
        if isinstance(error, BrokenPipeError):  # the reader has seen enough
            return ExitCode.INCOMPLETE
        print(
            f"apibuf: the standard output cannot be written ({error.strerror}); send it elsewhere, "
            "and find the results of a run in its files",
            file=sys.stderr,
        )
        return ExitCode.CANNOT_RUN


def _open_closed_ones() -> None:
    """Otherwise the next file that is opened would be taken for a standard stream."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest number that is free is this one. Nothing can be written to an output that is open for reading.
            os.open(os.devnull, os.O_WRONLY if descriptor == 2 else os.O_RDONLY)


def _text(survivor: _Survivor, before: TextIO | None) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(survivor),
        encoding=before.encoding if before else "utf-8",
        errors="backslashreplace",  # the name of a file may hold bytes that are no text
        line_buffering=survivor.fileno() == 2 or survivor.isatty(),
    )
