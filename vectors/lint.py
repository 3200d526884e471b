#!/usr/bin/env python3
"""Checks the vectors beyond what their schemas can say, and keeps coverage.md.

    vectors/lint.py [--catalogue FILE] [--update]

Exit codes: 0 all is well; 1 findings, one sentence each; 2 wrong usage or an unreadable file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

Json = dict[str, Any]

EVIDENCE = ("documented", "annotated", "windows", "inferred", "unknown")  # strongest first
NOT_CASES = ("requirements.json", "retired.json")
SUCCESS = "NERR_Success"

BYTES, BUFFER, OUT_BUFFER, OUT_BYTES = "bytes", "buffer", "out buffer", "out bytes"
PARAMETERS = {
    "NetApiBufferAllocate": {"ByteCount": BYTES, "Buffer": OUT_BUFFER},
    "NetApiBufferFree": {"Buffer": BUFFER},
    "NetApiBufferReallocate": {"OldBuffer": BUFFER, "NewByteCount": BYTES, "NewBuffer": OUT_BUFFER},
    "NetApiBufferSize": {"Buffer": BUFFER, "ByteCount": OUT_BYTES},
    "NetapipBufferAllocate": {"ByteCount": BYTES, "Buffer": OUT_BUFFER},
}
ARGUMENT_TYPES: dict[str, tuple[type, ...]] = {
    BYTES: (int, str),
    BUFFER: (str, dict, type(None)),
    OUT_BUFFER: (str, type(None)),
    OUT_BYTES: (str, type(None)),
}

JUDGING = {"expect", "check", "aligned", "disjoint", "exported"}
"""The members by which a step judges."""

GUARDS: dict[str, Callable[[Json], bool]] = {
    "abi/calling-convention": lambda step: "call" in step,
    "abi/full-pointers": lambda step: OUT_BUFFER in PARAMETERS.get(step.get("call", ""), {}).values(),
    "size/writes-32-bits": lambda step: OUT_BYTES in PARAMETERS.get(step.get("call", ""), {}).values(),
}
"""The steps in which the call path guards a requirement: see conformance/PROTOCOL.md."""

PUBLISHED_ID = re.compile(r"`([a-z]+/[a-z0-9-]+)`( \(property\))?")


class InputError(Exception):
    """A file cannot be read as what it should be."""


@dataclass(frozen=True)
class Finding:
    """One fault: where it is, what it is, and how to mend it."""

    file: str
    id: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {self.id}: {self.what}; {self.mend}."


@dataclass(frozen=True)
class Property:
    """A case that is code: its id and the ids of its requirements."""

    id: str
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A case as the catalogue lists it: what it relies on beside its requirements, and the evidence that follows."""

    id: str
    requirements: tuple[str, ...]
    relies_on: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class Sources:
    """Everything that is checked. `properties` is None, and `listed` empty, where no catalogue was given."""

    documents: dict[str, Json]
    schemas: dict[str, Json]
    properties: tuple[Property, ...] | None
    listed: tuple[Listed, ...]
    coverage: str

    @property
    def requirements(self) -> dict[str, Json]:
        """The requirements by id, in the file's order."""
        return {entry["id"]: entry for entry in self.documents["requirements.json"]["requirements"]}

    @property
    def retired(self) -> set[str]:
        """The ids that must never come back."""
        return {entry["id"] for entry in self.documents["retired.json"]["retired"]}

    @property
    def cases(self) -> list[tuple[str, Json]]:
        """Every case with the name of its file."""
        return [
            (file, case)
            for file, document in self.documents.items()
            if file not in NOT_CASES
            for case in document["cases"]
        ]

    @property
    def known_properties(self) -> tuple[Property, ...]:
        """The catalogue's properties, or those that coverage.md last recorded."""
        return recorded_properties(self.coverage) if self.properties is None else self.properties

    def cases_of(self, requirement: str) -> list[str]:
        """The ids of the vectors, then of the properties, that name a requirement."""
        vectors = [case["id"] for _, case in self.cases if requirement in case["requirements"]]
        # Sorted, since coverage.md does not keep the catalogue's order.
        return vectors + sorted(each.id for each in self.known_properties if requirement in each.requirements)


