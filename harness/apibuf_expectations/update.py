"""Updates a file of expectations to what a run has shown, and leaves every other line of it as it is.

The file is edited by lines: libraries that edit TOML lose the comments around a table that goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from apibuf_common.errors import CannotRun
from apibuf_expectations.expectations import FINE_WITHOUT_ENTRY, Entry, Expectations
from apibuf_reports.text import printable
from apibuf_runner.judge import CaseResult

HEADING = re.compile(r"\[\[\s*expect\s*\]\]\s*(#.*)?")
MISSING = re.compile(r"^missing\s*=\s*\[[^\]]*\]", re.MULTILINE)


def updated(
    expectations: Expectations,
    facts: Mapping[str, str],
    results: Sequence[CaseResult],
    missing: Sequence[str],
    claimed: Sequence[str],
) -> str:
    """The text of the file with which this run comes out as expected, as far as an entry can expect it.

    Raises CannotRun where the entries cannot be told apart by their lines.
    """
    lines = expectations.text.splitlines(keepends=True)
    places = _places(lines)
    if len(places) != len(expectations.entries):
        raise CannotRun(f"{expectations.path} has [[expect]] where no entry begins; edit it by hand")
    # From the last on, so that the places of those before stay right.
    for entry, (first, end) in reversed(list(zip(expectations.entries, places, strict=True))):
        if entry.applies(facts):
            covered = [result for result in results if entry.covers(result.case.id)]
            replacement = _replacement(entry, covered, lines[first:end])
            behind = end
            while not replacement and behind < len(lines) and not lines[behind].strip():
                behind += 1
            lines[first:behind] = replacement
    not_claimed = [name for name in expectations.missing if name not in claimed]
    text = "".join(lines).rstrip("\n")
    text = _with_missing(text, [*not_claimed, *missing], expectations.missing)
    parts = [text, *_additions(expectations, facts, results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _places(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Of each entry the lines from the comment right above it to its last member, as a range."""
    headings = [number for number, line in enumerate(lines) if HEADING.fullmatch(line.strip())]
    places = []
    for heading, next_heading in zip(headings, [*headings[1:], len(lines)], strict=False):
        first, end = heading, next_heading
        while first > 0 and lines[first - 1].startswith("#"):
            first -= 1
        while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
            end -= 1
        places.append((first, end))
    return places


def _replacement(entry: Entry, covered: Sequence[CaseResult], lines: Sequence[str]) -> list[str]:
    """What becomes of an entry: itself, nothing, or where its cases came out differently one entry for each."""
    if covered and all(result.verdict is entry.verdict for result in covered):
        return list(lines)
    deviating = [result for result in covered if result.verdict not in FINE_WITHOUT_ENTRY]
    verdicts = {result.verdict for result in deviating}
    if len(deviating) == len(covered) and len(verdicts) == 1:
        return _with_member(lines, "verdict", verdicts.pop())
    copies: list[str] = []
    for result in deviating:
        copy = _with_member(_with_member(lines, "case", result.case.id), "verdict", result.verdict)
        copies += [*(["\n"] if copies else []), *copy]
    return copies


def _with_member(lines: Iterable[str], name: str, value: str) -> list[str]:
    member = re.compile(rf"""^(\s*{name}\s*=\s*)("[^"]*"|'[^']*')""")
    return [member.sub(lambda match: f'{match[1]}"{value}"', line) for line in lines]


def _with_missing(text: str, missing: Sequence[str], before: Sequence[str]) -> str:
    """The text with this list of missing functions, at its top where it had none."""
    if list(missing) == list(before):
        return text
    line = f"missing = [{', '.join(map(json.dumps, missing))}]"
    return MISSING.sub(line, text, count=1) if MISSING.search(text) else f"{line}\n\n{text}".rstrip("\n")


def _additions(expectations: Expectations, facts: Mapping[str, str], results: Sequence[CaseResult]) -> Iterable[str]:
    """An entry for each deviation that none covers; one with a condition where other conditions know the case."""
    for result in results:
        entries = [entry for entry in expectations.entries if entry.covers(result.case.id)]
        if result.verdict in FINE_WITHOUT_ENTRY or any(entry.applies(facts) for entry in entries):
            continue
        expectation = f"expected {result.expected}, actual {result.actual}" if result.expected else result.reason
        members = {"case": result.case.id, "verdict": str(result.verdict), "reason": printable(expectation)}
        lines = ["[[expect]]", *(f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in members.items())]
        if entries:
            lines.append(f"when = {{ {', '.join(f'{name} = {json.dumps(text)}' for name, text in facts.items())} }}")
        yield "\n".join(lines)
