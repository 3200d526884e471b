"""`apibuf diff`, and `apibuf run` with `--expect`, from the command line: what they say and how they exit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode

SELECT = ("--select", "free/null-once", "--select", "abi/exports-*")
ENTRY = '[[expect]]\ncase = "free/null-once"\nverdict = "crash"\nreason = "it exits"\n'
Compile = Callable[..., Path]
Run = Callable[..., Path]


@pytest.fixture
def run(compile_library: Compile, tmp_path: Path) -> Run:
    """Runs a part of the suite against a library with this fault, and returns the results."""

    def run(fault: str, *arguments: str) -> Path:
        library = compile_library(fault)
        out = tmp_path / fault / "-".join(arguments).replace("/", "_")
        main(["run", str(library), "--out", str(out), *(arguments or SELECT)])
        return results_below(out / library.name)

    return run


def test_diff_exits_with_1_for_a_regression_only(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    right, wrong = str(run("NONE")), str(run("EXIT"))
    assert main(["diff", right, wrong]) == ExitCode.NOT_CONFORMING
    assert "Regressions: passed, and do not pass any more (1)\n  free/null-once\n" in capsys.readouterr().out
    assert main(["diff", wrong, right]) == ExitCode.OK
    assert "no regression, 1 fixed" in capsys.readouterr().out
    assert main(["diff", right, right]) == ExitCode.OK


@pytest.mark.parametrize("name", ["text", "markdown", "json"])
def test_diff_has_three_formats(name: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(run("NONE")), str(run("EXIT")), "--format", name]) == ExitCode.NOT_CONFORMING
    assert "free/null-once" in capsys.readouterr().out


def test_diff_refuses_runs_that_tell_nothing_about_each_other(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    strict, windows = str(run("NONE")), str(run("NONE", *SELECT, "--profile", "windows"))
    assert main(["diff", strict, windows]) == ExitCode.WRONG_USAGE
    assert "the profile was strict and is windows" in capsys.readouterr().err
    assert main(["diff", strict, windows, "--force"]) == ExitCode.OK


def test_diff_refuses_a_stream_that_was_cut(run: Run, tmp_path: Path) -> None:
    whole = run("NONE")
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(whole.read_bytes()[:-10])
    assert main(["diff", str(whole), str(cut)]) == ExitCode.BAD_INPUT


def expect(library: Path, tmp_path: Path, text: str, *arguments: str) -> int:
    """The exit code of a run with these expectations."""
    file = tmp_path / "known.toml"
    file.write_text(text)
    return main(["run", str(library), "--out", str(tmp_path), "--expect", str(file), *(arguments or SELECT)])


def test_expectations_decide_the_exit_code(
    compile_library: Compile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = compile_library("NONE"), compile_library("EXIT")
    assert expect(wrong, tmp_path, ENTRY) == ExitCode.OK
    assert expect(wrong, tmp_path, "") == ExitCode.NOT_CONFORMING
    assert expect(right, tmp_path, ENTRY) == ExitCode.NOT_CONFORMING
    assert "unlike entry 1 (free/null-once: crash); remove the entry" in capsys.readouterr().out
    assert expect(wrong, tmp_path, ENTRY.replace("free/null-once", "free/nul-once")) == ExitCode.BAD_INPUT


@pytest.mark.parametrize(
    "arguments",
    [("--select", "free/*"), ("--shard", "1/2"), ("--profile", "windows")],
)
def test_a_part_of_the_suite_updates_no_expectations(
    arguments: tuple[str, ...], compile_library: Compile, tmp_path: Path
) -> None:
    update = ("--update-expectations", *arguments)
    assert expect(compile_library("NONE"), tmp_path, ENTRY, *update) == ExitCode.WRONG_USAGE
    assert (tmp_path / "known.toml").read_text() == ENTRY


def test_an_update_needs_a_file_and_one_target() -> None:
    assert main(["run", "reference", "--update-expectations"]) == ExitCode.WRONG_USAGE
    several = ["run", "reference", "samba", "--update-expectations", "--expect", "x.toml"]
    assert main(several) == ExitCode.WRONG_USAGE


def test_an_update_writes_what_the_next_run_expects(compile_fault: Compile, tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    library = compile_fault("size-of-null-is-another-error")
    run = ["run", str(library), "--out", str(tmp_path), "--expect", str(file)]
    assert main([*run, "--update-expectations"]) == ExitCode.OK
    assert 'case = "size/null-buffer-once"' in file.read_text()
    assert main(run) == ExitCode.OK
