"""The command line end to end, through harness/apibuf: what it says and how it exits."""

import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode
from apibuf_reports import stream

LAUNCHER = Path(__file__).resolve().parents[1] / "apibuf"
FREE_NULL = "free/null-once"
Compile = Callable[..., Path]
Apibuf = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def apibuf(tmp_path: Path) -> Apibuf:
    """Runs the command line in a folder of its own, which is where results go too."""

    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        words = [str(word) for word in arguments]
        if words[:1] == ["run"]:
            words += ["--out", str(tmp_path / "results")]
        done = subprocess.run(
            [LAUNCHER, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in done.stderr + done.stdout
        return done

    return call


def foreign_library(file: Path) -> Path:
    """An ELF header for RISC-V."""
    identity = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    file.write_bytes(identity + struct.pack("<HHIQQQIHHHHHH", 3, 243, 1, 0, 64, 0, 0, 64, 56, 0, 0, 0, 0))
    return file


def test_a_run_of_the_reference_conforms_and_leaves_its_results(apibuf: Apibuf, tmp_path: Path) -> None:
    done = apibuf("run", "--select", "free/*")
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    results = results_below(tmp_path / "results" / "reference")
    written = stream.read(results)
    assert written.footer.conformant
    assert written.header.target.path == "build/linux-gcc/reference/libapibuffer.so"
    assert "free/null" in {requirement.id for requirement in written.header.requirements}
    assert results.with_name("junit.xml").exists()
    assert str(results) in done.stdout


def test_a_run_of_two_targets_makes_one_report_of_both_too(apibuf: Apibuf, tmp_path: Path) -> None:
    apibuf("run", "reference", "samba", "--select", "free/null-once", "--format", "markdown")
    together = (tmp_path / "results" / "reference+samba" / "select-free.null-once" / "report.md").read_text()
    assert "0 of 2 targets conform, 1 in part" in together


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("NONE", ExitCode.OK),
        ("EXIT", ExitCode.NOT_CONFORMING),
        ("HANG", ExitCode.NOT_CONFORMING),
        ("CRASH", ExitCode.NOT_CONFORMING),
        ("LOAD_EXIT", ExitCode.CANNOT_RUN),
        ("NO_NAMES", ExitCode.CANNOT_RUN),
    ],
)
def test_the_exit_code_tells_what_came_of_a_library(
    fault: str, code: ExitCode, apibuf: Apibuf, compile_library: Compile, tmp_path: Path
) -> None:
    library = compile_library(fault)
    done = apibuf("run", library, "--select", FREE_NULL, "--timeout", "0.5")
    assert done.returncode == code, done.stdout + done.stderr
    stream.read(results_below(tmp_path / "results" / library.name))


def test_a_function_that_is_claimed_and_not_exported_does_not_conform(apibuf: Apibuf, tmp_path: Path) -> None:
    source = tmp_path / "free.c"
    source.write_text("unsigned NetApiBufferFree(void* buffer) { (void)buffer; return 0; }")
    library = tmp_path / "libfree.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    assert apibuf("run", library, "--select", FREE_NULL).returncode == ExitCode.NOT_CONFORMING
    claimed = apibuf("run", library, "--select", FREE_NULL, "--functions", "NetApiBufferFree")
    assert claimed.returncode == ExitCode.OK, claimed.stdout + claimed.stderr


@pytest.mark.by_turns
def test_a_small_leak_shows_in_a_whole_run_as_well(apibuf: Apibuf, compile_fault: Compile, tmp_path: Path) -> None:
    """Memory that other cases have given back serves it for long, were it looked for in a process of theirs."""
    library = compile_fault("reallocate-leaks-zero-sized-buffers")
    apibuf("run", library, "--jobs", "1")
    results = stream.read(results_below(tmp_path / "results" / library.name))
    assert [case.id for case in results.cases if case.verdict == "fail"] == ["reallocate/gives-memory-back-zero-sized"]


@pytest.mark.parametrize(("answer", "verdict"), [(50, "unsupported"), (120, "unsupported"), (5, "not-run")])
def test_functions_that_say_that_they_are_stubs_are_unsupported(
    answer: int, verdict: str, apibuf: Apibuf, tmp_path: Path
) -> None:
    source = tmp_path / "stubs.c"
    source.write_text(
        "unsigned NetApiBufferFree(void* buffer) { (void)buffer; return 0; }\n"
        f"unsigned NetServerGetInfo(void* server, unsigned level, void** buffer) {{ return {answer}; }}\n"
    )
    library = tmp_path / "libstubs.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    case_id = "remote/system-allocates-information"
    apibuf("run", library, "--select", case_id, "--functions", "NetApiBufferFree")
    results = stream.read(results_below(tmp_path / "results" / library.name))
    assert [(case.id, case.verdict) for case in results.cases] == [(case_id, verdict)]


