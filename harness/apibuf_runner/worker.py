"""One worker process as its host sees it: a nonce and ids go in, events and an ending come out.

Nothing that the process does can hold the host up: it may stop itself, ignore signals, close its channels, flood them,
or leave children behind that keep them open.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Self

from apibuf_runner.events import Event, parse_line
from apibuf_runner.interruption import Interruption
from apibuf_runner.output import Output
from apibuf_runner.silence import Silence
from apibuf_system import on_core
from apibuf_system.processes import ProcessTable

LINE_LIMIT_BYTES = 1024 * 1024
CHANNEL_LIMIT_BYTES = 64 * 1024 * 1024
POLL_INTERVAL_S = 0.1
MEMORY_INTERVAL_S = 0.2
LAST_WORDS_S = 0.5
"""How long the answer of a worker that hangs is waited for."""

LEFT_BEHIND_BYTES = 2 * 1024 * 1024
"""No system keeps more than this of what a process has written to a pipe and nobody has read."""


@dataclass(frozen=True)
class Launch:
    """How a worker is started: its whole command line, its environment, and the folder that it starts in.

    `if_silent` is what it most likely means where nothing at all comes from the worker; empty for no guess.
    `is_elsewhere`: the process only leads to a worker, on another machine or in an emulator.
    `core` is the number of the one core that the worker runs on; None for all that the runner may use.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    if_silent: str = ""
    is_elsewhere: bool = False
    core: int | None = None


@dataclass(frozen=True)
class Limits:
    """What a worker is granted: seconds without an event in a case, seconds to load, bytes of resident memory."""

    silence_s: float
    load_s: float
    memory_bytes: int


class EndingKind(Enum):
    """Why no more events will come."""

    ENDED = auto()
    SILENT = auto()
    STARVED = auto()
    OVER_TIME = auto()
    OVER_LIMIT = auto()
    OVER_MEMORY = auto()
    INTERRUPTED = auto()


@dataclass(frozen=True)
class Ending:
    """No more events will come from this worker; `reason` is a clause that says why.

    `exit_status` is that of a process that ended by itself; None for one that did not.
    """

    kind: EndingKind
    reason: str
    exit_status: int | None = None


