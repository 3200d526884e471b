"""POSIX systems; the load of the machine is read as Linux reports it."""

from apibuf_system.posix.load import LoadMeter
from apibuf_system.posix.machine import (
    INTERRUPTING_SIGNALS,
    NAME,
    OPEN_FLAGS,
    core_count,
    file_version,
    lock_file,
    lock_folder,
    machine,
    user_cache,
)
from apibuf_system.posix.processes import ProcessTable, guarded_process
from apibuf_system.posix.worker_process import WorkerProcess

__all__ = [
    "INTERRUPTING_SIGNALS",
    "NAME",
    "OPEN_FLAGS",
    "LoadMeter",
    "ProcessTable",
    "WorkerProcess",
    "core_count",
    "file_version",
    "guarded_process",
    "lock_file",
    "lock_folder",
    "machine",
    "user_cache",
]
