"""Explains what a requirement, a case or an evidence level is, or lists what there is for a function."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from apibuf_common import project
from apibuf_common.errors import ExitCode, WrongUsage
from apibuf_common.suggestions import did_you_mean
from apibuf_runner.catalogue import EVIDENCE, FUNCTIONS

if TYPE_CHECKING:
    from apibuf_runner.catalogue import Case, Catalogue, Requirement

HELP = "explain a requirement, a case, an evidence level or a function"
EXAMPLES = """\
  apibuf explain reallocate/zero-bytes
  apibuf explain inferred
  apibuf explain NetApiBufferSize
"""
WIDTH_COLUMNS = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the id."""
    parser.add_argument("id", metavar="ID", help="the id of a requirement or a case, an evidence level, or a function")


def execute(options: argparse.Namespace) -> int:
    """Prints the explanation of everything that has this id."""
    from apibuf_setup import catalogue_file

    print("\n\n".join(explain(catalogue_file.load(), options.id)))
    return ExitCode.OK


def explain(catalogue: Catalogue, id: str) -> list[str]:
    """One text for each thing that has the id: a requirement and a case may share it. Raises WrongUsage."""
    texts = [_evidence(catalogue, id)] if id in EVIDENCE else []
    groups = {requirement.id.partition("/")[0] for requirement in catalogue.requirements}
    group = id.removeprefix("NetApiBuffer").lower() if id in FUNCTIONS else id
    texts += [_group(catalogue, group)] if group in groups else []
    texts += [_requirement(catalogue, requirement) for requirement in catalogue.requirements if requirement.id == id]
    texts += [_case(catalogue, case) for case in catalogue.cases if case.id == id]
    if texts:
        return texts
    known = {requirement.id for requirement in catalogue.requirements} | {case.id for case in catalogue.cases}
    hint = did_you_mean(id, known | set(EVIDENCE) | set(groups), "`apibuf run --list` shows the cases")
    raise WrongUsage(f"nothing has the id {id!r}; {hint}")


def _group(catalogue: Catalogue, group: str) -> str:
    """What there is for one function, or for one kind of function: its requirements, each with its number of cases."""
    from apibuf_reports import wording

    requirements = [requirement for requirement in catalogue.requirements if requirement.id.startswith(f"{group}/")]
    rows = []
    for requirement in requirements:
        count = wording.plural(len(catalogue.covering(requirement.id)), "case")
        rows.append((requirement.evidence, f"{requirement.id}: {requirement.statement} ({count})"))
    rows.append(("explain", f"{project.COMMAND} explain {requirements[0].id}"))
    rows.append(("run", f"{project.COMMAND} run TARGET --select '{group}/*'"))
    return _page(group, f"{wording.plural(len(requirements), 'requirement')}, and how well each is known", rows)


def _meaning(evidence: str) -> str:
    """What a level of evidence means, as a clause."""
    from apibuf_reports import stream, wording

    sentence = wording.EVIDENCE[stream.Evidence(evidence)].rstrip(".")
    return sentence[0].lower() + sentence[1:]


def _evidence(catalogue: Catalogue, evidence: str) -> str:
    from apibuf_runner.suite_run import PROFILES

    profiles = [profile for profile, judged in PROFILES.items() if evidence in judged]
    requirements = [requirement for requirement in catalogue.requirements if requirement.evidence == evidence]
    return _page(
        f"evidence {evidence}",
        _meaning(evidence),
        [
            ("judged by", ", ".join(f"--profile {profile}" for profile in profiles) or "no profile"),
            *(("states", f"{requirement.id}: {requirement.statement}") for requirement in requirements),
        ],
    )


def _requirement(catalogue: Catalogue, requirement: Requirement) -> str:
    rows = [
        ("evidence", f"{requirement.evidence}: {_meaning(requirement.evidence)}"),
        ("source", requirement.source),
        *(("page", f"https://{page}") for page in requirement.pages),
        *(("test", f"https://{test}") for test in requirement.published_tests),
        *(("case", f"{case.id}: {case.title}") for case in catalogue.covering(requirement.id)),
    ]
    if requirement.not_covered:
        rows.append(("no case", requirement.not_covered))
    if catalogue.covering(requirement.id):
        rows.append(("run", f"{project.COMMAND} run TARGET --select {requirement.id}"))
    return _page(f"requirement {requirement.id}", requirement.statement, rows)


def _case(catalogue: Catalogue, case: Case) -> str:
    statements = {requirement.id: requirement.statement for requirement in catalogue.requirements}
    rows = [
        *(("requirement", f"{requirement}: {statements[requirement]}") for requirement in case.requirements),
        *(("relies on", f"{id}: {statements[id]}") for id in case.relies_on),
        ("evidence", f"{case.evidence}: {_meaning(case.evidence)}"),
        ("calls", ", ".join(case.functions) or "nothing of the library under test"),
    ]
    if case.alone:
        rows.append(("alone", "in its own process: what runs after it is unpredictable"))
    rows += [("why", f"{note.effect}{f' (from {note.source})' if note.source else ''}") for note in case.notes]
    rows.append(("run", f"{project.COMMAND} run TARGET --select {case.id}"))
    if case.kind == "property":
        rows.append(("steps", "it is a property: they are in conformance/properties"))
        return _page(f"case {case.id}", case.title, rows)
    rows.append(("show", f"{project.COMMAND} repro {case.id} --target TARGET"))
    return "\n".join([_page(f"case {case.id}", case.title, rows), "", *_steps(case)])


def _steps(case: Case) -> Iterator[str]:
    from apibuf_repro.statements import expectation_text

    definitions = (case.definition or {}).get("steps", [])
    for number, (text, step) in enumerate(zip(case.steps, definitions, strict=True), start=1):
        yield from _wrapped(f"{number:>4}. ", text)
        if "only_if" in step:
            yield from _wrapped("      only if ", f"{step['only_if']['holds_buffer']} holds a buffer")
        if "expect" in step:
            yield from _wrapped("      gives ", expectation_text(step["expect"]))
            yield from _wrapped("      by ", case.step_requirements[number - 1])
        if step.get("may_fail"):
            yield from _wrapped("      ", "or fails, and the case is unsupported")
        for name, what in step.get("observe", {}).items():
            yield from _wrapped("      observed: ", f"{what}, as {name}")


def _page(heading: str, text: str, rows: Iterable[tuple[str, str]]) -> str:
    """A heading, what it is, and labels with texts."""
    rows = list(rows)
    width = max(len(label) for label, _ in rows)
    lines = [heading, *_wrapped("  ", text), ""]
    for label, words in rows:
        lines += _wrapped(f"  {label:<{width}}  ", words)
    return "\n".join(lines)


def _wrapped(label: str, text: str) -> list[str]:
    """The text behind a label, with lines that fit a terminal; ids and addresses stay whole, to be copied."""
    return textwrap.wrap(
        text,
        WIDTH_COLUMNS,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
        break_long_words=False,
    )
