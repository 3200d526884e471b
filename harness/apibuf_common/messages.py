"""What a command says on the standard error while it works."""

from __future__ import annotations

import sys


def note(text: str) -> None:
    """Tells the user what takes its time now."""
    print(f"apibuf: {text}", file=sys.stderr, flush=True)
