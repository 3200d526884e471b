"""Shows how far a long command is whose output goes to a log: one line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

NINJA_STATUS = re.compile(rb"^\[(\d+)/(\d+)\] ", re.MULTILINE)
TAIL_BYTES = 64 * 1024
TERMINAL_INTERVAL_S = 0.5
PLAIN_INTERVAL_S = 10.0
CLEAR_LINE = "\r\x1b[K"


def wait(process: subprocess.Popen[bytes], log: Path, name: str) -> int:
    """Waits for the process and returns its exit code; `name` says what it does. What ends at once shows nothing."""
    is_terminal = sys.stderr.isatty()
    started = time.monotonic()
    pidfd = os.pidfd_open(process.pid)
    try:
        while not select.select([pidfd], [], [], TERMINAL_INTERVAL_S if is_terminal else PLAIN_INTERVAL_S)[0]:
            line = f"apibuf: {name}: {_status(log, time.monotonic() - started)}"
            print(f"{CLEAR_LINE}{line}" if is_terminal else line, end="" if is_terminal else "\n", file=sys.stderr)
            sys.stderr.flush()
    finally:
        os.close(pidfd)
        if is_terminal:
            print(end=CLEAR_LINE, file=sys.stderr, flush=True)
    return process.wait()


def _status(log: Path, elapsed_s: float) -> str:
    """How far it is: what ninja says of its steps, or else the seconds since the start."""
    steps: list[tuple[bytes, bytes]] = []
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        steps = NINJA_STATUS.findall(file.read())
    if not steps:
        return f"{elapsed_s:.0f} s"
    done, total = (int(number) for number in steps[-1])
    return f"{done} of {total} steps, {elapsed_s:.0f} s"
