"""The memory of processes: measured, and limited."""

from __future__ import annotations

import re
import resource
from contextlib import suppress

import psutil

MAPPED = re.compile(r"^\S+ \S+ \S+ \S+ ([1-9][0-9]*) +(?:/.*)?/([^/\n]+)$", re.MULTILINE)
"""The inode number and the file's name in a line of /proc/PID/maps."""


def limit_address_space(pid: int, further_bytes: int) -> bool:
    """Limits each process of this tree to further_bytes more address space than it has; False where none could be."""
    limited = False
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.Error, OSError, ValueError):
                limit_bytes = process.memory_info().vms + further_bytes
                process.rlimit(psutil.RLIMIT_AS, (limit_bytes, resource.RLIM_INFINITY))
                limited = True
    return limited


def resident_bytes(pid: int) -> int:
    """The resident memory of one process; 0 where it is gone."""
    with suppress(psutil.Error):
        return psutil.Process(pid).memory_info().rss
    return 0


def mapped_files(pid: int) -> frozenset[tuple[str, int]]:
    """The names and inode numbers of the files that one process has mapped; none where it is gone."""
    try:
        with open(f"/proc/{pid}/maps", encoding="utf-8", errors="surrogateescape") as file:
            return frozenset((name, int(inode)) for inode, name in MAPPED.findall(file.read()))
    except OSError:
        return frozenset()
