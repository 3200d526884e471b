"""Pipes of a worker, each served by a thread, so that none of them can block the runner."""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import suppress
from typing import IO

READ_BYTES = 64 * 1024
READ_AHEAD_BYTES = 1024 * 1024
"""A reader waits while so many bytes are not taken yet, so that a flood costs no memory."""

CLOSE_LIMIT_S = 5.0


class PipeReader:
    """Reads a pipe in a thread, at most READ_AHEAD_BYTES ahead."""

    def __init__(self, pipe: IO[bytes], news: threading.Condition) -> None:
        """news: notified when there is something to take; its lock guards what was read."""
        self._pipe = pipe
        self._news = news
        self._chunks: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._is_closed = False
        self._closing_is_known = False
        self._is_dropped = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def has_news(self) -> bool:
        """Whether `take` has something that it has not returned yet. The caller holds the lock."""
        return bool(self._chunks) or (self._is_closed and not self._closing_is_known)

    def take(self) -> bytes | None:
        """Returns what was read; None if that is nothing, empty if the pipe is closed."""
        with self._news:
            if self._chunks:
                data = self._chunks.popleft()
                self._waiting_bytes -= len(data)
                self._news.notify_all()
                return data
            self._closing_is_known = self._is_closed
            return b"" if self._is_closed else None

    def is_closed(self) -> bool:
        """Whether the pipe is closed, and all that was in it was read. The caller holds the lock."""
        return self._is_closed

    def close(self) -> None:
        """Drops what is read from now on, and closes the pipe once its writers are gone."""
        with self._news:
            self._is_dropped = True
            self._news.notify_all()
        _join_and_close(self._thread, self._pipe)

    def _serve(self) -> None:
        while data := self._read():
            with self._news:
                self._news.wait_for(lambda: self._is_dropped or self._waiting_bytes < READ_AHEAD_BYTES)
                if not self._is_dropped:
                    self._chunks.append(data)
                    self._waiting_bytes += len(data)
                    self._news.notify_all()
        with self._news:
            self._is_closed = True
            self._news.notify_all()

    def _read(self) -> bytes:
        try:
            return os.read(self._pipe.fileno(), READ_BYTES)
        except OSError:  # Windows reports a pipe without a writer as broken
            return b""


class PipeWriter:
    """Writes to a pipe in a thread, as fast as its reader reads."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._news = threading.Condition()
        self._unsent = b""
        self._is_closed = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def put(self, data: bytes) -> None:
        """Appends bytes to what is to be written."""
        with self._news:
            self._unsent += data
            self._news.notify_all()

    def close(self) -> None:
        """Drops what was not written, and closes the pipe once its readers are gone."""
        with self._news:
            self._is_closed = True
            self._news.notify_all()
        _join_and_close(self._thread, self._pipe)

    def _serve(self) -> None:
        while data := self._next():
            try:
                while data:
                    data = data[os.write(self._pipe.fileno(), data) :]
            except OSError:  # No process can read it any more, which shows in the events.
                return

    def _next(self) -> bytes:
        """Waits for bytes to write; empty if there will be none."""
        with self._news:
            self._news.wait_for(lambda: self._unsent or self._is_closed)
            data, self._unsent = self._unsent, b""
            return b"" if self._is_closed else data


def _join_and_close(thread: threading.Thread, pipe: IO[bytes]) -> None:
    """Closes the pipe, unless its thread still uses it: then the thread, and the pipe, stay until the runner ends."""
    thread.join(CLOSE_LIMIT_S)
    if not thread.is_alive():
        with suppress(OSError):
            pipe.close()
