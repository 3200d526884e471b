"""Holds a run against a file of expectations: what it says of them, how it exits, and the update of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from apibuf_common import files
from apibuf_common.errors import CannotRun, WrongUsage
from apibuf_expectations.expectations import FINE_WITHOUT_ENTRY, Entry, Expectations, facts_of, parse
from apibuf_expectations.update import updated
from apibuf_runner.conclusion import Conclusion, Conformity, ranked
from apibuf_runner.judge import CaseResult, Verdict
from apibuf_runner.suite_run import Outcome

MOST_NAMED = 10


@dataclass(frozen=True)
class Asked:
    """The expectations of a run, with what conditions can ask of it and the functions that it claims."""

    expectations: Expectations
    platform: str
    target_version: str | None
    claimed: tuple[str, ...]

    @property
    def facts(self) -> Mapping[str, str]:
        """What conditions can ask for."""
        return facts_of(self.platform, self.target_version)

    def problems(self, outcome: Outcome) -> list[str]:
        """What came out otherwise than expected, as far as the run says anything of it."""
        return problems(
            self.expectations,
            self.facts,
            outcome.results,
            outcome.missing,
            self.claimed,
            cut_short=outcome.error is not None,
        )


@dataclass(frozen=True)
class Agreement:
    """How a run came out by what was expected, and the lines that say so."""

    conformity: Conformity
    lines: tuple[str, ...]


def problems(
    expectations: Expectations,
    facts: Mapping[str, str],
    results: Sequence[CaseResult],
    missing: Sequence[str],
    claimed: Sequence[str],
    *,
    cut_short: bool = False,
) -> list[str]:
    """What came out otherwise than expected, one line each; none where all is as expected.

    Of what a run leaves out nothing is said: an entry may be about cases that were not selected.
    missing are the functions that the run claims and the library does not export; claimed are those that it claims.
    Where the run was cut short, what it did not get to is no difference; a harness-error never is one.
    """
    entries = [entry for entry in expectations.entries if entry.applies(facts)]
    lines = list[str]()
    says_nothing = {Verdict.HARNESS_ERROR, Verdict.NOT_RUN} if cut_short else {Verdict.HARNESS_ERROR}
    for result in results:
        if result.verdict in says_nothing:
            continue
        covering = [entry for entry in entries if entry.covers(result.case.id)]
        lines += _problems_of(result, covering, [one.case.id for one in results if _is_as(one, covering)])
    known = [name for name in expectations.missing if name in claimed]
    lines += [f"{name} is not exported, and not listed as missing" for name in missing if name not in known]
    lines += [f"{name} is listed as missing, and is exported" for name in known if name not in missing]
    return lines


def _is_as(result: CaseResult, entries: Sequence[Entry]) -> bool:
    """Whether the result is what one of the entries expects of its case."""
    return any(entry.covers(result.case.id) and entry.verdict is result.verdict for entry in entries)


def _problems_of(result: CaseResult, entries: Sequence[Entry], as_expected: Sequence[str]) -> Iterable[str]:
    """as_expected: the cases that came out as these entries say."""
    outcome = f"{result.case.id} came out as {result.verdict}"
    if result.flaky:
        yield f"{outcome}, and is flaky, which no entry can expect"
    elif not entries and result.verdict not in FINE_WITHOUT_ENTRY:
        yield f"{outcome}, and no entry expects that"
    elif len(entries) > 1:
        yield f"{result.case.id} is covered by several entries: {', '.join(map(str, entries))}; keep one"
    elif entries and entries[0].verdict is not result.verdict:
        advice = ""
        if result.verdict in FINE_WITHOUT_ENTRY:
            right = ", ".join(as_expected[:MOST_NAMED]) + (", ..." if len(as_expected) > MOST_NAMED else "")
            advice = f"; let it cover only {right}" if right else "; remove the entry"
        yield f"{outcome}, unlike {entries[0]}{advice}"


def hold_against(asked: Asked, outcome: Outcome, conclusion: Conclusion) -> Agreement:
    """How the run came out by what was expected.

    That is ranked as a run is without expectations, where a difference from them is what a deviation is there.
    """
    # A run in which nothing was judged cannot differ: it has not seen what the file speaks of.
    found = asked.problems(outcome) if conclusion.judged else []
    conformity = ranked(
        interrupted=conclusion.interrupted,
        deviates=bool(found),
        could_not_run=conclusion.could_not_run,
        incomplete=conclusion.judged == 0,
    )
    return Agreement(conformity, tuple(_lines(asked.expectations.path, found, conformity)))


def _lines(path: Path, problems: Sequence[str], conformity: Conformity) -> Iterable[str]:
    if problems:
        yield f"not as expected by {path}:"
    elif conformity is Conformity.CONFORMS:
        yield f"as expected by {path}"
    else:
        yield f"nothing that was judged differs from {path}, but not everything could be judged"
    yield from (f"  {problem}" for problem in problems)


def update(asked: Asked, outcome: Outcome, conclusion: Conclusion) -> Agreement:
    """Writes the file anew, and then judges by it. Raises WrongUsage after a run that was cut short, CannotRun."""
    path = asked.expectations.path
    if conclusion.interrupted:
        raise WrongUsage(f"a part of the suite cannot update {path}: {outcome.error}")
    if conclusion.could_not_run:
        raise CannotRun(f"{path} was not updated: {outcome.error or f'some cases are {Verdict.HARNESS_ERROR}'}")
    text = updated(asked.expectations, asked.facts, outcome.results, outcome.missing, asked.claimed)
    case_ids = [result.case.id for result in outcome.results]
    asked = replace(asked, expectations=parse(path, text, case_ids))
    try:
        files.write(path, text)
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}") from error
    return hold_against(asked, outcome, conclusion)
