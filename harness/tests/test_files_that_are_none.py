"""Paths that lead to no file: each command answers at once, in one sentence, whatever the path leads to."""

import os
import socket
import time
from pathlib import Path

import pytest

from apibuf_cli.__main__ import main
from apibuf_common import files
from apibuf_common.errors import BadInput, ExitCode

MOMENT_S = 8.0
COMMANDS = {
    "library": ["run", "{file}"],
    "vectors": ["run", "--vectors", "{file}"],
    "expectations": ["run", "--expect", "{file}"],
    "results to run again": ["run", "--rerun-failed", "{file}"],
    "results to report": ["report", "{file}"],
    "old results": ["diff", "{file}", "{file}"],
    "library to fuzz": ["fuzz", "{file}"],
    "library to show a case with": ["repro", "free/null-once", "--target", "{file}"],
    "library to measure": ["bench", "{file}"],
}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A path of each kind that is no file of contents."""
    folder = tmp_path_factory.mktemp("paths")
    os.mkfifo(folder / "pipe")
    with (folder / "sparse").open("wb") as sparse:
        sparse.truncate(2**40)
    (folder / "empty").touch()
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket"))
    return {
        **{name: str(folder / name) for name in ("pipe", "sparse", "empty", "dangling", "loop", "socket")},
        "folder": str(folder),
        "endless": "/dev/zero",
        "input": "/dev/stdin",
        "memory": "/proc/self/mem",
        "endless without a size": "/proc/self/pagemap",
        "long": "/" + "x" * 5000,
    }


KINDS = (
    "pipe",
    "sparse",
    "empty",
    "dangling",
    "loop",
    "socket",
    "folder",
    "endless",
    "input",
    "memory",
    "endless without a size",
    "long",
)


# An empty file of expectations is one: it expects nothing.
REFUSED = [
    pytest.param(command, kind, id=f"{name}-{kind}")
    for name, command in COMMANDS.items()
    for kind in KINDS
    if (kind, command[:2]) != ("empty", ["run", "--expect"])
]


@pytest.mark.parametrize(("command", "kind"), REFUSED)
def test_what_is_no_file_is_refused_at_once(
    command: list[str], kind: str, paths: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    started_s = time.process_time()
    code = main([word.format(file=paths[kind]) for word in command])
    output = capsys.readouterr().err.splitlines()
    assert (code, time.process_time() - started_s < MOMENT_S) == (ExitCode.BAD_INPUT, True), output
    assert len(output) == 1 and output[0].startswith(f"apibuf: {paths[kind]}"), output


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "file"
    files.write(file, "before")
    with pytest.raises(UnicodeEncodeError):
        files.write(file, "after \ud800")
    assert (file.read_text(), list(tmp_path.iterdir())) == ("before", [file])


def test_a_device_is_written_to_and_not_replaced() -> None:
    files.write(Path("/dev/null"), "anything")
    assert Path("/dev/null").is_char_device()


def test_a_file_of_any_size_that_has_room_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * files.MEBIBYTE)
    assert len(files.read(file, files.MEBIBYTE, "another")) == files.MEBIBYTE
    with pytest.raises(BadInput, match="larger than 0 MiB"):
        files.read(file, files.MEBIBYTE - 1, "another")
