"""What somebody may have meant who named something that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LEAST_LIKENESS = 0.5
MOST_SUGGESTIONS = 3


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A clause with the names that are most like the word, or `otherwise`, where none is like it."""
    near = difflib.get_close_matches(word, list(known), n=MOST_SUGGESTIONS, cutoff=LEAST_LIKENESS)
    return f"did you mean {' or '.join(near)}?" if near else otherwise
