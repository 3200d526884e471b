"""A server of Wine for each worker, on the core that the worker runs on.

A program of Wine asks its server for most things, and waits. Where the server is on another core, which sleeps
meanwhile, each question takes several times as long, and where it serves several workers, they wait for each other.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from apibuf_common.errors import CannotRun
from apibuf_runner.worker import Launch
from apibuf_setup import prepare
from apibuf_setup.wine import DRIVE_C, Wine
from apibuf_system import on_core, try_to_lock_file, usable_cores

OF_ITS_SERVER = "wineserver"
"""The file in which Debian's Wine keeps the place of the prefix's server."""
OF_A_WRITER = "*.tmp"
"""Where a server writes a registry before it takes the place of the old one."""


@contextmanager
def for_workers(wine: Wine | None, launch: Launch, workers: int) -> Iterator[tuple[Launch, ...]]:
    """While it lasts, what so many workers need is there; wine is None where they need none. How each is started.

    Raises CannotRun.
    """
    if wine is None:
        yield (launch,) * workers
    elif wine.is_users:
        with wine.kept_warm():
            yield (launch,) * workers
    else:
        with _server_for_each(wine, launch, workers) as launches:
            yield launches


@contextmanager
def _server_for_each(wine: Wine, launch: Launch, workers: int) -> Iterator[tuple[Launch, ...]]:
    """While it lasts, so many servers run that no other run uses. How the worker of each is started.

    Raises CannotRun.
    """
    with ExitStack() as held:
        numbers = list(islice(_unused(wine, held), workers))
        wines = [_with_server(wine, number) for number in numbers]
        cores = [_core(number) for number in numbers]

        def start(system: Wine, core: int) -> None:
            with on_core(core):
                held.enter_context(system.kept_warm())

        with ThreadPoolExecutor(workers) as starters:
            list(starters.map(start, wines, cores))
        yield tuple(_on(system, core, launch) for system, core in zip(wines, cores, strict=True))


def _unused(wine: Wine, held: ExitStack) -> Iterator[int]:
    """The numbers of the servers that no other run uses; those taken are this run's own while `held` lasts.

    Raises CannotRun.
    """
    for number in count():
        try:
            wine.servers.mkdir(exist_ok=True)
            lock = held.enter_context((wine.servers / f"{number}.lock").open("w"))
            if try_to_lock_file(lock):
                yield number
        except OSError as error:
            raise CannotRun(f"{wine.servers} could not be locked: {error.strerror}") from error


def _core(number: int) -> int:
    """Always the same for a number: a server outlives its run by seconds, and may serve the next one of that number."""
    usable = usable_cores()
    return usable[number % len(usable)]


def _on(wine: Wine, core: int, launch: Launch) -> Launch:
    prefix = wine.environment()["WINEPREFIX"]
    return replace(launch, environment={**launch.environment, "WINEPREFIX": prefix}, core=core)


def _with_server(wine: Wine, number: int) -> Wine:
    """The same Wine with another server: a server belongs to a prefix. Its registry is a copy, its drive is the same.

    Raises CannotRun.
    """
    prefix = wine.servers / str(number)
    try:
        if not prefix.exists():
            _copy(wine.prefix, prefix)
    except OSError as error:
        raise CannotRun(f"{prefix} could not be made: {error.strerror or error}") from error
    return replace(wine, prefix=prefix)


def _copy(prefix: Path, new: Path) -> None:
    """A prefix whose drive is that of the other one. It is there whole or not at all. Raises OSError."""
    unfinished = prepare.empty_unfinished(new)
    left_out = shutil.ignore_patterns(DRIVE_C, OF_ITS_SERVER, OF_A_WRITER, new.parent.name)
    shutil.copytree(prefix, unfinished, symlinks=True, ignore=left_out, dirs_exist_ok=True)
    (unfinished / DRIVE_C).symlink_to(os.path.relpath(prefix / DRIVE_C, new))
    unfinished.rename(new)
