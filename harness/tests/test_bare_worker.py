"""The worker without a host: what it says, what it refuses, and its exit codes, as PROTOCOL.md lists them."""

import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apibuf_setup import prepare

OK, NOT_CONFORMING, WRONG_USAGE, COULD_NOT_RUN, NOTHING_JUDGED, BAD_INPUT, ENDED = range(7)
Bare = Callable[..., tuple[int, str, str]]
SAYS_THAT_IT_HANGS = """
#include <unistd.h>
unsigned NetApiBufferFree(void* buffer) {
  write(1, "hangs\\n", 6);
  for (;;) pause();
}
"""


@pytest.fixture
def bare(compile_library: Callable[[str], Path]) -> Bare:
    """Runs the worker against implementation.c with a fault; its exit code, standard output and standard error."""

    def run(*options: str, fault: str | None = "NONE") -> tuple[int, str, str]:
        target = [f"--target={compile_library(fault)}"] if fault else []
        done = subprocess.run(
            [prepare.worker("linux-x86_64"), *target, *options], capture_output=True, text=True, check=False, timeout=60
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_connector_that_dies_is_named_with_its_case(bare: Bare) -> None:
    connector = Path(__file__).with_name("connectors") / "hostile.py"
    command = shlex.join([sys.executable, str(connector), "dies"])
    code, _, errors = bare(f"--connector={command}", "-tc=allocate/null-out-1-byte", fault=None)
    assert code == ENDED
    assert "crashed  allocate/null-out-1-byte: a connector that ended with exit code 3" in errors


def test_the_summary_counts_each_verdict_apart(bare: Bare) -> None:
    code, output, _ = bare("-tc=free/*,allocate/null-out-keeps-last-error-*")
    summary, conclusion = output.splitlines()[-2:]
    assert code == OK
    assert "0 failed, " in summary
    for verdict in ("passed", "unsupported", "not run", "observed"):
        assert f" 0 {verdict}" not in summary, summary
    assert conclusion == "every judged case passed"


def test_an_unsupported_case_is_no_pass(bare: Bare) -> None:
    code, output, _ = bare("-tc=allocate/null-out-keeps-last-error-0-bytes")
    assert code == NOTHING_JUDGED
    assert output.splitlines() == [
        "unsupported  allocate/null-out-keeps-last-error-0-bytes: this platform has no last error",
        "1 cases: 0 passed, 0 failed, 1 unsupported, 0 not run, 0 observed, 0 errors",
        "nothing was judged",
    ]


def test_a_failure_is_told_with_requirement_step_expected_and_actual(
    bare: Bare, compile_fault: Callable[[str], Path]
) -> None:
    code, output, _ = bare(
        f"--target={compile_fault('allocate-refuses-zero-bytes')}", "-tc=allocate/zero-bytes*", fault=None
    )
    assert code == NOT_CONFORMING
    assert "failed  allocate/zero-bytes" in output
    for part in ("  step      ", "  expected  NERR_Success (0)", "  actual    "):
        assert part in output
    assert output.endswith("the implementation does not conform\n")


@pytest.mark.parametrize("option", ["-r=junit", "-r=xml", "-r=console", "--reporters=junit"])
def test_a_reporter_that_cannot_say_what_happened_is_refused(bare: Bare, option: str) -> None:
    code, output, said = bare(option)
    assert (code, output) == (WRONG_USAGE, "")
    assert said.startswith(f"apibuf-worker: {option} is refused: ") and said.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--no-such-option"], id="an unknown option"),
        pytest.param(["free/null-once"], id="an argument that is no option"),
        pytest.param(["-tc"], id="no value"),
        pytest.param(["-s=maybe"], id="a value for a flag"),
        pytest.param(["-aa=many"], id="no number"),
        pytest.param(["-ob=size"], id="no order"),
        pytest.param(["-tc=free/*", "--test-case=size/*"], id="two values for one option"),
        pytest.param(["--no-exitcode"], id="an option of doctest that hides the outcome"),
        pytest.param(["-tc=nosuch"], id="no case matches"),
        pytest.param(["-tc=,"], id="an empty list"),
        pytest.param(["-tc=free/*", "--stream"], id="a selection for a host"),
    ],
)
def test_what_has_no_meaning_is_refused_with_one_sentence(bare: Bare, options: list[str]) -> None:
    code, output, said = bare(*options)
    assert (code, output) == (WRONG_USAGE, "")
    assert said.startswith("apibuf-worker: ") and said.count("\n") == 1


def test_a_case_that_needs_a_process_of_its_own_is_run_where_it_is_the_only_one(bare: Bare) -> None:
    code, output, _ = bare("-tc=allocate/failure-is-an-error-out-of-memory", "-s")
    assert code == OK
    assert output.startswith("passed  allocate/failure-is-an-error-out-of-memory\n")