# Reading


def read_text(path: Path) -> str:
    """Reads a UTF-8 file. Raises InputError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}.") from error


def read_json(path: Path) -> Json:
    """Reads one JSON object. Raises InputError."""
    try:
        document = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path} is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise InputError(f"{path} does not hold a JSON object.")
    return document


def read_catalogue(path: Path) -> tuple[tuple[Property, ...], tuple[Listed, ...]]:
    """Reads a worker's catalogue: its properties, and all of its cases. Raises InputError."""
    try:
        cases = read_json(path)["cases"]
        properties = tuple(
            Property(case["id"], tuple(case["requirements"])) for case in cases if case["kind"] == "property"
        )
        return properties, tuple(
            Listed(case["id"], tuple(case["requirements"]), tuple(case["relies_on"]), case["evidence"])
            for case in cases
        )
    except (KeyError, TypeError) as error:
        raise InputError(f"{path} is not a worker's catalogue: print one with apibuf-worker --catalogue.") from error


def read_sources(folder: Path, catalogue: Path | None) -> Sources:
    """Reads the folder of the vectors. Raises InputError."""
    names = sorted({path.name for path in folder.glob("*.json")} | set(NOT_CASES))
    coverage = folder / "coverage.md"
    properties, listed = (None, ()) if catalogue is None else read_catalogue(catalogue)
    return Sources(
        documents={name: read_json(folder / name) for name in names},
        schemas={
            kind: read_json(folder / "schemas" / f"{kind}.schema.json") for kind in ("requirements", "retired", "cases")
        },
        properties=properties,
        listed=listed,
        coverage=read_text(coverage) if coverage.exists() else "",
    )


# Schemas


def schema_findings(sources: Sources) -> Iterator[Finding]:
    """Every violation of a schema, at its most telling place."""
    for file, document in sources.documents.items():
        kind = file.removesuffix(".json") if file in NOT_CASES else "cases"
        for error in Draft202012Validator(sources.schemas[kind]).iter_errors(document):
            place = best_match([error])
            what = shorten(f"{place.json_path}: {place.message}")
            yield Finding(file, id_at(document, list(place.absolute_path)), what, f"follow schemas/{kind}.schema.json")


def id_at(document: Json, path: Sequence[str | int]) -> str:
    """The id of the entry that a path leads into, or "the file"."""
    entry = document[str(path[0])][path[1]] if len(path) > 1 and isinstance(path[1], int) else {}
    return str(entry.get("id", "an entry without an id")) if entry and isinstance(entry, dict) else "the file"


def shorten(text: str, characters: int = 200) -> str:
    """Cuts a long text at its end."""
    return text if len(text) <= characters else text[:characters] + " ..."


# Ids


def id_findings(sources: Sources) -> Iterator[Finding]:
    """Ids that are used twice, used again, in the wrong file, or gone."""
    placed = [("requirements.json", entry["id"]) for entry in sources.documents["requirements.json"]["requirements"]]
    cases = [(file, case["id"]) for file, case in sources.cases]
    cases += [("the catalogue", each.id) for each in sources.properties or ()]
    for ids in (placed, cases):
        for id, times in Counter(id for _, id in ids).items():
            if times > 1:
                file = next(file for file, other in reversed(ids) if other == id)
                yield Finding(file, id, f"the id is used {times} times", "choose another id for the newer one")
    for file, id in placed + cases:
        if id in sources.retired:
            yield Finding(file, id, "the id was retired and is used again", "choose a new id")
    for file, id in cases:
        if file.endswith(".json") and id.split("/")[0] != file.removesuffix(".json"):
            yield Finding(file, id, "the id's group is not the file's function", "rename the new case or move it")
    known = {id for _, id in placed + cases} | {each.id for each in sources.known_properties} | sources.retired
    for id in sorted(published_ids(sources.coverage) - known):
        yield Finding("coverage.md", id, "the id was published and is gone", "bring it back or list it in retired.json")


