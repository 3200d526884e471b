"""Markdown for a comment on a pull request: causes at first sight, the rest to unfold, and never too long to post."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from apibuf_reports import sizes, wording
from apibuf_reports.comparison import Comparison, SharedCause, label, ordered
from apibuf_reports.stream import FAILED, JUDGED, Case, Evidence, Stream, Verdict, tally
from apibuf_reports.text import html_code, markdown_code, markdown_text, printable, shorten

DESCRIPTION = "Markdown that fits a comment on a pull request"
FILE_NAME = "report.md"

# A comment on GitHub holds 65,536 characters.
LIMIT_CHARACTERS = 60_000
REMARK_CHARACTERS = 300
FIELD_LIMIT_CHARACTERS = 600
CELL_LIMIT_CHARACTERS = 80
LINE_LIMIT_CHARACTERS = 160
# The first causes are shown with their example.
MOST_DETAILED = 20
MOST_IN_A_FOLD = 50


@dataclass(frozen=True)
class Block:
    """A part that is kept or cut as a whole; `cases` of those that did not pass are in it."""

    text: str
    cases: int = 0


def render(streams: Sequence[Stream]) -> str:
    """Returns one comment about all the streams, of at most LIMIT_CHARACTERS."""
    comparison = Comparison(ordered(streams))
    blocks = [
        Block(f"{_title(comparison.streams)}\n"),
        *(Block(_summary(comparison, place)) for place in range(len(streams))),
        *_causes(comparison),
        *_table(comparison.streams),
        *(fold for place in range(len(streams)) for fold in _folds(comparison, place)),
    ]
    kept = _fitting(blocks, LIMIT_CHARACTERS - REMARK_CHARACTERS)
    return "".join([*(block.text for block in blocks[:kept]), *_remark(blocks[kept:], blocks)])


def _fitting(blocks: Sequence[Block], limit_characters: int) -> int:
    """Returns how many of the blocks, from the first on, fit."""
    used = 0
    for number, block in enumerate(blocks):
        used += len(block.text)
        if used > limit_characters:
            return number
    return len(blocks)


def _remark(cut: Sequence[Block], blocks: Sequence[Block]) -> list[str]:
    """Returns what there is to say of the blocks that were cut off the end."""
    if not cut:
        return []
    lost, total = sum(block.cases for block in cut), sum(block.cases for block in blocks)
    lost_cases = f"{lost} of {wording.plural(total, 'case')} that did not pass" if lost else ""
    lost_parts = "" if all(block.cases for block in cut) else "parts of the lists and the table above"
    what = " and ".join(part for part in (lost_parts, lost_cases) if part)
    return [f"\n**Cut to fit a comment:** left out are {what}. The result streams hold everything.\n"]


def _title(streams: Sequence[Stream]) -> str:
    if len(streams) == 1:
        what = f"{_code(label(streams[0].header.target))} {wording.headline(streams[0])}"
    else:
        what = wording.how_many_conform(streams, "target")
    return f"### ApiBuffer conformance: {what}\n"


def _summary(comparison: Comparison, place: int) -> str:
    header = comparison.streams[place].header
    version = f", version {_code(header.target.version)}" if header.target.version else ""
    suite = f"profile {header.profile}, suite {_code(header.suite.version)}"
    found = comparison.found[place]
    number = f"{wording.plural(len(found), 'cause')}; " if found else ""
    conclusion = number + shorten(wording.conclusion(comparison.streams[place]), FIELD_LIMIT_CHARACTERS)
    return f"- {_code(header.target.name)}{version}, {header.target.platform}, {suite}: {markdown_code(conclusion)}\n"


def _causes(comparison: Comparison) -> list[Block]:
    """Returns what deviates, a block a cause."""
    found = comparison.causes
    if not found:
        return []
    blocks = [_cause(comparison, cause, number) for number, cause in enumerate(found, start=1)]
    return [Block(f"\n#### What deviates: {wording.plural(len(found), 'cause')}\n\n"), *blocks]


def _cause(comparison: Comparison, cause: SharedCause, number: int) -> Block:
    where = f" ({', '.join(map(markdown_code, cause.history))})" if len(comparison.streams) > 1 else ""
    title = markdown_text(cause.title)
    sentence = f"{number}. **{title}**: {wording.extent(len(cause.case_ids), cause.blocked)}{where}\n"
    if number > MOST_DETAILED:
        return Block(sentence)
    stream, case = comparison.streams[cause.place], cause.example
    where = sizes.describe(cause.found[cause.place], stream.cases)
    on = f" with {_code(label(stream.header.target))}" if len(comparison.streams) > 1 else ""
    lines = [
        "",
        f"Shown by {_code(case.id)}{on}: {_why_in_markdown(case)}",
        "",
        *([f"Fails for {markdown_text(where)}", ""] if where else []),
        "```sh",
        wording.replay_command(stream, case),
        *filter(None, [wording.repro_command(stream, case)]),
        "```",
        "",
        *_printed(case),
    ]
    margin = " " * len(f"{number}. ")
    return Block(sentence + "".join(f"{margin}{line}".rstrip(" ") + "\n" for line in lines), 1)


def _printed(case: Case) -> list[str]:
    """Returns what the process printed, in a fence that is longer than what stands inside."""
    if not case.printed:
        return []
    lines = [printable(shorten(line, FIELD_LIMIT_CHARACTERS)) for line in case.printed]
    fence = "`" * (3 + max(line.count("`") for line in lines))
    return [f"{wording.PRINTED.capitalize()}:", "", f"{fence}text", *lines, fence, ""]


def _why_in_markdown(case: Case) -> str:
    words = ("expected", case.expected), ("actual", case.actual), ("", "" if case.expected else case.reason)
    return ", ".join(
        f"{word} {markdown_code(shorten(text, FIELD_LIMIT_CHARACTERS))}".lstrip() for word, text in words if text
    )


def _table(streams: Sequence[Stream]) -> list[Block]:
    """Returns how the cases of each target ended, by evidence; a block a row."""
    levels = [level for level in Evidence if any(case.evidence == level for stream in streams for case in stream.cases)]
    if not levels:
        return []
    head = f"\n{_row('target', *levels)}{_row(*['---'] * (len(levels) + 1))}"
    rows = [
        _row(_code(stream.header.target.name).replace("|", "\\|"), *(_cell(stream, level) for level in levels))
        for stream in streams
    ]
    return [*map(Block, [head, *rows, "\n"])]


def _cell(stream: Stream, level: Evidence) -> str:
    counts = tally(case for case in stream.cases if case.evidence == level)
    judged, failed = (sum(counts[verdict] for verdict in verdicts) for verdicts in (JUDGED, FAILED))
    passed = f"{judged} passed" if judged else ""
    rest = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict] and verdict not in JUDGED]
    return ", ".join(filter(None, [f"**{failed} of {judged} failed**" if failed else passed, *rest]))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _code(text: str) -> str:
    return markdown_code(shorten(text, CELL_LIMIT_CHARACTERS))


def _folds(comparison: Comparison, place: int) -> Iterable[Block]:
    """Yields the other cases of an implementation that did not pass, by cause, and those without a settled result."""
    stream = comparison.streams[place]
    for number, cause in enumerate(comparison.causes, start=1):
        found = cause.found.get(place)
        if found is None:
            continue
        is_shown = number <= MOST_DETAILED and place == cause.place
        cases = [case for case in found.cases if not is_shown or case is not cause.example]
        yield from _fold(stream, f"{number}. {wording.cause(found)}", cases, found.blocked)
    if stream.says_it_all_at_its_end:
        return
    unsettled = [case for case in stream.cases if case.spoils_the_run and case.verdict not in FAILED]
    yield from _fold(stream, "without a settled result", unsettled, frozenset())


def _fold(stream: Stream, title: str, cases: Sequence[Case], blocked: frozenset[str]) -> Iterable[Block]:
    """Yields blocks of HTML without an empty line, which would end it: within it Markdown means nothing."""
    for start in range(0, len(cases), MOST_IN_A_FOLD):
        part = cases[start : start + MOST_IN_A_FOLD]
        which = f", {start + 1} to {start + len(part)} of {len(cases)}" if len(part) < len(cases) else ""
        heading = f"{html_code(label(stream.header.target))} {escape(printable(title))}{which}"
        lines = [_line(case, " (blocked)" * (case.id in blocked)) for case in part]
        yield Block("\n".join([f"<details><summary>{heading}</summary><pre>", *lines, "</pre></details>\n"]), len(part))


def _line(case: Case, remark: str) -> str:
    why = case.reason or f"expected {case.expected}, actual {case.actual}"
    return escape(printable(shorten(f"{case.id}: {wording.verdict(case)}{remark}  {why}", LINE_LIMIT_CHARACTERS)))
