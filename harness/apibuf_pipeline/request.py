"""What one `apibuf run` is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from apibuf_common.errors import WrongUsage
from apibuf_common.suggestions import did_you_mean
from apibuf_expectations.expectations import Expectations
from apibuf_runner.catalogue import Case, Catalogue
from apibuf_runner.suite_run import NothingSelected, Selection, select
from apibuf_setup.vector_files import VectorFile
from apibuf_targets.launching import Starter


@dataclass(frozen=True)
class RunRequest:
    """What to run and where to leave the results. None for jobs and silence_s (seconds): what suits this machine."""

    catalogue: Catalogue
    cases: tuple[Case, ...]
    selection: Selection
    vectors: tuple[VectorFile, ...]
    expectations: Expectations | None
    update_expectations: bool
    jobs: int | None
    silence_s: float | None
    starter: Starter
    out: Path
    rerun_of: Path | None
    formats: tuple[str, ...]


def selected_cases(catalogue: Catalogue, selection: Selection) -> tuple[Case, ...]:
    """The cases of a selection. Raises WrongUsage where there are none."""
    try:
        return select(catalogue, selection)
    except NothingSelected as error:
        known = {case.id for case in catalogue.cases} | {requirement.id for requirement in catalogue.requirements}
        hint = did_you_mean(error.pattern.rstrip("*"), known, "`apibuf run --list` shows what there is")
        raise WrongUsage(f"{error}; {hint}") from error
