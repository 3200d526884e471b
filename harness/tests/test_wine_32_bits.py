"""32-bit DLLs run in the user's own Wine where that runs 32-bit programs, and without root."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_setup import prepare, roots, wine_32_bits
from apibuf_targets import readiness, targets

ROOT = roots.FOR_32_BITS
ASKING = "asking the installed Wine"
needs_root = pytest.mark.skipif(bool(roots.unavailable()), reason=roots.unavailable())


@pytest.fixture
def own_wine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A 32-bit Wine that a user has installed for themselves, first on the PATH: that of the root, outside of it."""
    prepare.make_root(ROOT)
    theirs, own = ROOT.folder / "usr", tmp_path / "own"
    unix = Path("lib/i386-linux-gnu/wine/i386-unix")
    for folder in ("bin", "lib/wine", "share", unix):
        (own / folder).mkdir(parents=True)
    # By the places of these Wine finds the others.
    shutil.copy(theirs / "lib/wine/wine", own / "lib/wine/wine")
    shutil.copy(theirs / "lib/wine/wineserver32", own / "lib/wine/wineserver")
    shutil.copy(theirs / unix / "ntdll.so", own / unix)
    for file in {*(theirs / unix).iterdir()} - {theirs / unix / "ntdll.so"}:
        (own / unix / file.name).symlink_to(file)
    for name in ("lib/i386-linux-gnu/wine/i386-windows", "share/wine"):
        (own / name).symlink_to(theirs / name)
    libraries = f"{ROOT.folder}/lib/i386-linux-gnu:{theirs}/lib/i386-linux-gnu"
    for name in ("wine", "wineserver"):
        program = own / "bin" / name
        program.write_text(
            f"#!/bin/sh\nexport LD_LIBRARY_PATH={shlex.quote(libraries)}\n"
            f'exec {shlex.quote(str(own))}/lib/wine/{name} "$@"\n'
        )
        program.chmod(0o755)
    monkeypatch.setattr(project, "STATE", tmp_path / "state")
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("PATH", f"{own / 'bin'}:{os.environ['PATH']}")
    yield own / "bin"
    subprocess.run([own / "bin" / "wineserver", "-k"], env=os.environ | {"WINEPREFIX": str(prefix())}, check=False)


def prefix() -> Path:
    """The prefix of the user's Wine for 32-bit programs."""
    return project.STATE / wine_32_bits.FOLDER


@needs_root
def test_a_32_bit_dll_runs_in_the_own_wine_without_root(
    own_wine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    described = targets.load_all()["reference-windows-i686"]
    readiness.provide_library(described)
    assert described.path is not None
    monkeypatch.setattr(roots, "unavailable", lambda: "nobody can enter a root")
    assert main(["run", str(described.path), "--select", "free/null*", "--out", str(tmp_path / "out")]) == ExitCode.OK
    header = stream.read(results_below(tmp_path / "out")).header
    assert (header.target.platform, header.environment["wine"][:8]) == ("windows-i686", "wine-8.0")
    assert (prefix() / "system.reg").exists()
    assert readiness.readiness(targets.load_all()["wine-i686"]) == "ready"
    # It is asked once, and again when it has changed.
    assert capsys.readouterr().err.count(ASKING) == 1
    assert wine_32_bits.of_path() is not None and ASKING not in capsys.readouterr().err
    (own_wine / "wine").write_text("#!/bin/sh\nexit 0\n")
    assert wine_32_bits.of_path() is None and ASKING in capsys.readouterr().err
    assert prefixes_with_a_process_below(prefix()) == []


def prefixes_with_a_process_below(folder: Path) -> list[str]:
    """The prefixes in a folder, or the folder itself, that a process of Wine uses."""
    found = [(process.info["environ"] or {}).get("WINEPREFIX", "") for process in psutil.process_iter(["environ"])]
    return [prefix for prefix in found if prefix.startswith(str(folder))]


def test_a_wine_without_its_32_bit_side_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare.wine_of("windows-x86_64")
    monkeypatch.setattr(project, "STATE", tmp_path)
    for is_asked in (True, False):
        assert wine_32_bits.of_path() is None
        assert (ASKING in capsys.readouterr().err) == is_asked
    assert [file.name for file in prefix().iterdir()] == [wine_32_bits.ANSWER]


def test_without_any_wine_there_is_none_for_32_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "STATE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert wine_32_bits.of_path() is None
    assert not any(tmp_path.iterdir())
