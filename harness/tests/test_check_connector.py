"""`apibuf check-connector`: the connectors of this project pass, and each of those that are wrong has its finding."""

import subprocess
import sys
from pathlib import Path

import pytest

from apibuf_common.errors import ExitCode

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "harness" / "connectors" / "example.py"
HOSTILE = Path(__file__).with_name("connectors") / "hostile.py"

FINDINGS = {
    "dies": "the request allocate has no answer: it ended with exit code 3",
    "hangs": "the request allocate has no answer within 3 s",
    "answers_another_request": "the answer to the request allocate has id ",
    "answers_twice": "has id ",
    "gives_no_status": """allocate is not one of the schema: '"status" is a required property' in '{"id": """,
    "gives_a_huge_status": "is not one of the schema: 'status: 4294967296 is greater than the maximum of 4294967295'",
    "stores_to_null": "has a Buffer, and NULL was to be passed for it",
    "speaks_no_json": "the answer to the request allocate is no JSON in UTF-8: 'NERR_Success'",
    "floods_one_line": "has no line feed, or more than 4 MiB",
    "closes_its_output": "the request allocate has no answer: it closed its output",
    "read_less": "are not read as they were written",
    "read_nothing_real": "are not read as they were written",
    "read_rubbish": "the answer to the request read is not one of the schema: ",
    "gives_one_handle": "two live buffers have the same handle",
    "forgets_the_last_error": "the answer to free has last_error exactly if `start` does not say so",
    "reports_one_address": "two live buffers have the same address",
    "makes_coffee": "the answer to the request make_coffee is not one of the schema: ",
    "outlives_stop": "it does not end after stop",
    "fails_at_stop": "it ends with exit code 1 after stop, and not with 0",
    "outlives_its_input": "it does not end where its input does",
}


def check(*words: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "harness" / "apibuf"), "check-connector", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_example_speaks_the_protocol() -> None:
    done = check(sys.executable, str(EXAMPLE))
    assert (done.returncode, done.stdout) == (ExitCode.OK, "it speaks the protocol\n"), done.stderr


@pytest.mark.parametrize("deed", FINDINGS)
def test_what_is_wrong_is_found(deed: str) -> None:
    done = check("--timeout", "3", sys.executable, str(HOSTILE), deed)
    findings = [line for line in done.stdout.splitlines() if line.startswith("finding: ")]
    assert done.returncode == ExitCode.NOT_CONFORMING, done.stderr
    assert any(FINDINGS[deed] in finding for finding in findings), done.stdout


def test_a_refusal_to_start_is_one_finding() -> None:
    done = check("--timeout", "3", sys.executable, str(HOSTILE), "refuses", "start")
    assert done.returncode == ExitCode.NOT_CONFORMING
    assert done.stdout == "finding: it does not start: 'not today'\nit does not speak the protocol\n"


def test_a_program_that_there_is_not_is_one_sentence() -> None:
    done = check("./no-such-program")
    assert (done.returncode, done.stderr.count("\n")) == (ExitCode.CANNOT_RUN, 1)
    assert "./no-such-program cannot be started" in done.stderr
