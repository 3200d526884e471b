"""Every run has a place of its own, and its outputs appear together. Runs small parts of the suite for real."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_pipeline import places, rendering
from apibuf_reports import stream
from apibuf_runner.catalogue import FUNCTIONS
from apibuf_runner.suite_run import Selection
from apibuf_setup.vector_files import VectorFile
from apibuf_targets.targets import resolve

LAUNCHER = project.ROOT / "harness" / "apibuf"
ONE = ("--select", "free/null-once", "--jobs", "1")
PART_OF_ONE = "select-free.null-once"
Compile = Callable[..., Path]


@pytest.fixture
def library(compile_library: Compile, tmp_path: Path) -> Callable[..., Path]:
    """A library with this fault under a path of choice."""

    def put(path: str, fault: str = "NONE") -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(compile_library(fault), file)
        return file

    return put


def run(out: Path, *words: str | Path) -> int:
    return main(["run", *map(str, words), "--out", str(out)])


def outputs(out: Path) -> dict[str, bytes]:
    """All files that runs have left, by their paths."""
    return {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}


def verdicts(results: Path) -> dict[str, str]:
    return {case.id: case.verdict for case in stream.read(results).cases}


# ---- a part and the whole ----


@pytest.mark.parametrize(
    "part",
    [
        ("--select", "free/null-once"),
        ("--select", "free/null-*"),
        ("--shard", "1/100"),
        ("--shard", "2/100"),
        ("--profile", "documented", "--shard", "1/100"),
        ("--functions", "NetApiBufferFree", "--select", "free/null-once"),
    ],
)
def test_a_part_leaves_the_results_of_every_other_run_as_they_were(part: tuple[str, ...], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(out, "--shard", "3/100", "--format", "html") in (ExitCode.OK, ExitCode.INCOMPLETE)
    whole = out / "reference"
    for name in ("results.jsonl", "junit.xml", "report.html"):
        shutil.copy(next(out.rglob(name)), whole / name)
    before = outputs(out)
    assert run(out, *part) in (ExitCode.OK, ExitCode.INCOMPLETE)
    after = outputs(out)
    assert before.items() <= after.items()
    assert len([name for name in after if name.endswith("/results.jsonl")]) == 3


def test_the_whole_suite_lies_where_it_is_documented_to_lie(tmp_path: Path) -> None:
    assert run(tmp_path) == ExitCode.OK
    assert set(outputs(tmp_path)) == {"reference/results.jsonl", "reference/junit.xml"}


SELECTIONS = {
    "": Selection(),
    "profile-windows": Selection(profile="windows"),
    "functions-Allocate-Free": Selection(functions=("NetApiBufferFree", "NetApiBufferAllocate")),
    "select-free.null-once": Selection(select=("free/null-once",)),
    "select-abi.exports-free,free.null-once": Selection(select=("free/null-once", "abi/exports-free")),
    "shard-1-of-4": Selection(shard=(1, 4)),
    "profile-documented+select-free.null-once+shard-2-of-3": Selection(
        profile="documented", select=("free/null-once",), shard=(2, 3)
    ),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_a_part_is_called_as_what_was_asked_for(name: str) -> None:
    assert places.of_run(Path("x"), SELECTIONS[name], (), None) == Path("x") / name


def test_different_parts_have_different_places() -> None:
    patterns = (
        "free/*",
        "free/?",
        "free/**",
        "free.*",
        "[a-z]ree/*",
        "free",
        "*",
        "../..",
        "é/*",
        "x" * 300,
        "x" * 301,
    )
    vectors = [VectorFile(Path(path), b"") for path in ("/a/found.json", "/b/found.json")]
    found = [places.of_run(Path("x"), Selection(select=(pattern,)), (), None) for pattern in patterns]
    found += [places.of_run(Path("x"), Selection(), (file,), None) for file in vectors]
    assert len(set(found)) == len(found)
    assert all(place.parent == Path("x") and len(place.name) < 200 for place in found)


def test_the_order_of_names_and_patterns_makes_no_other_place() -> None:
    one, other = (Selection(select=patterns) for patterns in (("a/*", "b/*"), ("b/*", "a/*", "b/*")))
    assert places.of_run(Path("x"), one, (), None) == places.of_run(Path("x"), other, (), None)
    everything = Selection(functions=tuple(reversed(FUNCTIONS)))
    assert places.of_run(Path("x"), everything, (), None) == Path("x")


def test_what_failed_is_run_again_as_documented_and_never_over_what_it_reads(
    library: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, out = library("libmine.so", "EXIT"), tmp_path / "out"
    assert run(out, mine, *ONE, "--select", "abi/exports-*") == ExitCode.NOT_CONFORMING
    monkeypatch.chdir("/")
    file = next(out.rglob("results.jsonl"))
    for _ in range(3):
        before = outputs(out)
        # Without a target it is the library of the results, wherever one is.
        assert run(out, "--rerun-failed", file, "--jobs", "1") == ExitCode.NOT_CONFORMING
        after = outputs(out)
        assert before.items() <= after.items()
        (file,) = {out / name for name in after.keys() - before.keys() if name.endswith(places.RESULTS)}
        assert verdicts(file) == {"free/null-once": "crash"}


def test_the_rerun_of_the_whole_suite_lies_in_it(tmp_path: Path) -> None:
    whole = tmp_path / "wine" / "results.jsonl"
    assert places.of_run(tmp_path / "wine", Selection(), (), whole) == tmp_path / "wine" / "rerun-failed"
    shard = tmp_path / "wine" / "shard-1-of-4" / "results.jsonl"
    rerun = places.of_run(tmp_path / "wine", Selection(), (), shard)
    assert rerun == tmp_path / "wine" / "rerun-failed-of-shard-1-of-4"


# ---- libraries of one name ----


def results(out: Path) -> dict[str, stream.Stream]:
    """The results below a folder by the names of their targets."""
    streams = list(map(stream.read, out.rglob("results.jsonl")))
    by_name = {one.header.target.name: one for one in streams}
    assert len(by_name) == len(streams)
    return by_name


def test_libraries_of_one_name_in_one_run_are_told_apart(library: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    right, wrong = library("a/libmine.so"), library("b/libmine.so", "EXIT")
    assert run(out, right, wrong, *ONE, "--format", "markdown") == ExitCode.NOT_CONFORMING
    assert {name: one.header.target.path for name, one in results(out).items()} == {
        "libmine.so": str(right),
        "libmine.so-in-b": str(wrong),
    }
    report = (out / "libmine.so+libmine.so-in-b" / PART_OF_ONE / "report.md").read_text()
    assert "`libmine.so`" in report and "`libmine.so-in-b`" in report


def test_libraries_of_one_name_in_two_runs_keep_their_places(library: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    right, wrong = library("a/libmine.so"), library("b/libmine.so", "EXIT")
    for _ in range(2):
        assert run(out, right, *ONE) == ExitCode.OK
        assert run(out, wrong, *ONE) == ExitCode.NOT_CONFORMING
    assert set(results(out)) == {"libmine.so", "libmine.so-in-b"}
    assert verdicts(out / "libmine.so" / PART_OF_ONE / "results.jsonl") == {"free/null-once": "pass"}


def test_a_file_that_is_called_as_a_target_is_not_the_target(
    library: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    library("mine/reference", "EXIT")
    monkeypatch.chdir(tmp_path / "mine")
    assert run(out, "./reference", *ONE) == ExitCode.NOT_CONFORMING
    assert run(out, "reference", *ONE) == ExitCode.OK
    assert set(results(out)) == {"reference-in-mine", "reference"}
    monkeypatch.chdir("/")
    file = out / "reference-in-mine" / PART_OF_ONE / "results.jsonl"
    assert run(out, "--rerun-failed", file) == ExitCode.NOT_CONFORMING


def test_names_go_on_until_they_differ(library: Callable[..., Path], tmp_path: Path) -> None:
    paths = [
        library(path) for path in ("x/a/lib.so", "y/a/lib.so", "z/y/a/lib.so", "é/lib.so", "è/lib.so", "x/ä/lib.so")
    ]
    names = [target.name for target in places.named([resolve(str(path)) for path in paths], tmp_path / "out")]
    assert len(set(names)) == len(names)
    assert names[:3] == ["lib.so", "lib.so-in-a", "lib.so-in-y-a"]


def test_one_library_named_twice_is_wrong_usage(library: Callable[..., Path], tmp_path: Path) -> None:
    mine = library("libmine.so")
    assert run(tmp_path, mine, mine, *ONE) == ExitCode.WRONG_USAGE
    assert run(tmp_path, mine, f"{mine.parent}/./{mine.name}", *ONE) == ExitCode.WRONG_USAGE
    assert run(tmp_path, "reference", "reference", *ONE) == ExitCode.WRONG_USAGE


# ---- together or not at all ----


def run_and_kill(library: Path, out: Path) -> None:
    """Starts a run against a library that hangs, and kills it in the middle, then what it can no longer end itself."""
    command = [LAUNCHER, "run", library, "--out", out, "--timeout", "60", *ONE]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "running" not in (line := process.stderr.readline()):
            assert line, "the run ended before its first case"
        time.sleep(0.3)
        workers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for worker in workers:
            worker.kill()


def test_a_killed_run_leaves_nothing_of_an_earlier_one(library: Callable[..., Path], tmp_path: Path) -> None:
    out, mine = tmp_path / "out", library("libmine.so")
    assert run(out, mine, *ONE, "--format", "html") == ExitCode.OK
    assert len(outputs(out / "libmine.so" / PART_OF_ONE)) == 3
    library("libmine.so", "HANG")
    run_and_kill(mine, out)
    assert outputs(out / "libmine.so" / PART_OF_ONE) == {}
    library("libmine.so", "NONE")
    assert run(out, mine, *ONE) == ExitCode.OK
    assert set(outputs(out / "libmine.so" / PART_OF_ONE)) == {"results.jsonl", "junit.xml"}


def test_a_report_of_an_earlier_run_is_not_left_beside_later_results(tmp_path: Path) -> None:
    for formats in (("--format", "html"), ()):
        assert run(tmp_path, *ONE, *formats) == ExitCode.OK
    assert set(outputs(tmp_path / "reference" / PART_OF_ONE)) == {"results.jsonl", "junit.xml"}


KILLED_AT_A_STEP = """
import os, signal, sys
from pathlib import Path
from apibuf_pipeline import places

