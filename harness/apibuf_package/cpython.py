"""CPython for Windows, from the jar of Maven Central that has it, as a folder that needs nothing on the machine."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from apibuf_common import project
from apibuf_common.errors import CannotRun
from apibuf_common.messages import note
from apibuf_setup import prepare

REPOSITORY = "https://repo1.maven.org/maven2/org/bytedeco/cpython"
INSIDE = PurePosixPath("org/bytedeco/cpython/windows-x86_64")
COMPILER, PACKAGE = "x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64-posix"
LIMIT_S = 300

# What no command needs: tests, an editor, windows, and pip.
LEFT_OUT = {
    "ensurepip",
    "idlelib",
    "lib2to3",
    "msilib",
    "pip",
    "pydoc_data",
    "setuptools",
    "test",
    "tkinter",
    "turtledemo",
}
LEFT_OUT_FILES = ("_test", "_ctypes_test", "_msi", "_tkinter", "pyshellext", "sqlite3", "_sqlite3", "tcl", "tk", "xx")


@dataclass(frozen=True)
class Release:
    """One release of CPython for Windows, as Maven Central has it, with the digest of its jar."""

    python: str
    packaging: str
    sha256: str

    @property
    def digits(self) -> str:
        """What names of files have for the version, such as 312."""
        return "".join(self.python.split(".")[:2])

    @property
    def address(self) -> str:
        """Where the jar is."""
        version = f"{self.python}-{self.packaging}"
        return f"{REPOSITORY}/{version}/cpython-{version}-windows-x86_64.jar"


RELEASE = Release("3.12.1", "1.5.10", "e69bc4491c311e19ea7169bafc5efbbe03b980d69c6962b049daf1fcb4913391")


def unpack(folder: Path, release: Release = RELEASE) -> None:
    """Makes a folder with python.exe, its DLLs and `lib`. Raises CannotRun, OSError."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(_jar(release)) as jar:
        for name in sorted(jar.namelist()):
            place = _place(name)
            if place is None:
                continue
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(jar.read(name))
    for library in (folder / "lib").glob("vcruntime*.dll"):
        library.rename(folder / library.name)
    _make_stable_library(folder, release)
    # With this file Python looks nowhere but here.
    (folder / f"python{release.digits}._pth").write_text("lib\n../packages\n", encoding="ascii")


def _place(name: str) -> PurePosixPath | None:
    """Where a file of the jar lies in the folder; None where it is left out."""
    path = PurePosixPath(name)
    if name.endswith("/") or not path.is_relative_to(INSIDE):
        return None
    place = path.relative_to(INSIDE)
    match place.parts:
        case (file,) if file.startswith("python") and file.endswith(".dll"):
            return place
        case ("bin", "python.exe"):
            return PurePosixPath("python.exe")
        case ("libs", _):
            return place
        case ("lib", first, *_) if first not in LEFT_OUT and not place.name.startswith(LEFT_OUT_FILES):
            return place
    return None


def _make_stable_library(folder: Path, release: Release) -> None:
    """Makes python3.dll, which the jar lacks and libraries for any version of Python ask for: it leads to Python's own.

    Removes the import libraries that it is made of. Raises CannotRun.
    """
    prepare.install((PACKAGE,))
    listed = _run("x86_64-w64-mingw32-nm", str(folder / "libs" / "python3.lib"))
    # Of variables there is only the address in the table of imports, __imp_NAME.
    names = sorted(
        {name.removeprefix("__imp_") for name in re.findall(r" [TI] (__imp__?Py\w+|_?Py\w+)$", listed, re.MULTILINE)}
    )
    definitions = folder / "libs" / "python3.def"
    exports = "".join(f"  {name} = python{release.digits}.{name}\n" for name in names)
    definitions.write_text(f"LIBRARY python3\nEXPORTS\n{exports}", encoding="ascii")
    # The address that the linker chooses for a library depends on the path of its file.
    options = ("-shared", "-nostdlib", "-s", "-Wl,--no-insert-timestamp", "-Wl,--disable-auto-image-base")
    _run(COMPILER, *options, "-o", str(folder / "python3.dll"), str(definitions))
    shutil.rmtree(folder / "libs")


def _jar(release: Release) -> Path:
    """The jar, fetched once. Raises CannotRun."""
    file = project.BUILD / "downloads" / release.address.rpartition("/")[2]
    if not file.exists():
        note(f"fetching CPython {release.python} for Windows, about 25 MB")
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        try:
            with urllib.request.urlopen(release.address, timeout=LIMIT_S) as answer, unfinished.open("wb") as output:
                shutil.copyfileobj(answer, output)
        except OSError as error:
            raise CannotRun(f"{release.address} could not be fetched: {error}") from error
        unfinished.rename(file)
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != release.sha256:
        raise CannotRun(f"{file} has the SHA-256 {found}, and not {release.sha256}; remove it to fetch it again")
    return file


def _run(*command: str) -> str:
    """What a command prints. Raises CannotRun."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotRun(f"{command[0]} could not be started: {error.strerror}") from error
    if done.returncode != 0:
        raise CannotRun(f"{command[0]} failed: {' '.join(done.stderr.split())}")
    return done.stdout
