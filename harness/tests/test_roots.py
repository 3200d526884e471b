"""Roots of Debian: where it comes from, how it is entered, and what is left of them afterwards."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import CannotRun, ExitCode
from apibuf_setup import prepare, roots
from apibuf_setup.wine import Wine
from apibuf_targets import targets

ROOT = roots.FOR_32_BITS
needs_root = pytest.mark.skipif(bool(roots.unavailable()), reason=roots.unavailable())
INDEXES = """\
Debian-Security main http://security.example/debian-security/
Debian contrib http://contrib.example/debian/
Debian main http://mirror.example/debian/
Debian main http://second.example/debian/
"""


def chrooted(root: Path) -> Wine:
    return Wine(("wine",), root / "prefix", root, PurePosixPath("/machine"))


def test_the_mirror_is_the_first_place_of_debians_own_packages() -> None:
    assert roots.mirror(INDEXES) == "http://mirror.example/debian/"
    assert roots.mirror("Ubuntu main http://mirror.example/ubuntu/\n") is None
    assert roots.mirror("") is None


def test_a_root_is_believed_only_when_all_of_it_is_made() -> None:
    root = ROOT
    *before, last = root.making("http://mirror.example/debian/")
    assert not [command for command in before if str(root.folder) in command]
    assert last == ("mv", "--no-target-directory", str(root.unfinished), str(root.folder))


def test_a_root_whose_making_fails_is_not_believed_and_does_not_stand_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "STATE", tmp_path)
    monkeypatch.setattr(project, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(roots, "FOLDER", tmp_path / "roots")
    monkeypatch.setattr(roots, "INDEXES", ("echo", "Debian main http://mirror.example/debian/"))
    monkeypatch.setattr(roots, "BOOTSTRAP", ("sh", "-c", "mkdir -p $3 && touch $3/$$ && exit 1"))
    for _ in range(2):
        with pytest.raises(CannotRun, match="this failed"):
            prepare.make_root(ROOT)
        assert not ROOT.folder.exists() and len(list(ROOT.unfinished.iterdir())) == 1


def test_a_root_that_is_removed_is_gone_and_can_be_removed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(roots, "FOLDER", tmp_path)
    for name in ("wine-5.0", "wine-5.0-i686"):
        root = targets.load_all()[name].root
        assert root is not None
        (root.folder / "bin").mkdir(parents=True)
    for says in ("removed", "is not there"):
        assert main(["targets", "--remove", "wine-5.0"]) == ExitCode.OK
        assert says in capsys.readouterr().out
    assert [folder.name for folder in tmp_path.iterdir() if folder.is_dir()] == [root.name]
    assert main(["targets", "--remove", "samba"]) == ExitCode.WRONG_USAGE
    assert "samba has no Debian root" in capsys.readouterr().err


def test_no_two_targets_with_a_root_are_the_same() -> None:
    found = [target.root for target in targets.load_all().values() if target.root]
    assert len({root.name for root in found}) == len(found)


def test_who_is_not_root_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots.os, "geteuid", lambda: 1000)
    with pytest.raises(CannotRun, match="run this as root"):
        prepare.wine_of("windows-i686")


def test_a_chrooted_wine_names_files_of_the_machine_and_its_own_apart(tmp_path: Path) -> None:
    library, own = tmp_path / "Mine.dll", tmp_path / "root" / "own.dll"
    own.parent.mkdir()
    library.touch()
    own.touch()
    system = chrooted(tmp_path / "root")
    assert system.windows_path(library) == "Z:\\machine" + str(library).replace("/", "\\")
    assert system.machine_path(system.windows_path(library).replace("Mine", "mine")) == library
    assert system.machine_path("Z:\\own.dll") == own
    assert system.machine_path("X:\\own.dll") is None
    assert system.environment()["WINEPREFIX"] == "/prefix"


@needs_root
def test_a_program_in_the_root_is_the_process_that_was_started_and_leaves_no_mount(tmp_path: Path) -> None:
    prepare.wine_of("windows-i686")
    mounts = Path("/proc/self/mountinfo").read_text()
    with subprocess.Popen(
        [*ROOT.entered("/bin/sh", tmp_path), "-c", "pwd; read line"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{roots.MACHINE}{tmp_path}\n"
        assert Path(f"/proc/{process.pid}/root").samefile(ROOT.folder)
        process.kill()
    assert Path("/proc/self/mountinfo").read_text() == mounts


@needs_root
def test_a_program_in_the_root_sees_the_folders_that_it_needs_and_nothing_else_of_the_machine(tmp_path: Path) -> None:
    prepare.wine_of("windows-i686")
    needed, other = tmp_path / "a folder", tmp_path / "other"
    for folder in (needed, other):
        folder.mkdir()
        (folder / "file").touch()
    command = [*ROOT.entered("/usr/bin/find", needed), str(roots.MACHINE), "-type", "f"]
    done = subprocess.run(command, cwd=other, check=True, capture_output=True, text=True)
    assert done.stdout == f"{roots.MACHINE}{needed}/file\n"
    assert not any((ROOT.folder / "machine").iterdir())


@needs_root
@pytest.mark.parametrize("target", ["reference-linux-i686", "reference-windows-i686", "wine-i686"])
def test_targets_of_32_bits_run(target: str, tmp_path: Path) -> None:
    assert main(["run", target, "--select", "free/null-*", "--out", str(tmp_path)]) == ExitCode.OK
