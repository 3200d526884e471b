"""The C program that runs one vector case against one library. Pure, but for reading its template."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from apibuf_common import platforms
from apibuf_repro import statements
from apibuf_runner.catalogue import Case, Catalogue
from apibuf_runner.judge import NONCONFORMING
from apibuf_runner.suite_run import Outcome
from apibuf_setup import wine_builtins
from apibuf_targets.launching import is_part_of_wine
from apibuf_targets.targets import Target

if TYPE_CHECKING:
    from jinja2 import Template

WIDTH_COLUMNS = 110
SIGNATURES = {
    function: ", ".join(f"{type_} {name}".replace("* ", "*") for name, type_ in parameters.items())
    for function, parameters in statements.PROTOTYPES.items()
}
# What the statements may name, and how it is declared.
DECLARATIONS = {
    "status": "NET_API_STATUS status;",
    "content": "enum content content;",
    "before": "LPVOID before;",
    "old_buffer": "LPVOID old_buffer;",
    "last_error": "DWORD last_error;",
    "remainder": "unsigned long remainder;",
    "apart": "bool apart;",
    "stack_memory": "_Alignas(16) unsigned char stack_memory[256];",
    "heap_memory": "LPVOID heap_memory = malloc(64);",
}


class NoProgram(Exception):
    """The case cannot be run by a C program of this platform; the message is a clause that says why."""


@dataclass(frozen=True)
class Subject:
    """The library as the program names it for the platform's loader, and how the program is run."""

    platform: str
    library: str
    run: str

    @property
    def is_windows(self) -> bool:
        """Whether the program is one for Windows."""
        return platforms.named(self.platform).is_windows

    @property
    def netutils(self) -> str:
        """The netutils library beside this one."""
        return re.sub(r"[^\\/]*$", "", self.library) + "netutils.dll"


def subject_of(target: Target, wine: str = "wine") -> Subject:
    """The library as a program of its platform names it; under Wine drive Z is the root folder.

    wine: the program of the Wine that the program is run under.
    """
    wine = shlex.quote(wine)
    platform = platforms.named(target.platform)
    if not platform.is_windows:
        run = "./repro [LIBRARY]"
        if platform.emulator:
            run += f", or: {shlex.join(platform.emulator.started_in(None))} ./repro [LIBRARY]"
        return Subject(target.platform, str(target.path or target.library), run)
    if target.path is None:
        return Subject(target.platform, target.library, f"repro.exe [LIBRARY], or: {wine} repro.exe [LIBRARY]")
    if is_part_of_wine(target.path):
        # No program can load it by its path: Wine would take its own DLL of this name.
        library = wine_builtins.name_in_wine(target.path)
        return Subject(target.platform, library, f"{wine} repro.exe, with {target.path} in place of this Wine's own")
    name = target.path.name.removesuffix(".dll")
    # Without the override Wine takes a library of its own that has the same name.
    run = f"repro.exe [LIBRARY], or: WINEDLLOVERRIDES={shlex.quote(f'{name}=n')} {wine} repro.exe [LIBRARY]"
    return Subject(target.platform, "Z:" + str(target.path).replace("/", "\\"), run)


def reproducers(catalogue: Catalogue, outcome: Outcome, target: Target, wine: Path | None = None) -> dict[str, str]:
    """The programs of the cases that show that the library does not conform, as far as they make one, by id."""
    subject = subject_of(target, str(wine or "wine"))
    programs = {}
    for result in outcome.results:
        if result.verdict in NONCONFORMING:
            with suppress(NoProgram):
                programs[result.case.id] = program(catalogue, result.case, subject)
    return programs


