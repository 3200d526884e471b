"""How a target is reached: the worker that loads its library, with or without Wine, and whether it is the right one."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from apibuf_common import platforms, project
from apibuf_common.errors import CannotRun
from apibuf_runner.session import Hello
from apibuf_runner.suite_run import UnusableLibrary
from apibuf_runner.worker import Launch
from apibuf_setup import dependencies, prepare, vector_files, wine, wine_builtins
from apibuf_setup.roots import Root
from apibuf_setup.vector_files import VectorFile
from apibuf_setup.wine import Wine
from apibuf_targets.targets import Reach, Target


@dataclass(frozen=True)
class Starter:
    """What starts a worker, where the user asked for something else than usual.

    `launcher` is a command, `wine` the program of a Wine, for DLLs; at most one of them is given.
    """

    launcher: tuple[str, ...] | None = None
    wine: Path | None = None


USUAL = Starter()


def wine_of(target: Target, starter: Starter = USUAL) -> Wine | None:
    """The Wine that the target's worker runs under; None for the libraries of Linux. Raises CannotRun."""
    if not target.needs_wine:
        return None
    if starter.launcher:
        return wine.of_launcher(_absolute(starter.launcher))
    return prepare.wine_of(target.platform, None if target.root else starter.wine, target.root)


@dataclass(frozen=True)
class UnderWine:
    """A library as a program under Wine loads it: this Wine, the library's name or path there, and the environment."""

    wine: Wine
    library: str
    environment: Mapping[str, str]


def under_wine(target: Target, system: Wine, directory: Path) -> UnderWine:
    """How a program under this Wine loads the target. directory: a folder that lives as long. Raises CannotRun."""
    path = target.path
    if path is None:
        return UnderWine(system, target.library, system.environment())
    if not is_part_of_wine(path):
        return UnderWine(system, system.windows_path(path), system.environment(path))
    replaced = wine_builtins.with_builtins(system, path, target.platform, directory / "wine")
    return UnderWine(replaced, wine_builtins.name_in_wine(path), replaced.environment())


def launch_of(
    target: Target,
    starter: Starter,
    system: Wine | None,
    directory: Path,
    vectors: Sequence[VectorFile] = (),
) -> Launch:
    """How the target's worker is started. directory: the folder that it starts in. Raises CannotRun."""
    if not target.is_library:
        return _launch_of_connector(target, directory, vectors)
    if system is None and target.root:
        return _launch_in_root(target, target.root, directory, vectors)
    worker = prepare.worker(target.platform)
    options = ("--stream", *vector_files.copy_into(vectors, directory))
    if system is None:
        library = target.path or target.library
        started_by = _absolute(starter.launcher) if starter.launcher else prepare.emulator_of(target.platform)
        command = (*started_by, str(worker), f"--target={library}", *options)
        return Launch(command, os.environ | _folder_first(target.path), directory)
    reached = under_wine(target, system, directory)
    return Launch(
        command=(*reached.wine.command, system.inside(worker), f"--target={reached.library}", *options),
        environment=reached.environment,
        directory=directory,
        if_silent="this Wine does not start programs of this kind; 32-bit ones need its 32-bit side",
    )


def _launch_in_root(target: Target, root: Root, directory: Path, vectors: Sequence[VectorFile]) -> Launch:
    """How the worker is started in a Debian root, with the library that the root's own loader finds."""
    worker = prepare.portable_worker(target.platform)
    options = (f"--target={target.library}", "--stream", *vector_files.copy_into(vectors, directory))
    command = root.entered(root.inside(worker), worker.parent.resolve(), directory.resolve())
    return Launch((*command, *options), os.environ, directory)


def _launch_of_connector(target: Target, directory: Path, vectors: Sequence[VectorFile]) -> Launch:
    """How a connector is started: in the folder in which the user's command is to be understood. Raises CannotRun."""
    python = str(prepare.python_environment(target.name, target.python_packages)) if target.python_packages else ""
    harness = str(project.TARGETS.parent)
    command = tuple(word.replace("{python}", python).replace("{harness}", harness) for word in target.command)
    if target.reached_by is Reach.WORKER:
        if vectors:
            raise CannotRun("a worker that is not started here is not given files of vectors; leave out --vectors")
        return Launch(command, os.environ, Path.cwd(), is_elsewhere=True)
    worker = str(prepare.worker(platforms.native().name))
    names = (option.removeprefix("--vectors=") for option in vector_files.copy_into(vectors, directory))
    options = (f"--vectors={directory / name}" for name in names)
    return Launch((worker, f"--connector={shlex.join(command)}", "--stream", *options), os.environ, Path.cwd())


def is_part_of_wine(library: Path) -> bool:
    """Whether a library's file is one that Wine built as a part of itself."""
    try:
        return dependencies.is_built_by_wine(library)
    except OSError:
        return False


def _folder_first(library: Path | None) -> dict[str, str]:
    """What has Linux's loader search a library's folder first for what the library needs.

    Not a folder with a C library of its own, such as that of another system's root: the worker would die of it.
    """
    folder = str(library.parent) if library else ""
    if library is None or re.search("[:;]", folder) or (library.parent / "libc.so.6").exists():
        return {}
    searched = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": f"{folder}:{searched}" if searched else folder}


def _absolute(launcher: tuple[str, ...]) -> tuple[str, ...]:
    """The launcher as it is found from another folder."""
    if launcher and "/" in launcher[0]:
        return (str(Path(launcher[0]).absolute()), *launcher[1:])
    return launcher


def check_library(target: Target, system: Wine | None, hello: Hello) -> None:
    """What the loader took must be what was asked for. Raises UnusableLibrary."""
    if target.platform and hello.platform != target.platform:
        raise UnusableLibrary(f"the worker is one for {hello.platform}, the library is one for {target.platform}")
    if system and target.path and is_part_of_wine(target.path):
        _check_mapped(target.path, hello)
        return
    loaded = loaded_file(target, system, hello)
    if target.path is None or loaded is None or _is_named_alike(target.path, hello):
        return
    if not _is_same_file(loaded, target.path):
        raise UnusableLibrary(f"{hello.path} was loaded instead of {target.path}")


def _check_mapped(path: Path, hello: Hello) -> None:
    """Wine names a file of its prefix for each of its DLLs, so what counts is what the worker has mapped."""
    if (path.name, path.stat().st_ino) not in hello.mapped_files:
        raise UnusableLibrary(f"{path} was not loaded: Wine loaded another {hello.path}")


def loaded_file(target: Target, system: Wine | None, hello: Hello) -> Path | None:
    """The file that the worker loaded; None where it does not say, or names none of this machine."""
    if not hello.path or not target.is_library:
        return None
    if system is None and target.root:
        return target.root.folder / hello.path.lstrip("/")
    return system.machine_path(hello.path) if system else Path(hello.path)


def _is_named_alike(path: Path, hello: Hello) -> bool:
    """Whether the worker's words are those of a path that is no UTF-8, and so cannot come through its channel whole."""
    replaced = re.compile("\N{REPLACEMENT CHARACTER}+")
    text = printable(path)
    return text != str(path) and replaced.sub("?", text) == replaced.sub("?", hello.path)


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def printable(path: Path) -> str:
    """The path as text that any file can hold: a byte that is no UTF-8 becomes a replacement character."""
    return os.fsencode(path).decode(errors="replace")
