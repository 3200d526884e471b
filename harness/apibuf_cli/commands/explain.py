"""Tells what a requirement, a case or an evidence level is."""

from __future__ import annotations

import argparse
import difflib
import json
import textwrap
from typing import TYPE_CHECKING

from apibuf_cli.errors import ExitCode, WrongUsage

if TYPE_CHECKING:
    from apibuf_runner.catalogue import Case, Catalogue, Requirement

HELP = "tell what a requirement, a case or an evidence level is"
EXAMPLES = """\
  apibuf explain reallocate/zero-bytes
  apibuf explain inferred
"""
WIDTH = 100

EVIDENCE = {
    "documented": "stated in the prose of Microsoft's documentation",
    "annotated": "stated by the published prototype (_opt_: NULL is legal), or relied on by the documentation's sample",
    "windows": "asserted by published tests that are kept passing on real Windows",
    "inferred": "follows from the purpose of the function; there is no sentence to cite",
    "unknown": "nothing to cite: it is recorded as an observation and never judged",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the id."""
    parser.add_argument("id", metavar="ID", help="the id of a requirement or a case, or an evidence level")


def execute(options: argparse.Namespace) -> int:
    """Prints the explanation of everything that has this id."""
    from apibuf_cli import prepare

    if options.id in EVIDENCE:
        print(f"{options.id}: {EVIDENCE[options.id]}")
        return ExitCode.OK
    print("\n\n".join(explain(prepare.catalogue(), options.id)))
    return ExitCode.OK


def explain(catalogue: Catalogue, id: str) -> list[str]:
    """One text for each thing that has the id: a requirement and a case may share it. Raises WrongUsage."""
    texts = [_requirement(catalogue, requirement) for requirement in catalogue.requirements if requirement.id == id]
    texts += [_case(case) for case in catalogue.cases if case.id == id]
    if texts:
        return texts
    known = {requirement.id for requirement in catalogue.requirements} | {case.id for case in catalogue.cases}
    near = difflib.get_close_matches(id, known | set(EVIDENCE), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`apibuf run --list` shows the cases"
    raise WrongUsage(f"nothing has the id {id!r}; {hint}")


def _requirement(catalogue: Catalogue, requirement: Requirement) -> str:
    cases = catalogue.covering(requirement.id)
    lines = [
        f"requirement {requirement.id}",
        *_wrapped(requirement.statement),
        "",
        f"  evidence  {requirement.evidence}: {EVIDENCE[requirement.evidence]}",
        f"  source    {requirement.source}",
        *(f"  page      https://{page}" for page in requirement.pages),
        *(f"  case      {case.id}: {case.title}" for case in cases),
    ]
    if requirement.not_covered:
        lines.append(f"  no case   {requirement.not_covered}")
    return "\n".join(lines)


def _case(case: Case) -> str:
    lines = [
        f"case {case.id}",
        *_wrapped(case.title),
        "",
        f"  evidence     {case.evidence}: {EVIDENCE[case.evidence]}",
        *(f"  requirement  {requirement}" for requirement in case.requirements),
        f"  calls        {', '.join(case.functions) or 'nothing'}",
    ]
    if case.alone:
        lines.append("  alone        in a process of its own: what follows it is anybody's guess")
    for note in case.notes:
        lines += ["", *_wrapped(note.effect)]
        if note.source:
            lines.append(f"  told in {note.source}")
    if case.kind == "property":
        return "\n".join([*lines, "", "  A property: its steps are in conformance/properties."])
    return "\n".join([*lines, "", *_steps(case)])


def _steps(case: Case) -> list[str]:
    definitions = (case.definition or {}).get("steps", [])
    lines = []
    for number, text in enumerate(case.steps, start=1):
        lines.append(f"  {number}. {text}")
        definition = definitions[number - 1] if number <= len(definitions) else {}
        lines += [
            f"     {word} {json.dumps(definition[member])}"
            for member, word in (("only_if", "only if"), ("expect", "expect "), ("observe", "observe"))
            if member in definition
        ]
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
