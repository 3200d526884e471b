"""Renders what changed between two runs. Pure: the same runs give the same text."""

import json
from collections.abc import Callable, Mapping, Sequence

import msgspec

from apibuf_reports import wording
from apibuf_reports.difference import Change, Difference, Kind
from apibuf_reports.stream import Stream
from apibuf_reports.text import ascii_only, markdown_code, shorten

Render = Callable[[Stream, Stream, Difference], str]

FORMAT = 1
FIELD_LIMIT_CHARACTERS = 300
MARKDOWN_LIMIT_CHARACTERS = 60_000
REMARK_CHARACTERS = 200

HEADINGS = {
    Kind.REGRESSION: "Regressions: passed, and do not pass any more",
    Kind.LOST_VISIBILITY: "Lost visibility: ran before, and are unsupported or not run now",
    Kind.FIXED: "Fixed: did not pass, and pass now",
    Kind.GAINED_VISIBILITY: "Gained visibility: were unsupported or not run before, and run now",
    Kind.CHANGED_REASON: "Changed: no pass before and after, for another reason",
    Kind.NEW: "New: not in the old run",
    Kind.GONE: "Gone: not in the new run",
    Kind.OBSERVATION: "Observations that changed, recorded and not judged",
}


def text(old: Stream, new: Stream, difference: Difference) -> str:
    """Returns the changes as plain ASCII text, one paragraph a kind."""
    lines = [f"old: {_run(old)}", f"new: {_run(new)}"]
    lines += [f"warning: {warning}" for warning in difference.warnings]
    for kind, changes in _by_kind(difference):
        lines += ["", f"{HEADINGS[kind]} ({len(changes)})"]
        for change in changes:
            lines += [f"  {change.id}", *(f"    {word:<6}  {words}" for word, words in _sides(change))]
    lines += ["", _conclusion(difference)]
    return "\n".join(map(ascii_only, lines)) + "\n"


def markdown(old: Stream, new: Stream, difference: Difference) -> str:
    """Returns the changes as a comment on a pull request, of at most MARKDOWN_LIMIT_CHARACTERS."""
    lines = [
        f"### ApiBuffer conformance: {_conclusion(difference)}\n\n",
        f"- old: {markdown_code(_run(old))}\n",
        f"- new: {markdown_code(_run(new))}\n",
        *(f"- warning: {markdown_code(warning)}\n" for warning in difference.warnings),
    ]
    for kind, changes in _by_kind(difference):
        lines.append(f"\n**{HEADINGS[kind]} ({len(changes)})**\n\n")
        lines += [f"- {markdown_code(change.id)}: {_in_markdown(change)}\n" for change in changes]
    whole = "".join(lines)
    if len(whole) <= MARKDOWN_LIMIT_CHARACTERS:
        return whole
    kept = whole[: whole.rindex("\n", 0, MARKDOWN_LIMIT_CHARACTERS - REMARK_CHARACTERS) + 1]
    left_out = whole.count("\n- ") - kept.count("\n- ")
    return f"{kept}\n**Cut to fit a comment:** {wording.plural(left_out, 'more line')}; `--format text` gives all.\n"


def as_json(old: Stream, new: Stream, difference: Difference) -> str:
    """Returns the changes as one JSON document: for each kind a list, and both runs' headers."""
    document = {
        "format": FORMAT,
        "old": msgspec.to_builtins(old.header),
        "new": msgspec.to_builtins(new.header),
        "warnings": list(difference.warnings),
        "changes": {kind: [_record(change) for change in difference.of(kind)] for kind in Kind},
    }
    return json.dumps(document, indent=2) + "\n"


FORMATS: Mapping[str, Render] = {"text": text, "markdown": markdown, "json": as_json}


def _by_kind(difference: Difference) -> Sequence[tuple[Kind, tuple[Change, ...]]]:
    return [(kind, difference.of(kind)) for kind in Kind if difference.of(kind)]


def _run(stream: Stream) -> str:
    header = stream.header
    version = f" {header.target.version}" if header.target.version else ""
    words = f"{header.target.name}{version}, suite {header.suite.version}, {header.started}"
    return shorten(words, FIELD_LIMIT_CHARACTERS)


def _sides(change: Change) -> list[tuple[str, str]]:
    sides = (("before", change.before), ("after", change.after))
    return [(word, shorten(words, FIELD_LIMIT_CHARACTERS)) for word, words in sides if words]


def _in_markdown(change: Change) -> str:
    return ", ".join(f"{word} {markdown_code(words)}" for word, words in _sides(change))


def _record(change: Change) -> dict[str, str]:
    return {"id": change.id, "before": change.before, "after": change.after}


def _conclusion(difference: Difference) -> str:
    regressions = len(difference.of(Kind.REGRESSION))
    others = [(len(difference.of(kind)), kind) for kind in (Kind.LOST_VISIBILITY, Kind.FIXED)]
    others_text = "".join(f", {count} {kind}" for count, kind in others if count)
    return f"{wording.plural(regressions, 'regression') if regressions else 'no regression'}{others_text}"