place, steps_left = Path(sys.argv[1]), int(sys.argv[2])

def counted(step):
    def take(*arguments, **options):
        global steps_left
        if steps_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps_left -= 1
        return step(*arguments, **options)
    return take

for name in ("unlink", "replace", "mkdir", "write_text"):
    setattr(Path, name, counted(getattr(Path, name)))
places.clear(place)
with places.publishing(place) as unfinished:
    for name in ("junit.xml", "report.html", "results.jsonl"):
        (unfinished / name).write_text("new")
"""


def test_at_every_moment_a_report_lies_beside_the_results_that_it_was_made_of(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    seen = set()
    for step in range(100):
        place = tmp_path / str(step)
        place.mkdir()
        for name in ("junit.xml", "report.html", "results.jsonl"):
            (place / name).write_text("old")
        done = subprocess.run([sys.executable, "-c", KILLED_AT_A_STEP, place, str(step)], env=environment, check=False)
        left = {name: file.decode() for name, file in outputs(place).items() if not name.startswith(places.UNFINISHED)}
        assert not left or set(left.values()) == {left.get("results.jsonl")}, left
        seen.add(tuple(sorted(left.items())))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert (done.returncode, () in seen, len(left)) == (0, True, 3)


def test_two_runs_at_once_do_not_mix_their_outputs(library: Callable[..., Path], tmp_path: Path) -> None:
    mine, out = library("libmine.so"), tmp_path / "out"
    command = [LAUNCHER, "run", mine, "--out", out, *ONE, "--format", "tap"]
    with (tmp_path / "printed.txt").open("w") as printed:
        runs = [subprocess.Popen(command, stdout=printed, stderr=printed) for _ in range(3)]
        # A run waits for a build of its worker that others make meanwhile.
        assert [one.wait(timeout=300) for one in runs] == [0, 0, 0], (tmp_path / "printed.txt").read_text()
    assert set(outputs(out)) == {
        "libmine.so/library.txt",
        *(f"libmine.so/{PART_OF_ONE}/{name}" for name in ("results.jsonl", "junit.xml", "results.tap")),
    }


def test_every_report_that_a_run_can_write_is_known_as_its_output() -> None:
    assert {"junit.xml", "report.html", "badge.svg"} <= set(rendering.file_names())