def test_several_such_cases_are_refused_with_what_to_do(bare: Bare) -> None:
    code, output, said = bare("-tc=free/double*")
    assert (code, output) == (WRONG_USAGE, "")
    assert "run them one by one, beginning with -tc=free/double-at-once" in said


def test_such_a_case_is_never_left_out_where_it_is_named(bare: Bare) -> None:
    both = "-tc=free/null-once,allocate/failure-is-an-error-out-of-memory"
    code, output, said = bare(both)
    assert (code, output) == (WRONG_USAGE, "")
    assert said == (
        "apibuf-worker: allocate/failure-is-an-error-out-of-memory needs a process of its own: "
        "name no other case with it, or add --no-skip\n"
    )
    code, output, _ = bare(both, "--no-skip", "-s")
    assert code == OK
    assert output.count("passed  ") == 2


def test_no_case_unloads_the_library_before_others_that_call_it(bare: Bare) -> None:
    code, output, _ = bare("-tc=abi/unloads-after-use,size/null-buffer-once", "--no-skip", "-s")
    assert code == OK
    assert "not run  abi/unloads-after-use: " in output and "passed  size/null-buffer-once\n" in output


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("free/nul-once", "did you mean free/null-once?"),
        ("Free/Null-Onze", "did you mean free/null-once?"),
        ("nothing", "--list-test-cases lists what there is"),
        ("nothing/*", "--list-test-cases lists what there is"),
    ],
)
def test_a_name_that_matches_nothing_is_refused_even_beside_others(bare: Bare, pattern: str, hint: str) -> None:
    for options in (f"-tc={pattern}", f"-tc=free/null-once,{pattern}"):
        code, output, said = bare(options)
        assert (code, output, said) == (WRONG_USAGE, "", f"apibuf-worker: {pattern} matches no case; {hint}\n")


def test_every_case_that_needs_a_process_of_its_own_is_run_where_it_is_named(bare: Bare) -> None:
    alone = [case.id for case in prepare.catalogue().cases if case.alone and not case.is_remotable]
    assert len(alone) > 60
    with ThreadPoolExecutor(4) as pool:
        for case, (_, output, said) in zip(alone, pool.map(lambda case: bare(f"-tc={case}", "-s"), alone), strict=True):
            assert case in output + said, f"{case}: {output}{said}"


def test_a_library_that_cannot_be_loaded_is_told_with_the_reason(bare: Bare, tmp_path: Path) -> None:
    code, _, said = bare(f"--target={tmp_path / 'none.so'}", fault=None)
    assert code == COULD_NOT_RUN
    assert "none.so could not be loaded: " in said and said.count("\n") == 1


def test_a_vector_file_that_cannot_be_used_is_bad_input(bare: Bare, tmp_path: Path) -> None:
    code, _, said = bare(f"--vectors={tmp_path / 'none.json'}")
    assert code == BAD_INPUT
    assert "none.json cannot be used: cannot be opened" in said


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("CRASH", "SIGSEGV, at NULL in NetApiBufferAllocate"), ("EXIT", "a call of exit in NetApiBufferAllocate")],
)
def test_an_implementation_that_ends_the_process_is_told_with_case_and_function(
    bare: Bare, fault: str, reason: str
) -> None:
    code, output, said = bare("-tc=allocate/succeeds-*", fault=fault)
    assert code == ENDED
    assert "every judged case passed" not in output
    assert f"allocate/succeeds-1-byte: {reason}; the cases after it were not run" in said


def test_lists_and_counts_are_of_the_selection(bare: Bare) -> None:
    _, listed, _ = bare("--list-test-cases", "-tc=free/null-*", fault=None)
    _, counted, _ = bare("--count", "-tc=free/null-*", fault=None)
    assert "free/null-once" in listed.splitlines()
    assert counted == f"{len(listed.splitlines())}\n"


def test_help_names_every_exit_code(bare: Bare) -> None:
    code, output, _ = bare("--help", fault=None)
    assert code == OK
    assert [line[2] for line in output.split("Exit codes:\n")[1].splitlines()] == list("0123456")


def test_sigquit_ends_a_call_that_does_not_return_and_names_it(tmp_path: Path) -> None:
    library = tmp_path / "libhangs.so"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", library], input=SAYS_THAT_IT_HANGS.encode(), check=True
    )
    command = [prepare.worker("linux-x86_64"), f"--target={library}", "-tc=free/null-once"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None and worker.stdout.readline() == "hangs\n"
        worker.send_signal(signal.SIGQUIT)
        _, said = worker.communicate(timeout=60)
    assert worker.returncode == ENDED
    assert said.endswith("free/null-once: SIGQUIT in NetApiBufferFree; the cases after it were not run\n")
