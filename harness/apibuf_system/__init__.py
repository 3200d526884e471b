"""What differs between operating systems, under the same names. Only this package looks at `sys.platform`.

`apibuf_system.processes` has what concerns workers. This module has the rest, and needs no library:

- `NAME`: `linux` or `windows`, for those who must know which libraries run here
- `INTERRUPTING_SIGNALS`: the signals by which a user ends a run
- `OPEN_FLAGS`: with which a file of a user is opened
- `cache_folder`: where programs of this user keep what they make once
- `file_version`: the version that a library's file states
- `lock_file`, `lock_folder`, `try_to_lock_file`: keep other runs out
- `machine`: the system and the processor, in words
- `on_core`: has processes run on one core
- `usable_cores`: the numbers of the cores that this process may use
"""

import sys

if sys.platform == "win32":
    from apibuf_system.windows.machine import (
        INTERRUPTING_SIGNALS,
        NAME,
        OPEN_FLAGS,
        cache_folder,
        file_version,
        lock_file,
        lock_folder,
        machine,
        on_core,
        try_to_lock_file,
        usable_cores,
    )
else:
    from apibuf_system.posix.machine import (
        INTERRUPTING_SIGNALS,
        NAME,
        OPEN_FLAGS,
        cache_folder,
        file_version,
        lock_file,
        lock_folder,
        machine,
        on_core,
        try_to_lock_file,
        usable_cores,
    )

__all__ = [
    "INTERRUPTING_SIGNALS",
    "NAME",
    "OPEN_FLAGS",
    "cache_folder",
    "file_version",
    "lock_file",
    "lock_folder",
    "machine",
    "on_core",
    "try_to_lock_file",
    "usable_cores",
]
