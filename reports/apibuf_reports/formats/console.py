"""A report for a terminal, or as plain text. All text from the stream is shown in ASCII, escaped, never as markup."""

import io
from collections.abc import Callable, Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from apibuf_reports import wording
from apibuf_reports.stream import NO_RESULT, Case, Conformity, Evidence, Stream, Verdict, tally
from apibuf_reports.text import ascii_only, shorten

DESCRIPTION = "Plain text: summary, tables, and each failure with the command that runs it again"
FILE_NAME = "report.txt"

# The first failures are printed in full; for a thoroughly broken implementation these are enough.
MOST_DETAILED_CASES = 20
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


def render(streams: Sequence[Stream]) -> str:
    """Returns the reports as plain text, one after the other."""
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
        print_to(console, stream)
    return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))


def print_to(console: Console, stream: Stream, verbose: bool = False) -> None:
    """Prints the report; `verbose` adds the observations. Colour appears on a terminal only and says nothing alone."""
    console.print(renderable(stream, verbose), crop=False)


def renderable(stream: Stream, verbose: bool = False) -> RenderableType:
    """Returns the report as something that a rich Console prints."""
    if stream.says_it_all_at_its_end:
        return Group(_summary(stream), Text(""), _conclusion(stream))
    return Group(
        _summary(stream),
        *_tables(stream.cases),
        *_troubles(stream),
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


def _troubles(stream: Stream) -> list[RenderableType]:
    """Returns the details of the cases that did not pass, what was judged before what was not run."""
    cases = [case for case in stream.cases if case.spoils_the_run]
    cases.sort(key=lambda case: case.verdict in NO_RESULT)
    parts: list[RenderableType] = [
        _details(stream, case, index + 1) for index, case in enumerate(cases[:MOST_DETAILED_CASES])
    ]
    rest = cases[MOST_DETAILED_CASES:]
    if rest:
        parts.append(Text(f"{wording.plural(len(rest), 'more case')} in short:"))
        parts += [_one_line(case) for case in rest]
        parts.append(Text(""))
    return parts


def _details(stream: Stream, case: Case, number: int) -> RenderableType:
    heading = Text.assemble(f"{number}. ", _safe(case.id, style="bold"), ": ", _verdict(case))
    printed = [(wording.PRINTED if number == 0 else "", line) for number, line in enumerate(case.printed)]
    body = Group(_safe(case.title), _labelled([*wording.details(case), *printed], LABEL_WIDTH_COLUMNS))
    # Outside the padding, which would crop it: a command to copy stays on one line, however narrow the terminal.
    label = f"   {'run again':>{LABEL_WIDTH_COLUMNS}}  "
    command = Text.assemble((label, "dim"), wording.replay_command(stream, case), "\n")
    command.no_wrap, command.overflow = True, "ignore"
    return Group(heading, Padding(body, (0, 0, 0, 3)), command)


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
    title = wording.plural(len(rows), "observation")
    if not verbose:
        return [Text(f"{title}: in results.jsonl, and in a verbose report.\n")]
    lines = [_safe(f"   {case_id}: {text}") for case_id, text in rows]
    return [Text(f"{title}, recorded and not judged:"), *lines, Text("")]


def _conclusion(stream: Stream) -> Text:
    return _safe(wording.conclusion(stream), style=OUTCOME_STYLES[stream.footer.conclusion.outcome])
