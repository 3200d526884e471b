"""Windows: job objects hold workers and their descendants, and threads serve the channels."""

from apibuf_system.windows.load import LoadMeter
from apibuf_system.windows.machine import INTERRUPTING_SIGNALS, core_count, lock_folder, machine
from apibuf_system.windows.processes import ProcessTable, guarded_process
from apibuf_system.windows.worker_process import WorkerProcess

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
