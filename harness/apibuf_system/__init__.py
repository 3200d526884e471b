"""What differs between operating systems, under the same names. Only this package asks which system it runs on.

`apibuf_system.posix` and `apibuf_system.windows` both have:

- `ProcessTable`: starts workers; `start` returns a `WorkerProcess`
- `WorkerProcess`: a worker and its three channels; ending it ends everything that it started
- `LoadMeter`: measures how much of a time span a worker could have used
- `guarded_process`: prepares this process for workers that crash
- `INTERRUPTING_SIGNALS`: the signals by which a user ends a run
- `core_count`: the number of cores that this process may use
- `lock_folder`: keeps other runs out of a folder
- `machine`: the system and the processor, in words
"""

import sys

from apibuf_system.exit import Exit

if sys.platform == "win32":
    from apibuf_system.windows import (
        INTERRUPTING_SIGNALS,
        LoadMeter,
        ProcessTable,
        WorkerProcess,
        core_count,
        guarded_process,
        lock_folder,
        machine,
    )
else:
    from apibuf_system.posix import (
        INTERRUPTING_SIGNALS,
        LoadMeter,
        ProcessTable,
        WorkerProcess,
        core_count,
        guarded_process,
        lock_folder,
        machine,
    )

__all__ = [
    "INTERRUPTING_SIGNALS",
    "Exit",
    "LoadMeter",
    "ProcessTable",
    "WorkerProcess",
    "core_count",
    "guarded_process",
    "lock_folder",
    "machine",
]
