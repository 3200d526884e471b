"""A worker's process in its job object, and its three channels."""

from __future__ import annotations

import threading
from contextlib import suppress
from subprocess import Popen

import psutil

from apibuf_system.exit import Exit
from apibuf_system.windows.job import KILL_LIMIT_S, Job
from apibuf_system.windows.load import LoadMeter
from apibuf_system.windows.pipes import PipeReader, PipeWriter
from apibuf_system.windows.statuses import exit_of

LAST_WORDS_LOOKS, LAST_WORDS_INTERVAL_S = 10, 0.05
"""How often the pipes may be seen open, and a descendant alive, until a process that is dead counts as ended."""


class WorkerProcess:
    """A running worker. The channel is its standard output."""

    def __init__(self, process: Popen[bytes], job: Job) -> None:
        """job: holds the process; this object closes it."""
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        self._process = process
        self._job = job
        self._news = threading.Condition()
        self._has_ended = False
        self._channel = PipeReader(process.stdout, self._news)
        self._chatter = PipeReader(process.stderr, self._news)
        self._input = PipeWriter(process.stdin)
        self._waiter = threading.Thread(target=self._wait_for_its_end, daemon=True)
        self._waiter.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def wait(self, wait_s: float) -> bool:
        """Waits until something can be read or the process has ended, for at most so many seconds.

        Returns whether the process has ended.
        """
        with self._news:
            self._news.wait_for(self._has_news, wait_s)
            return self._has_ended

    def read_channel(self) -> bytes | None:
        """Reads what the channel holds now: None if that is nothing, empty if the channel is closed."""
        return self._channel.take()

    def read_chatter(self) -> bytes | None:
        """Reads what the standard error holds now: None if that is nothing, empty if it is closed."""
        return self._chatter.take()

    def write(self, data: bytes) -> None:
        """Writes to the standard input, as fast as the worker reads. What it has not read by its end is lost."""
        self._input.put(data)

    def exit(self) -> Exit:
        """How the process ended; it must have ended."""
        return exit_of(self._process.returncode)

    def resident_bytes(self) -> int:
        """The resident memory of the worker and its descendants."""
        return sum(map(_resident_bytes, self._job.process_ids()))

    def mapped_files(self) -> frozenset[tuple[str, int]]:
        """None are known here: Windows loads the file that it names."""
        return frozenset()

    def load_meter(self) -> LoadMeter:
        """Measures from now on how much time the worker could have used."""
        return LoadMeter(self.pid)

    def limit_memory(self, further_bytes: int) -> bool:  # noqa: ARG002 - as on other systems
        """Does nothing and returns False: a worker limits itself by a job, and asks only if the system ignores that."""
        return False

    def ask_for_last_words(self) -> bool:
        """Does nothing and returns False: no signal reaches a call of this system that does not return."""
        return False

    def end(self) -> None:
        """Ends the worker and all its descendants, and closes the channels."""
        self._job.terminate()
        self._waiter.join(KILL_LIMIT_S)
        for pipe in (self._input, self._channel, self._chatter):
            pipe.close()
        self._job.close()

    def _has_news(self) -> bool:
        return self._has_ended or self._channel.has_news() or self._chatter.has_news()

    def _pipes_close_within(self, wait_s: float) -> bool:
        with self._news:
            readers = (self._channel, self._chatter)
            return self._news.wait_for(lambda: all(reader.is_closed() for reader in readers), wait_s)

    def _wait_for_its_end(self) -> None:
        self._process.wait()
        # What it wrote last may still be on its way through the readers. Only descendants can hold the pipes open.
        looks = 0
        while looks < LAST_WORDS_LOOKS and not self._pipes_close_within(LAST_WORDS_INTERVAL_S):
            looks += bool(self._job.process_ids())
        with self._news:
            self._has_ended = True
            self._news.notify_all()


def _resident_bytes(pid: int) -> int:
    """The resident memory of one process; 0 if it is gone."""
    with suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0
