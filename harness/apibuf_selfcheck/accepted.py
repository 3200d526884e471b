"""Lists of what is accepted with a reason: TOML files beside the reference whose every entry must still be true."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Key = tuple[str, ...]
"""What identifies entries and findings: the texts of their members."""


class BadList(Exception):
    """A list of accepted findings cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Comparison:
    """Findings that no entry explains, and entries that explain nothing that was found."""

    unexplained: tuple[Key, ...]
    stale: tuple[Key, ...]

    @property
    def agrees(self) -> bool:
        """Everything found is explained, and every explanation is needed."""
        return not self.unexplained and not self.stale


def read(path: Path, tables: Sequence[str], members: Sequence[str]) -> dict[str, tuple[Key, ...]]:
    """The entries of each of these arrays of tables, as their members in this order; all have a `reason` too.

    Raises BadList.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadList(f"{path} cannot be read: {error}") from error
    unknown = document.keys() - set(tables)
    if unknown:
        raise BadList(f"{path} holds {', '.join(sorted(unknown))} besides {', '.join(tables)}")
    return {
        table: tuple(
            _key(entry, members, f"{path}: [[{table}]] number {number}")
            for number, entry in enumerate(document.get(table, ()), start=1)
        )
        for table in tables
    }


def compare(found: Iterable[Key], accepted: Iterable[Key], by_chance: Iterable[Key] = ()) -> Comparison:
    """One entry explains one finding: two findings that look the same need two entries.

    An entry of by_chance explains a finding of which it depends on chance whether it is found; it is never stale.
    """
    findings, entries = Counter(found), Counter(accepted)
    unexplained = findings - entries - Counter(by_chance)
    return Comparison(tuple(unexplained.elements()), tuple((entries - findings).elements()))


def _key(entry: Mapping[str, object], members: Sequence[str], where: str) -> Key:
    texts = [entry.get(member) for member in (*members, "reason")]
    if len(entry) != len(texts) or not all(isinstance(text, str) for text in texts):
        raise BadList(f"{where} needs exactly the texts {', '.join(members)} and reason")
    *key, reason = map(str, texts)
    if not reason.strip():
        raise BadList(f"{where} gives no reason")
    return tuple(key)
