"""Wine as this project uses it: a prefix of its own in the build tree, quiet, and kept warm between workers."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath

from apibuf_cli import project
from apibuf_cli.errors import CannotRun

PREFIX = project.BUILD / "wine"
MADE = PREFIX / "made-by-apibuf"
LINGER_S = 5
"""How long the wineserver outlives the last program: the next worker starts in 40 ms instead of 600."""

START_LIMIT_S = 120
NO_DEBUGGER_NO_INSTALLERS = "winedbg.exe=d;mscoree=d;mshtml=d"


def environment(library: Path | None) -> dict[str, str]:
    """What a Wine program that loads this library (None: Wine's own) needs in its environment.

    Asked for a file that is named as one of its own libraries, Wine quietly takes its own instead, and gives the
    file's path for it. An override for this name is the only proof against that: with it the file is loaded or nothing.
    """
    overrides = NO_DEBUGGER_NO_INSTALLERS
    if library is not None:
        name = library.name.lower().removesuffix(".dll")
        if re.search(r"[;,=*]", name):
            raise CannotRun(f"Wine cannot be told to load a file named {library.name!r}; rename it without ; , = and *")
        overrides = f"{overrides};{name}=n"
    return {"WINEPREFIX": str(PREFIX), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": overrides}


def windows_path(path: Path) -> str:
    """The path as Windows programs see it: drive Z is the root folder."""
    return "Z:" + str(path).replace("/", "\\")


def unix_path(text: str) -> Path | None:
    """The file behind a path that a Windows program told; None where it is on no drive that we know."""
    path = PureWindowsPath(text)
    roots = {"z:": Path("/"), "c:": PREFIX / "drive_c"}
    root = roots.get(path.drive.lower())
    return _ignoring_case(root, path.parts[1:]) if root else None


def program() -> str:
    """The command that starts Windows programs. Raises CannotRun where there is none."""
    found = shutil.which("wine") or shutil.which("wine64")
    if found is None:
        raise CannotRun("Wine is missing, which DLLs need here; install it with: apt-get install wine wine64")
    return found


def version() -> str:
    """What Wine calls itself, such as `wine-8.0`; empty where it does not say."""
    done = subprocess.run(
        [program(), "--version"], env=os.environ | environment(None), check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    return done.stdout.strip()


def has_32_bit_side() -> bool:
    """Whether the installed Wine brings the libraries that i686 programs need."""
    folders = [Path("/usr/lib"), *Path("/opt").glob("wine*/lib")]
    places = ("wine/i386-windows/ntdll.dll", "*/wine/i386-windows/ntdll.dll")
    return any(any(folder.glob(place)) for folder in folders for place in places)


def warm_up() -> None:
    """Makes the prefix where there is none, and starts the wineserver. Raises CannotRun.

    To be called before orphans become our children: the wineserver serves all workers and belongs to none.
    """
    with _lock():
        if not MADE.exists():
            _run([program(), "wineboot", "-i"], "the Wine prefix could not be made")
            MADE.touch()
    # It says "already running" where it is, which is just as well.
    subprocess.run(
        ["wineserver", f"-p{LINGER_S}"], env=os.environ | environment(None), check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    _run([program(), "cmd", "/c", "exit"], "Wine did not start")


@contextmanager
def _lock() -> Iterator[None]:
    """Two runs at once must not make the prefix twice."""
    project.BUILD.mkdir(parents=True, exist_ok=True)
    with (project.BUILD / "wine.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(command: list[str], trouble: str) -> None:
    """Runs a Wine program. Its output goes to a file: a pipe would stay open in Wine's background processes."""
    project.LOGS.mkdir(parents=True, exist_ok=True)
    log = project.LOGS / "wine.log"
    try:
        with log.open("w") as output:
            subprocess.run(
                command, env=os.environ | environment(None), check=True, timeout=START_LIMIT_S,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotRun(f"{trouble} ({error}); see {log}, and remove {PREFIX} to begin anew") from error


def _ignoring_case(folder: Path, parts: tuple[str, ...]) -> Path | None:
    for part in parts:
        if not folder.is_dir():
            return None
        exact = folder / part
        found = exact if exact.exists() else next(
            (entry for entry in folder.iterdir() if entry.name.lower() == part.lower()), None
        )
        if found is None:
            return None
        folder = found
    return folder