def test_a_run_that_judged_nothing_is_incomplete(apibuf: Apibuf) -> None:
    assert apibuf("run", "--select", "free/foreign-heap").returncode == ExitCode.INCOMPLETE


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("run", "./nothing.so"), ExitCode.BAD_INPUT, "does not exist"),
        (("run", "text.so"), ExitCode.BAD_INPUT, "neither ELF nor PE"),
        (("run", "empty.so"), ExitCode.BAD_INPUT, "is empty"),
        (("run", "folder"), ExitCode.BAD_INPUT, "is a folder"),
        (("run", "foreign.so"), ExitCode.CANNOT_RUN, "RISC-V"),
        (("run", "refrence"), ExitCode.WRONG_USAGE, "did you mean reference"),
        (("run", "--select", "nothing/*"), ExitCode.WRONG_USAGE, "matches no case"),
        (("run", "--format", "papyrus"), ExitCode.WRONG_USAGE, "no report format"),
        (("run", "--shard", "3/2"), ExitCode.WRONG_USAGE, "1 <= K <= N"),
        (
            ("run", "--functions", "NetApiBufferFoo"),
            ExitCode.WRONG_USAGE,
            "there is no function 'NetApiBufferFoo'; did",
        ),
        (("run", "--functions", "NetApiBufferSise"), ExitCode.WRONG_USAGE, "did you mean NetApiBufferSize"),
        (("run", "--select", "fre/null-onze"), ExitCode.WRONG_USAGE, "did you mean free/null-once"),
        (("run", "--select", "realocate/*"), ExitCode.WRONG_USAGE, "matches no case and no requirement; "),
        (("run", "--jobs", "0"), ExitCode.WRONG_USAGE, "is not a number"),
        (("run", "--launcher", "/nonexistent"), ExitCode.WRONG_USAGE, "there is no program /nonexistent"),
        (("explain", "free/nul"), ExitCode.WRONG_USAGE, "did you mean free/null"),
        (("report", "text.so"), ExitCode.BAD_INPUT, "text.so"),
        (("report", "nothing.jsonl"), ExitCode.BAD_INPUT, "cannot be read"),
        (("explain", "sise"), ExitCode.WRONG_USAGE, "did you mean size?"),
        (("frobnicate",), ExitCode.WRONG_USAGE, "there is no command 'frobnicate'; there are bench, "),
        (("rnu",), ExitCode.WRONG_USAGE, "there is no command 'rnu'; did you mean run"),
        ((), ExitCode.WRONG_USAGE, "see `apibuf --help`"),
        (("run", "--selct", "free/*"), ExitCode.WRONG_USAGE, "`apibuf run` takes no '--selct'"),
        (("repro", "free/null-once"), ExitCode.WRONG_USAGE, "see `apibuf repro --help`"),
        (("bisect",), 128 + ExitCode.WRONG_USAGE, "see `apibuf bisect --help`"),
        (("wine", "windows-x86_64", "nothing.exe"), ExitCode.BAD_INPUT, "nothing.exe cannot be read"),
        (("emulate", "linux-aarch64", "folder"), ExitCode.BAD_INPUT, "folder is a folder; name a program"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    arguments: tuple[str, ...], code: int, says: str, apibuf: Apibuf, tmp_path: Path
) -> None:
    (tmp_path / "text.so").write_text("not a library\n")
    (tmp_path / "empty.so").touch()
    (tmp_path / "folder").mkdir()
    foreign_library(tmp_path / "foreign.so")
    done = apibuf(*arguments)
    assert done.returncode == code, done.stderr
    assert "usage:" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("apibuf: ") and says in done.stderr.splitlines()[-1]


def test_a_truncated_stream_is_refused_by_report_and_by_rerun_failed(apibuf: Apibuf, tmp_path: Path) -> None:
    apibuf("run", "--select", FREE_NULL)
    results = results_below(tmp_path / "results" / "reference")
    lines = results.read_text().splitlines(keepends=True)
    cut = tmp_path / "cut.jsonl"
    cut.write_text("".join(lines[:-1]))
    assert apibuf("report", cut).returncode == ExitCode.BAD_INPUT
    assert apibuf("run", "--rerun-failed", cut).returncode == ExitCode.BAD_INPUT
    assert apibuf("report", results).returncode == ExitCode.OK


def test_a_page_links_to_the_picture_of_the_speed_that_lies_beside_it(apibuf: Apibuf, tmp_path: Path) -> None:
    apibuf("run", "--select", FREE_NULL)
    results = results_below(tmp_path / "results" / "reference")
    page = tmp_path / "report.html"
    for is_there in (False, True):
        if is_there:
            (tmp_path / "bench").mkdir()
            (tmp_path / "bench" / "bench.svg").touch()
        assert apibuf("report", results, "--format", "html", "--out", page).returncode == ExitCode.OK
        assert ('href="bench/bench.svg"' in page.read_text()) == is_there


