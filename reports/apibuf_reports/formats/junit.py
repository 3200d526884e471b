"""JUnit XML for continuous-integration servers. Every case is in it, whatever its verdict.

A first suite holds a test case for each likely cause of what did not pass. The elements are those of Jenkins' schema
(junit-10.xsd), of which GitLab shows name, class name and the text of what failed.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from apibuf_reports import causes, wording
from apibuf_reports.causes import Cause
from apibuf_reports.stream import FAILED, NO_RESULT, Case, Stream, Verdict
from apibuf_reports.text import printable

DESCRIPTION = "JUnit XML: a test suite of the likely causes, then one for each function with a test case for each case"
FILE_NAME = "junit.xml"


def render(streams: Sequence[Stream]) -> str:
    """Returns one JUnit document with all the streams."""
    root = Element("testsuites", name="apibuf")
    root.extend(chain.from_iterable(map(_suites, streams)))
    _count(root, (case for stream in streams for case in stream.cases))
    # Each suite says how many are skipped; the schema has no such attribute for all of them.
    del root.attrib["skipped"]
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suites(stream: Stream) -> Iterable[Element]:
    found = causes.find(stream.cases)
    if found:
        yield _suite_of_causes(stream, found)
    elsewhere = causes.blocked_by(found)
    title_by_id = {case.id: cause.title for cause in found for case in cause.cases}
    for group in dict.fromkeys(case.group for case in stream.cases):
        cases = [case for case in stream.cases if case.group == group]
        suite = _suite(stream, group)
        suite.extend(_test_case(stream, case, title_by_id, elsewhere) for case in cases)
        _count(suite, cases)
        yield suite
    if not stream.footer.conformant and not any(case.spoils_the_run for case in stream.cases):
        yield _suite_of_the_run(stream)


def _suite(stream: Stream, name: str) -> Element:
    suite = Element("testsuite", name=_class_name(stream, name))
    suite.append(_properties(stream))
    return suite


def _suite_of_causes(stream: Stream, found: Sequence[Cause]) -> Element:
    """Returns a suite with a failure for each cause: what deviates, the case that shows it, and which others it has."""
    suite = _suite(stream, "causes")
    for cause in found:
        test = SubElement(
            suite, "testcase", classname=_class_name(stream, "causes"), name=printable(cause.title), time=_seconds(0)
        )
        failure = SubElement(test, "failure", type="cause", message=printable(wording.cause(cause)))
        others = [case.id for case in cause.cases[1:]]
        failure.text = "\n".join(
            [
                printable(cause.example.id),
                _details(stream, cause.example, wording.cause_details(stream, cause)),
                *(["also in:"] if others else []),
                *others,
            ]
        )
    _count(suite, ())
    return suite


def _suite_of_the_run(stream: Stream) -> Element:
    """Returns a suite with one error, for a run that is not green for a reason that no case shows."""
    suite = _suite(stream, "run")
    test = SubElement(suite, "testcase", classname=_class_name(stream, "run"), name="run")
    SubElement(test, "error", type="run", message=printable(wording.conclusion(stream)))
    _count(suite, ())
    return suite


def _count(element: Element, cases: Iterable[Case]) -> None:
    """Stores how many test cases lie below the element, how they ended, and the time in seconds."""
    element.set("tests", str(len(list(element.iter("testcase")))))
    element.set("failures", str(len(list(element.iter("failure")))))
    element.set("errors", str(len(list(element.iter("error")))))
    element.set("skipped", str(len(list(element.iter("skipped")))))
    # The schema allows no more than milliseconds here, where Surefire writes `1,234.567`.
    element.set("time", f"{sum(case.duration_us for case in cases) / 1_000_000:.3f}")


def _test_case(stream: Stream, case: Case, title_by_id: Mapping[str, str], blocked_by: Mapping[str, str]) -> Element:
    """Returns a case; the mappings give by its id the title of its cause, and the case that blocks it."""
    test = Element(
        "testcase",
        classname=_class_name(stream, case.group),
        name=printable(case.id),
        time=_seconds(case.duration_us),
    )
    tag = _outcome_tag(case)
    if tag is not None:
        message = case.reason or f"expected {case.expected}, actual {case.actual}"
        outcome = SubElement(test, tag, type=wording.verdict(case), message=printable(message))
        cause, blocking = title_by_id.get(case.id, ""), blocked_by.get(case.id, "")
        first = [("blocked by", blocking), ("cause", cause)]
        outcome.text = "\n".join(
            [*_lines((label, text) for label, text in first if text), _details(stream, case, wording.details(case))]
        )
    # A text like `[[ATTACHMENT|file]]` would be a link to a file of the server.
    SubElement(test, "system-out").text = "\n".join(_lines(_facts(case))).replace("[[", "[ [")
    return test


def _outcome_tag(case: Case) -> str | None:
    """Returns the element that shows in JUnit how the case ended, or None for a passing one."""
    if case.verdict == Verdict.OBSERVED:
        return None
    if case.verdict in NO_RESULT:
        return "error"
    if case.verdict in FAILED or case.flaky:
        return "failure"
    return "skipped" if case.verdict == Verdict.UNSUPPORTED else None


def _details(stream: Stream, case: Case, why: Iterable[tuple[str, str]]) -> str:
    rows = [*why, ("run again", wording.replay_command(stream, case))]
    reproducer = wording.repro_command(stream, case)
    if reproducer:
        rows.append(("reproducer", reproducer))
    return "\n".join([printable(case.title), *_lines(rows), *_printed(case)])


def _printed(case: Case) -> list[str]:
    return [f"{wording.PRINTED}:", *(f"  {printable(line)}" for line in case.printed)] if case.printed else []


def _lines(rows: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{printable(label)}: {printable(text)}" for label, text in rows)


def _facts(case: Case) -> list[tuple[str, str]]:
    requirements = (("requirement", requirement) for requirement in case.requirements)
    observations = ((f"observation: {name}", value) for name, value in case.observations.items())
    return [
        ("title", case.title),
        ("evidence", case.evidence),
        ("verdict", wording.verdict(case)),
        *requirements,
        *observations,
    ]


def _properties(stream: Stream) -> Element:
    header = stream.header
    element = Element("properties")
    pairs = (
        ("target", header.target.name),
        ("target version", header.target.version or "unknown"),
        ("platform", header.target.platform),
        ("suite version", header.suite.version),
        ("profile", header.profile),
        ("started", header.started),
        ("conclusion", wording.conclusion(stream)),
    )
    for name, value in pairs:
        SubElement(element, "property", name=name, value=printable(value))
    return element


def _class_name(stream: Stream, group: str) -> str:
    return printable(f"{stream.header.target.name}.{group}")


def _seconds(microseconds: int) -> str:
    return f"{microseconds / 1_000_000:.6f}"
