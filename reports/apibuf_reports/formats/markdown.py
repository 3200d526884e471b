"""Markdown for a comment on a pull request: short at first sight, the rest to unfold, and never too long to post."""

from collections.abc import Iterable, Sequence
from html import escape

from apibuf_reports import wording
from apibuf_reports.stream import NO_RESULT, Case, Evidence, Stream, Verdict, tally
from apibuf_reports.text import markdown_code, printable, shorten

DESCRIPTION = "Markdown that fits a comment on a pull request"
FILE_NAME = "report.md"

# A comment on GitHub holds 65,536 characters.
LIMIT_CHARACTERS = 60_000
REMARK_CHARACTERS = 300
FIELD_LIMIT_CHARACTERS = 600
CELL_LIMIT_CHARACTERS = 80


def render(streams: Sequence[Stream]) -> str:
    """Returns one comment about all the streams, of at most LIMIT_CHARACTERS."""
    summaries = [f"{_title(streams)}\n", *(_summary(stream) for stream in streams)]
    rows = [_table_head(streams), *(row for stream in streams for row in _rows(streams, stream))]
    details = [_details(stream, case) for stream in streams for case in _troubles(stream)]
    blocks = [*summaries, "\n", *rows, "\n", *details]
    kept = _fitting(blocks, LIMIT_CHARACTERS - REMARK_CHARACTERS)
    return "".join([*blocks[:kept], *_remark(len(blocks) - kept, len(details))])


def _fitting(blocks: Sequence[str], limit_characters: int) -> int:
    """Returns how many of the blocks, from the first on, fit."""
    used = 0
    for number, block in enumerate(blocks):
        used += len(block)
        if used > limit_characters:
            return number
    return len(blocks)


def _remark(cut: int, details: int) -> list[str]:
    """Returns what there is to say of the blocks that were cut off the end, where the details come last."""
    if cut == 0:
        return []
    lost_details = f"{min(cut, details)} of {wording.plural(details, 'case')} that did not pass" if details else ""
    lost_rows = "a part of the table above" if cut > details else ""
    what = " and ".join(lost for lost in (lost_rows, lost_details) if lost)
    return [f"\n**Cut to fit a comment:** left out are {what}. The result streams hold everything.\n"]


def _title(streams: Sequence[Stream]) -> str:
    return f"### ApiBuffer conformance: {wording.how_many_conform(streams, 'target')}\n"


def _summary(stream: Stream) -> str:
    header = stream.header
    version = f", version {_code(header.target.version)}" if header.target.version else ""
    what = f"{_code(header.target.name)}{version}, {header.target.platform}, profile {header.profile}"
    suite = f"suite {_code(header.suite.version)}"
    return f"- {what}, {suite}: {markdown_code(shorten(wording.conclusion(stream), FIELD_LIMIT_CHARACTERS))}\n"


def _verdicts(streams: Sequence[Stream]) -> list[Verdict]:
    counts = tally(case for stream in streams for case in stream.cases)
    return [verdict for verdict in Verdict if counts[verdict]]


def _table_head(streams: Sequence[Stream]) -> str:
    verdicts = _verdicts(streams)
    return f"{_row('target', 'evidence', *verdicts, 'total')}{_row('---', '---', *['---:'] * (len(verdicts) + 1))}"


def _rows(streams: Sequence[Stream], stream: Stream) -> Iterable[str]:
    for evidence in Evidence:
        counts = tally(case for case in stream.cases if case.evidence == evidence)
        if counts:
            cells = [str(counts[verdict] or "") for verdict in _verdicts(streams)]
            yield _row(_code(stream.header.target.name), evidence, *cells, str(counts.total()))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _code(text: str) -> str:
    return markdown_code(shorten(text, CELL_LIMIT_CHARACTERS))


def _troubles(stream: Stream) -> list[Case]:
    """Returns the cases that did not pass, what was judged before what was not run."""
    if stream.says_it_all_at_its_end:
        return []
    return sorted((case for case in stream.cases if case.spoils_the_run), key=lambda case: case.verdict in NO_RESULT)


def _details(stream: Stream, case: Case) -> str:
    """Returns a block of HTML without an empty line, which would end it: within it Markdown means nothing."""
    heading = f"{_code(stream.header.target.name)} {_code(case.id)}: {wording.verdict(case)}"
    rows = [*wording.details(case), ("run again", wording.replay_command(stream, case))]
    lines = [_text(case.title), *(f"{label}: {_text(text)}" for label, text in rows)]
    if case.printed:
        lines += [f"{wording.PRINTED}:", *(f"  {_text(line)}" for line in case.printed)]
    return "\n".join([f"<details><summary>{heading}</summary><pre>", *lines, "</pre></details>\n"])


def _text(text: str) -> str:
    return escape(printable(shorten(text, FIELD_LIMIT_CHARACTERS)))