def test_rerun_failed_runs_what_failed_against_the_same_library(
    apibuf: Apibuf, compile_library: Compile, tmp_path: Path
) -> None:
    apibuf("run", compile_library("EXIT"), "--select", "free/null-once", "--select", "abi/exports-*")
    results = results_below(tmp_path / "results" / compile_library("EXIT").name)
    assert apibuf("run", "--rerun-failed", results, "--list").stdout.split() == [FREE_NULL]
    assert apibuf("run", "--rerun-failed", results).returncode == ExitCode.NOT_CONFORMING


def test_the_worst_of_several_targets_decides_and_all_are_told(apibuf: Apibuf, compile_library: Compile) -> None:
    done = apibuf("run", "reference", compile_library("EXIT"), "--select", FREE_NULL)
    assert done.returncode == ExitCode.NOT_CONFORMING
    assert "reference: success" in done.stdout
    assert "libexit.so: does not conform" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_stops_its_workers_and_is_incomplete(
    number: signal.Signals, compile_library: Compile, tmp_path: Path
) -> None:
    command = [LAUNCHER, "run", compile_library("HANG"), "--out", tmp_path, "--timeout", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "running" not in (line := process.stderr.readline()):
            assert line, "the run ended before its first case"
        time.sleep(1)
        process.send_signal(number)
        process.communicate(timeout=20)
    assert process.returncode == ExitCode.INCOMPLETE
    results = stream.read(tmp_path / "libhang.so" / "results.jsonl")
    assert (results.footer.complete, results.footer.error) == (False, "the run was interrupted")


SIGNALLED_AT_EVERY_LINE = """
import signal, sys
from apibuf_runner.interruption import interruptible

def signal_again(*_):
    signal.raise_signal(signal.SIGINT)
    return signal_again

with interruptible() as interrupted:
    sys.settrace(signal_again)
    signal.raise_signal(signal.SIGTERM)
    sys.settrace(None)
    print(interrupted.is_set())
"""


def test_a_signal_that_comes_while_another_is_handled_holds_nothing_up() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED_AT_EVERY_LINE],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_the_launcher_works_through_a_link_and_from_anywhere(tmp_path: Path) -> None:
    link = tmp_path / "apibuf"
    link.symlink_to(LAUNCHER)
    done = subprocess.run([link, "--help"], cwd="/", capture_output=True, text=True, check=True)
    assert "exit codes:" in done.stdout


def test_a_fault_of_the_harness_is_one_sentence_and_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from apibuf_cli.commands import targets
    from apibuf_common import project

    def broken(_: object) -> int:
        raise RuntimeError("an unforeseen\nthing")

    monkeypatch.setattr(targets, "execute", broken)
    monkeypatch.setattr(project, "STATE", tmp_path)
    assert main(["targets"]) == ExitCode.CANNOT_RUN
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "an unforeseen thing" in message
    assert "Traceback" in (tmp_path / "harness-fault.txt").read_text()


@pytest.mark.skipif(shutil.which("setpriv") is None or os.geteuid() != 0, reason="needs root and setpriv")
def test_a_library_that_may_not_be_read_is_bad_input(tmp_path: Path, compile_library: Compile) -> None:
    library = tmp_path / "secret.so"
    shutil.copy(compile_library(), library)
    library.chmod(0)
    done = subprocess.run(
        ["setpriv", "--bounding-set=-all", "--inh-caps=-all", LAUNCHER, "run", library],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.BAD_INPUT, done.stderr


@pytest.mark.parametrize(
    ("line", "words"), [("apibuf expl", ["explain"]), ("apibuf run --prof", ["--profile"]), ("apibuf rexyz", [])]
)
def test_a_shell_gets_the_words_that_may_come_next(line: str, words: list[str], tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    subprocess.run(["bash", "-c", f"{LAUNCHER} 8> {answer}"], env=os.environ | asked, check=False, timeout=60)
    assert [word.strip() for word in answer.read_text().split("\n") if word.strip()] == words


def test_what_completes_words_is_loaded_for_a_shell_alone() -> None:
    code = "import sys; sys.argv = ['apibuf', '--version']; from apibuf_cli.__main__ import process; process(); "
    environment = os.environ | {"PYTHONPATH": f"{LAUNCHER.parent}:{LAUNCHER.parents[1] / 'reports'}"}
    done = subprocess.run(
        [sys.executable, "-c", code + "print('argcomplete' in sys.modules)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[-2] == "False"
