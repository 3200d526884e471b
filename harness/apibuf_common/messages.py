"""Messages on the standard error while a command works."""

from __future__ import annotations

import sys


def note(text: str) -> None:
    """Prints what the command does now, for steps that take time."""
    print(f"apibuf: {text}", file=sys.stderr, flush=True)
