"""POSIX systems; the load of the machine is read as Linux reports it."""

from apibuf_system.posix.load import LoadMeter
from apibuf_system.posix.machine import INTERRUPTING_SIGNALS, core_count, lock_folder, machine
from apibuf_system.posix.processes import ProcessTable, guarded_process
from apibuf_system.posix.worker_process import WorkerProcess

__all__ = [
    "INTERRUPTING_SIGNALS",
    "LoadMeter",
    "ProcessTable",
    "WorkerProcess",
    "core_count",
    "guarded_process",
    "lock_folder",
    "machine",
]