def program(catalogue: Catalogue, case: Case, subject: Subject) -> str:
    """The text of the program. Raises NoProgram."""
    _check_runnable(case, subject)
    assert case.definition is not None
    steps = statements.steps_of(case.definition, case.steps, subject.is_windows)
    text = "\n".join(statement for step in steps for statement in step.statements)
    pointers, numbers = statements.variables_of(case.definition)
    platform = platforms.named(subject.platform)
    conditions = [step.get("only_if", {}).get("holds_buffer") for step in case.definition["steps"]]
    return _template().render(
        case=case,
        comment=list(_comment(catalogue, case)),
        **_endings(case),
        compile=f"{platform.compiler} -std=c11 -o repro{platform.executable_suffix} repro.c",
        run=subject.run,
        windows=subject.is_windows,
        library=subject.library,
        netutils=subject.netutils if statements.functions_of(case.definition, "netutils") else None,
        functions=_functions(case),
        signatures=SIGNATURES,
        statuses=statements.STATUSES,
        pointers=pointers,
        numbers=numbers,
        holders=statements.holders_of(case.definition),
        declarations=[
            line for name, line in DECLARATIONS.items() if re.search(rf"(?<![\w.]){name}(?!\w)(?!\()", _code(text))
        ],
        steps=list(zip(steps, conditions, strict=True)),
        quoted=statements.quoted,
        uses=lambda token: token in text,
    )


@cache
def _template() -> Template:
    # Loaded late: it takes as long as all the rest of a run's modules, and few runs have anything to reproduce.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("program.c.j2")


def _endings(case: Case) -> dict[str, object]:
    """What the program says and returns at its end. Where nothing is prescribed nothing can deviate."""
    if case.is_observation:
        return {
            "reproduced": 0,
            "exit_statuses": "Exit status: 0 however it ends, for nothing prescribes that; 2 where it could not run.",
            "conclusion": "came to its end",
            "deviation": "ended in this step",
            "crashed": "ended by a crash in step",
            "exited": "ended by exit in step",
        }
    return {
        "reproduced": 1,
        "exit_statuses": "Exit status: 1 where the library deviates, 0 where it does not, 2 where it could not run.",
        "conclusion": f"does not reproduce: the library does as {case.id} expects",
        "deviation": f"reproduced: the library deviates from {case.id}",
        "crashed": "reproduced: ended by a crash in step",
        "exited": "reproduced: ended by exit in step",
    }


def _check_runnable(case: Case, subject: Subject) -> None:
    if case.definition is None:
        raise NoProgram("it is a property, which has no finite list of calls")
    if case.requirements[0] == "abi/calling-convention":
        raise NoProgram("C cannot see the registers that it checks")
    if subject.is_windows:
        return
    if statements.functions_of(case.definition, "netutils"):
        raise NoProgram("it needs netutils.dll, and the library is none of Windows")
    if any("last_error" in expectation for expectation in map(str, _expectations(case))):
        raise NoProgram("it needs the last error, which only Windows has")


def _expectations(case: Case) -> Iterator[object]:
    assert case.definition is not None
    return (step.get("expect") for step in case.definition["steps"])


def _functions(case: Case) -> list[tuple[str, str, str]]:
    """Of each function that is called: the pointer's name, its own, and the library that has it."""
    assert case.definition is not None
    own = [(name, name, "library") for name in statements.functions_of(case.definition, None)]
    return own + [
        (f"netutils_{name}", name, "netutils") for name in statements.functions_of(case.definition, "netutils")
    ]


def _comment(catalogue: Catalogue, case: Case) -> Iterator[str]:
    """The lines of the comment on top; none of them can end it."""
    yield from _paragraph("", case.title)
    for requirement in (entry for entry in catalogue.requirements if entry.id in case.requirements):
        yield ""
        yield from _paragraph("Requirement  ", f"{requirement.id} ({requirement.evidence}): {requirement.statement}")
        yield from _paragraph("Source       ", requirement.source)
        yield from (f"             https://{page}" for page in requirement.pages + requirement.published_tests)
    for note in case.notes:
        yield ""
        yield from _paragraph("Effect       ", f"{note.effect}{f' ({note.source})' if note.source else ''}")


def _paragraph(label: str, text: str) -> list[str]:
    safe = " ".join(text.split()).replace("*/", "* /").replace("/*", "/ *")
    return textwrap.wrap(safe, WIDTH_COLUMNS, initial_indent=label, subsequent_indent=" " * len(label))


def _code(text: str) -> str:
    """The statements without their string literals."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
