"""Whether the user's own Wine runs 32-bit programs: then 32-bit DLLs need no Debian root.

That is proven by a 32-bit program of Wine, which says what it is. A Wine without its 32-bit side starts such programs
too, and they end at once, with exit code 0. The answer is kept until something changes where that side is installed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from apibuf_common import project
from apibuf_common.errors import CannotRun
from apibuf_common.messages import note
from apibuf_setup import roots, wine
from apibuf_setup.wine import Wine
from apibuf_system import lock_file

FOLDER = "wine-32-bits"
ANSWER = "runs-32-bit-programs"
SHELLS = ("C:\\windows\\syswow64\\cmd.exe", "C:\\windows\\system32\\cmd.exe")
"""Where Wine's 32-bit shell is: beside a 64-bit one, and without."""

BESIDE_PROGRAMS = ("lib/wine", "lib64/wine", "lib32/wine", "lib/i386-linux-gnu/wine", "dlls/ntdll")
"""Where the 32-bit side comes to lie, relative to the folder above that of the programs or to a build tree."""


def of_path() -> Wine | None:
    """The Wine that is first on the PATH, with a prefix of its own, if it runs 32-bit programs. Raises CannotRun."""
    found = shutil.which("wine")
    if found is None:
        return None
    prefix = project.STATE / FOLDER
    own = Wine((wine.loader_behind(found),), prefix)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    with prefix.with_suffix(".lock").open("w") as lock:
        lock_file(lock)
        state = f"{_state_of(Path(found))} "
        answer = _kept_answer(prefix)
        if not answer.startswith(state):
            answer = state + ("yes" if _is_proven(own) else "no")
            prefix.mkdir(exist_ok=True)
            (prefix / ANSWER).write_text(answer, encoding="utf-8")
    return own if answer == f"{state}yes" else None


def _kept_answer(prefix: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return (prefix / ANSWER).read_text(encoding="utf-8")
    return ""


def _state_of(program: Path) -> str:
    """A digest that is another one when a 32-bit side may have come or gone."""
    return hashlib.sha256("\n".join(_places_with_times(program)).encode()).hexdigest()


def _places_with_times(program: Path) -> Iterator[str]:
    file = program.resolve()
    places = [file, Path(roots.WINES[0]).parent]
    for folder in (file.parent, file.parent.parent):
        places += [folder / place for place in BESIDE_PROGRAMS]
    for place in places:
        with suppress(OSError):
            yield f"{place} {place.stat().st_mtime_ns}"


def _is_proven(own: Wine) -> bool:
    """Makes the prefix anew, since one made without the 32-bit side never gets it; removes it where that was vain."""
    note("asking the installed Wine whether it runs 32-bit programs, once, which takes some ten seconds")
    own.remove_prefix()
    try:
        own.make_prefix()
    except CannotRun:
        return False
    is_proven = any(_says_that_it_has_32_bits(own, shell) for shell in SHELLS)
    if not is_proven:
        own.remove_prefix()
    return is_proven


def _says_that_it_has_32_bits(own: Wine, shell: str) -> bool:
    try:
        return own.output_of(shell, "/d", "/c", "echo", "%PROCESSOR_ARCHITECTURE%").split() == [b"x86"]
    except CannotRun:
        return False
