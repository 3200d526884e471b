"""The JUnit report against the elements and attributes that servers read.

JUnit XML has no normative schema, and no package of PyPI or npm ships the ones in use; this is what they agree on.
"""

from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from result_streams import case, every_verdict, header, whole

from apibuf_reports import stream
from apibuf_reports.formats import junit

COUNTS = {"tests", "failures", "errors", "skipped"}


@dataclass(frozen=True)
class Rule:
    """What an element must and may have; `children` are in the order that sequences of the schemas prescribe."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    children: tuple[str, ...] = ()


RULES = {
    "testsuites": Rule(frozenset(), frozenset(COUNTS | {"name", "time"}), ("testsuite",)),
    "testsuite": Rule(frozenset({"name", "tests"}), frozenset(COUNTS | {"time"}), ("properties", "testcase")),
    "testcase": Rule(
        frozenset({"name", "classname"}), frozenset({"time"}), ("properties", "skipped", "error", "failure")
    ),
    "properties": Rule(frozenset(), children=("property",)),
    "property": Rule(frozenset({"name", "value"})),
    "skipped": Rule(frozenset(), frozenset({"type", "message"})),
    "error": Rule(frozenset(), frozenset({"type", "message"})),
    "failure": Rule(frozenset(), frozenset({"type", "message"})),
}


def check(element: Element) -> None:
    """Checks an element and all below it."""
    rule = RULES[element.tag]
    attributes = set(element.keys())
    assert rule.required <= attributes <= rule.required | rule.optional, (element.tag, attributes)
    tags = [child.tag for child in element]
    assert set(tags) <= set(rule.children), (element.tag, tags)
    assert tags == sorted(tags, key=rule.children.index), (element.tag, tags)
    for name in attributes & COUNTS:
        assert int(element.get(name, "")) >= 0
    if "time" in attributes:
        assert float(element.get("time", "")) >= 0
    for child in element:
        check(child)


@pytest.mark.parametrize(
    "data",
    [
        [every_verdict()],
        [whole(error="x")],
        [whole(case("free/null"), head=header(name=name)) for name in "ab"],
    ],
)
def test_junit_has_the_structure_that_servers_read(data: list[bytes]) -> None:
    root = ElementTree.fromstring(junit.render([stream.parse(one, "results.jsonl") for one in data]))
    assert root.tag == "testsuites"
    check(root)


def test_the_counts_are_those_of_the_elements_below() -> None:
    root = ElementTree.fromstring(junit.render([stream.parse(every_verdict(), "results.jsonl")]))
    for suite in [root, *root.iter("testsuite")]:
        below = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
        for name, tag in below.items():
            assert int(suite.get(name, "")) == len(list(suite.iter(tag)))
