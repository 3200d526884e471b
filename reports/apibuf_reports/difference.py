"""What changed between two runs of the suite. Pure: streams go in, changes come out."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from apibuf_reports import wording
from apibuf_reports.stream import FAILED, Case, Header, Stream, Verdict

BROKEN = FAILED | {Verdict.HARNESS_ERROR}
INVISIBLE = frozenset({Verdict.UNSUPPORTED, Verdict.NOT_RUN})

VARIES = "varies"
"""An observation that may be another in each run; that it is another now means nothing."""


class Kind(StrEnum):
    """What a change means, in the order in which changes are listed."""

    REGRESSION = "regression"
    LOST_VISIBILITY = "lost visibility"
    FIXED = "fixed"
    GAINED_VISIBILITY = "gained visibility"
    CHANGED_REASON = "changed reason"
    NEW = "new"
    GONE = "gone"
    OBSERVATION = "observation"


@dataclass(frozen=True)
class Change:
    """One change: of a case, or of a function's being exported. Before and after are given in words."""

    kind: Kind
    id: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """All changes; `warnings` say why the two runs can be compared only in part."""

    warnings: tuple[str, ...]
    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Returns the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


def differences_in_kind(old: Header, new: Header) -> list[str]:
    """Returns why what changed between the runs would say nothing about the implementation."""
    pairs = {"profile": (old.profile, new.profile), "platform": (old.target.platform, new.target.platform)}
    return [f"the {what} was {before} and is {after}" for what, (before, after) in pairs.items() if before != after]


def compare(old: Stream, new: Stream) -> Difference:
    """Returns what changed from the run `old` to the run `new`."""
    before, after = ({case.id: case for case in stream.cases} for stream in (old, new))
    changes = [*_exports(old, new)]
    for case_id, case in after.items():
        if case_id not in before:
            changes.append(Change(Kind.NEW, case_id, "", _words(case)))
            continue
        changes += _changes(before[case_id], case)
    gone = [case for case_id, case in before.items() if case_id not in after]
    changes += [Change(Kind.GONE, case.id, _words(case), "") for case in gone]
    order = list(Kind)
    return Difference(tuple(_warnings(old, new)), tuple(sorted(changes, key=lambda change: order.index(change.kind))))


def _warnings(old: Stream, new: Stream) -> Iterator[str]:
    if old.header.suite.vectors_sha256 != new.header.suite.vectors_sha256:
        yield "the vectors differ: a case of the same id may expect something else"
    if old.header.selection != new.header.selection:
        yield "the selections differ: what is new or gone may only have been left out"
    for stream, name in ((old, "old"), (new, "new")):
        if stream.footer.error is not None:
            yield f"the {name} run was cut short: {stream.footer.error}"
    yield from differences_in_kind(old.header, new.header)


def _exports(old: Stream, new: Stream) -> Iterator[Change]:
    """Yields what changed about functions that are claimed and not exported."""
    lacked, lacks = old.footer.missing, new.footer.missing
    yield from (Change(Kind.REGRESSION, name, "exported", "not exported") for name in lacks if name not in lacked)
    claimed = new.header.selection.functions
    for name in lacked:
        if name not in lacks and name in claimed:
            yield Change(Kind.FIXED, name, "not exported", "exported")


def _changes(old: Case, new: Case) -> Iterator[Change]:
    kind = _kind(old, new)
    if kind is not None:
        yield Change(kind, new.id, _words(old), _words(new))
    for name in dict.fromkeys([*old.observations, *new.observations]):
        before, after = old.observations.get(name, "nothing"), new.observations.get(name, "nothing")
        if before != after and VARIES not in (before, after):
            yield Change(Kind.OBSERVATION, f"{new.id}, {name}", before, after)


def _kind(old: Case, new: Case) -> Kind | None:  # noqa: PLR0911 - one line for each kind, the first that fits
    """Returns what the change of a case's outcome means, or None where there is none."""
    if _outcome(old) == _outcome(new) or old.verdict == new.verdict == Verdict.OBSERVED:
        return None
    if (old.verdict, old.flaky) == (new.verdict, new.flaky) and (old.varies or new.varies):
        return None
    if _is_broken(new) and old.verdict == Verdict.PASS:
        return Kind.REGRESSION
    if new.verdict == Verdict.PASS and _is_broken(old):
        return Kind.FIXED
    if new.verdict in INVISIBLE and old.verdict not in INVISIBLE:
        return Kind.LOST_VISIBILITY
    if old.verdict in INVISIBLE and new.verdict not in INVISIBLE:
        return Kind.GAINED_VISIBILITY
    return Kind.CHANGED_REASON


def _outcome(case: Case) -> tuple[object, ...]:
    return case.verdict, case.flaky, case.expected, case.actual, case.reason


def _is_broken(case: Case) -> bool:
    return case.verdict in BROKEN or (case.flaky and case.verdict != Verdict.OBSERVED)


def _words(case: Case) -> str:
    expectation = f"expected {case.expected}, actual {case.actual}" if case.expected or case.actual else ""
    return "; ".join(part for part in (wording.verdict(case), expectation, case.reason) if part)
