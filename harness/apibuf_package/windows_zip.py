"""The zip for Windows that needs nothing on the machine: CPython, the suite with its libraries, and apibuf.cmd."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from apibuf_common import project
from apibuf_common.errors import CannotRun
from apibuf_package import cpython
from apibuf_setup import libraries

DATE = (2020, 2, 2, 0, 0, 0)
"""Of all files, as in the wheel: the same commit makes the same bytes."""

START = """\
@echo off
"%~dp0python\\python.exe" -X utf8 -m apibuf_cli %*
"""


def build(wheel: Path, folder: Path) -> Path:
    """Makes the zip of a wheel in a folder that exists, and returns its file. Raises CannotRun, OSError."""
    name = f"apibuf-{project.version()}-windows-x86_64"
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary) / name
        make_tree(wheel, tree)
        return _packed(tree, folder / f"{name}.zip")


def make_tree(wheel: Path, tree: Path, release: cpython.Release = cpython.RELEASE) -> None:
    """Makes a folder of what is in the zip. Raises CannotRun, OSError."""
    cpython.unpack(tree / "python", release)
    if libraries.install_for_windows(wheel, tree / "packages", release.python) != 0:
        raise CannotRun("pip could not install the libraries for Windows; its output is above")
    _remove_programs(tree / "packages")
    (tree / "apibuf.cmd").write_text(START, encoding="ascii", newline="\r\n")
    guidance = Path(__file__).with_name("windows_readme.txt").read_text(encoding="ascii")
    (tree / "README.txt").write_text(guidance, encoding="ascii", newline="\r\n")


def _remove_programs(packages: Path) -> None:
    """Removes the programs for this system, which pip makes beside the packages, and lists with their checksums."""
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for record in packages.glob("*.dist-info/RECORD"):
        lines = record.read_bytes().splitlines(keepends=True)
        record.write_bytes(b"".join(line for line in lines if not line.startswith(b"../../bin/")))


def _packed(tree: Path, file: Path) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for each in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(each.relative_to(tree.parent).as_posix(), DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, each.read_bytes())
    return file