def requirement_findings(sources: Sources) -> Iterator[Finding]:
    """Requirements and cases that do not name each other."""
    requirements = sources.requirements
    for id, entry in requirements.items():
        cases = sources.cases_of(id)
        if cases and "not_covered" in entry:
            yield Finding("requirements.json", id, f"it is not_covered, yet {cases[0]} names it", "remove not_covered")
        if not cases and "not_covered" not in entry and sources.properties is not None:
            yield Finding("requirements.json", id, "no case names it", "write a case, or say why not in not_covered")
    named = [(file, case["id"], case["requirements"]) for file, case in sources.cases]
    named += [("the catalogue", each.id, each.requirements) for each in sources.properties or ()]
    for file, case_id, ids in named:
        for id in ids:
            if id not in requirements:
                yield Finding(file, case_id, f"it names the unknown requirement {id}", "add that to requirements.json")


def evidence_findings(sources: Sources) -> Iterator[Finding]:
    """Cases of the catalogue that rely on what is no requirement, or whose evidence is not the weakest of all."""
    requirements = sources.requirements
    for case in sources.listed:
        unknown = [id for id in case.relies_on if id not in requirements]
        for id in unknown:
            yield Finding(
                "the catalogue", case.id, f"it relies on the unknown requirement {id}", "add that to requirements.json"
            )
        if unknown or any(id not in requirements for id in case.requirements):
            continue
        levels = [requirements[id]["evidence"] for id in case.requirements + case.relies_on]
        weakest = max(levels, key=EVIDENCE.index, default=case.evidence)
        if case.evidence != weakest:
            yield Finding(
                "the catalogue",
                case.id,
                f"its evidence is {case.evidence} in spite of what it relies on",
                f"build the worker anew: it has to be {weakest}",
            )


def note_findings(file: str, document: Json) -> Iterator[Finding]:
    """Notes that are named and not there, or there and not named."""
    named = [(case["id"], note) for case in document["cases"] for note in case.get("notes", ())]
    for id, note in named:
        if note not in document["notes"]:
            yield Finding(file, id, f"the note {note} is not defined in this file", "define it under notes")
    for note in sorted(document["notes"].keys() - {note for _, note in named}):
        yield Finding(file, note, "no case names this note", "name it in a case or remove it")


# Cases


def is_observation(case: Json, requirements: dict[str, Json]) -> bool:
    """Whether the weakest evidence of a case is `unknown`."""
    return any(requirements.get(id, {}).get("evidence") == "unknown" for id in case["requirements"])


def misuses(case: Json) -> bool:
    """Whether a case passes what no correct program passes: an argument such as {"freed": "a"}."""
    return any(isinstance(value, dict) for step in case["steps"] for value in step.get("arguments", {}).values())


def judges(case: Json) -> bool:
    """Whether a step compares something, or a guard of the call path looks at what the case is about."""
    return any(
        compares(step) or any(GUARDS[id](step) for id in case["requirements"] if id in GUARDS) for step in case["steps"]
    )


def compares(step: Json) -> bool:
    """Whether a step compares more than the status of a call that may fail."""
    return bool(JUDGING & step.keys()) and not (step.get("may_fail") and step["expect"].keys() == {"status"})


def case_findings(file: str, case: Json, requirements: dict[str, Json]) -> Iterator[Finding]:
    """What is wrong with one case, looked at by itself."""
    if misuses(case) and not is_observation(case, requirements):
        yield Finding(
            file,
            case["id"],
            "it judges a call with freed, inside or foreign memory",
            "name a requirement of evidence unknown",
        )
    elif misuses(case) and not case.get("alone"):
        yield Finding(file, case["id"], "it passes freed, inside or foreign memory without alone", 'add "alone": true')
    if not is_observation(case, requirements) and not judges(case):
        yield Finding(
            file, case["id"], "no step of it judges anything", "expect something of a call, or check a buffer"
        )
    wrong = [finding for step in case["steps"] if "call" in step for finding in call_faults(step)]
    # Variables can only be followed through calls that are whole.
    for what, mend in wrong or Variables().faults(case):
        yield Finding(file, case["id"], what, mend)


Fault = tuple[str, str]
"""What is wrong, and how to mend it."""


