"""What there is to run: the requirements and cases that the worker carries (`apibuf-worker --catalogue`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = 1

EVIDENCE = ("documented", "annotated", "windows", "inferred", "unknown")
"""How well a requirement is known, best first; what is unknown is observed and never judged."""

FUNCTIONS = ("NetApiBufferAllocate", "NetApiBufferFree", "NetApiBufferReallocate", "NetApiBufferSize")
"""The four functions that an implementation claims unless it says otherwise."""


class CatalogueError(Exception):
    """What the worker printed is no catalogue of the format that this runner reads."""


@dataclass(frozen=True)
class Suite:
    """Which suite was run: its version and the digest of its vectors."""

    version: str
    vectors_sha256: str


@dataclass(frozen=True)
class Requirement:
    """One requirement or open question, as vectors/requirements.json states it."""

    id: str
    statement: str
    evidence: str
    source: str
    pages: tuple[str, ...]
    published_tests: tuple[str, ...]
    not_covered: str | None


@dataclass(frozen=True)
class Note:
    """What happens to programs where a case does not hold, and where that is documented."""

    effect: str
    source: str | None


@dataclass(frozen=True)
class Case:
    """One case; `evidence` is the weakest of its requirements' and of what it `relies_on` beside them.

    `functions` are the exports that it calls, `step_requirements` of each step what it tests or takes for granted.
    `any_of` are further ones, of which it needs one: functions that return buffers, from a server where there is one.
    `undisturbed`: its threads meet only where no other case wants the cores.
    `not_through_connectors`: why it cannot be run through one; empty if it can.
    """

    id: str
    title: str
    kind: str
    requirements: tuple[str, ...]
    evidence: str
    functions: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    alone: bool = False
    undisturbed: bool = False
    not_through_connectors: str = ""
    relies_on: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    step_requirements: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    definition: Mapping[str, Any] | None = None

    @property
    def is_observation(self) -> bool:
        """Nothing prescribes what this case shows: it is recorded and never judged."""
        return self.evidence == "unknown"

    @property
    def wants_own_process(self) -> bool:
        """Other cases would disturb it, or it them; what is observed shall not depend on what was run before."""
        return self.alone or self.is_observation

    @property
    def is_remotable(self) -> bool:
        """Whether it may call functions that a server answers."""
        return bool(self.any_of)


@dataclass(frozen=True)
class Catalogue:
    """All requirements and all cases, in the suite's order."""

    suite: Suite
    requirements: tuple[Requirement, ...]
    cases: tuple[Case, ...]

    def covering(self, requirement_id: str) -> tuple[Case, ...]:
        """The cases that name this requirement."""
        return tuple(case for case in self.cases if requirement_id in case.requirements)


def parse(text: str) -> Catalogue:
    """Reads what `--catalogue` printed. Raises CatalogueError."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise CatalogueError(f"the catalogue has format {document['format']}, this runner reads {FORMAT}")
        return Catalogue(
            suite=Suite(**document["suite"]),
            requirements=tuple(_requirement(entry) for entry in document["requirements"]),
            cases=tuple(_case(entry) for entry in document["cases"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CatalogueError(f"the worker's catalogue cannot be read: {type(error).__name__}: {error}") from error


def _requirement(entry: Mapping[str, Any]) -> Requirement:
    return Requirement(
        id=entry["id"],
        statement=entry["statement"],
        evidence=entry["evidence"],
        source=entry["source"],
        pages=tuple(entry.get("pages", ())),
        published_tests=tuple(entry.get("published_tests", ())),
        not_covered=entry.get("not_covered"),
    )


def _case(entry: Mapping[str, Any]) -> Case:
    return Case(
        id=entry["id"],
        title=entry["title"],
        kind=entry["kind"],
        requirements=tuple(entry["requirements"]),
        evidence=entry["evidence"],
        functions=tuple(entry["functions"]),
        any_of=tuple(entry["any_of"]),
        alone=entry["alone"],
        undisturbed=entry["undisturbed"],
        not_through_connectors=entry.get("not_through_connectors", ""),
        relies_on=tuple(entry["relies_on"]),
        steps=tuple(entry.get("steps", ())),
        step_requirements=tuple(entry.get("step_requirements", ())),
        notes=tuple(Note(note["effect"], note.get("source")) for note in entry.get("notes", ())),
        definition=entry.get("definition"),
    )
