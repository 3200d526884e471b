"""Whether a run is to come to its end now, in order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from apibuf_system import INTERRUPTING_SIGNALS


class Interruption:
    """Once set it stays set. Threads and signal handlers may set it.

    No threading.Event: that one takes a lock when it is set, and a signal handler that is itself interrupted by another
    signal would wait for itself. A user who presses Ctrl-C twice does that, and so does a library that sends signals.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Asks the run to come to an end."""
        self._is_set = True

    def is_set(self) -> bool:
        """Whether somebody has asked for the end."""
        return self._is_set


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """While it lasts, Ctrl-C and the like only ask for the end: the run is ended in order, and its stream written."""
    interrupted = Interruption()
    before = {number: signal.getsignal(number) for number in INTERRUPTING_SIGNALS}
    for number in before:
        signal.signal(number, lambda *_: interrupted.set())
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
