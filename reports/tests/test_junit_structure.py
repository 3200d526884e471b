"""The JUnit report as servers read it: by Jenkins' schema (junit-10.xsd), and by what GitLab takes from it."""

from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import xmlschema
from result_streams import case, every_verdict, header, whole

from apibuf_reports import causes, stream
from apibuf_reports.formats import junit

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "junit-10.xsd")
PUBLISHED = Path(__file__).parents[1] / "published"


def report(*datas: bytes) -> str:
    """Returns the report of the streams that the bytes hold."""
    return junit.render([stream.parse(data, "results.jsonl") for data in datas])


def suites(document: str) -> list[Element]:
    """Returns the suites of a report."""
    return list(ElementTree.fromstring(document).iter("testsuite"))


@pytest.mark.parametrize(
    "data",
    [
        [every_verdict()],
        [whole(error="x")],
        [whole(case("free/null"), head=header(name=name)) for name in "ab"],
        [whole(case("free/slow", duration_us=12_345_678_901))],
        [(PUBLISHED / name / "results.jsonl").read_bytes() for name in ("wine", "samba", "reference")],
    ],
    ids=["verdicts", "error", "two", "slow", "published"],
)
def test_jenkins_schema_accepts_the_report(data: list[bytes]) -> None:
    assert [str(error) for error in SCHEMA.iter_errors(report(*data))] == []


def test_the_counts_are_those_of_the_elements_below() -> None:
    root = ElementTree.fromstring(report(every_verdict()))
    below = {"tests": "testcase", "failures": "failure", "errors": "error"}
    for name, tag in below.items():
        assert int(root.get(name, "")) == len(list(root.iter(tag)))
    for suite in root.iter("testsuite"):
        for name, tag in {**below, "skipped": "skipped"}.items():
            assert int(suite.get(name, "")) == len(list(suite.iter(tag)))


def test_the_first_suite_names_the_causes_and_shows_each_in_a_case() -> None:
    read = stream.read(PUBLISHED / "wine" / "results.jsonl")
    first, *others = suites(junit.render([read]))
    assert first.get("name") == "wine.causes"
    tests = first.findall("testcase")
    assert [test.get("name") for test in tests] == [cause.title for cause in causes.find(read.cases)]
    stubs = tests[0].find("failure")
    assert stubs is not None and stubs.get("message") == "Functions of netutils are stubs: 10 cases"
    lines = str(stubs.text).splitlines()
    assert lines[0] == "abi/netutils-free-of-null"
    assert "expected: NetApiBufferFree returns" in lines
    assert "run again: harness/apibuf run wine --select abi/netutils-free-of-null" in lines
    assert "reproducer: harness/apibuf repro abi/netutils-free-of-null --target wine" in lines
    assert len(lines[lines.index("also in:") + 1 :]) == 9
    assert sum(len(suite.findall("testcase/failure")) for suite in others) == 15


def test_a_blocked_case_names_the_case_that_blocks_it_and_each_its_cause() -> None:
    about = {"requirement": "free/allocated", "expected": "NERR_Success (0)", "actual": "ERROR_INVALID_PARAMETER (87)"}
    blocked = case("size/all", "fail", requirements=["size/all", "free/other"], **about)
    data = whole(case("free/allocated", "fail", **about), blocked)
    texts = {
        test.get("name"): str(test[0].text).splitlines()
        for suite in suites(report(data))[1:]
        for test in suite.iter("testcase")
    }
    assert texts["size/all"][:2] == ["blocked by: free/allocated", "cause: NetApiBufferFree is refused"]
    assert texts["free/allocated"][0] == "cause: NetApiBufferFree is refused"


def test_what_passed_has_no_suite_of_causes() -> None:
    assert [suite.get("name") for suite in suites(report(whole(case("free/null"))))] == ["reference.free"]


def test_a_text_of_an_implementation_attaches_no_file() -> None:
    output = report(whole(case("free/null", observations={"value": "[[ATTACHMENT|/etc/passwd]]"})))
    assert "ATTACHMENT" in output and "[[ATTACHMENT" not in output
