"""Shows which lines and branches of the reference the suite never reaches.

Every gap must be listed, with its reason, in reference/coverage.toml; a listed one that was reached has to leave it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from apibuf_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from apibuf_mutants.accepted import Comparison
    from apibuf_mutants.coverage import FileCoverage

HELP = "tell what the suite never reaches in the reference"
EXAMPLES = "  apibuf coverage\n"

PACKAGES = ("gcovr",)
MEMBERS = ("file", "line", "missing")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`coverage` has no options."""


def execute(options: argparse.Namespace) -> int:
    """Builds the reference with counters, plays the suite against it, and compares the gaps with the list."""
    from apibuf_cli import project
    from apibuf_cli.errors import BadInput
    from apibuf_mutants import accepted, coverage

    sources = project.ROOT / "reference"
    try:
        never = accepted.read(sources / "coverage.toml", ("never", "by_chance"), MEMBERS)
    except accepted.BadList as error:
        raise BadInput(str(error)) from error
    document = _measured()
    texts = {
        file["file"]: (sources / file["file"]).read_text(encoding="utf-8").splitlines() for file in document["files"]
    }
    found = [(gap.file, gap.line, gap.missing) for gap in coverage.gaps(document, texts)]
    comparison = accepted.compare(found, never["never"], never["by_chance"])
    _print(coverage.totals(document), comparison, len(found))
    return ExitCode.OK if comparison.agrees else ExitCode.NOT_CONFORMING


def _measured() -> Mapping[str, Any]:
    """What gcovr tells after the suite was played. Raises CannotRun."""
    from apibuf_cli import prepare, project
    from apibuf_cli.errors import CannotRun
    from apibuf_mutants import build, coverage

    prepare.install(PACKAGES)
    prepare.build(build.PRESET, build.LIBRARY)
    worker = prepare.worker(build.PLATFORM)
    sources, folder = project.ROOT / "reference", project.BUILD / "coverage"
    try:
        ordinary = build.load(project.BUILD / build.PRESET, build.LIBRARY)
        coverage.play(worker, coverage.build(ordinary, sources, folder))
        return coverage.measure(sources, folder)
    except (build.BuildError, coverage.CoverageError) as error:
        raise CannotRun(f"the coverage cannot be told: {error}") from error


def _print(totals: tuple[FileCoverage, ...], comparison: Comparison, gaps: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("file", "lines", "run", "branches", "taken", box=None, pad_edge=False)
    for file in totals:
        numbers = (file.lines, file.lines_run, file.branches, file.branches_taken)
        table.add_row(file.file, *map(str, numbers))
    Console(highlight=False).print(table)
    for heading, keys in (
        ("and reference/coverage.toml does not say why that is right", comparison.unexplained),
        ("is listed in reference/coverage.toml and was reached, or is no such line any more", comparison.stale),
    ):
        for file, line, missing in keys:
            print(f"{file}: {missing}, {heading}\n  line  {line}")
    print(
        f"{gaps - len(comparison.unexplained)} gaps explained, {len(comparison.unexplained)} unexplained, "
        f"{len(comparison.stale)} explanations stale"
    )
