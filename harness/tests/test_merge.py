"""`apibuf merge`: the shards of one run are that run; what is no whole run is refused."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_runner import stream_writer
from apibuf_selfcheck import parts
from apibuf_setup import prepare

LAUNCHER = project.ROOT / "harness" / "apibuf"
SIZE = ("--select", "size/*")
TIMES = ("started", "duration_us", "duration_ms", "sha256")


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory, compile_fault: Any) -> Path:
    """A folder with a library that is broken, its whole run in `whole`, and its shards in `shards`, made at once."""
    folder = tmp_path_factory.mktemp("merge")
    shutil.copy(compile_fault("size-is-cut-to-16-bits"), folder / "libmine.so")
    command = [LAUNCHER, "run", "./libmine.so", *SIZE, "--jobs", "1", "--out"]
    runs = [
        subprocess.Popen([*command, "shards", "--shard", f"{part}/4"], cwd=folder, stdout=subprocess.DEVNULL)
        for part in (1, 2, 3, 4)
    ]
    assert subprocess.run([*command, "whole"], cwd=folder, capture_output=True, check=False).returncode == 1
    assert {run.wait() for run in runs} <= {ExitCode.OK, ExitCode.NOT_CONFORMING}
    return folder


def parts_of(folder: Path) -> list[str]:
    """The streams of the shards, in their order."""
    return sorted(map(str, folder.glob("shards/libmine.so/*/results.jsonl")))


def records(file: Path) -> Iterator[dict[str, Any]]:
    """The records of a stream without times, and without the digest, which follows from them.

    A run looks for reproducers of only some of its failed properties, so a shard may have one that the run has not.
    """
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        dropped = (*TIMES, "reproducer") if record.get("kind") == "property" else TIMES
        yield {name: value for name, value in record.items() if name not in dropped}


def test_the_shards_of_four_processes_are_one_run_but_for_times(shards: Path, tmp_path: Path) -> None:
    assert main(["merge", *reversed(parts_of(shards)), "--out", str(tmp_path)]) == ExitCode.NOT_CONFORMING
    (whole,) = shards.glob("whole/libmine.so/*/results.jsonl")
    assert list(records(tmp_path / "results.jsonl")) == list(records(whole))


def changed(file: str, folder: Path, path: Sequence[str], value: object) -> str:
    """A copy of the stream with another value at a place of its header, and the digest that it then has."""
    header, *cases, end = map(json.loads, Path(file).read_text(encoding="utf-8").splitlines())
    *outer, name = path
    record = header
    for member in outer:
        record = record[member]
    record[name] = value
    copy = folder / "changed.jsonl"
    copy.write_bytes(stream_writer.encoded(header, cases, end))
    return str(copy)


def refusal(capsys: pytest.CaptureFixture[str], out: Path, *files: str) -> str:
    """The one sentence with which these files are refused."""
    assert main(["merge", *files, "--out", str(out)]) == ExitCode.BAD_INPUT
    assert not out.exists()
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    return printed


def test_a_part_that_is_missing_is_named(shards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _, third, _ = parts_of(shards)
    printed = refusal(capsys, tmp_path / "out", first, third)
    assert "2 of 4 shards are missing; run the suite with --shard 2/4, --shard 4/4" in printed


def test_a_part_that_is_there_twice_is_named(shards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = parts_of(shards)
    assert "are both shard 1/4; name one of them" in refusal(capsys, tmp_path / "out", first, first, *others)


def test_a_whole_run_is_no_part(shards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (whole,) = shards.glob("whole/libmine.so/*/results.jsonl")
    assert "was made without --shard" in refusal(capsys, tmp_path / "out", str(whole))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("suite", "vectors_sha256"), "0" * 64, "other vectors"),
        (("target", "sha256"), "0" * 64, "different files"),
        (("target", "version"), "other", "different versions"),
        (("selection", "select"), ["size/a*"], "different cases"),
        (("selection", "shard"), "4/5", "one of 4 shards"),
        (("profile",), "windows", "different profiles"),
    ],
)
def test_parts_of_different_runs_are_refused(
    shards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], path: Sequence[str], value: object, sentence: str
) -> None:
    *others, last = parts_of(shards)
    assert sentence in refusal(capsys, tmp_path / "out", *others, changed(last, tmp_path, path, value))


def test_a_shard_is_not_replaced_by_the_whole(shards: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = parts_of(shards)
    place = tmp_path / "place"
    place.mkdir()
    shutil.copy(first, place / "results.jsonl")
    assert main(["merge", str(place / "results.jsonl"), *others, "--out", str(place)]) == ExitCode.WRONG_USAGE
    assert "is one of the shards" in capsys.readouterr().err
    assert (place / "results.jsonl").exists()


# ---- what the README shows ----


def recipe(beginning: str) -> str:
    """The block of the README that begins so."""
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = [
        text
        for text in re.findall(r"^```\w*\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
        if text.startswith(beginning)
    ]
    return (
        str(block)
        .replace("apibuf run ./libmine.so", f"{LAUNCHER} run ./libmine.so {' '.join(SIZE)}")
        .replace("apibuf merge", f"{LAUNCHER} merge")
    )


def judged(folder: Path) -> int:
    """How many cases the merged stream in the folder has."""
    return len(list(records(folder / "merged" / "results.jsonl"))) - 2


def test_the_commands_for_gnu_parallel_work(shards: Path, tmp_path: Path) -> None:
    prepare.install(["parallel"])
    shutil.copy(shards / "libmine.so", tmp_path)
    script = recipe("parallel").replace("'", "")
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=False, timeout=300)
    assert judged(tmp_path) > 50


def test_the_script_for_slurm_works(shards: Path, tmp_path: Path) -> None:
    shutil.copy(shards / "libmine.so", tmp_path)
    script = recipe("#!/bin/sh")
    for part in "12":
        job = {"SLURM_ARRAY_TASK_ID": part, "SLURM_ARRAY_TASK_COUNT": "2", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
        subprocess.run(["sh", "-c", script], cwd=tmp_path, env=job, check=False, timeout=300)
    files = sorted(map(str, tmp_path.glob("shards/libmine.so/*/results.jsonl")))
    assert main(["merge", *files, "--out", str(tmp_path / "merged")]) == ExitCode.NOT_CONFORMING
    assert judged(tmp_path) > 50


def test_the_matrix_for_github_is_a_workflow(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "shards.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(f"on: push\n{recipe('jobs:')}", encoding="utf-8")
    commands = [
        step["run"]
        for job in yaml.safe_load(workflow.read_text())["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    assert sum("--shard" in command for command in commands) == 1
    linter = f"github.com/rhysd/actionlint/cmd/actionlint@{parts.ACTIONLINT}"
    done = subprocess.run([parts.tool("go"), "run", linter, str(workflow)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
