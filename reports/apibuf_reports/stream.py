"""Reads a result stream (`results.jsonl`) and refuses one that the runner cannot have written."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from apibuf_reports.installation import SCHEMA_PATH
from apibuf_reports.text import printable, shorten

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

    from apibuf_reports.schema_fault import Fault

FORMAT = 1
LINE_TYPES = ("header", "case", "footer")
RUN_AGAIN = "run the suite again"
NAME_ANOTHER = "name a results.jsonl that a run has written"
DO_NOT_EDIT = "run the suite again rather than editing its results"


class StreamError(Exception):
    """A result stream is missing, cut off, edited, or contradicts itself; the message is one sentence."""


class Verdict(StrEnum):
    """How a case ended, in the order in which reports list it."""

    PASS = "pass"
    FAIL = "fail"
    CRASH = "crash"
    TIMEOUT = "timeout"
    HARNESS_ERROR = "harness-error"
    NOT_RUN = "not-run"
    UNSUPPORTED = "unsupported"
    OBSERVED = "observed"


class Evidence(StrEnum):
    """How well a requirement is known, best first."""

    DOCUMENTED = "documented"
    ANNOTATED = "annotated"
    WINDOWS = "windows"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class Conformity(StrEnum):
    """What a run says of an implementation, the worst first: of several runs the first of these counts."""

    DOES_NOT_CONFORM = "does-not-conform"
    COULD_NOT_RUN = "could-not-run"
    INCOMPLETE = "incomplete"
    CONFORMS_IN_PART = "conforms-in-part"
    CONFORMS = "conforms"


FAILED = frozenset({Verdict.FAIL, Verdict.CRASH, Verdict.TIMEOUT})
JUDGED = FAILED | {Verdict.PASS}
NO_RESULT = frozenset({Verdict.HARNESS_ERROR, Verdict.NOT_RUN})


Part = TypeVar("Part", bound="Record")


class Record(msgspec.Struct, frozen=True, gc=False):
    """A part of a stream, immutable. No dataclass: it is made from a line five times as fast."""


class Suite(Record, frozen=True):
    """Which suite was run."""

    version: str
    vectors_sha256: str


class Target(Record, frozen=True, omit_defaults=True):
    """The implementation that was tested; `sha256` and `version` are None where they could not be found out.

    `named_as` is how a command names it; empty in old streams. `reached_by` is empty for a library; otherwise `path` is
    a command: a `worker`, or a connector of the `functions`.
    """

    name: str
    path: str
    sha256: str | None
    version: str | None
    platform: str
    exports: tuple[str, ...]
    named_as: str = ""
    reached_by: str = ""

    @property
    def word(self) -> str:
        """What to name in a command."""
        return self.named_as or self.name


class Selection(Record, frozen=True):
    """Which cases were selected, and the claimed functions. An empty `select` means all cases, `shard` is None or
    `1/4` for example, `rerun_failed` restricts to what failed in an earlier run."""

    select: tuple[str, ...]
    functions: tuple[str, ...]
    shard: str | None
    rerun_failed: bool


class Requirement(Record, frozen=True):
    """What must hold, or a question that is left open. Addresses have no scheme, which is https."""

    id: str
    statement: str
    evidence: Evidence
    source: str
    pages: tuple[str, ...]
    published_tests: tuple[str, ...]


class Header(Record, frozen=True, omit_defaults=True):
    """What was run, on what, and when; `requirements` are those that the cases name.

    `rerun` are the words of the command that runs a case of this run again; empty in old streams.
    """

    suite: Suite
    requirements: tuple[Requirement, ...]
    target: Target
    environment: Mapping[str, str]
    selection: Selection
    profile: str
    started: str
    rerun: tuple[str, ...] = ()


class Failure(Record, frozen=True):
    """One expectation that was not met."""

    requirement: str
    what: str
    expected: str
    actual: str


class Step(Record, frozen=True):
    """One step of a case; `returned` is None where it never did."""

    text: str
    returned: str | None
    values: Mapping[str, str]
    failures: tuple[Failure, ...]


class Attempt(Record, frozen=True, omit_defaults=True):
    """What came of a flaky case in one of its runs."""

    verdict: Verdict
    expected: str
    actual: str
    reason: str
    steps: tuple[Step, ...]
    requirement: str = ""
    printed: tuple[str, ...] = ()


class Case(Record, frozen=True, omit_defaults=True):
    """A case and how it ended; `duration_us` is in microseconds, `runs` is empty unless the case is flaky.

    `varies`: run again it had the same verdict for another reason. `requirement` is the one that was not met, which
    need not be one of the case's own; empty if it is not known. `printed` are lines that the process printed in a case
    that did not come to its end. `reproducer` is a C program that shows the unexpected
    result; empty if there is nothing to show or no program can show it.
    """

    id: str
    title: str
    kind: str
    requirements: tuple[str, ...]
    evidence: Evidence
    verdict: Verdict
    expected: str
    actual: str
    reason: str
    steps: tuple[Step, ...]
    observations: Mapping[str, str]
    flaky: bool
    duration_us: int
    varies: bool = False
    runs: tuple[Attempt, ...] = ()
    requirement: str = ""
    printed: tuple[str, ...] = ()
    reproducer: str = ""

    @property
    def group(self) -> str:
        """The part of the id before the slash: the function, or `abi`."""
        return self.id.partition("/")[0]

    @property
    def spoils_the_run(self) -> bool:
        """Whether the run cannot be green because of this case."""
        return self.verdict in FAILED | NO_RESULT or self.is_unsteady

    @property
    def is_unsteady(self) -> bool:
        """Whether two runs differed that should not have. What is only observed may well vary."""
        return self.flaky and self.verdict != Verdict.OBSERVED


class Conclusion(Record, frozen=True, omit_defaults=True):
    """How the run ended, as the runner computed it; schemas/results.schema.json describes the members."""

    outcome: Conformity
    claimed_functions: int
    all_functions: int
    whole_suite: bool
    interrupted: bool
    could_not_run: bool
    judged: int
    failed: int
    flaky: int
    through_connector: bool = False


class Footer(Record, frozen=True):
    """The runner's own account of the run; `duration_ms` is in milliseconds."""

    counts: Mapping[str, int]
    by_evidence: Mapping[str, Mapping[str, int]]
    missing: tuple[str, ...]
    conformant: bool
    complete: bool
    error: str | None
    conclusion: Conclusion
    duration_ms: int
    sha256: str


