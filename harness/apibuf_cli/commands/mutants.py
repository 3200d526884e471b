"""Changes the reference one thing at a time, and sees whether the suite notices.

What the suite lets pass is tried on the reference's own tests. A survivor of both must be listed, with the reason why
no caller can see it, in reference/mutants.toml; a listed one that does not survive has to leave the list. What
killed a mutant last is tried first; --update tries the whole suite again where that was none of its cases. Of the
listed ones a seventh is judged on each day of a week; --only '*' judges all of them.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from apibuf_cli.argument_types import small_count
from apibuf_common.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apibuf_selfcheck.accepted import Comparison
    from apibuf_selfcheck.judging import Judgement

HELP = "mutate the reference, and see whether the suite notices"
NEEDS_CHECKOUT = True
EXAMPLES = """\
  apibuf mutants
  apibuf mutants --only '*'
  apibuf mutants --only 'heap.cpp:resize'
  apibuf mutants --only 'live_map.cpp:*' --jobs 1
  apibuf mutants --update
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `mutants`."""
    parser.add_argument("--jobs", type=small_count, metavar="N", help="how many mutants at once (default: one a core)")
    parser.add_argument(
        "--only",
        metavar="GLOB",
        help="only mutants whose file:function matches, and all of these; outside of functions there is nothing behind "
        "the colon",
    )
    parser.add_argument(
        "--update",
        action="store_true",
        help="try the whole suite also on those that the reference's own tests killed last, and write what kills each "
        "to reference/killers.json",
    )


def execute(options: argparse.Namespace) -> int:
    """Judges all mutants, prints what came of them, and writes each one's fate to build/mutants/report.txt."""
    from apibuf_setup import libraries

    libraries.require_developers()
    from apibuf_selfcheck import mutants, rotation

    day = None if options.only or options.update else rotation.today()
    outcome = mutants.judge_all(options.only or "*", options.jobs, update=options.update, day=day)
    report = mutants.FOLDER / "report.txt"
    report.write_text("".join(f"{_text(judgement)}\n" for judgement in outcome.judgements), encoding="utf-8")
    _print(outcome.judgements, outcome.comparison)
    if outcome.waiting:
        print(
            f"{outcome.waiting} of the accepted survivors have their turn on another day; "
            "`apibuf mutants --only '*'` judges all of them"
        )
    print(report)
    return ExitCode.OK if outcome.comparison.agrees else ExitCode.NOT_CONFORMING


def _text(judgement: Judgement) -> str:
    mutant = judgement.mutant
    by = f" ({judgement.by})" if judgement.by else ""
    where = f"{mutant.place}:{mutant.line_number}"
    return f"{where}: {judgement.fate}{by}\n  line     {mutant.line}\n  becomes  {mutant.becomes}"


def _print(judgements: Sequence[Judgement], comparison: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    from apibuf_selfcheck.judging import Fate
    from apibuf_selfcheck.mutants import score

    fates = [fate for fate in Fate if fate is not Fate.NOT_BUILT]
    table = Table("file", *fates, Fate.NOT_BUILT, box=None, pad_edge=False)
    for file in dict.fromkeys(judgement.mutant.file for judgement in judgements):
        found = [judgement.fate for judgement in judgements if judgement.mutant.file == file]
        table.add_row(file, *(str(found.count(fate)) for fate in (*fates, Fate.NOT_BUILT)))
    Console(highlight=False).print(table)
    for heading, keys in (
        ("survives, and reference/mutants.toml does not say why that is right", comparison.unexplained),
        ("is listed in reference/mutants.toml, but does not survive or no longer exists", comparison.stale),
    ):
        for file, function, line, becomes in keys:
            print(f"{file}:{function} {heading}\n  line     {line}\n  becomes  {becomes}")
    print(score([judgement.fate for judgement in judgements], len(comparison.unexplained)))
