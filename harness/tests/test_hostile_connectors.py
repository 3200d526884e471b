"""Connectors that lie, hang, flood or die (connectors/hostile.py): their own cases' verdicts, and no process left."""

import os
import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from test_hostile import LIMITS, MARK, OTHERS, TOUCHING, results_of, supervised

from apibuf_runner.catalogue import Catalogue
from apibuf_runner.conclusion import Conformity, conclude
from apibuf_runner.judge import Verdict
from apibuf_runner.suite_run import Outcome, Selection
from apibuf_runner.worker import Launch
from apibuf_setup import prepare

HOSTILE = Path(__file__).with_name("connectors") / "hostile.py"
PROPERTY = "reallocate/changes-size-whatever-the-variable-holds"
READING = ("allocate/usable-1-byte", "reallocate/keeps-contents-1-to-2")

DEADLY = {
    "answers_another_request": (Verdict.CRASH, "answered request "),
    "answers_nothing": (Verdict.CRASH, "answered what is no JSON object"),
    "answers_twice": (Verdict.CRASH, "wrote more than one answer to a request"),
    "answers_with_a_list": (Verdict.CRASH, "answered what is no JSON object"),
    "closes_its_output": (Verdict.CRASH, "closed its standard output"),
    "dies": (Verdict.CRASH, "ended with exit code 3"),
    "floods_lines": (Verdict.CRASH, "answered request ? where"),
    "floods_one_line": (Verdict.CRASH, "wrote more than 4 MiB without a line feed"),
    "floods_the_error_output": (Verdict.TIMEOUT, "nothing was heard for 1 s"),
    "gives_a_huge_status": (Verdict.CRASH, "no 32-bit number for status"),
    "gives_a_status_in_words": (Verdict.CRASH, "no 32-bit number for status"),
    "gives_no_status": (Verdict.CRASH, "answered without status"),
    "hangs": (Verdict.TIMEOUT, "nothing was heard for 1 s"),
    "is_killed": (Verdict.CRASH, "was killed by signal 9"),
    "leaves_a_child": (Verdict.TIMEOUT, "nothing was heard for 1 s"),
    "nests": (Verdict.CRASH, "objects in objects"),
    "reports_a_fault": (Verdict.CRASH, "reports a fault: </script>\u001b[31m]]>\u2603"),
    "refuses": (Verdict.CRASH, "refused the request allocate: not today"),
    "speaks_bad_utf8": (Verdict.CRASH, "answered what is no JSON object"),
    "speaks_no_json": (Verdict.CRASH, "answered what is no JSON object: NERR_Success"),
    "spins": (Verdict.TIMEOUT, "nothing was heard for 1 s"),
    "stores_to_null": (Verdict.CRASH, "stored something to Buffer, which is NULL"),
}
"""What a call comes to, and words that the reason must have."""

IN_A_PROPERTY = [
    ("answers_another_request", "read"),
    ("answers_nothing", "write"),
    ("answers_twice", "read"),
    ("closes_its_output", "read"),
    ("dies", "read"),
    ("dies", "write"),
    ("dies", "reallocate"),
    ("floods_lines", "read"),
    ("floods_one_line", "read"),
    ("gives_a_huge_status", "free"),
    ("gives_no_status", "reallocate"),
    ("hangs", "read"),
    ("hangs", "write"),
    ("is_killed", "write"),
    ("leaves_a_child", "free"),
    ("nests", "read"),
    ("reports_a_fault", "read"),
    ("reports_a_fault", "write"),
    ("speaks_bad_utf8", "read"),
    ("spins", "reallocate"),
]
"""What a connector does, and in which request of a property."""

LIES_TO_PROPERTIES = {
    "forgets_what_is_written": (PROPERTY, Verdict.FAIL, "byte 0 of 100 bytes, after it was written"),
    "gives_no_memory": (PROPERTY, Verdict.CRASH, "reports a fault: no memory for 100 bytes"),
    "gives_one_handle": ("allocate/succeeds-whatever-the-variable-holds", Verdict.FAIL, "result in step 1"),
    "read_less": (PROPERTY, Verdict.CRASH, "gave 99 bytes where 100 were to be read"),
    "read_nothing_real": (PROPERTY, Verdict.FAIL, "after it was written"),
    "read_rubbish": (PROPERTY, Verdict.CRASH, "answered without data in base64"),
    "reports_a_huge_size": ("size/all-usable-every-size", Verdict.CRASH, "reports a fault: no memory for 65536 bytes"),
    "shares_memory": ("size/all-usable-every-size", Verdict.FAIL, "two buffers of 1 bytes"),
    "spoils_another_buffer": (PROPERTY, Verdict.FAIL, "byte 0 of 100 bytes of the buffer that the variable held"),
}
"""What becomes of a property, and words that the reason must have."""

