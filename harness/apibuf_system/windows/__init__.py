"""Windows: job objects hold workers and their descendants, and threads serve the channels."""

from apibuf_system.windows.load import LoadMeter
from apibuf_system.windows.machine import (
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
from apibuf_system.windows.processes import ProcessTable, guarded_process
from apibuf_system.windows.worker_process import WorkerProcess

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
