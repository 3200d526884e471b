"""A report for a terminal, or as plain text. All text from the stream is shown in ASCII, escaped, never as markup."""

import io
from collections.abc import Callable, Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from apibuf_reports import causes, wording
from apibuf_reports.causes import Cause
from apibuf_reports.stream import FAILED, Case, Conformity, Evidence, Stream, Verdict, tally
from apibuf_reports.text import ascii_only, shorten

DESCRIPTION = "Plain text: summary, tables, and each failure with the command that runs it again"
FILE_NAME = "report.txt"

# The first causes are printed in full; for a thoroughly broken implementation these are enough.
MOST_DETAILED = 20
MOST_NAMED_CASES = 5
FIELD_LIMIT_CHARACTERS = 600
LINE_LIMIT_CHARACTERS = 100
LABEL_WIDTH_COLUMNS = len("failing step")
PLAIN_WIDTH_COLUMNS = 100
PLAIN_HEIGHT_ROWS = 25

VERDICT_STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.CRASH: "bold red",
    Verdict.TIMEOUT: "bold red",
    Verdict.HARNESS_ERROR: "bold magenta",
    Verdict.NOT_RUN: "yellow",
    Verdict.UNSUPPORTED: "yellow",
    Verdict.OBSERVED: "cyan",
}


OUTCOME_STYLES = {
    Conformity.CONFORMS: "bold green",
    Conformity.CONFORMS_IN_PART: "bold blue",
    Conformity.DOES_NOT_CONFORM: "bold red",
    Conformity.COULD_NOT_RUN: "bold magenta",
    Conformity.INCOMPLETE: "bold yellow",
}


def render(streams: Sequence[Stream], verbose: bool = False) -> str:
    """Returns the reports as plain text, one after the other; `verbose` as in print_to."""
    file = io.StringIO()
    # Everything that rich would ask the environment for is given, so that the text is the same everywhere.
    console = Console(
        file=file,
        width=PLAIN_WIDTH_COLUMNS,
        height=PLAIN_HEIGHT_ROWS,
        color_system=None,
        legacy_windows=False,
    )
    for stream in streams:
        print_to(console, stream, verbose)
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def print_to(console: Console, stream: Stream, verbose: bool = False) -> None:
    """Prints the report; `verbose` adds every failed case and every observation.

    Colour appears on a terminal only and says nothing alone.
    """
    console.print(renderable(stream, verbose), crop=False)


def renderable(stream: Stream, verbose: bool = False) -> RenderableType:
    """Returns the report as something that a rich Console prints."""
    if stream.says_it_all_at_its_end:
        return Group(_summary(stream), Text(""), _conclusion(stream))
    return Group(
        _summary(stream),
        *_causes(stream, verbose),
        *_without_result(stream),
        *_tables(stream.cases),
        *_unsupported(stream.cases),
        *_observations(stream.cases, verbose),
        _conclusion(stream),
    )


def _safe(text: str, limit: int = FIELD_LIMIT_CHARACTERS, style: str = "") -> Text:
    return Text(ascii_only(shorten(text, limit)), style)


def _labelled(rows: Iterable[tuple[str, str]], label_width_columns: int = 0) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", justify="right", no_wrap=True, min_width=label_width_columns)
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row(Text(label), _safe(text))
    return grid


def _summary(stream: Stream) -> RenderableType:
    header = stream.header
    rows = [
        ("target", f"{header.target.name}, version {header.target.version or 'unknown'}"),
        ("platform", header.target.platform),
        ("suite", header.suite.version),
        ("profile", header.profile),
        ("selection", wording.selection(header.selection)),
        ("took", f"{stream.footer.duration_ms / 1000:.1f} s"),
    ]
    return _labelled((label, text) for label, text in rows if text)


def _tables(cases: Sequence[Case]) -> list[Table]:
    if not cases:
        return []
    return [
        _counts("evidence", Evidence, cases, lambda case: case.evidence),
        _counts("function", sorted({case.group for case in cases}), cases, lambda case: case.group),
    ]


def _counts(title: str, keys: Iterable[str], cases: Sequence[Case], key_of: Callable[[Case], str]) -> Table:
    """Returns a table of `keys` by verdict, without the rows and columns in which nothing is."""
    verdicts = [verdict for verdict in Verdict if tally(cases)[verdict]]
    table = Table(box=SIMPLE_HEAD, show_footer=True, padding=(0, 1, 0, 0))
    table.add_column(title, "all", overflow="fold")
    for verdict in verdicts:
        style = VERDICT_STYLES[verdict]
        table.add_column(verdict, str(tally(cases)[verdict]), justify="right", style=style, overflow="fold")
    table.add_column("total", str(len(cases)), justify="right", overflow="fold")
    for key in keys:
        chosen = [case for case in cases if key_of(case) == key]
        if chosen:
            counts = tally(chosen)
            cells = [str(counts[verdict]) if counts[verdict] else "." for verdict in verdicts]
            table.add_row(_safe(key), *cells, str(len(chosen)))
    return table


