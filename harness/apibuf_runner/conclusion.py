"""How a run ended. It is computed here, once: footer, exit code, headline, badge and page look it up. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from apibuf_runner.catalogue import FUNCTIONS
from apibuf_runner.judge import NONCONFORMING, Verdict
from apibuf_runner.suite_run import Selection


class Conformity(StrEnum):
    """What a run says of an implementation."""

    CONFORMS = "conforms"
    CONFORMS_IN_PART = "conforms-in-part"
    DOES_NOT_CONFORM = "does-not-conform"
    COULD_NOT_RUN = "could-not-run"
    INCOMPLETE = "incomplete"


class Account(Protocol):
    """What a conclusion is drawn from: what came of one run, or of several that were put together."""

    @property
    def counts(self) -> Counter[Verdict]:
        """How many cases came out with each verdict."""

    @property
    def flaky(self) -> int:
        """How many judged cases came out differently in two runs."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The claimed functions that are not exported."""

    @property
    def error(self) -> str | None:
        """Why the run could not be made or was cut short."""

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it."""


@dataclass(frozen=True)
class Conclusion:
    """How a run ended, with the facts that it follows from; the others are in the footer (schemas/results.schema.json).

    `could_not_run`: a failure of harness, worker or machine left something unjudged. `complete`: every selected case
    has a verdict of its own. `through_connector`: only the functions were reached, which cannot show all. `judged`,
    `failed` and `flaky` count cases; what was only observed is in none of them.
    """

    outcome: Conformity
    claimed_functions: int
    all_functions: int
    whole_suite: bool
    through_connector: bool
    interrupted: bool
    could_not_run: bool
    complete: bool
    judged: int
    failed: int
    flaky: int

    @property
    def conformant(self) -> bool:
        """Whether nothing speaks against the implementation in what it claims and in what was selected."""
        return self.outcome in (Conformity.CONFORMS, Conformity.CONFORMS_IN_PART)


def conclude(outcome: Account, selection: Selection, through_connector: bool = False) -> Conclusion:
    """The conclusion of a run of the selected cases, of a library or through a connector."""
    counts = outcome.counts
    failed = sum(counts[verdict] for verdict in NONCONFORMING)
    judged = failed + counts[Verdict.PASS]
    could_not_run = (outcome.error is not None and not outcome.interrupted) or counts[Verdict.HARNESS_ERROR] > 0
    complete = outcome.error is None and counts[Verdict.NOT_RUN] == 0
    conformity = ranked(
        interrupted=outcome.interrupted,
        deviates=failed > 0 or bool(outcome.missing),
        could_not_run=could_not_run,
        incomplete=not complete or judged == 0 or outcome.flaky > 0,
    )
    is_whole = selection.is_whole and set(selection.functions) == set(FUNCTIONS) and not through_connector
    if conformity is Conformity.CONFORMS and not is_whole:
        conformity = Conformity.CONFORMS_IN_PART
    return Conclusion(
        outcome=conformity,
        claimed_functions=len(selection.functions),
        all_functions=len(FUNCTIONS),
        whole_suite=selection.is_whole,
        through_connector=through_connector,
        interrupted=outcome.interrupted,
        could_not_run=could_not_run,
        complete=complete,
        judged=judged,
        failed=failed,
        flaky=outcome.flaky,
    )


def ranked(*, interrupted: bool, deviates: bool, could_not_run: bool, incomplete: bool) -> Conformity:
    """The outcome where several of these hold: the first of them counts, and the headline names them all.

    How far an interrupted run came is chance, so it says nothing of the implementation as a whole. In every other run a
    deviation outweighs what could not run, since no repetition takes it back; and what could not run outweighs what was
    left out, since somebody has to mend it.
    """
    if interrupted:
        return Conformity.INCOMPLETE
    if deviates:
        return Conformity.DOES_NOT_CONFORM
    if could_not_run:
        return Conformity.COULD_NOT_RUN
    return Conformity.INCOMPLETE if incomplete else Conformity.CONFORMS