class Worker:
    """A running worker. Leaving the context, or `end`, ends the process and everything that it started."""

    def __init__(self, launch: Launch, limits: Limits, table: ProcessTable, interrupted: Interruption) -> None:
        """Starts the process. Raises OSError where that is not possible."""
        self._limits = limits
        self._is_elsewhere = launch.is_elsewhere
        self._interrupted = interrupted
        self._nonce = secrets.token_hex(16)
        self._events: deque[Event] = deque()
        self._ending: Ending | None = None
        self._waiting: Event | None = None
        self._line = b""
        self._channel_is_closed = False
        self._bytes_since_begin = 0
        self._memory_checked_at = time.monotonic()
        self._output = Output(self._nonce)
        with on_core(launch.core):
            self._process = table.start(launch.command, launch.environment, launch.directory)
        self.send(self._nonce + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Ends the process and everything that it started."""
        self._process.end()

    def printed(self, case: str) -> tuple[str, ...]:
        """A few lines of what the process printed while this case ran; before the first case if it is empty."""
        return self._output.lines(case)

    @property
    def waiting(self) -> Event | None:
        """What the worker has said since its last sign of life of the calls that it is in, if it did."""
        return self._waiting

    def last_words(self) -> tuple[Event, ...]:
        """What a worker that hangs says of the call that it is in, before it ends; nothing where it does not answer.

        Workers on Linux answer a signal. One that has said by itself what it waits for is not asked.
        """
        if self._waiting is not None or self._is_elsewhere or not self._process.ask_for_last_words():
            return ()
        deadline = time.monotonic() + LAST_WORDS_S
        while not self._pump(POLL_INTERVAL_S) and time.monotonic() < deadline:
            pass
        words = tuple(event for event in self._events if event.name in ("crash", "calls"))
        self._events.clear()
        return words

    def send(self, text: str) -> None:
        """Writes to the worker's standard input, as fast as it reads; what it has not read by its end is lost."""
        self._process.write(text.encode())

    def limit_memory(self, further_bytes: int) -> None:
        """Limits the worker's address space to further_bytes more than it has now, and sends it whether that worked."""
        is_limited = not self._is_elsewhere and self._process.limit_memory(further_bytes)
        self.send("yes\n" if is_limited else "no\n")

    def mapped_files(self) -> frozenset[tuple[str, int]]:
        """The names and inode numbers of the files that the worker and its descendants have mapped."""
        return self._process.mapped_files()

    def next_event(self, silence_s: float, deadline: float = float("inf")) -> Event | Ending:
        """The next event, or why none will come.

        silence_s is how long the worker may be silent, in seconds; they count as far as the machine lets it run.
        deadline (of time.monotonic) ends the wait in any case.
        """
        if self._events:
            return self._events.popleft()
        silence, load_meter = Silence(silence_s), self._process.load_meter()
        looked_at = time.monotonic()
        while not self._events and self._ending is None:
            if self._interrupted.is_set():
                self._ending = Ending(EndingKind.INTERRUPTED, "the run was interrupted")
                break
            # The time left is taken first: where the host itself was stopped for long, the worker is heard out.
            now = time.monotonic()
            too_long = self._too_long(silence, silence_s, now >= deadline)
            was_closed = self._channel_is_closed
            self._pump(min(POLL_INTERVAL_S, silence.left_s, max(deadline - now, 0)))
            if self._channel_is_closed and not was_closed:
                # Most likely the process ends now. On a busy machine that takes as long as anything else.
                silence = Silence(silence_s)
            self._check_memory()
            if not self._events and self._ending is None:
                self._ending = too_long
            # Systems count processor time in ticks: a look at every line of a worker that prints would see none of it.
            now = time.monotonic()
            if now - looked_at >= POLL_INTERVAL_S:
                silence.pass_by(now - looked_at, load_meter.usable_s)
                looked_at = now
        if self._events:
            return self._events.popleft()
        assert self._ending is not None
        return self._ending

    def _pump(self, wait_s: float) -> bool:
        """Takes what comes within so many seconds, and returns whether the process has ended."""
        has_ended = self._process.wait(wait_s)
        self._read_chatter()
        self._read_channel()
        if has_ended:
            self._drain()
            ended = self._process.exit()
            self._ending = self._ending or Ending(EndingKind.ENDED, ended.reason, ended.status)
        return has_ended

    def _read_channel(self) -> int:
        """Takes what the channel holds now, and returns how many bytes that is."""
        data = self._process.read_channel()
        self._channel_is_closed = data == b""
        if not data:
            return 0
        *lines, rest = (self._line + data).split(b"\n")
        # A line this long is no event: its rest is dropped as it comes.
        self._line = rest if len(rest) <= LINE_LIMIT_BYTES else b""
        self._bytes_since_begin += len(data)
        for line in filter(None, lines):
            event = parse_line(line, self._nonce)
            if event is not None and event.name in ("waiting", "hang"):
                # No sign of life: the silence goes on.
                self._waiting = event
            elif event is not None:
                self._waiting = None
                self._events.append(event)
                if event.name == "begin":
                    self._bytes_since_begin = 0
        if self._bytes_since_begin > CHANNEL_LIMIT_BYTES:
            megabytes = CHANNEL_LIMIT_BYTES // (1024 * 1024)
            self._ending = Ending(EndingKind.OVER_LIMIT, f"more than {megabytes} MiB were written to the channel")
        return len(data)

    def _read_chatter(self) -> int:
        """Takes what the standard error holds now, and returns how many bytes that is."""
        data = self._process.read_chatter() or b""
        self._output.add(data)
        return len(data)

    def _drain(self) -> None:
        """Takes what a dead process left in its pipes; its children may still hold them open, and write."""
        for read in (self._read_channel, self._read_chatter):
            taken = 0
            while taken < LEFT_BEHIND_BYTES and (count := read()):
                taken += count

    def _too_long(self, silence: Silence, silence_s: float, is_over_time: bool) -> Ending | None:
        """Why the worker is not to be waited for any more; None where it is."""
        if self._channel_is_closed and (silence.left_s <= 0 or silence.is_starved or is_over_time):
            return Ending(EndingKind.ENDED, "the process closed its channel")
        if silence.left_s <= 0:
            return Ending(EndingKind.SILENT, f"nothing was heard for {silence_s:g} s")
        if silence.is_starved:
            busy = "in which the machine was too busy to let the worker run"
            return Ending(EndingKind.STARVED, f"nothing was heard for {silence.elapsed_s:.0f} s, {busy}")
        return Ending(EndingKind.OVER_TIME, "it took too long") if is_over_time else None

    def _check_memory(self) -> None:
        now = time.monotonic()
        if self._ending is not None or now - self._memory_checked_at < MEMORY_INTERVAL_S:
            return
        self._memory_checked_at = now
        if self._process.resident_bytes() > self._limits.memory_bytes:
            gibibytes = self._limits.memory_bytes / 1024**3
            self._ending = Ending(EndingKind.OVER_MEMORY, f"the process used more than {gibibytes:.1f} GiB of memory")