def call_faults(step: Json) -> Iterator[Fault]:
    """Arguments, expectations and observations that are not of the called function."""
    function, parameters = step["call"], PARAMETERS[step["call"]]
    if step["arguments"].keys() != parameters.keys():
        yield f"the arguments of {function} are not exactly its parameters", f"give {', '.join(parameters)}"
        return
    for name, kind in parameters.items():
        if not isinstance(step["arguments"][name], ARGUMENT_TYPES[kind]):
            value = json.dumps(step["arguments"][name])
            yield f"{name} of {function} cannot be {value}", "give what the parameter takes"
    if "variable_holds" in step and not can_hold(step):
        yield f"no variable of {function} can hold that", "give what its out-parameter's variable can hold"
    results = {"status", "last_error"} | {name for name, kind in parameters.items() if kind in (OUT_BUFFER, OUT_BYTES)}
    expected = {member for outcome in outcomes(step) for member in outcome}
    observed = set(step.get("observe", {}).values()) - ({"address"} if function == "NetApiBufferReallocate" else set())
    for member in sorted((expected | observed) - results):
        yield f"{function} has no {member} to look at", "remove that from expect or observe"
    if step.get("may_fail") and may(step, success=False):
        yield "may_fail is said of a call that is expected to fail, or may", "expect success, or remove may_fail"


def can_hold(step: Json) -> bool:
    """Whether the call has a variable for what it stores, which it does not read, and which can hold what is said."""
    arguments, held = step["arguments"], step["variable_holds"]
    for name, kind in PARAMETERS[step["call"]].items():
        if kind == OUT_BYTES:
            return arguments[name] is not None and isinstance(held, int)
        if kind == OUT_BUFFER:
            return arguments[name] not in (None, arguments.get("OldBuffer")) and not isinstance(held, int)
    return False


def outcomes(step: Json) -> list[Json]:
    """The outcomes that a call may have; none where nothing is expected of it."""
    expect = step.get("expect")
    return [] if expect is None else expect.get("any_of", [expect])


def allows(outcome: Json, *, success: bool) -> bool:
    """Whether an outcome has room for success, or for failure."""
    status = outcome["status"]
    if isinstance(status, str):
        return (status == SUCCESS) == success
    if "not" in status:
        return status["not"] != SUCCESS if success else True
    return any((name == SUCCESS) == success for name in status["any_of"])


def may(step: Json, *, success: bool) -> bool:
    """Whether a call may succeed, or may fail; a call of which nothing is expected may do both."""
    return not outcomes(step) or any(allows(outcome, success=success) for outcome in outcomes(step))


class Held(Enum):
    """What a pointer variable holds, as far as the expectations tell."""

    NOTHING = "nothing"
    NULL = "NULL"
    BUFFER = "a live buffer"
    PERHAPS = "a live buffer only if a call succeeded"
    LEFT = "what a Reallocate through one variable left, met or not"
    DOUBTFUL = "a buffer that may be gone"


UNSETTLED = (Held.BUFFER, Held.PERHAPS, Held.LEFT, Held.DOUBTFUL)


