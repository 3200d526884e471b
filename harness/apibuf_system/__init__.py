"""What differs between operating systems, under the same names. Only this package asks which system it runs on.

`apibuf_system.posix` and `apibuf_system.windows` both have:

- `ProcessTable`: starts workers; `start` returns a `WorkerProcess`
- `WorkerProcess`: a worker and its three channels; ending it ends everything that it started
- `LoadMeter`: measures how much of a time span a worker could have used
- `guarded_process`: prepares this process for workers that crash
- `INTERRUPTING_SIGNALS`: the signals by which a user ends a run
- `core_count`: the number of cores that this process may use
- `lock_file`, `lock_folder`: keep other runs out
- `machine`: the system and the processor, in words
- `file_version`: the version that a library's file states
- `OPEN_FLAGS`: with which a file of a user is opened
- `NAME`: `linux` or `windows`
- `user_cache`: the folder for what can be made anew
"""

import sys

from apibuf_system.exit import Exit

if sys.platform == "win32":
    from apibuf_system.windows import (
        INTERRUPTING_SIGNALS,
        NAME,
        OPEN_FLAGS,
        LoadMeter,
        ProcessTable,
        WorkerProcess,
        core_count,
        file_version,
        guarded_process,
        lock_file,
        lock_folder,
        machine,
        user_cache,
    )
else:
    from apibuf_system.posix import (
        INTERRUPTING_SIGNALS,
        NAME,
        OPEN_FLAGS,
        LoadMeter,
        ProcessTable,
        WorkerProcess,
        core_count,
        file_version,
        guarded_process,
        lock_file,
        lock_folder,
        machine,
        user_cache,
    )

__all__ = [
    "INTERRUPTING_SIGNALS",
    "NAME",
    "OPEN_FLAGS",
    "Exit",
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