def _causes(stream: Stream, verbose: bool) -> list[RenderableType]:
    """Returns what deviates: each likely cause with the shortest case that shows it, then the others in short."""
    found = causes.find(stream.cases)
    if not found:
        return []
    failed = sum(len(cause.cases) for cause in found)
    heading = f"What deviates: {wording.plural(len(found), 'cause')}, {wording.plural(failed, 'case')}"
    parts: list[RenderableType] = [Text(f"\n{heading}\n", "bold")]
    for number, cause in enumerate(found, start=1):
        parts += _cause(stream, cause, number, verbose)
    return parts


def _cause(stream: Stream, cause: Cause, number: int, verbose: bool) -> list[RenderableType]:
    heading = Text.assemble(f"{number}. ", _safe(wording.cause(cause), style="bold"))
    if number > MOST_DETAILED and not verbose:
        return [heading, _command("run again", wording.replay_command(stream, cause.example))]
    others = cause.cases[1:]
    folded = map(_one_line, others) if verbose else _named("also in", others)
    passed = causes.passed_beside(cause, stream.cases)
    return [heading, _details(stream, cause), *folded, *_named("passed:", passed), Text("")]


def _named(words: str, cases: Sequence[Case]) -> list[RenderableType]:
    """Returns the words with the ids of the first cases, and how many more there are."""
    if not cases:
        return []
    ids = ", ".join(f"{case.id}{' (flaky)' if case.flaky else ''}" for case in cases[:MOST_NAMED_CASES])
    more = len(cases) - MOST_NAMED_CASES
    return [Padding(_safe(f"{words} {ids}{f', and {more} more' if more > 0 else ''}"), (0, 0, 0, 3))]


def _without_result(stream: Stream) -> list[RenderableType]:
    """Returns the cases that have no settled verdict, by the reason."""
    cases = [case for case in stream.cases if case.spoils_the_run and case.verdict not in FAILED]
    if not cases:
        return []
    parts: list[RenderableType] = [Text(f"{wording.plural(len(cases), 'case')} without a settled result", "bold")]
    parts += [_one_line(case) for case in cases[:MOST_DETAILED]]
    rest = len(cases) - MOST_DETAILED
    return [*parts, *([Text(f"   and {rest} more")] if rest > 0 else [])]


def _details(stream: Stream, cause: Cause) -> RenderableType:
    case = cause.example
    heading = Text.assemble(_safe(case.id, style="bold"), ": ", _verdict(case))
    printed = [(wording.PRINTED if number == 0 else "", line) for number, line in enumerate(case.printed)]
    rows = _labelled([*wording.cause_details(stream, cause), *printed], LABEL_WIDTH_COLUMNS)
    body = Group(heading, _safe(case.title), rows)
    commands = [
        ("run again", wording.replay_command(stream, case)),
        ("reproducer", wording.repro_command(stream, case)),
    ]
    return Group(Padding(body, (0, 0, 0, 3)), *(_command(label, text) for label, text in commands if text))


def _command(label: str, text: str) -> Text:
    """A command to copy: on one line however narrow the terminal, so outside of paddings, which would crop it."""
    command = Text.assemble((f"   {label:>{LABEL_WIDTH_COLUMNS}}  ", "dim"), text)
    command.no_wrap, command.overflow = True, "ignore"
    return command


def _one_line(case: Case) -> Text:
    why = case.reason or case.actual
    return Text.assemble("   ", _safe(case.id), ": ", _verdict(case), "  ", _safe(why, LINE_LIMIT_CHARACTERS))


def _verdict(case: Case) -> Text:
    return Text(wording.verdict(case), VERDICT_STYLES[case.verdict])


def _unsupported(cases: Sequence[Case]) -> list[RenderableType]:
    unsupported = [case for case in cases if case.verdict == Verdict.UNSUPPORTED]
    if not unsupported:
        return []
    rows = [(str(count), reason) for reason, count in wording.reasons(unsupported)]
    return [Text(f"{wording.plural(len(unsupported), 'unsupported case')}:"), Padding(_labelled(rows), (0, 0, 1, 3))]


def _observations(cases: Sequence[Case], verbose: bool) -> list[RenderableType]:
    rows = [(case.id, f"{name} = {value}") for case in cases for name, value in case.observations.items()]
    if not rows:
        return []
    observed = sum(1 for case in cases if case.observations)
    title = f"{wording.plural(len(rows), 'observation')} of {wording.plural(observed, 'case')}"
    if not verbose:
        return [Text(f"{title}, recorded and not judged: --verbose shows them.\n")]
    lines = [_safe(f"   {case_id}: {text}") for case_id, text in rows]
    return [Text(f"{title}, recorded and not judged:"), *lines, Text("")]


def _conclusion(stream: Stream) -> Text:
    return _safe(wording.conclusion(stream), style=OUTCOME_STYLES[stream.footer.conclusion.outcome])
