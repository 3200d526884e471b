"""A fault of the machine is reported in one sentence with exit code 3 or 4; no implementation is blamed for it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_setup import prepare

LAUNCHER = project.ROOT / "harness" / "apibuf"
ONE = "run reference --select free/null-once --jobs 1"
NOT_BLAMED = ("does not conform", "the harness itself failed", "Traceback")
needs_root = pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv")

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Runs a shell command in a folder of its own, in which `apibuf` is the command line and `out` is for results."""

    def call(command: str, *before: str) -> subprocess.CompletedProcess[str]:
        script = f'apibuf() {{ "{LAUNCHER}" "$@"; }}; {command}'
        return subprocess.run(
            [*before, "sh", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
            stdin=subprocess.DEVNULL,
        )

    return call


def assert_one_sentence(done: subprocess.CompletedProcess[str], *says: str) -> None:
    """The command could not run, and its last line says why."""
    output = done.stdout + done.stderr
    assert done.returncode == ExitCode.CANNOT_RUN, output
    assert not [words for words in NOT_BLAMED if words in output], output
    assert done.stderr.splitlines()[-1].startswith("apibuf: "), output
    assert not [words for words in says if words not in done.stderr.splitlines()[-1]], output


@pytest.mark.parametrize(("redirection", "reason"), [(">/dev/full", "No space left"), (">&-", "Bad file descriptor")])
def test_an_output_that_takes_nothing_loses_no_results(
    redirection: str, reason: str, shell: Shell, tmp_path: Path
) -> None:
    assert_one_sentence(shell(f"apibuf {ONE} --out out {redirection}"), "standard output", reason, "send it elsewhere")
    assert len(list((tmp_path / "out").rglob("*.*"))) == 3, "the part's folder, its results and its junit.xml"


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "<&- 2>&-"])
def test_an_error_stream_that_takes_nothing_changes_nothing(redirection: str, shell: Shell, tmp_path: Path) -> None:
    done = shell(f"apibuf {ONE} --out out {redirection}")
    assert done.returncode == ExitCode.OK, done.stdout
    assert "passes a part of the suite: 1 of 1" in done.stdout
    assert list((tmp_path / "out").rglob("results.jsonl"))


@pytest.mark.parametrize("command", ["--help", "targets", "explain free/null", "run --list", ONE + " --out out"])
@pytest.mark.parametrize("redirection", [">/dev/full", ">/dev/full 2>/dev/full", ">&- 2>&- <&-"])
def test_every_command_notices_that_its_output_is_lost(command: str, redirection: str, shell: Shell) -> None:
    assert shell(f"apibuf {command} {redirection}").returncode == ExitCode.CANNOT_RUN


def test_a_reader_that_has_seen_enough_is_no_fault(shell: Shell) -> None:
    done = shell("{ apibuf run --list; echo $? >&2; } | true")
    assert done.stderr.split() == [str(int(ExitCode.INCOMPLETE))]


@needs_root
def test_a_checkout_that_is_read_only_is_told(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    mounted = f"mount --bind {project.ROOT} checkout && mount -o remount,ro,bind checkout || exit 77"
    done = shell(f"{mounted}; checkout/harness/apibuf {ONE} --out out", "unshare", "-m")
    if done.returncode == 77:
        pytest.skip("nothing can be mounted here")
    assert_one_sentence(done, "build/linux-gcc.lock", "Read-only file system", "make it writable")


@needs_root
@pytest.mark.parametrize(
    "command", [f"{ONE} --out full", "report out/reference/*/results.jsonl --format html --out full"]
)
def test_a_full_disk_leaves_nothing_and_is_told(command: str, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    assert shell(f"apibuf {ONE} --out out").returncode == ExitCode.OK
    fill = "mount -t tmpfs -o size=8k none full || exit 77; head -c 4096 /dev/zero > full/other"
    done = shell(f"{fill}; apibuf {command}; code=$?; find full -type f | sort > left; exit $code", "unshare", "-m")
    if done.returncode == 77:
        pytest.skip("nothing can be mounted here")
    assert_one_sentence(done, "full", "No space left on device", "--out")
    assert (tmp_path / "left").read_text().split() == ["full/other"]


@needs_root
def test_a_folder_without_permission_is_told(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    without_rights = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    assert_one_sentence(
        shell(f"apibuf {ONE} --out closed/out", *without_rights), "closed/out", "Permission denied", "--out"
    )
    for command in ("run closed/libmine.so", "report closed/results.jsonl", "run --vectors closed/found.json"):
        done = shell(f"apibuf {command}", *without_rights)
        assert (done.returncode, done.stderr.count("\n")) == (ExitCode.BAD_INPUT, 1), done.stderr
        assert "Permission denied" in done.stderr


@pytest.mark.parametrize("out", ["file", "file/out"])
@pytest.mark.parametrize("library", ["reference", "./libmine.so"])
def test_a_file_in_the_place_of_the_results_is_told(library: str, out: str, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    shutil.copy(prepare.build("linux-gcc", "reference/libapibuffer.so"), tmp_path / "libmine.so")
    done = shell(f"apibuf run {library} --select free/null-once --out {out}")
    assert_one_sentence(done, out, "a file is in the way", "--out")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_current_folder_that_is_gone_is_told(shell: Shell) -> None:
    assert_one_sentence(shell(f"mkdir gone; cd gone; rmdir ../gone; apibuf {ONE}"), "current folder")


def test_too_little_of_what_the_machine_grants_is_no_deviation(shell: Shell) -> None:
    for limit in ("-n 12", "-v 300000"):
        done = shell(f"ulimit {limit}; apibuf {ONE} --out out")
        output = done.stdout + done.stderr
        assert done.returncode in (ExitCode.CANNOT_RUN, ExitCode.INCOMPLETE), output
        assert not [words for words in NOT_BLAMED if words in output], output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_after_some_cases_is_incomplete(number: signal.Signals, tmp_path: Path) -> None:
    command = [LAUNCHER, "run", "reference", "--jobs", "1", "--out", tmp_path]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        while "running" not in (line := process.stderr.readline()):
            assert line, "the run ended before its first case"
        time.sleep(0.3)  # some of its cases are over by now
        # As a terminal or a supervisor does it: everything that belongs to the run hears the signal.
        os.killpg(process.pid, number)
        results, _ = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INCOMPLETE, results
    footer = stream.read(tmp_path / "reference" / "results.jsonl").footer
    assert (footer.error, footer.counts["pass"] > 0) == ("the run was interrupted", True)
    assert (tmp_path / "reference" / "junit.xml").exists()
