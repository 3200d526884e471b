"""What one `apibuf run` is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from apibuf_expectations.expectations import Expectations
from apibuf_runner.catalogue import Case, Catalogue
from apibuf_runner.suite_run import Selection
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
