"""The table of what deviates: a row for each missing function and each likely cause, a column for each implementation.

Links are those of the HTML page: `case=ID@KEY`, where the key names an implementation, and `cause=TITLE`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from apibuf_reports import wording
from apibuf_reports.comparison import MOST_NAMED, Comparison, SharedCause, label, short_version
from apibuf_reports.stream import FAILED, Case


@dataclass(frozen=True)
class Column:
    """One or more implementations beside others; `members` are their places, several where one column stands for all.

    `version` and `platform` are what tells it from others of its family, `link` what names it in links.
    """

    members: tuple[int, ...]
    name: str
    version: str
    platform: str
    link: str


@dataclass(frozen=True)
class Family:
    """The columns of all versions of an implementation."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Mark:
    """What a deviation is in one column: the icon, words beside it, what is read out, and where it leads or nothing."""

    icon: str
    text: str
    label: str
    link: str = ""


@dataclass(frozen=True)
class Deviation:
    """A row of what deviates. `about` says how much and since when; the rest is what the row opens into."""

    title: str
    about: tuple[str, ...]
    marks: tuple[Mark, ...]
    case: Case | None = None
    label: str = ""
    case_link: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    cases: tuple[str, ...] = ()
    link: str = ""


def heading(comparison: Comparison) -> str:
    """Returns how much deviates, or an empty text."""
    missing = {name for stream in comparison.streams for name in stream.footer.missing}
    causes = wording.plural(len(comparison.causes), "cause") if comparison.causes else ""
    functions = f"{wording.plural(len(missing), 'function')} not exported" if missing else ""
    return ", ".join(filter(None, [causes, functions]))


def families(comparison: Comparison, keys: Sequence[str]) -> list[Family]:
    """Returns the columns by family; one is enough for a version that conforms on several platforms."""
    return [Family(name, tuple(_columns(comparison, keys, name, members))) for name, members in comparison.families]


def _columns(comparison: Comparison, keys: Sequence[str], family: str, members: Sequence[int]) -> Iterable[Column]:
    target = comparison.target
    if comparison.folds(members):
        version = short_version(target(members[0]))
        platforms = wording.plural(len(members), "platform")
        yield Column(tuple(members), f"{family} {version}, {platforms}", version, platforms, "")
        return
    platforms_differ = len({target(place).platform for place in members}) > 1
    told_apart = Counter((short_version(target(place)), target(place).platform) for place in members)
    for place in members:
        version, platform = short_version(target(place)), target(place).platform
        is_known = version and told_apart[version, platform] == 1
        yield Column(
            (place,),
            label(target(place)),
            version if is_known else target(place).name if len(members) > 1 else "",
            platform if platforms_differ else "",
            keys[place],
        )


def deviations(comparison: Comparison, families: Sequence[Family], keys: Sequence[str]) -> list[Deviation]:
    """Returns the rows of what deviates: functions that are missing, then causes."""
    columns = [column for family in families for column in family.columns]
    missing = dict.fromkeys(name for stream in comparison.streams for name in stream.footer.missing)
    return [
        *(_missing_function(comparison, name, columns) for name in missing),
        *(_deviation(comparison, cause, columns, keys) for cause in comparison.causes),
    ]


def _missing_function(comparison: Comparison, name: str, columns: Sequence[Column]) -> Deviation:
    lacking = [label(stream.header.target) for stream in comparison.streams if name in stream.footer.missing]
    more = [f"and {len(lacking) - MOST_NAMED} more"] if len(lacking) > MOST_NAMED else []
    about = (*lacking[:MOST_NAMED], *more) if len(comparison.streams) > 1 else ()
    return Deviation(
        f"{name} is not exported", about, tuple(_mark_of_export(comparison, name, column) for column in columns)
    )


def _mark_of_export(comparison: Comparison, name: str, column: Column) -> Mark:
    """Returns whether a function that is missing somewhere is there; not whether one is claimed that may be missing."""
    streams = [comparison.streams[place] for place in column.members]
    if any(name in stream.footer.missing for stream in streams):
        return Mark("fail", "", f"{column.name}: is not exported")
    if all(name in stream.header.target.exports for stream in streams):
        return Mark("pass", "", f"{column.name}: is exported")
    return Mark("absent", "", f"{column.name}: nothing is known")


def _deviation(comparison: Comparison, cause: SharedCause, columns: Sequence[Column], keys: Sequence[str]) -> Deviation:
    stream, case = comparison.streams[cause.place], cause.example
    facts = [
        (name, text)
        for name, text in wording.cause_details(stream, cause.found[cause.place])
        if name not in ("expected", "actual")
    ]
    commands = (
        ("Run it again", wording.replay_command(stream, case)),
        ("C program for a bug report", wording.repro_command(stream, case)),
    )
    return Deviation(
        cause.title,
        (wording.extent(len(cause.case_ids), cause.blocked), *_history(comparison, cause)),
        tuple(_mark(cause, column, keys) for column in columns),
        case,
        label(stream.header.target),
        _case_link(case.id, keys[cause.place]),
        tuple(facts),
        tuple((name, text) for name, text in commands if text),
        cause.case_ids,
        f"cause={quote(cause.title, safe='/')}",
    )


def _history(comparison: Comparison, cause: SharedCause) -> tuple[str, ...]:
    return cause.history if len(comparison.streams) > 1 else ()


def _mark(cause: SharedCause, column: Column, keys: Sequence[str]) -> Mark:
    """Returns what the cause is in a column; the icon of a verdict is that of the case that shows the cause best."""
    marks = [_mark_of(cause, place, keys[place]) for place in column.members]
    # Several share a column where all conform: a case that passes says more than one that is not supported.
    best = next((mark for mark in marks if mark.icon == "pass"), marks[0])
    words = "; ".join(dict.fromkeys(mark.label for mark in marks))
    return Mark(best.icon, best.text, f"{column.name}: {words}", best.link)


def _mark_of(cause: SharedCause, place: int, key: str) -> Mark:
    found = cause.found.get(place)
    if found is not None:
        count = len(found.cases)
        return Mark("fail", str(count), wording.plural(count, "case"), _case_link(found.example.id, key))
    verdict = cause.verdict(place)
    if verdict is None:
        return Mark("absent", "", "no result")
    if verdict in FAILED:
        return Mark("other", "", "fails for another reason")
    return Mark(verdict, "", verdict)


def _case_link(case_id: str, key: str) -> str:
    return f"case={quote(case_id, safe='/')}@{quote(key, safe='')}"
