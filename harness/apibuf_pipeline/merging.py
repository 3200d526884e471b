"""Puts the parts of one run together: the shards that several processes or machines have run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise, zip_longest
from operator import getitem
from pathlib import Path
from typing import Any

from apibuf_common.errors import BadInput
from apibuf_pipeline import rendering
from apibuf_reports.stream import Stream
from apibuf_reports.text import printable
from apibuf_runner import stream_writer
from apibuf_runner.conclusion import Conclusion, conclude
from apibuf_runner.judge import Verdict
from apibuf_runner.suite_run import Selection
from apibuf_targets.targets import Reach

SAME = (
    (("suite",), "they were made by different suites or other vectors"),
    (("profile",), "they were judged by different profiles"),
    (("target", "name"), "they are about different targets"),
    (("target", "platform"), "they are about different platforms"),
    (("target", "sha256"), "their libraries are different files"),
    (("target", "version"), "their libraries have different versions"),
    (("target", "exports"), "their libraries have different exports"),
    (("selection", "select"), "they selected different cases"),
    (("selection", "functions"), "they claimed different functions"),
    (("selection", "rerun_failed"), "only some of them ran what had failed before"),
)
"""What the headers of all shards say alike, by its place, and what it means where they do not."""


@dataclass(frozen=True)
class Part:
    """One shard: the file that holds it, its place among how many, and its records."""

    file: Path
    number: int
    count: int
    stream: Stream
    records: tuple[Mapping[str, Any], ...]

    @property
    def header(self) -> Mapping[str, Any]:
        """The first record."""
        return self.records[0]

    @property
    def cases(self) -> tuple[Mapping[str, Any], ...]:
        """The records of the cases, in the order of the suite."""
        return self.records[1:-1]


@dataclass(frozen=True)
class Whole:
    """What came of all parts together, as a conclusion is drawn from it."""

    counts: Counter[Verdict]
    flaky: int
    missing: tuple[str, ...]
    error: str | None
    interrupted: bool


def merge(files: Sequence[Path], requirements: Sequence[str]) -> tuple[bytes, Conclusion]:
    """The stream of the run whose shards these are, with its conclusion.

    requirements: the ids of this suite's requirements in their order, which is that of a header.

    Raises BadInput where the files are no shards of one run, or not all of them.
    """
    parts = sorted((_read(file) for file in files), key=lambda part: part.number)
    _check_numbers(parts)
    for part in parts[1:]:
        _check_same(parts[0], part)
    # Shard K of N has the cases K, K + N, K + 2N and so on.
    cases = [case for row in zip_longest(*(part.cases for part in parts)) for case in row if case is not None]
    _check_cases(parts)
    footers = [part.stream.footer for part in parts]
    whole = Whole(
        counts=Counter(Verdict(case["verdict"]) for case in cases),
        flaky=sum(footer.conclusion.flaky for footer in footers),
        missing=tuple(dict.fromkeys(name for footer in footers for name in footer.missing)),
        error=next((footer.error for footer in footers if footer.error is not None), None),
        interrupted=any(footer.conclusion.interrupted for footer in footers),
    )
    conclusion = conclude(whole, _selection(parts[0]), parts[0].stream.header.target.reached_by == Reach.FUNCTIONS)
    end = stream_writer.footer(whole, conclusion, cases, sum(footer.duration_ms for footer in footers))
    return stream_writer.encoded(_header(parts, requirements), cases, end), conclusion


def _read(file: Path) -> Part:
    stream = rendering.read_stream(file)
    shard = stream.header.selection.shard
    if shard is None:
        raise BadInput(printable(f"{file} is no part of a run: it was made without --shard"))
    number, count = map(int, shard.split("/"))
    # As bytes: a text may hold more kinds of line ends than a stream has.
    return Part(file, number, count, stream, tuple(map(json.loads, file.read_bytes().splitlines())))


def _check_numbers(parts: Sequence[Part]) -> None:
    first = parts[0]
    for before, part in pairwise(parts):
        if part.count != first.count:
            raise BadInput(
                printable(
                    f"{first.file} is one of {first.count} shards and {part.file} one of {part.count};"
                    " name the shards of one run"
                )
            )
        if part.number == before.number:
            raise BadInput(
                printable(f"{before.file} and {part.file} are both shard {part.number}/{part.count}; name one of them")
            )
    missing = sorted(set(range(1, first.count + 1)) - {part.number for part in parts})
    if missing:
        words = ", ".join(f"--shard {number}/{first.count}" for number in missing)
        verb = "is" if len(missing) == 1 else "are"
        raise BadInput(f"{len(missing)} of {first.count} shards {verb} missing; run the suite with {words}")


def _check_same(first: Part, part: Part) -> None:
    for place, sentence in SAME:
        if reduce(getitem, place, first.header) != reduce(getitem, place, part.header):
            raise BadInput(printable(f"{first.file} and {part.file} are no shards of one run: {sentence}"))
    if first.header["target"]["sha256"] is None:
        raise BadInput(
            printable(f"{first.file} has no hash of the library, so nothing shows that all shards tested the same one")
        )


def _check_cases(parts: Sequence[Part]) -> None:
    """Raises BadInput where the shards do not have the numbers of cases that equal parts have, or a case twice."""
    lengths = [len(part.cases) for part in parts]
    ids = Counter(case["id"] for part in parts for case in part.cases)
    twice = [case_id for case_id, count in ids.items() if count > 1]
    if twice:
        raise BadInput(f"the case {twice[0]} is in two shards, so they are no shards of one run")
    if lengths != sorted(lengths, reverse=True) or lengths[0] - lengths[-1] > 1:
        raise BadInput(f"the shards have {', '.join(map(str, lengths))} cases, so they are no shards of one run")


def _selection(part: Part) -> Selection:
    asked = part.stream.header.selection
    return Selection(
        select=asked.select,
        profile=part.stream.header.profile,
        functions=asked.functions,
        only=frozenset() if asked.rerun_failed else None,
    )


def _header(parts: Sequence[Part], order: Sequence[str]) -> dict[str, Any]:
    first = parts[0].header
    stated = {entry["id"]: entry for part in parts for entry in part.header["requirements"]}
    return {
        **first,
        "requirements": [stated[name] for name in dict.fromkeys((*order, *stated)) if name in stated],
        "environment": _environment([part.header["environment"] for part in parts]),
        "selection": {**first["selection"], "shard": None},
        "started": min(part.header["started"] for part in parts),
    }


def _environment(all_of_them: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What they say of their machines; where these differ, every different text."""
    names = dict.fromkeys(name for facts in all_of_them for name in facts)
    return {name: "; ".join(dict.fromkeys(facts[name] for facts in all_of_them if name in facts)) for name in names}