class Variables:
    """Follows the variables of one case through its steps, both ways where a call may succeed or fail."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.sizes: set[str] = set()
        self.released: set[str] = set()

    def faults(self, case: Json) -> Iterator[Fault]:
        """What is wrong with the use of variables, step by step, and with what is left at the end."""
        for step in case["steps"]:
            if "call" in step:
                yield from self.call(step)
            elif "exported" not in step:
                yield from self.memory(step)
        abandoned = set(case.get("abandons", ()))
        left = {name for name, held in self.held.items() if held in UNSETTLED}
        for name in sorted(left - abandoned):
            yield f"the case ends while {name} holds {self.held[name].value}", "free it or name it in abandons"
        for name in sorted(abandoned - left):
            yield f"it abandons {name}, which holds {self.of(name).value}", "remove it from abandons"

    def of(self, name: str) -> Held:
        return self.held.get(name, Held.NOTHING)

    def call(self, step: Json) -> Iterator[Fault]:
        """Checks what goes into a call, then notes what comes out."""
        arguments, parameters = step["arguments"], PARAMETERS[step["call"]]
        yield from self.guard(step)
        for name, kind in parameters.items():
            if kind == BYTES:
                yield from self.amount(arguments[name])
            elif kind == BUFFER:
                yield from self.pointer(arguments[name], step)
        if isinstance(step.get("variable_holds"), str):
            yield from self.live(step["variable_holds"], step)
        old = next((arguments[name] for name, kind in parameters.items() if kind == BUFFER), None)
        for name, kind in parameters.items():
            if kind == OUT_BYTES and arguments[name] is not None:
                self.sizes.add(arguments[name])
            elif kind == OUT_BUFFER and arguments[name] not in (None, old):
                yield from self.overwritten(arguments[name])
        if step["call"] != "NetApiBufferSize":
            self.hand_over(step, old)

    def hand_over(self, step: Json, old: Any) -> None:
        """Notes what a call did to the buffer that it took and to the variable that it stores to."""
        function, guard = step["call"], step.get("only_if", {}).get("holds_buffer")
        new = step["arguments"].get("NewBuffer" if function == "NetApiBufferReallocate" else "Buffer")
        new = None if function == "NetApiBufferFree" else new
        succeeds, fails = may(step, success=True), may(step, success=False)
        if isinstance(old, dict) and "inside" in old:
            self.held[old["inside"]] = Held.DOUBTFUL
        elif isinstance(old, str) and old != new and succeeds:
            # A Free that is only observed releases all the same: nothing later may touch the buffer.
            certain = (function == "NetApiBufferFree" or not fails) and guard in (None, old)
            self.held[old] = Held.NOTHING if certain else Held.DOUBTFUL
            self.released.add(old)
        if new is not None:
            self.held[new] = self.stored(step, aliased=old == new, certain=not fails and guard is None)

    def stored(self, step: Json, *, aliased: bool, certain: bool) -> Held:
        """What a call leaves in its out-parameter."""
        if certain:
            return Held.NULL if step["arguments"].get("NewByteCount") == 0 else Held.BUFFER
        if aliased:
            return Held.LEFT
        return Held.PERHAPS if may(step, success=True) else Held.NOTHING

    def memory(self, step: Json) -> Iterator[Fault]:
        """Checks a step that reads or writes buffers, or looks at addresses."""
        yield from self.guard(step)
        uses = [(each["buffer"], each["bytes"]) for each in step.get("disjoint", ())]
        uses += [(step[verb], step.get("bytes", 0)) for verb in ("fill", "check", "aligned", "inspect") if verb in step]
        for name, amount in uses:
            yield from self.live(name, step)
            yield from self.amount(amount)
        yield from self.amount(step.get("from", 0))

    def guard(self, step: Json) -> Iterator[Fault]:
        name = step.get("only_if", {}).get("holds_buffer")
        if name is not None and self.of(name) in (Held.NOTHING, Held.DOUBTFUL):
            yield f"only_if asks for {name}, which holds {self.of(name).value}", "ask for what a call stored"

    def amount(self, amount: int | str) -> Iterator[Fault]:
        if isinstance(amount, str) and amount not in self.sizes:
            yield f"the 32-bit variable {amount} holds nothing", "let NetApiBufferSize store to it first"

    def live(self, name: str, step: Json) -> Iterator[Fault]:
        """A buffer whose memory is touched must be there, or be asked for by only_if."""
        guarded = step.get("only_if", {}).get("holds_buffer") == name
        if self.of(name) != Held.BUFFER and not (guarded and self.of(name) in (Held.PERHAPS, Held.LEFT)):
            yield f"it uses {name}, which holds {self.of(name).value}", "use a live buffer, only_if one may be missing"

    def pointer(self, value: Any, step: Json) -> Iterator[Fault]:
        """An in-parameter must hold something, and misuse must be of what it says."""
        if isinstance(value, str):
            accepted = (Held.NULL,) if step["call"] == "NetApiBufferSize" else (Held.NULL, Held.LEFT)
            if self.of(value) not in accepted:
                yield from self.live(value, step)
        elif value is not None and "inside" in value:
            yield from self.live(value["inside"], step)
        elif value is not None and "freed" in value and value["freed"] not in self.released:
            yield f"it passes {value['freed']} as freed, which was not", "free it first"

    def overwritten(self, name: str) -> Iterator[Fault]:
        if self.of(name) in UNSETTLED:
            yield f"a call stores to {name}, which holds {self.of(name).value}", "free it first or use another variable"


# Coverage


def published_ids(coverage: str) -> set[str]:
    """Every id in the ledger that coverage.md is."""
    return {id for row in ledger(coverage) for id, _ in PUBLISHED_ID.findall(row)}


def recorded_properties(coverage: str) -> tuple[Property, ...]:
    """The properties in coverage.md, each with its requirements."""
    requirements: dict[str, list[str]] = {}
    for row in ledger(coverage):
        (requirement, _), *cases = PUBLISHED_ID.findall(row)
        for id, mark in cases:
            if mark:
                requirements.setdefault(id, []).append(requirement)
    return tuple(Property(id, tuple(named)) for id, named in requirements.items())


def ledger(coverage: str) -> list[str]:
    """The rows of coverage.md that begin with a requirement's id."""
    return [line for line in coverage.splitlines() if re.match(r"\| `[a-z]+/", line)]