class Stream(Record, frozen=True):
    """One run of the suite against one target."""

    header: Header
    cases: tuple[Case, ...]
    footer: Footer

    @property
    def says_it_all_at_its_end(self) -> bool:
        """Whether no case was run, for one reason: then the footer's error says all that there is to say."""
        not_run = all(case.verdict is Verdict.NOT_RUN for case in self.cases)
        return self.footer.error is not None and not_run and len({case.reason for case in self.cases}) <= 1


def read(path: Path) -> Stream:
    """Returns the result stream in the file `path`. Raises StreamError where it is not whole and consistent."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown error"
        message = f"{path} cannot be read ({reason}); {NAME_ANOTHER}."
        raise StreamError(printable(message)) from error
    return parse(data, str(path))


def parse(data: bytes, source: str) -> Stream:
    """Returns the result stream whose bytes are `data`; `source` names it in messages. Raises StreamError."""
    lines = _split(data, source)
    records = [_load(line, source, number) for number, line in enumerate(lines, start=1)]
    _check_order(records, source)
    before_footer = data[: data.rfind(b"\n", 0, -1) + 1]
    if hashlib.sha256(before_footer).hexdigest() != records[-1]["sha256"]:
        _refuse(source, len(lines), "the sha256 is not that of the lines before it, so they were changed", DO_NOT_EDIT)
    stream = Stream(
        _made(Header, records[0], source, 1),
        tuple(_made(Case, record, source, number) for number, record in enumerate(records[1:-1], start=2)),
        _made(Footer, records[-1], source, len(records)),
    )
    _check_cases(stream, source)
    _check_footer(stream, source, len(lines))
    return stream


def failing_step(steps: Iterable[Step]) -> Step | None:
    """Returns the first step that did not return or did not do as expected, if there is one."""
    return next((step for step in steps if step.failures or step.returned is None), None)


def tally(cases: Iterable[Case]) -> Counter[Verdict]:
    """Returns how many of the cases ended with each verdict."""
    return Counter(case.verdict for case in cases)


def tally_by_evidence(cases: Iterable[Case]) -> dict[Evidence, Counter[Verdict]]:
    """Returns for each evidence level how many of its cases ended with each verdict."""
    counts: dict[Evidence, Counter[Verdict]] = {evidence: Counter() for evidence in Evidence}
    for (evidence, verdict), count in Counter((case.evidence, case.verdict) for case in cases).items():
        counts[evidence][verdict] = count
    return counts


def _refuse(source: str, line: int, what: str, mend: str) -> NoReturn:
    raise StreamError(printable(f"{source}, line {line}: {what}; {mend}."))


def _split(data: bytes, source: str) -> list[str]:
    if not data:
        _refuse(source, 1, "the file is empty", RUN_AGAIN)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(source, line, "the bytes are not UTF-8 text", NAME_ANOTHER)
    *lines, rest = text.split("\n")
    if rest:
        _refuse(source, len(lines) + 1, "no line feed ends the line, so the file was cut off", RUN_AGAIN)
    return lines


def _load(line: str, source: str, number: int) -> dict[str, Any]:
    try:
        record = _decoded(line)
    except (ValueError, RecursionError):
        _refuse(source, number, "the line is not one JSON value", NAME_ANOTHER)
    if not isinstance(record, dict) or record.get("type") not in LINE_TYPES:
        _refuse(source, number, f"the line's type is none of {', '.join(LINE_TYPES)}", DO_NOT_EDIT)
    if record["type"] == "header" and type(record.get("format")) is int and record["format"] > FORMAT:
        what = f"the stream has format {record['format']}, and this suite reads formats up to {FORMAT}"
        _refuse(source, number, what, "use the suite that wrote it, or a newer one")
    fault = _fault(record)
    if fault is not None:
        what, place = shorten(fault.what, 200), shorten(fault.place, 100)
        _refuse(source, number, f"the {record['type']} breaks its schema at {place} ({what})", DO_NOT_EDIT)
    return record


def _decoded(line: str) -> Any:
    """Returns the JSON value. Raises ValueError, RecursionError."""
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        # It is three times as fast as Python's own, and refuses lone surrogates, which JSON and Python can hold.
        return json.loads(line)


def _made(kind: type[Part], record: Mapping[str, Any], source: str, number: int) -> Part:
    """Returns the record as an object; its schema has been checked."""
    try:
        return msgspec.convert(record, kind)
    except msgspec.ValidationError as error:
        # To a schema 1.0 is an integer.
        _refuse(source, number, f"the {record['type']} cannot be read ({error})", DO_NOT_EDIT)


def _fault(record: Mapping[str, Any]) -> "Fault | None":
    # Loaded late: what reads no stream, such as `--help`, shall not wait for it.
    from apibuf_reports.schema_fault import find_fault

    return find_fault(_validator(record["type"]), record)


@cache
def _validator(line_type: str) -> "Draft202012Validator":
    """Compiles the schema of one type of line."""
    from jsonschema_rs import Draft202012Validator

    definitions = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))["$defs"]
    return Draft202012Validator({"$defs": definitions, **definitions[line_type]})


def _check_order(records: Sequence[Mapping[str, Any]], source: str) -> None:
    if records[0]["type"] != "header":
        _refuse(source, 1, f"the stream starts with a {records[0]['type']} instead of its header", DO_NOT_EDIT)
    for number, record in enumerate(records[1:], start=2):
        if record["type"] == "header":
            _refuse(source, number, "a second header begins", "keep each run's results in a file of its own")
        if record["type"] == "footer" and number < len(records):
            _refuse(source, number + 1, "a line follows the footer", DO_NOT_EDIT)
    if records[-1]["type"] != "footer":
        _refuse(source, len(records), "the stream ends without its footer, so the run was cut short", RUN_AGAIN)


def _check_cases(stream: Stream, source: str) -> None:
    stated = {requirement.id for requirement in stream.header.requirements}
    seen: dict[str, int] = {}
    for number, case in enumerate(stream.cases, start=2):
        if case.id in seen:
            _refuse(source, number, f"the case {case.id} was already reported in line {seen[case.id]}", DO_NOT_EDIT)
        seen[case.id] = number
        if not stated.issuperset((*case.requirements, *filter(None, [case.requirement]))):
            _refuse(source, number, f"the header does not state a requirement of the case {case.id}", DO_NOT_EDIT)
        if case.verdict == Verdict.PASS and any(step.failures for step in case.steps):
            _refuse(source, number, f"the case {case.id} is a pass in spite of a failure in its steps", DO_NOT_EDIT)
        if case.verdict == Verdict.PASS and case.flaky:
            _refuse(source, number, f"the case {case.id} is a pass in spite of being flaky", DO_NOT_EDIT)


def _check_footer(stream: Stream, source: str, line: int) -> None:
    cases, footer = stream.cases, stream.footer
    # Counters take an absent verdict for zero, as the format does.
    if Counter(footer.counts) != tally(cases):
        _refuse(source, line, "the counts are not those of the cases", DO_NOT_EDIT)
    by_evidence = tally_by_evidence(cases)
    for evidence in Evidence:
        if Counter(footer.by_evidence.get(evidence, {})) != by_evidence[evidence]:
            _refuse(source, line, f"by_evidence does not count the {evidence} cases right", DO_NOT_EDIT)
    if footer.conclusion.through_connector and stream.header.target.reached_by != "functions":
        _refuse(source, line, "the conclusion is about a connector, and the header names none", DO_NOT_EDIT)
    # What the outcome needs of these facts is in the schema.
    facts = {
        "claimed_functions": len(stream.header.selection.functions),
        "judged": sum(case.verdict in JUDGED for case in cases),
        "failed": sum(case.verdict in FAILED for case in cases),
        "flaky": sum(case.is_unsteady for case in cases),
    }
    for name, counted in facts.items():
        stated = getattr(footer.conclusion, name)
        if stated != counted:
            _refuse(source, line, f"the conclusion says {stated} for {name}, and it is {counted}", DO_NOT_EDIT)
