"""Holds a run against a file of expectations: what it says of them, how it exits, and the update of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from apibuf_cli import expectation_update, expectations, files
from apibuf_cli.errors import CannotRun, WrongUsage
from apibuf_cli.expectations import Expectations
from apibuf_runner.conclusion import Conclusion, Conformity, ranked
from apibuf_runner.judge import Verdict
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
        """What came out otherwise than expected, as far as the run says anything of it."""
        return expectations.problems(
            self.expectations,
            self.facts,
            outcome.results,
            outcome.missing,
            self.claimed,
            cut_short=outcome.error is not None,
        )


def judge(asked: Asked, outcome: Outcome, conclusion: Conclusion) -> Conformity:
    """Reports what is not as expected, and returns how the run came out by what was expected.

    That is ranked as a run is without expectations, where a difference from them is what a deviation is there.
    """
    # A run in which nothing was judged cannot differ: it has not seen what the file speaks of.
    problems = asked.problems(outcome) if conclusion.judged else []
    conformity = ranked(
        interrupted=conclusion.interrupted,
        deviates=bool(problems),
        could_not_run=conclusion.could_not_run,
        incomplete=conclusion.judged == 0,
    )
    _report(asked, problems, conformity)
    return conformity


def _report(asked: Asked, problems: Sequence[str], conformity: Conformity) -> None:
    path = asked.expectations.path
    if problems:
        print(f"not as expected by {path}:")
    elif conformity is Conformity.CONFORMS:
        print(f"as expected by {path}")
    else:
        print(f"nothing that was judged differs from {path}, but not everything could be judged")
    for problem in problems:
        print(f"  {problem}")


def update(asked: Asked, outcome: Outcome, conclusion: Conclusion) -> Conformity:
    """Writes the file anew, and then judges by it. Raises WrongUsage after a run that was cut short, CannotRun."""
    path = asked.expectations.path
    if conclusion.interrupted:
        raise WrongUsage(f"a part of the suite cannot update {path}: {outcome.error}")
    if conclusion.could_not_run:
        raise CannotRun(f"{path} was not updated: {outcome.error or f'some cases are {Verdict.HARNESS_ERROR}'}")
    text = expectation_update.updated(asked.expectations, asked.facts, outcome.results, outcome.missing, asked.claimed)
    case_ids = [result.case.id for result in outcome.results]
    asked = replace(asked, expectations=expectations.parse(path, text, case_ids))
    try:
        files.write(path, text)
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror}") from error
    return judge(asked, outcome, conclusion)
