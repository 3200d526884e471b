"""What killed each mutant last: reference/killers.json.

It is tried first. An entry that is missing, or not true any more, costs time; none makes a mutant survive.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from apibuf_selfcheck.accepted import Key

OWN_TESTS = "the reference's own tests"
"""Stands where a case's id stands for what the suite kills."""


class BadKillers(Exception):
    """The file cannot be read; the message says why."""


def read(path: Path) -> dict[Key, str]:
    """The killers by what identifies mutants. Raises BadKillers."""
    try:
        return {tuple(map(str, key)): str(killer) for *key, killer in json.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError) as error:
        raise BadKillers(f"{path} cannot be read: {error}") from error


def text(killers: Iterable[tuple[Key, str]]) -> str:
    """The file, one mutant a line. Pure."""
    lines = (json.dumps([*key, killer], ensure_ascii=False) for key, killer in killers)
    return "[\n" + ",\n".join(lines) + "\n]\n"