AT_START = {
    "dies": "the connector ended with exit code 3",
    "hangs": "hung while it was loaded",
    "speaks_no_json": "the connector answered what is no JSON object: NERR_Success",
    "refuses": "the connector refused the request start: not today",
    "lacks_it": "the connector refuses to start: this emulator has no such memory",
    "floods_one_line": "the connector wrote more than 4 MiB without a line feed",
    "offers_what_there_is_not": 'the connector offers a function that is none of the protocol: "NetApiBufferCopy"',
    "has_odd_pointers": "the connector has pointers of 48 bits, and not of 32 or 64",
    "speaks_another_protocol": "the connector speaks protocol 2, and this worker speaks 1",
    "has_no_platform": "the connector names no platform",
}
"""Why a run cannot be made."""

Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return prepare.catalogue()


@pytest.fixture
def run(catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs cases through a connector with small limits. It leaves no process, and its stream is valid: always."""
    monkeypatch.setenv(MARK, str(tmp_path))

    def run_one(command: str, cases: Iterable[str] = TOUCHING + OTHERS) -> Outcome:
        words = (str(prepare.worker("linux-x86_64")), f"--connector={command}", "--stream")
        launch = Launch(words, os.environ, tmp_path)
        return supervised("hostile", launch, LIMITS, catalogue, Selection(select=tuple(cases)), 1, tmp_path)

    return run_one


def hostile(*words: str) -> str:
    return shlex.join([sys.executable, str(HOSTILE), *words])


@pytest.mark.by_turns
@pytest.mark.parametrize("deed", DEADLY)
def test_what_a_connector_does_in_a_call_costs_its_own_cases_only(deed: str, run: Run) -> None:
    verdict, words = DEADLY[deed]
    outcome = run(hostile(deed))
    for result in results_of(outcome, TOUCHING):
        assert (result.verdict, result.flaky) == (verdict, False) and words in result.reason, result
    assert {result.verdict for result in results_of(outcome, OTHERS)} == {Verdict.PASS}, outcome.results
    assert conclude(outcome, Selection()).outcome is Conformity.DOES_NOT_CONFORM


@pytest.mark.by_turns
@pytest.mark.parametrize("deed", AT_START)
def test_a_connector_that_does_not_start_is_not_judged(deed: str, run: Run) -> None:
    outcome = run(hostile(deed, "start"))
    assert AT_START[deed] in (outcome.error or ""), outcome.error
    assert conclude(outcome, Selection()).outcome is Conformity.COULD_NOT_RUN


def test_a_command_that_there_is_not_is_not_judged(run: Run) -> None:
    assert "the connector ended with exit code 127" in (run("./no-such-connector").error or "")


@pytest.mark.parametrize(
    ("deed", "verdict", "words"),
    [
        ("read_less", Verdict.CRASH, "gave 0 bytes where 1 were to be read"),
        ("read_rubbish", Verdict.CRASH, "answered without data in base64"),
        ("read_without_data", Verdict.CRASH, "answered without data in base64"),
        ("read_nothing_real", Verdict.FAIL, "byte 0"),
    ],
)
def test_a_pass_needs_the_bytes_of_the_memory(deed: str, verdict: Verdict, words: str, run: Run) -> None:
    outcome = run(hostile(deed), cases=(*READING, *OTHERS[:2]))
    for result in results_of(outcome, READING):
        assert result.verdict is verdict and words in result.reason, result
    assert {result.verdict for result in results_of(outcome, OTHERS)} == {Verdict.PASS}


def test_what_a_connector_lacks_is_unsupported(run: Run) -> None:
    outcome = run(hostile("lacks_it"))
    reasons = {(result.verdict, result.reason) for result in results_of(outcome, TOUCHING)}
    assert reasons == {(Verdict.UNSUPPORTED, "this emulator has no such memory")}


@pytest.mark.by_turns
@pytest.mark.parametrize(("deed", "request_name"), IN_A_PROPERTY)
def test_what_a_connector_does_in_a_property_costs_that_property_only(deed: str, request_name: str, run: Run) -> None:
    verdict, words = DEADLY[deed]
    outcome = run(hostile(deed, request_name), cases=(PROPERTY, "size/null-buffer-once", "allocate/null-out-1-byte"))
    (judged,) = results_of(outcome, (PROPERTY,))
    assert (judged.verdict, judged.flaky) == (verdict, False) and words in judged.reason, judged
    others = results_of(outcome, ("size/null-buffer-once", "allocate/null-out-1-byte"))
    assert {result.verdict for result in others} == {Verdict.PASS}, outcome.results


@pytest.mark.parametrize("deed", LIES_TO_PROPERTIES)
def test_a_property_passes_by_the_bytes_of_the_memory_only(deed: str, run: Run) -> None:
    case, verdict, words = LIES_TO_PROPERTIES[deed]
    (result,) = results_of(run(hostile(deed), cases=(case,)), (case,))
    assert (result.verdict, result.flaky) == (verdict, False) and words in result.reason, result


def test_a_property_that_needs_what_a_connector_lacks_is_unsupported(run: Run) -> None:
    (result,) = results_of(run(hostile("lacks_it", "read"), cases=(PROPERTY,)), (PROPERTY,))
    assert (result.verdict, result.reason) == (Verdict.UNSUPPORTED, "this emulator has no such memory")
