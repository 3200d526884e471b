"""TAP, the Test Anything Protocol, as readers of version 13 and of 14 take it alike. Every case is a test point."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from apibuf_reports import wording
from apibuf_reports.stream import Case, Stream, Verdict
from apibuf_reports.text import printable

DESCRIPTION = (
    "TAP 13, which readers of TAP 14 take too: one test point for each case, with a YAML block where it is no pass"
)
FILE_NAME = "results.tap"


@dataclass(frozen=True)
class _Point:
    """One test point. `diagnostics` are labels with texts; a point without any has no YAML block.

    `printed` are the lines that the process printed.
    """

    passes: bool
    description: str
    skipped_because: str | None = None
    diagnostics: tuple[tuple[str, str], ...] = ()
    printed: tuple[str, ...] = ()


def render(streams: Sequence[Stream]) -> str:
    """Returns one TAP document with all the streams."""
    points = list(chain.from_iterable(map(_points, streams)))
    # Readers of version 14 must read 13, and those of 13, such as the `prove` of Debian 12, refuse 14.
    lines = ["TAP version 13", f"1..{len(points)}"]
    for number, point in enumerate(points, start=1):
        lines += _lines(number, point)
    return "\n".join(lines) + "\n"


def _points(stream: Stream) -> Iterable[_Point]:
    for case in stream.cases:
        yield _point(stream, case)
    if not stream.footer.conformant and not any(case.spoils_the_run for case in stream.cases):
        # Not green for a reason that no case shows.
        yield _Point(False, f"{stream.header.target.name}: run", None, (("reason", wording.conclusion(stream)),))


def _point(stream: Stream, case: Case) -> _Point:
    description = f"{stream.header.target.name}: {case.id}"
    if case.spoils_the_run:
        details = [("title", case.title), ("verdict", wording.verdict(case)), *wording.details(case)]
        details.append(("run again", wording.replay_command(stream, case)))
        return _Point(False, description, None, tuple(details), case.printed)
    skipped_because = case.reason or "no reason given" if case.verdict == Verdict.UNSUPPORTED else None
    return _Point(True, description, skipped_because)


def _lines(number: int, point: _Point) -> Iterable[str]:
    word = "ok" if point.passes else "not ok"
    directive = "" if point.skipped_because is None else f" # SKIP {_escaped(point.skipped_because)}"
    yield f"{word} {number} - {_escaped(point.description)}{directive}"
    if point.diagnostics:
        yield "  ---"
        for label, text in point.diagnostics:
            yield _entry(label, printable(text))
        if point.printed:
            # One text of several lines: Perl's reader takes an item of a list with a colon in it for a mapping.
            yield _entry(wording.PRINTED, "\n".join(map(printable, point.printed)))
        yield "  ..."


def _entry(label: str, text: str) -> str:
    """Returns one line of a YAML block."""
    # A JSON string is a double-quoted YAML one. Perl's reader, which `prove` has, takes keys of one word only.
    return f"  {label.replace(' ', '_')}: {json.dumps(text, ensure_ascii=False)}"


def _escaped(text: str) -> str:
    """Returns the text with what begins a directive made harmless."""
    return printable(text).replace("\\", "\\\\").replace("#", "\\#")