def render_coverage(sources: Sources) -> str:
    """coverage.md as it should be."""
    vectors = {case["id"] for _, case in sources.cases}
    rows = [coverage_row(entry, sources.cases_of(id), vectors) for id, entry in sources.requirements.items()]
    judged = [entry for entry in sources.requirements.values() if entry["evidence"] != "unknown"]
    covered = [entry for entry in judged if sources.cases_of(entry["id"])]
    return "\n".join(
        [
            "# Coverage",
            "",
            "Which cases show which requirement. Generated by `vectors/lint.py --update`; also the ledger of every id",
            "that was published: one that leaves this table must be listed in `retired.json`.",
            "",
            f"{len(covered)} of {len(judged)} requirements are covered; {len(rows) - len(judged)} questions are open.",
            f"There are {len(vectors)} vectors and {len(sources.known_properties)} properties.",
            "",
            "| requirement | evidence | cases | which, or why there is none |",
            "| ----------- | -------- | ----: | --------------------------- |",
            *rows,
            "",
        ]
    )


def coverage_row(requirement: Json, cases: list[str], vectors: set[str]) -> str:
    """One row: the ids of the cases, or the reason why there is none."""
    listed = ", ".join(f"`{id}`" if id in vectors else f"`{id}` (property)" for id in cases)
    reason = requirement.get("not_covered", "no vector").replace("|", "\\|").replace("`", "'")
    return f"| `{requirement['id']}` | {requirement['evidence']} | {len(cases)} | {listed or reason} |"


def coverage_findings(sources: Sources) -> Iterator[Finding]:
    """Whether coverage.md is what the sources make of it."""
    if sources.coverage != render_coverage(sources):
        yield Finding("coverage.md", "the file", "it is stale", "run vectors/lint.py --update")


# The whole


def lint(sources: Sources) -> list[Finding]:
    """Every finding but a stale coverage.md; only those of the schemas where a schema is violated."""
    findings = list(schema_findings(sources))
    if findings:
        return findings
    findings += id_findings(sources)
    findings += requirement_findings(sources)
    findings += evidence_findings(sources)
    for file, document in sources.documents.items():
        if file not in NOT_CASES:
            findings += note_findings(file, document)
    for file, case in sources.cases:
        findings += case_findings(file, case, sources.requirements)
    return findings


def main(arguments: Sequence[str] | None = None, folder: Path = Path(__file__).parent) -> int:
    """Runs the lint over the vectors in `folder` and returns the exit code."""
    parser = argparse.ArgumentParser(description="Checks the vectors and keeps coverage.md.")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="what apibuf-worker --catalogue prints")
    parser.add_argument("--update", action="store_true", help="write coverage.md where all other checks hold")
    options = parser.parse_args(arguments)
    try:
        sources = read_sources(folder, options.catalogue)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    findings = lint(sources)
    if options.update and not findings:
        (folder / "coverage.md").write_text(render_coverage(sources), encoding="utf-8")
    elif not findings:
        findings += coverage_findings(sources)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
