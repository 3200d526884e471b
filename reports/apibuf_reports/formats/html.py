"""A page to publish. It holds everything in one file, asks no network, and shows text of unknown origin as text only.

The template `html_page/page.html.jinja` writes what a reader sees first: the verdicts, and what deviates. The matrix
and the details behind its cells are made in the browser, from data that the page carries, since 200 streams hold
100,000 results.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apibuf_reports import deviation_table, wording
from apibuf_reports.comparison import Comparison, in_brief, label, ordered, short_version
from apibuf_reports.deviation_table import Family
from apibuf_reports.stream import (
    Attempt,
    Case,
    Conformity,
    Evidence,
    Step,
    Stream,
    Verdict,
    tally_by_evidence,
)
from apibuf_reports.text import printable, shell_word

if TYPE_CHECKING:
    from jinja2 import Environment

DESCRIPTION = "One self-contained page: what deviates and since when, a matrix with filters, the details of each cell"
FILE_NAME = "report.html"

PAGE = Path(__file__).parent / "html_page"
DOCUMENTATION = "https://learn.microsoft.com/windows/win32/api/lmapibuf/nf-lmapibuf-"
GROUPS = {
    "allocate": "NetApiBufferAllocate",
    "free": "NetApiBufferFree",
    "reallocate": "NetApiBufferReallocate",
    "size": "NetApiBufferSize",
    "abi": "All four functions",
    "remote": "Functions that return buffers",
}
OUTCOME_ICONS = {
    Conformity.CONFORMS: "pass",
    Conformity.CONFORMS_IN_PART: "part",
    Conformity.DOES_NOT_CONFORM: "fail",
    Conformity.COULD_NOT_RUN: "harness-error",
    Conformity.INCOMPLETE: "not-run",
}
# Its key in links, which no implementation's column may take.
PUBLISHED_TESTS = "published-tests"
NOTHING = -1
# More are folded together; a card for each is shown where there are few.
MANY_IMPLEMENTATIONS = 24
MOST_CARDS = 4
# The script makes columns narrow at the same number.
MANY_COLUMNS = 8
MOST_LISTED_CASES = 40


@dataclass(frozen=True)
class Meter:
    """How the cases of one evidence level ended; `segments` are verdicts with the position and width of their bars.

    `parts` are words, and the link to the cases of which they speak.
    """

    evidence: Evidence
    total: int
    parts: tuple[tuple[str, str], ...]
    segments: tuple[tuple[Verdict, int, int], ...]


@dataclass(frozen=True)
class Summary:
    """What the page says of one implementation before anything is opened."""

    name: str
    version: str
    short_version: str
    platform: str
    outcome: Conformity
    icon: str
    headline: str
    sentence: str
    meters: tuple[Meter, ...]
    details: tuple[tuple[str, str], ...]


def render(streams: Sequence[Stream], speed_picture: str = "") -> str:
    """Returns one page that compares the streams; `speed_picture` is the address of a picture that it links to."""
    from markupsafe import Markup

    style, script = _part("page.css"), _part("page.js")
    comparison = Comparison(ordered(streams))
    keys = _keys(comparison.streams)
    families = deviation_table.families(comparison, keys)
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            style=Markup(style),
            script=Markup(script),
            policy=f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}",
            data=Markup(_embeddable(_data(comparison, families, keys))),
            verdict=_verdict(comparison),
            families=families,
            is_compact=sum(len(family.columns) for family in families) > MANY_COLUMNS,
            deviations=deviation_table.deviations(comparison, families, keys),
            heading=deviation_table.heading(comparison),
            most_listed=MOST_LISTED_CASES,
            summaries=[_summary(comparison, place, keys[place]) for place in range(len(streams))],
            labels=[(key, label(comparison.target(place))) for place, key in enumerate(keys)],
            suites=_suites(streams),
            speed_picture=speed_picture,
            verdicts=_verdicts(streams),
            evidence=_counted(
                Evidence, {case.id: case.evidence for stream in streams for case in stream.cases}.values()
            ),
            groups=_groups(streams),
            open_limit=MANY_IMPLEMENTATIONS,
            card_limit=MOST_CARDS,
        )
    )


@cache
def _environment() -> "Environment":
    # Loaded late: what asks only for this format's file name must not wait for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """Makes text from a stream printable; markup is the page's own."""
    return printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _part(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Returns how a content security policy names the one style or script that it allows."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embeddable(data: Mapping[str, Any]) -> str:
    """Returns JSON in which nothing can end the element that holds it. Its text is printable: no U+2028 either."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _counted(order: Iterable[str], values: Iterable[str]) -> list[tuple[str, int]]:
    counts = Counter(values)
    return [(name, counts[name]) for name in order if counts[name]]


def _suites(streams: Iterable[Stream]) -> list[tuple[str, str, str]]:
    """Returns the version, vectors and profile of the suites that made the streams; more than one is a warning."""
    headers = [stream.header for stream in streams]
    return list(dict.fromkeys((head.suite.version, head.suite.vectors_sha256, head.profile) for head in headers))


def _groups(streams: Iterable[Stream]) -> list[tuple[str, str, str]]:
    """Returns the id, the name and the documentation (or an empty text) of each function, in the order of reading."""
    present = {
        identifier.partition("/")[0]
        for stream in streams
        for case in stream.cases
        for identifier in case.requirements[:1]
    }
    known = [group for group in GROUPS if group in present]
    return [
        (group, name, DOCUMENTATION + name.lower() if name.startswith("NetApi") else "")
        for group in known + sorted(present - set(known))
        for name in [GROUPS.get(group, group)]
    ]


def _verdicts(streams: Sequence[Stream]) -> list[tuple[str, int]]:
    """Returns in how many cases each verdict occurs, in any of the streams; at last how many are flaky."""
    found = {(case.verdict, case.id) for stream in streams for case in stream.cases}
    flaky = {case.id for stream in streams for case in stream.cases if case.flaky}
    counted = _counted(Verdict, (verdict for verdict, _ in found))
    return [*counted, ("flaky", len(flaky))] if flaky else counted


def _verdict(comparison: Comparison) -> str:
    """Returns the sentence that a reader in a hurry needs."""
    if len(comparison.streams) == 1:
        return in_brief(comparison.streams[0], comparison.found[0])
    return wording.how_many_conform(comparison.streams, "implementation")


def _summary(comparison: Comparison, place: int, key: str) -> Summary:
    stream = comparison.streams[place]
    target = stream.header.target
    outcome = stream.footer.conclusion.outcome
    found = comparison.found[place]
    return Summary(
        name=target.name,
        version=target.version or "version unknown",
        short_version=short_version(target),
        platform=target.platform,
        outcome=outcome,
        icon=OUTCOME_ICONS[outcome],
        headline=wording.headline(stream),
        sentence=f"{wording.plural(len(found), 'cause')}, " * bool(found) + wording.sentence(stream),
        meters=tuple(_meters(stream.cases, key)),
        details=tuple(_details(stream)),
    )


def _meters(cases: Sequence[Case], key: str) -> Iterable[Meter]:
    """Yields a meter for each evidence level; `key` names the implementation in links."""
    for evidence, counts in tally_by_evidence(cases).items():
        total = counts.total()
        if not total:
            continue
        present = [verdict for verdict in Verdict if counts[verdict]]
        widths = [counts[verdict] for verdict in present]
        starts = [sum(widths[:index]) for index in range(len(widths))]
        link = f"implementation={quote(key, safe='')}&evidence={evidence}&verdict="
        rest = [(f"{counts[verdict]} {verdict}", link + verdict) for verdict in present if verdict != Verdict.PASS]
        passed = (f"{counts[Verdict.PASS]} of {total} passed", link + Verdict.PASS)
        judged = [] if evidence == Evidence.UNKNOWN else [passed]
        yield Meter(evidence, total, (*judged, *rest), tuple(zip(present, starts, widths, strict=True)))


def _details(stream: Stream) -> Iterable[tuple[str, str]]:
    header, footer = stream.header, stream.footer
    rows = [
        ("library", header.target.path),
        ("sha256", header.target.sha256 or "unknown"),
        ("exports", ", ".join(header.target.exports)),
        ("not exported", ", ".join(footer.missing)),
        ("claims", ", ".join(header.selection.functions)),
        ("selection", wording.selection(header.selection)),
        ("profile", header.profile),
        ("suite", header.suite.version),
        ("started", header.started),
        ("took", f"{footer.duration_ms / 1000:.1f} s"),
        ("error", footer.error or ""),
        *header.environment.items(),
    ]
    return [(label, text) for label, text in rows if text]


class _Pool:
    """Numbers values, equal ones alike, so that the page holds each of them once."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, value: Hashable) -> int:
        """Returns the value's place in `values`."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Any]:
        """Returns each value once, in the order of the numbers."""
        return list(self._numbers)


def _data(comparison: Comparison, families: Sequence[Family], keys: Sequence[str]) -> dict[str, Any]:
    """Returns what the page's script works on. `page.js` takes results and steps apart in the order used here."""
    streams = comparison.streams
    texts, steps, results = _Pool(), _Pool(), _Pool()
    cases = {case.id: case for stream in reversed(streams) for case in reversed(stream.cases)}
    ids = list(dict.fromkeys(case.id for stream in streams for case in stream.cases))
    cells = []
    for stream in streams:
        numbers = {case.id: results.number(_result(case, texts, steps)) for case in stream.cases}
        cells.append([numbers.get(case_id, NOTHING) for case_id in ids])
    return {
        "columns": [_column(stream, key) for stream, key in zip(streams, keys, strict=True)],
        "families": _folded(families, keys),
        "causes": _causes(comparison, {case_id: number for number, case_id in enumerate(ids)}),
        "published_tests": PUBLISHED_TESTS,
        "groups": _groups(streams),
        "evidence": wording.EVIDENCE,
        "requirements": _requirements(streams),
        "cases": [_case(cases[case_id]) for case_id in ids],
        "cells": cells,
        "results": results.values,
        "steps": steps.values,
        "texts": [printable(text) for text in texts.values],
    }


def _folded(families: Sequence[Family], keys: Sequence[str]) -> list[list[Any]]:
    """Returns the families: the name, and for each column its version, platform, members, and a key of its own."""
    taken = {PUBLISHED_TESTS, *keys}
    folded: list[list[Any]] = []
    for family in families:
        columns = []
        for column in family.columns:
            key = column.link or _free_key(f"all of {printable(family.name)}", taken)
            columns.append([printable(column.version), column.platform, column.members, key])
        folded.append([printable(family.name), columns])
    return folded


def _causes(comparison: Comparison, numbers: Mapping[str, int]) -> list[list[Any]]:
    """Returns for each cause the title, and for each implementation that has it its place, cases and blocked cases."""
    return [
        [
            printable(shared.title),
            [
                [
                    place,
                    [numbers[case.id] for case in cause.cases],
                    [numbers[case.id] for case in cause.cases if case.id in cause.blocked],
                ]
                for place, cause in shared.found.items()
            ],
        ]
        for shared in comparison.causes
    ]


def _requirements(streams: Sequence[Stream]) -> list[list[Any]]:
    """Returns what the requirements say; of several suites the first that states one is taken."""
    stated = {entry.id: entry for stream in reversed(streams) for entry in stream.header.requirements}
    return [
        [
            entry.id,
            printable(entry.statement),
            entry.evidence,
            printable(entry.source),
            entry.pages,
            entry.published_tests,
        ]
        for entry in stated.values()
    ]


def _keys(streams: Sequence[Stream]) -> list[str]:
    """Returns what names each implementation in links: the name, made unique."""
    taken = {PUBLISHED_TESTS}
    return [_free_key(printable(stream.header.target.name), taken) for stream in streams]


def _column(stream: Stream, key: str) -> dict[str, Any]:
    """Returns an implementation. The commands lack only an id."""
    target = stream.header.target
    return {
        "key": key,
        "name": printable(target.name),
        "label": printable(label(target)),
        "version": printable(target.version or "version unknown"),
        "platform": target.platform,
        "run": printable(wording.run_command(stream)),
        "repro": [printable(words) for words in wording.repro_parts(stream)],
        "worker": printable(_worker(stream)),
        # A connector's library is in no program of C.
        "program": "" if target.reached_by else "possible",
    }


def _free_key(name: str, taken: set[str]) -> str:
    """Returns the first key for the name that is not taken, and takes it."""
    key = next(key for key in _candidates(name) if key not in taken)
    taken.add(key)
    return key


def _worker(stream: Stream) -> str:
    """Returns the command of the worker as it is called where it was carried to."""
    target = stream.header.target
    if target.reached_by == "worker":
        return target.path.removesuffix(" --stream")
    if target.reached_by:
        return f"./apibuf-worker {shell_word(f'--connector={target.path}')}"
    program = "apibuf-worker.exe" if target.platform.startswith("windows-") else "./apibuf-worker"
    return f"{program} {wording.worker_options(stream)}"


def _candidates(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name}~{number}"
        number += 1


def _case(case: Case) -> list[Any]:
    return [case.id, printable(case.title), case.evidence, case.kind, case.requirements]


def _result(case: Case, texts: _Pool, steps: _Pool) -> tuple[Hashable, ...]:
    not_met = wording.not_met(case)
    return (
        *_outcome(case, texts, steps, f"{case.reason} Not met: {not_met}." if not_met else case.reason),
        int(case.flaky),
        _pairs(case.observations, texts),
        tuple(_outcome(run, texts, steps, run.reason) for run in case.runs),
        tuple(map(texts.number, case.reproducer.splitlines())),
    )


def _outcome(outcome: Case | Attempt, texts: _Pool, steps: _Pool, reason: str) -> tuple[Hashable, ...]:
    words = (outcome.verdict, outcome.expected, outcome.actual, reason)
    made = tuple(steps.number(_step(step, texts)) for step in outcome.steps)
    return (*map(texts.number, words), made, tuple(map(texts.number, outcome.printed)))


def _step(step: Step, texts: _Pool) -> tuple[Hashable, ...]:
    return (
        texts.number(step.text),
        NOTHING if step.returned is None else texts.number(step.returned),
        _pairs(step.values, texts),
        tuple(
            tuple(map(texts.number, (failure.requirement, failure.what, failure.expected, failure.actual)))
            for failure in step.failures
        ),
    )


def _pairs(named: Mapping[str, str], texts: _Pool) -> tuple[Hashable, ...]:
    return tuple((texts.number(name), texts.number(value)) for name, value in named.items())
