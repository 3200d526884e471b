"""What is known to deviate, and why: files for `apibuf run --expect`, as they are read.

A file holds one `[[expect]]` table for each known outcome that is no success, and the claimed functions that are known
not to be exported. Without an entry a case must pass; that it is unsupported or only observed is as good.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from apibuf_common import files
from apibuf_common.errors import BadInput
from apibuf_common.suggestions import did_you_mean
from apibuf_runner.catalogue import FUNCTIONS
from apibuf_runner.judge import Verdict

MOST_BYTES = files.MEBIBYTE
EXPECTABLE = (Verdict.FAIL, Verdict.CRASH, Verdict.TIMEOUT, Verdict.NOT_RUN, Verdict.UNSUPPORTED)
FINE_WITHOUT_ENTRY = frozenset({Verdict.PASS, Verdict.OBSERVED, Verdict.UNSUPPORTED})
CASE_PATTERN = re.compile(r"[a-z]+/[a-z0-9-]*\*?")
CONDITIONS = ("platform", "target_version")
TEXTS = ("case", "verdict", "reason", "link")
REQUIRED = ("case", "verdict", "reason")
KEYS = ("missing", "expect")


@dataclass(frozen=True)
class Entry:
    """One known outcome; `case` is an id, or the beginning of ids and `*`. `when` maps facts of a run to patterns."""

    number: int
    case: str
    verdict: Verdict
    reason: str
    link: str | None = None
    when: Mapping[str, str] = field(default_factory=dict)

    def covers(self, case_id: str) -> bool:
        """Whether the entry is about this case."""
        return fnmatchcase(case_id, self.case)

    def applies(self, facts: Mapping[str, str]) -> bool:
        """Whether its condition holds for a run of these facts."""
        return all(fnmatchcase(facts[name], pattern) for name, pattern in self.when.items())

    def __str__(self) -> str:
        return f"entry {self.number} ({self.case}: {self.verdict})"


@dataclass(frozen=True)
class Expectations:
    """A file of expectations as it was read."""

    path: Path
    text: str
    missing: tuple[str, ...]
    entries: tuple[Entry, ...]


def facts_of(platform: str, target_version: str | None) -> dict[str, str]:
    """The facts that conditions can ask for; an unknown version is an empty text."""
    return {"platform": platform, "target_version": target_version or ""}


def load(path: Path, case_ids: Collection[str]) -> Expectations:
    """The expectations in a file; `case_ids` are those of the whole catalogue. Raises BadInput."""
    data = files.read(path, MOST_BYTES, "a file of expectations")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text; name a file of expectations") from error
    return parse(path, text, case_ids)


def parse(path: Path, text: str, case_ids: Collection[str]) -> Expectations:
    """The expectations in the text of a file. Raises BadInput."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is not TOML: {error}") from error
    unknown = document.keys() - set(KEYS)
    tables = document.get("expect", [])
    missing = document.get("missing", [])
    if unknown:
        raise BadInput(f"{path}: {_unknown(unknown, KEYS)}")
    if not isinstance(tables, list) or not isinstance(missing, list):
        raise BadInput(f"{path} may hold a list `missing` and tables [[expect]]")
    for name in missing:
        if name not in FUNCTIONS:
            raise BadInput(f"{path}: `missing` names {name!r}, which is none of {', '.join(FUNCTIONS)}")
    entries = tuple(_entry(f"{path}, entry {number}", number, table) for number, table in enumerate(tables, start=1))
    for entry in entries:
        if not any(map(entry.covers, case_ids)):
            raise BadInput(f"{path}, {entry}: there is no such case; `apibuf run --list` shows the cases")
    return Expectations(path, text, tuple(missing), entries)


def _unknown(names: Collection[str], known: Collection[str]) -> str:
    """A clause about keys that mean nothing."""
    name = min(names)
    hint = did_you_mean(name, known, f"there are {', '.join(known)}")
    return f"{name!r} is no key of it; {hint}"


def _entry(where: str, number: int, table: Mapping[str, Any]) -> Entry:
    if not isinstance(table, dict):
        raise BadInput(f"{where} is no table; write [[expect]] above it")
    texts = {name: table[name] for name in TEXTS if name in table}
    when = table.get("when", {})
    if unknown := table.keys() - {*TEXTS, "when"}:
        raise BadInput(f"{where}: {_unknown(unknown, (*TEXTS, 'when'))}")
    if lacking := [name for name in REQUIRED if name not in table]:
        raise BadInput(f"{where} lacks {' and '.join(lacking)}; it must have {', '.join(REQUIRED)}")
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise BadInput(f"{where}: {', '.join(texts)} must be texts")
    if not CASE_PATTERN.fullmatch(texts["case"]):
        raise BadInput(f"{where}: {texts['case']!r} is neither the id of a case nor the beginning of ids and one *")
    if texts["verdict"] not in EXPECTABLE:
        raise BadInput(f"{where}: the verdict {texts['verdict']!r} is none of {', '.join(EXPECTABLE)}")
    if isinstance(when, dict) and (unknown := when.keys() - set(CONDITIONS)):
        raise BadInput(f"{where}, `when`: {_unknown(unknown, CONDITIONS)}")
    if not isinstance(when, dict) or not all(map(_is_text, when.values())):
        raise BadInput(f"{where}: `when` may ask for {' and '.join(CONDITIONS)}, by patterns")
    return Entry(number, texts["case"], Verdict(texts["verdict"]), texts["reason"], texts.get("link"), when)


def _is_text(value: object) -> bool:
    return isinstance(value, str)
