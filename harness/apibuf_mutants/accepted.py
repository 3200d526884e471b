"""Lists of what is accepted with a reason: TOML files beside the reference whose every entry must still be true."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


class BadList(Exception):
    """A list of accepted findings cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Comparison:
    """Findings that no entry explains, and entries that explain nothing that was found."""

    unexplained: tuple[tuple[str, ...], ...]
    stale: tuple[tuple[str, ...], ...]

    @property
    def agrees(self) -> bool:
        """Everything found is explained, and every explanation is needed."""
        return not self.unexplained and not self.stale


def read(path: Path, table: str, members: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The entries of an array of tables, each as its members in this order; all have a `reason` too. Raises BadList."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadList(f"{path} cannot be read: {error}") from error
    entries = document.pop(table, [])
    if document or not isinstance(entries, list):
        raise BadList(f"{path} holds something besides [[{table}]]")
    for number, entry in enumerate(entries, start=1):
        if set(entry) != {*members, "reason"} or not all(isinstance(text, str) for text in entry.values()):
            raise BadList(f"{path}: [[{table}]] number {number} needs exactly the texts {', '.join(members)}, reason")
        if not entry["reason"].strip():
            raise BadList(f"{path}: [[{table}]] number {number} gives no reason")
    return tuple(tuple(entry[member] for member in members) for entry in entries)


def compare(found: Iterable[tuple[str, ...]], accepted: Iterable[tuple[str, ...]]) -> Comparison:
    """One entry explains one finding: two findings that look the same need two entries."""
    findings, entries = Counter(found), Counter(accepted)
    return Comparison(tuple((findings - entries).elements()), tuple((entries - findings).elements()))
