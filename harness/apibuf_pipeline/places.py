"""Where the outputs of a run go. Every run has a place of its own: no part of the suite replaces the results of the
whole, and no library those of another.

    OUT/NAME/         the whole suite against one implementation
    OUT/NAME/PART/    a part of it; PART is made of what was asked for, such as select-free.null-once+shard-1-of-4
    OUT/A+B/          the reports over all implementations of one run
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from apibuf_common.errors import CannotRun, WrongUsage
from apibuf_pipeline import rendering
from apibuf_runner.catalogue import FUNCTIONS
from apibuf_runner.suite_run import Selection
from apibuf_setup.vector_files import VectorFile
from apibuf_system import lock_folder
from apibuf_targets import targets
from apibuf_targets.targets import Target

RESULTS = "results.jsonl"
OWNER = "library.txt"
UNFINISHED = ".unfinished"
MOST_CHARACTERS = 120


def named(asked: Sequence[Target], out: Path) -> tuple[Target, ...]:
    """The targets, each with a name that belongs to it alone in the folder of results. Raises WrongUsage, CannotRun."""
    words = [target.word for target in asked]
    for word in words:
        if words.count(word) > 1:
            raise WrongUsage(f"{word} is named twice; name it once")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(out, error) from error
    reserved = targets.load_all().keys()
    return tuple(
        target
        if target.named_as is None or not target.is_library
        else replace(target, name=_claimed(target.named_as, out, reserved))
        for target in asked
    )


def of_run(folder: Path, selection: Selection, vectors: Sequence[VectorFile], rerun_of: Path | None) -> Path:
    """The place of a run below the folder of its target: this folder itself for the whole suite."""
    words = []
    if selection.profile != Selection.profile:
        words.append(f"profile-{selection.profile}")
    if set(selection.functions) != set(FUNCTIONS):
        claimed = [name.removeprefix("NetApiBuffer") for name in FUNCTIONS if name in selection.functions]
        words.append(f"functions-{'-'.join(claimed)}")
    if selection.select:
        patterns = ",".join(sorted(set(selection.select)))
        words.append(f"select-{_readable(patterns.replace('/', '.'), patterns)}")
    if vectors:
        names = ",".join(file.path.name for file in vectors)
        words.append(f"vectors-{_readable(names, None)}-{_digest(' '.join(str(file.path) for file in vectors))}")
    if rerun_of is not None:
        words.append(_rerun_word(folder, rerun_of))
    if selection.shard is not None:
        words.append("shard-{}-of-{}".format(*selection.shard))
    return folder / _short("+".join(words)) if words else folder


def of_several(names: Sequence[str], out: Path) -> Path:
    """The folder of the reports over all these implementations."""
    return out / _short("+".join(names))


def clear(place: Path) -> None:
    """Makes the folder where it is missing, and takes away the outputs of an earlier run. Raises CannotRun."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with lock_folder(place):
            shutil.rmtree(place / UNFINISHED, ignore_errors=True)
            # A report shall at no moment lie there without the results that it was made of: the results go last.
            for name in (*rendering.file_names(), RESULTS):
                (place / name).unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(place, error) from error


@contextmanager
def publishing(place: Path) -> Iterator[Path]:
    """Yields a folder to write outputs to, and moves all of them to their place when all are written.

    Whatever ends the process, or fails, before that leaves none of them. Raises CannotRun.
    """
    unfinished = place / UNFINISHED
    try:
        with lock_folder(place):
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            try:
                yield unfinished
                # For the same reason as above the results come first.
                for file in sorted(unfinished.iterdir(), key=lambda file: file.name != RESULTS):
                    file.replace(place / file.name)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        what = f"the results cannot be written to {place}: {error.strerror}"
        raise CannotRun(f"{what}; make room there, or choose another folder with --out") from error


# ---- names ----


def _claimed(library: str, out: Path, reserved: Collection[str]) -> str:
    """The first name for this library that is neither a target's nor another library's."""
    path = os.path.abspath(library)
    return next(name for name in _candidates(path) if name not in reserved and _belongs_to(out / name, path))


def _candidates(path: str) -> Iterator[str]:
    """Names from the shortest on, with more and more of the folders that the library lies in."""
    *folders, file = Path(path).parts[1:]
    base = targets.safe_name(file)[:MOST_CHARACTERS]
    yield base
    for count in range(1, len(folders) + 1):
        yield _short(f"{base}-in-{targets.safe_name('-'.join(folders[-count:]))}")
    yield f"{base}-{_digest(path)}"


def _belongs_to(folder: Path, path: str) -> bool:
    """Whether the folder holds results of this library alone; one that is new belongs to it from now on."""
    owner = folder / OWNER
    ours = os.fsencode(path) + b"\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with lock_folder(folder):
            theirs = owner.read_bytes() if owner.exists() else b""
            if not theirs:  # not claimed, or by a run which was killed in this very moment
                owner.write_bytes(ours)
            return theirs in (b"", ours)
    except (FileExistsError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: OSError) -> CannotRun:
    """Says why a folder for results cannot be used, and what to do."""
    is_in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
    why = "a file is in the way" if is_in_the_way else error.strerror
    return CannotRun(f"{folder} cannot be used: {why}; choose another folder with --out")


def _rerun_word(folder: Path, rerun_of: Path) -> str:
    """Says which results' failures are run again; those of the whole run need no further words."""
    file = rerun_of.resolve()
    origin = os.path.relpath(file.parent if file.name == RESULTS else file, folder.resolve())
    return "rerun-failed" if origin == "." else f"rerun-failed-of-{_readable(origin, origin)}"


def _readable(text: str, exact: str | None) -> str:
    """The text as a part of a folder's name, with a digest of what is exact where some of it cannot be."""
    if re.fullmatch(r"[A-Za-z0-9.,+-]+", text):
        return text
    plain = re.sub(r"[^A-Za-z0-9.,+-]+", "-", text).strip("-.,")
    return plain if exact is None else f"{plain}-{_digest(exact)}".lstrip("-")


def _short(name: str) -> str:
    """The name, or the beginning of a long one and a digest of it all."""
    return name if len(name) <= MOST_CHARACTERS else f"{name[:MOST_CHARACTERS]}-{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:8]
