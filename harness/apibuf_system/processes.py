"""Workers as processes of this operating system, under the same names for all of them.

- `ProcessTable`: starts workers; `start` returns a `WorkerProcess`
- `WorkerProcess`: a worker and its three channels; ending it ends everything that it started
- `LoadMeter`: measures how much of a time span a worker could have used
- `guarded_process`: prepares this process for workers that crash
"""

import sys

if sys.platform == "win32":
    from apibuf_system.windows.load import LoadMeter
    from apibuf_system.windows.processes import ProcessTable, guarded_process
    from apibuf_system.windows.worker_process import WorkerProcess
else:
    from apibuf_system.posix.load import LoadMeter
    from apibuf_system.posix.processes import ProcessTable, guarded_process
    from apibuf_system.posix.worker_process import WorkerProcess

__all__ = ["LoadMeter", "ProcessTable", "WorkerProcess", "guarded_process"]
