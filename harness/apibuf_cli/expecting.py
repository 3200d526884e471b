"""Holds a run against a file of expectations: what it says of them, how it exits, and the update of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from apibuf_cli import expectation_update, expectations, files
from apibuf_cli.errors import CannotRun, ExitCode, WrongUsage
from apibuf_cli.expectations import Expectations
from apibuf_runner.judge import NONCONFORMING, Verdict
from apibuf_runner.run import Outcome


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
        return expectations.facts_of(self.platform, self.target_version)

    def problems(self, outcome: Outcome) -> list[str]:
        """What came out otherwise than expected."""
        return expectations.problems(self.expectations, self.facts, outcome.results, outcome.missing, self.claimed)


def judge(asked: Asked, outcome: Outcome) -> ExitCode:
    """Tells what is not as expected. A run that tells nothing is neither: it keeps the code that says so."""
    if outcome.could_not_run:
        return ExitCode.CANNOT_RUN
    if outcome.error is not None or not any(
        result.verdict is Verdict.PASS or result.verdict in NONCONFORMING for result in outcome.results
    ):
        return ExitCode.INCOMPLETE
    problems = asked.problems(outcome)
    path = asked.expectations.path
    print(f"not as expected by {path}:" if problems else f"as expected by {path}")
    for problem in problems:
        print(f"  {problem}")
    return ExitCode.NOT_CONFORMING if problems else ExitCode.OK


def update(asked: Asked, outcome: Outcome) -> ExitCode:
    """Writes the file anew, and then judges by it. Raises WrongUsage after a run that was cut short, CannotRun."""
    path = asked.expectations.path
    if outcome.could_not_run:
        return ExitCode.CANNOT_RUN
    if outcome.error is not None:
        raise WrongUsage(f"a part of the suite cannot update {path}: {outcome.error}")
    text = expectation_update.updated(
        asked.expectations, asked.facts, outcome.results, outcome.missing, asked.claimed
    )
    case_ids = [result.case.id for result in outcome.results]
    asked = replace(asked, expectations=expectations.parse(path, text, case_ids))
    try:
        files.write(path, text)
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}") from error
    return judge(asked, outcome)
