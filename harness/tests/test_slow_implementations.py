"""Right implementations that are slow, or live beside signals, instruments and a busy machine: none is accused."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from apibuf_common import platforms
from apibuf_common.errors import ExitCode
from apibuf_runner.session import CASE_LIMIT_FACTOR, TOUCHED_BYTES_PER_S
from apibuf_runner.silence import STARVED_FACTOR
from apibuf_runner.suite_run import (
    DEFAULT_SILENCE_S,
    FAILED_LOADS_THAT_CONVINCE,
    HANGS_THAT_CONVINCE,
    HUNG_CASES_LIMIT,
    LOAD_LIMIT_S,
)
from apibuf_runner.worker import CHANNEL_LIMIT_BYTES
from apibuf_setup import prepare

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LIMITS = (ROOT / "harness" / "README.md").read_text(encoding="utf-8")
BUSY_LOOPS = 8
MANY_CALLS = (
    "free/gives-memory-back-small-to-another-thread",
    "size/at-least-requested-100000-live-buffers",
    "reallocate/gives-memory-back-zero-sized",
    "free/any-thread-one-buffer-measured-at-once",
)
Slow = Callable[..., Path]


@pytest.fixture(scope="session")
def reference() -> Path:
    preset = platforms.named("linux-x86_64").preset
    return prepare.build(preset, "reference/libapibuffer.so")


@pytest.fixture
def slow(tmp_path: Path, reference: Path) -> Slow:
    """Compiles slow.c with these definitions; returns the library."""

    def compile_one(microseconds: int, *definitions: str) -> Path:
        library = tmp_path / "libslow.so"
        options = [f'-DREFERENCE="{reference}"', f"-DMICROSECONDS={microseconds}", *definitions]
        source = Path(__file__).with_name("slow.c")
        subprocess.run(["gcc", "-shared", "-fPIC", *options, "-o", library, source, "-ldl"], check=True)
        return library

    return compile_one


def run(library: Path, out: Path, *words: str) -> tuple[int, str]:
    """The exit code of a run, and what it printed."""
    command = [ROOT / "harness" / "apibuf", "run", library, "--out", out, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def selecting(cases: tuple[str, ...]) -> list[str]:
    return [word for case in cases for word in ("--select", case)]


@contextmanager
def busy_machine() -> Iterator[None]:
    with ExitStack() as ends:
        for _ in range(BUSY_LOOPS):
            loop = ends.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            ends.callback(loop.kill)
        yield


@pytest.mark.by_turns
def test_an_implementation_of_200_microseconds_a_call_passes_its_loops(slow: Slow, tmp_path: Path) -> None:
    code, output = run(slow(200), tmp_path / "out", "--timeout", "1", *selecting(MANY_CALLS))
    assert code == ExitCode.OK, output


@pytest.mark.by_turns
@pytest.mark.parametrize("definitions", [["-DSIGNALS=0"], ["-DSIGNALS=SA_RESTART"], ["-DSIGNALS=0", "-DMASKS"]])
def test_signals_of_the_implementations_own_interrupt_nothing(
    definitions: list[str], slow: Slow, tmp_path: Path
) -> None:
    cases = ("allocate/usable-*", "free/any-thread-*", "size/null*")
    code, output = run(slow(0, *definitions), tmp_path / "out", *selecting(cases))
    assert code == ExitCode.OK, output


def test_beside_eight_busy_loops_a_right_implementation_passes(reference: Path, tmp_path: Path) -> None:
    cases = ("allocate/disjoint*", "free/any-thread-*", "free/gives-memory-back-*", "size/at-least-*")
    with busy_machine():
        code, output = run(reference, tmp_path / "out", "--timeout", "1", *selecting(cases))
    assert code == ExitCode.OK, output


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
def test_the_line_for_valgrind_that_the_readme_gives_works(reference: Path, tmp_path: Path) -> None:
    (launcher,) = re.findall(r"--launcher '(valgrind [^']*)'", README)
    code, output = run(reference, tmp_path / "out", "--launcher", launcher, "--select", "size/null-buffer-*")
    assert code == ExitCode.OK, output


def test_the_lines_for_an_address_sanitizer_that_the_readme_gives_work(slow: Slow, tmp_path: Path) -> None:
    (launcher,) = re.findall(r'--launcher "(env LD_PRELOAD=[^"]*)"', README)
    words = subprocess.run(["sh", "-c", f'printf %s "{launcher}"'], capture_output=True, text=True, check=True).stdout
    library = slow(0, "-fsanitize=address")
    cases = (*MANY_CALLS, "allocate/out-of-memory-code-out-of-memory")
    code, output = run(library, tmp_path / "out", "--launcher", words, *selecting(cases))
    assert code == ExitCode.OK, output
    assert run(library, tmp_path / "out", "--select", "size/null*")[0] == ExitCode.CANNOT_RUN, "it was no sanitizer's"


def test_the_documents_give_each_limit_as_it_is() -> None:
    table = LIMITS[LIMITS.index("## Limits") :]
    for words in (
        f"`--timeout` ({DEFAULT_SILENCE_S:g} s)",
        f"a second for each {TOUCHED_BYTES_PER_S // 1024**2} MiB",
        f"{STARVED_FACTOR} times that",
        f"{CASE_LIMIT_FACTOR} times `--timeout`",
        f"{LOAD_LIMIT_S:g} s",
        f"{CHANNEL_LIMIT_BYTES // 1024**2} MiB",
        f"hung in {HANGS_THAT_CONVINCE} cases",
        f"{HUNG_CASES_LIMIT} cases hung",
        f"failed in {FAILED_LOADS_THAT_CONVINCE} cases",
    ):
        assert words in table, words
