"""JUnit XML for continuous-integration servers. Every case is in it, whatever its verdict."""

from collections.abc import Iterable, Sequence
from itertools import chain
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from apibuf_reports import wording
from apibuf_reports.stream import FAILED, NO_RESULT, Case, Stream, Verdict
from apibuf_reports.text import printable

DESCRIPTION = "JUnit XML: one test case for each case, one test suite for each function"
FILE_NAME = "junit.xml"


def render(streams: Sequence[Stream]) -> str:
    """Returns one JUnit document with all the streams."""
    root = Element("testsuites", name="apibuf")
    root.extend(chain.from_iterable(map(_suites, streams)))
    _count(root, (case for stream in streams for case in stream.cases))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suites(stream: Stream) -> Iterable[Element]:
    for group in dict.fromkeys(case.group for case in stream.cases):
        cases = [case for case in stream.cases if case.group == group]
        suite = Element("testsuite", name=_class_name(stream, group))
        suite.append(_stream_properties(stream))
        suite.extend(_test_case(stream, case) for case in cases)
        _count(suite, cases)
        yield suite
    if not stream.footer.conformant and not any(case.spoils_the_run for case in stream.cases):
        yield _suite_of_the_run(stream)


def _suite_of_the_run(stream: Stream) -> Element:
    """Returns a suite with one error, for a run that is not green for a reason that no case shows."""
    suite = Element("testsuite", name=_class_name(stream, "run"))
    suite.append(_stream_properties(stream))
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
    element.set("time", _seconds(sum(case.duration_us for case in cases)))


def _test_case(stream: Stream, case: Case) -> Element:
    test = Element(
        "testcase",
        classname=_class_name(stream, case.group),
        name=printable(case.id),
        time=_seconds(case.duration_us),
    )
    test.append(_case_properties(case))
    tag = _outcome_tag(case)
    if tag is not None:
        message = case.reason or f"expected {case.expected}, actual {case.actual}"
        outcome = SubElement(test, tag, type=wording.verdict(case), message=printable(message))
        outcome.text = _details(stream, case)
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


def _details(stream: Stream, case: Case) -> str:
    rows = [*wording.details(case), ("run again", wording.replay_command(stream, case))]
    lines = [printable(case.title), *(f"{label}: {printable(text)}" for label, text in rows)]
    return "\n".join([*lines, *_printed(case)])


def _printed(case: Case) -> list[str]:
    return [f"{wording.PRINTED}:", *(f"  {printable(line)}" for line in case.printed)] if case.printed else []


def _case_properties(case: Case) -> Element:
    requirements = (("requirement", requirement) for requirement in case.requirements)
    observations = ((f"observation: {name}", value) for name, value in case.observations.items())
    return _properties(
        ("title", case.title),
        ("evidence", case.evidence),
        ("verdict", wording.verdict(case)),
        *requirements,
        *observations,
    )


def _stream_properties(stream: Stream) -> Element:
    header = stream.header
    return _properties(
        ("target", header.target.name),
        ("target version", header.target.version or "unknown"),
        ("platform", header.target.platform),
        ("suite version", header.suite.version),
        ("profile", header.profile),
        ("started", header.started),
        ("conclusion", wording.conclusion(stream)),
    )


def _properties(*pairs: tuple[str, str]) -> Element:
    element = Element("properties")
    for name, value in pairs:
        SubElement(element, "property", name=printable(name), value=printable(value))
    return element


def _class_name(stream: Stream, group: str) -> str:
    return printable(f"{stream.header.target.name}.{group}")


def _seconds(microseconds: int) -> str:
    return f"{microseconds / 1_000_000:.6f}"
