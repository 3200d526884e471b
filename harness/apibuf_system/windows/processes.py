"""Starts workers, each in a job object of its own."""

from __future__ import annotations

import ctypes
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from apibuf_system.start import start_with_pipes
from apibuf_system.windows.job import Job
from apibuf_system.windows.worker_process import WorkerProcess

CREATE_SUSPENDED = 0x4
# No console, rather than one without a window: Wine starts a program for each such console, and ends the worker with
# exit code 1 if that program ends.
FLAGS = CREATE_SUSPENDED | subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP

SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX = 0x1, 0x2, 0x8000
NO_DIALOG = SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX


@contextmanager
def guarded_process() -> Iterator[None]:
    """While it lasts, processes that we start show no dialog when they fail: they inherit this process's error mode."""
    kernel32 = ctypes.WinDLL("kernel32")
    before = kernel32.SetErrorMode(NO_DIALOG)
    try:
        yield
    finally:
        kernel32.SetErrorMode(before)


class ProcessTable:
    """Starts workers. Each has a job object of its own, so none of them needs to know the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def start(self, command: Sequence[str], environment: Mapping[str, str], directory: Path) -> WorkerProcess:
        """Starts a worker in a new job object, with pipes for all three channels. Raises OSError."""
        job = Job()
        try:
            # One at a time, so that no worker inherits the pipes of another one.
            with self._lock:
                process = start_with_pipes(command, environment, directory, creationflags=FLAGS)
            _resume_in(job, process)
        except OSError:
            job.close()
            raise
        return WorkerProcess(process, job)


def _resume_in(job: Job, process: subprocess.Popen[bytes]) -> None:
    """Puts a process that has not run yet into the job, and lets it run. Raises OSError."""
    try:
        job.assign(int(process._handle))  # type: ignore[attr-defined]  # noqa: SLF001 - subprocess has no other way
        psutil.Process(process.pid).resume()
    except (OSError, psutil.Error) as error:
        process.kill()
        process.wait()
        raise OSError(f"the worker could not be put into a job object: {error}") from error
