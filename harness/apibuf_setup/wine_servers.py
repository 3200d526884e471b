"""A server of Wine for each worker, on the core that the worker runs on.

A program of Wine asks its server for most things, and waits. Where the server is on another core, which sleeps
meanwhile, each question takes several times as long, and where it serves several workers, they wait for each other.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from apibuf_common.errors import CannotRun
from apibuf_runner.worker import Launch
from apibuf_setup import prepare
from apibuf_setup.wine import DRIVE_C, Wine
from apibuf_system import lock_folder, on_core, usable_cores

OF_ITS_SERVER = "wineserver"
"""The file in which Debian's Wine keeps the place of the prefix's server."""


@contextmanager
def one_for_each(wine: Wine, launch: Launch, workers: int) -> Iterator[tuple[Launch, ...]]:
    """While it lasts, so many servers run. The launches of workers, one for each server. Raises CannotRun."""
    wines = (wine, *(_with_server(wine, number) for number in range(1, workers)))
    cores = _cores(workers)
    with ExitStack() as servers:

        def start(system: Wine, core: int) -> None:
            with on_core(core):
                servers.enter_context(system.kept_warm())

        with ThreadPoolExecutor(workers) as starters:
            list(starters.map(start, wines, cores))
        yield tuple(_on(system, core, launch) for system, core in zip(wines, cores, strict=True))


def _cores(workers: int) -> Sequence[int]:
    """A core for each worker. Runs that go on at once begin with different ones."""
    usable = usable_cores()
    return [usable[(os.getpid() + number) % len(usable)] for number in range(workers)]


def _on(wine: Wine, core: int, launch: Launch) -> Launch:
    prefix = wine.environment()["WINEPREFIX"]
    return replace(launch, environment={**launch.environment, "WINEPREFIX": prefix}, core=core)


def _with_server(wine: Wine, number: int) -> Wine:
    """The same Wine with another server: a server belongs to a prefix. Its registry is a copy, its drive is the same.

    Raises CannotRun.
    """
    prefix = wine.prefix / "servers" / str(number)
    try:
        with lock_folder(wine.prefix):
            if not prefix.exists():
                _copy(wine.prefix, prefix)
    except OSError as error:
        raise CannotRun(f"{prefix} could not be made: {error.strerror}") from error
    return replace(wine, prefix=prefix)


def _copy(prefix: Path, new: Path) -> None:
    """A prefix whose drive is that of the other one. It is there whole or not at all. Raises OSError."""
    unfinished = prepare.empty_unfinished(new)
    left_out = shutil.ignore_patterns(DRIVE_C, OF_ITS_SERVER, new.parent.name)
    shutil.copytree(prefix, unfinished, symlinks=True, ignore=left_out, dirs_exist_ok=True)
    (unfinished / DRIVE_C).symlink_to(os.path.relpath(prefix / DRIVE_C, new))
    unfinished.rename(new)
