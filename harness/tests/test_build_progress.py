"""What is shown of a command that takes long."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from apibuf_setup import build_progress

NINJA = "echo '[1/9] Building one'; echo '[2/9] Building two'; echo 'warning: [7/7] is no status'; sleep 1"


def waited(command: str, log: Path) -> int:
    """The exit code of a shell command, waited for with its output in the log."""
    with log.open("wb") as output, subprocess.Popen(["sh", "-c", command], stdout=output) as process:
        return build_progress.wait(process, log, "build-here")


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_progress, "PLAIN_INTERVAL_S", 0.3)


@pytest.mark.usefixtures("often")
def test_the_steps_that_ninja_counts_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert waited(NINJA, tmp_path / "log") == 0
    assert "apibuf: build-here: 2 of 9 steps, " in capsys.readouterr().err


@pytest.mark.usefixtures("often")
def test_of_other_commands_the_seconds_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert waited("echo busy; sleep 1; exit 3", tmp_path / "log") == 3
    assert "apibuf: build-here: 0 s\n" in capsys.readouterr().err


def test_what_ends_at_once_shows_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert waited("echo '[1/1] Linking'", tmp_path / "log") == 0
    assert capsys.readouterr().err == ""


def test_on_a_terminal_one_line_moves_and_goes(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys; from pathlib import Path;"
        "from apibuf_setup import build_progress; log = Path(sys.argv[1]);"
        "process = subprocess.Popen(['sh', '-c', sys.argv[2]], stdout=log.open('wb'));"
        "build_progress.wait(process, log, 'build-here')"
    )
    reader, writer = pty.openpty()
    environment = os.environ | {"PYTHONPATH": str(Path(build_progress.__file__).parents[1])}
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "log"), NINJA], stderr=writer, env=environment, check=True
    )
    shown = os.read(reader, 4096).decode()
    os.close(reader)
    os.close(writer)
    assert "\r\x1b[Kapibuf: build-here: 2 of 9 steps, " in shown
    assert "\n" not in shown
    assert shown.endswith(build_progress.CLEAR_LINE)
