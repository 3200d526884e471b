"""The C programs of `apibuf repro`: they compile without a warning, and say of a library what the suite says."""

import os
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_repro.program import NoProgram, Subject, program
from apibuf_repro.statements import quoted
from apibuf_runner.catalogue import Case, Catalogue
from apibuf_setup import prepare
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import load_all

STRICT = ("-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror")
MINGW = "x86_64-w64-mingw32-gcc"
LIMIT_S = 60
Compile = Callable[..., Path]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """All that there is to run."""
    return prepare.catalogue()


def run_programs(catalogue: Catalogue, cases: Sequence[Case], library: str, folder: Path) -> dict[str, tuple[int, str]]:
    """Compiles and runs the programs of the cases that make one; exit status and output by id."""
    subject = Subject("linux-x86_64", library, "./repro")

    def run_one(case: Case) -> tuple[str, tuple[int, str]] | None:
        source = folder / f"{case.id.replace('/', '-')}.c"
        try:
            source.write_text(program(catalogue, case, subject))
        except NoProgram:
            return None
        subprocess.run(["cc", *STRICT, "-o", source.with_suffix(""), source], check=True)
        return case.id, run([source.with_suffix("")])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(filter(None, pool.map(run_one, cases)))


def run(command: Sequence[str | Path]) -> tuple[int, str]:
    """The exit status of a program, and what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    return done.returncode, done.stdout


def test_no_case_is_reproduced_with_a_correct_library(catalogue: Catalogue, tmp_path: Path) -> None:
    library = prepare.build("linux-gcc", "reference/libapibuffer.so")
    vectors = [case for case in catalogue.cases if case.definition is not None]
    printed = run_programs(catalogue, vectors, str(library), tmp_path)
    assert {case_id: output for case_id, (status, output) in printed.items() if status != 0} == {}
    assert len(printed) > 0.9 * len(vectors)
    judged = [printed[case.id][1] for case in vectors if case.id in printed and not case.is_observation]
    assert all("\ndoes not reproduce: " in output for output in judged)


def test_what_samba_fails_is_reproduced(catalogue: Catalogue, tmp_path: Path) -> None:
    provide_library(load_all()["samba"])
    known = project.TARGETS / "expectations" / "samba-4.17.toml"
    ids = [line.split('"')[1] for line in known.read_text().splitlines() if line.startswith("case = ")]
    cases = [case for case in catalogue.cases if case.id in ids and case.definition is not None]
    assert len(cases) == 13, "the others are properties, which make no program"
    printed = run_programs(catalogue, cases, "libnetapi.so.1", tmp_path)
    assert len(printed) == len(cases)
    assert {case_id: output for case_id, (status, output) in printed.items() if status != 1} == {}
    assert (
        "expected ERROR_INVALID_PARAMETER (87), actual ERROR_INSUFFICIENT_BUFFER (122)"
        in (printed["allocate/null-out-1-byte"][1])
    )


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        ("CRASH", 1, "reproduced: ended by a crash in step 1: signal 11"),
        ("NORMAL_EXIT", 1, "reproduced: ended by exit in step 1"),
        ("NO_NAMES", 2, "could not run: NetApiBufferFree is not exported"),
        ("NONE", 0, "does not reproduce"),
    ],
)
def test_the_exit_status_tells_how_a_library_ended(
    fault: str, status: int, says: str, catalogue: Catalogue, compile_library: Compile, tmp_path: Path
) -> None:
    if fault == "NORMAL_EXIT":
        library = tmp_path / "libexit.so"
        source = "#include <stdlib.h>\nunsigned NetApiBufferFree(void* Buffer) { (void)Buffer; exit(0); }\n"
        subprocess.run(["gcc", "-shared", "-fPIC", "-xc", "-", "-o", library], input=source, text=True, check=True)
    else:
        library = compile_library(fault)
    cases = [case for case in catalogue.cases if case.id == "free/null-once"]
    output = run_programs(catalogue, cases, str(library), tmp_path)
    assert output["free/null-once"][0] == status and says in output["free/null-once"][1]


@pytest.mark.parametrize(
    ("case_id", "fault", "says"),
    [
        (
            "size/at-least-requested-variable-holds-0",
            "size-refuses-a-variable-that-holds-0",
            "actual ERROR_INVALID_PARAM",
        ),
        (
            "allocate/succeeds-variable-holds-null",
            "allocate-refuses-a-variable-that-holds-null",
            "actual ERROR_INVALID_P",
        ),
    ],
)
def test_a_variable_holds_what_the_step_says(
    case_id: str, fault: str, says: str, catalogue: Catalogue, compile_fault: Compile, tmp_path: Path
) -> None:
    cases = [case for case in catalogue.cases if case.id == case_id]
    status, output = run_programs(catalogue, cases, str(compile_fault(fault)), tmp_path)[case_id]
    assert (status, says in output) == (1, True), output


def test_a_library_that_is_not_there_could_not_run(catalogue: Catalogue, tmp_path: Path) -> None:
    cases = [case for case in catalogue.cases if case.id == "free/null-once"]
    assert run_programs(catalogue, cases, "/nowhere.so", tmp_path)["free/null-once"][0] == 2


@pytest.mark.parametrize(
    ("case_id", "status", "says"),
    [
        ("allocate/null-out-keeps-last-error-0-bytes", 0, "last error: expected unchanged, actual unchanged"),
        ("reallocate/keeps-contents-16-to-17", 0, "does not reproduce"),
        ("size/at-least-requested-largest", 1, "expected at least 4294967295, actual 0"),
        ("abi/netutils-alone", 1, "reproduced: ended by a crash in step 1"),
    ],
)
def test_a_program_for_windows_says_the_same_of_wine(
    case_id: str, status: int, says: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    prepare.install(prepare.packages_of_preset("mingw-x86_64"))
    system = prepare.wine_of("windows-x86_64")
    case = next(case for case in catalogue.cases if case.id == case_id)
    source, binary = tmp_path / "repro.c", tmp_path / "repro.exe"
    source.write_text(program(catalogue, case, Subject("windows-x86_64", "netapi32.dll", "repro.exe")))
    subprocess.run([MINGW, *STRICT, "-o", binary, source], check=True)
    done = subprocess.run(
        [*system.command, system.inside(binary)],
        env=system.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, says in done.stdout) == (status, True), done.stdout


def test_a_program_for_windows_calls_by_its_convention(catalogue: Catalogue) -> None:
    case = next(case for case in catalogue.cases if case.id == "free/null-once")
    assert "(WINAPI *NetApiBufferFree)(LPVOID Buffer)" in program(
        catalogue, case, Subject("windows-i686", "netapi32.dll", "repro.exe")
    )


@pytest.mark.parametrize(
    ("case_id", "target", "says"),
    [
        ("allocate/disjoint-very-many", "reference", "it is a property, which has no finite list of calls"),
        ("abi/calling-convention-free", "reference", "C cannot see the registers"),
        ("abi/netutils-alone", "reference", "it needs netutils.dll"),
        ("allocate/null-out-keeps-last-error-0-bytes", "reference", "it needs the last error"),
    ],
)
def test_what_makes_no_program_is_told_with_the_command_that_runs_it(
    case_id: str, target: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["repro", case_id, "--target", target]) == ExitCode.WRONG_USAGE
    output = capsys.readouterr()
    assert output.out == "" and says in output.err
    assert f"-tc={case_id}" in output.err and "apibuf-worker --target=" in output.err


def test_a_result_stream_carries_the_programs_of_what_does_not_conform(
    compile_library: Compile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = compile_library("CRASH")
    select = ["--select", "free/null-once", "--select", "abi/exports-netapibufferfree"]
    main(["run", str(library), "--out", str(tmp_path), *select])
    results = stream.read(results_below(tmp_path / library.name))
    assert [case.verdict for case in results.cases] == ["pass", "crash"]
    capsys.readouterr()
    assert main(["repro", "free/null-once", "--target", str(library)]) == ExitCode.OK
    assert [case.reproducer for case in results.cases] == ["", capsys.readouterr().out]


def test_an_unknown_case_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repro", "free/nul-once", "--target", "reference"]) == ExitCode.WRONG_USAGE
    assert "did you mean free/null-once" in capsys.readouterr().err


def test_text_cannot_break_out_of_a_string_of_c(tmp_path: Path) -> None:
    hostile = 'a"); system("x\\" ??/ \n %s */ // \x1b é \udcff'
    source = f"#include <stdio.h>\nint main(void) {{ fputs({quoted(hostile)}, stdout); return 0; }}\n"
    binary = tmp_path / "quoted"
    subprocess.run(["cc", *STRICT, "-xc", "-", "-o", binary], input=source, text=True, check=True)
    printed = subprocess.run([binary], capture_output=True, check=True).stdout
    assert printed == os.fsencode(hostile)


def test_a_property_names_cases_of_its_requirement_that_have_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    asked = "size/at-least-requested-every-size"
    assert main(["repro", asked, "--target", "reference"]) == ExitCode.WRONG_USAGE
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    named = said.rpartition("of size/at-least-requested these have one: ")[2].strip().split(", ")
    assert len(named) == 3
    for case in named:
        assert main(["repro", case, "--target", "reference"]) == ExitCode.OK
        assert "int main(" in capsys.readouterr().out
    # What it says to run instead does run, whatever the current folder is.
    command = said.partition("run it with: ")[2].partition(";")[0]
    done = subprocess.run(["bash", "-c", command], cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stderr
