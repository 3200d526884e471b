"""A worker's process and its three channels, none of which can block the runner."""

from __future__ import annotations

import os
import selectors
import signal
from collections.abc import Callable
from contextlib import suppress
from subprocess import Popen

from apibuf_system.exit import Exit
from apibuf_system.posix.load import LoadMeter
from apibuf_system.posix.memory import limit_address_space, mapped_files, resident_bytes

READ_BYTES = 256 * 1024


class WorkerProcess:
    """A running worker. The channel is its standard output."""

    def __init__(
        self, process: Popen[bytes], end: Callable[[Popen[bytes]], None], tree: Callable[[int], list[int]]
    ) -> None:
        """end: ends a process and all its descendants. tree: the ids of a process and its descendants."""
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        self._process = process
        self._end = end
        self._tree = tree
        self._pidfd = os.pidfd_open(process.pid)
        self._channel_fd = process.stdout.fileno()
        self._chatter_fd = process.stderr.fileno()
        self._input_fd = process.stdin.fileno()
        self._unsent = b""
        self._selector = selectors.DefaultSelector()
        for descriptor in (self._channel_fd, self._chatter_fd, self._input_fd):
            os.set_blocking(descriptor, False)
        for descriptor in (self._channel_fd, self._chatter_fd, self._pidfd):
            self._selector.register(descriptor, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def wait(self, wait_s: float) -> bool:
        """Waits until something can be read or the process has ended, for at most so many seconds.

        Returns whether the process has ended.
        """
        ready = {key.fd for key, _ in self._selector.select(wait_s)}
        if self._input_fd in ready:
            self._write_input()
        return self._pidfd in ready

    def read_channel(self) -> bytes | None:
        """Reads what the channel holds now: None if that is nothing, empty if the channel is closed."""
        return self._read(self._channel_fd)

    def read_chatter(self) -> bytes | None:
        """Reads what the standard error holds now: None if that is nothing, empty if it is closed."""
        return self._read(self._chatter_fd)

    def write(self, data: bytes) -> None:
        """Writes to the standard input, as fast as the worker reads. What it has not read by its end is lost."""
        self._unsent += data
        self._write_input()

    def exit(self) -> Exit:
        """How the process ended; it must have ended."""
        # WNOWAIT: the process stays to be reaped, so no other process gets its id before its group is killed.
        state = os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED | os.WNOWAIT)
        assert state is not None
        if state.si_code == os.CLD_EXITED:
            return Exit(f"the process ended by itself with exit code {state.si_status}", state.si_status)
        return Exit(f"the process was killed by {_signal_name(state.si_status)}")

    def resident_bytes(self) -> int:
        """The resident memory of the worker and its descendants. Those of other workers cannot be told apart."""
        return sum(map(resident_bytes, self._tree(self.pid)))

    def mapped_files(self) -> frozenset[tuple[str, int]]:
        """The names and inode numbers of the files that the worker and its descendants have mapped."""
        return frozenset().union(*map(mapped_files, self._tree(self.pid)))

    def load_meter(self) -> LoadMeter:
        """Measures from now on how much time the worker could have used."""
        return LoadMeter(self.pid, lambda: self._tree(self.pid))

    def limit_memory(self, further_bytes: int) -> bool:
        """Limits the address space to further_bytes more than it has now, and returns whether that worked."""
        return limit_address_space(self.pid, further_bytes)

    def ask_for_last_words(self) -> bool:
        """Has a worker that hangs report the call that it is in, and end. Returns True: there is a signal for it."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGQUIT)
        return True

    def end(self) -> None:
        """Ends the worker and all its descendants, and closes the channels."""
        self._end(self._process)
        self._selector.close()
        os.close(self._pidfd)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _read(self, descriptor: int) -> bytes | None:
        if descriptor not in self._selector.get_map():
            return b""
        try:
            data = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return None
        if not data:
            self._selector.unregister(descriptor)
        return data

    def _write_input(self) -> None:
        """Writes what the pipe takes now; the selector reports when it takes more."""
        try:
            self._unsent = self._unsent[os.write(self._input_fd, self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:  # No process can read it any more, which shows in the events.
            self._unsent = b""
        is_registered = self._input_fd in self._selector.get_map()
        if self._unsent and not is_registered:
            self._selector.register(self._input_fd, selectors.EVENT_WRITE)
        elif is_registered and not self._unsent:
            self._selector.unregister(self._input_fd)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
