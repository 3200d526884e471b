"""Job objects, which hold a process and all that it starts."""

from __future__ import annotations

import ctypes
import time
from ctypes import wintypes

KILL_LIMIT_S = 5.0
KILL_INTERVAL_S = 0.002
EXIT_CODE_OF_KILLED = 0xC000013A

EXTENDED_LIMITS, ACCOUNTING, PROCESS_IDS = 9, 1, 3
"""The kinds of information about a job (JOBOBJECTINFOCLASS)."""

DIE_ON_UNHANDLED_EXCEPTION, KILL_ON_JOB_CLOSE = 0x400, 0x2000
MOST_PROCESSES = 1024


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("per_process_user_time_limit", ctypes.c_int64),
        ("per_job_user_time_limit", ctypes.c_int64),
        ("limit_flags", wintypes.DWORD),
        ("minimum_working_set_size", ctypes.c_size_t),
        ("maximum_working_set_size", ctypes.c_size_t),
        ("active_process_limit", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority_class", wintypes.DWORD),
        ("scheduling_class", wintypes.DWORD),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory_limit", ctypes.c_size_t),
        ("job_memory_limit", ctypes.c_size_t),
        ("peak_process_memory_used", ctypes.c_size_t),
        ("peak_job_memory_used", ctypes.c_size_t),
    )


class _Accounting(ctypes.Structure):
    _fields_ = (
        ("times", ctypes.c_int64 * 4),
        ("page_faults", wintypes.DWORD),
        ("total_processes", wintypes.DWORD),
        ("active_processes", wintypes.DWORD),
        ("terminated_processes", wintypes.DWORD),
    )


class _ProcessIds(ctypes.Structure):
    _fields_ = (
        ("assigned", wintypes.DWORD),
        ("listed", wintypes.DWORD),
        ("ids", ctypes.c_size_t * MOST_PROCESSES),
    )


_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.CreateJobObjectW.restype = wintypes.HANDLE
_kernel32.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
_kernel32.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
_kernel32.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
_kernel32.QueryInformationJobObject.argtypes = (
    wintypes.HANDLE,
    ctypes.c_int,
    wintypes.LPVOID,
    wintypes.DWORD,
    wintypes.LPVOID,
)
_kernel32.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
_kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)


class Job:
    """A job object. Its processes end with it, and with the process that holds it."""

    def __init__(self) -> None:
        """Makes an empty job. Raises OSError."""
        self._handle = _kernel32.CreateJobObjectW(None, None)
        if not self._handle:
            raise _last_error()
        limits = _ExtendedLimits()
        limits.basic.limit_flags = KILL_ON_JOB_CLOSE | DIE_ON_UNHANDLED_EXCEPTION
        _check(
            _kernel32.SetInformationJobObject(
                self._handle, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
            )
        )

    def assign(self, process_handle: int) -> None:
        """Puts a process into the job; what it starts from now on will be in it too. Raises OSError."""
        _check(_kernel32.AssignProcessToJobObject(self._handle, process_handle))

    def process_ids(self) -> list[int]:
        """The ids of the processes that run in it now, at most MOST_PROCESSES of them."""
        found = _ProcessIds()
        self._query(PROCESS_IDS, found)
        return list(found.ids[: found.listed])

    def terminate(self) -> None:
        """Ends all processes, and returns when none of them is left, or after KILL_LIMIT_S."""
        deadline = time.monotonic() + KILL_LIMIT_S
        while True:
            _kernel32.TerminateJobObject(self._handle, EXIT_CODE_OF_KILLED)
            accounting = _Accounting()
            self._query(ACCOUNTING, accounting)
            if accounting.active_processes == 0 or time.monotonic() > deadline:
                return
            time.sleep(KILL_INTERVAL_S)

    def close(self) -> None:
        """Closes the job, which ends processes that are left."""
        _kernel32.CloseHandle(self._handle)

    def _query(self, kind: int, information: ctypes.Structure) -> None:
        _kernel32.QueryInformationJobObject(
            self._handle, kind, ctypes.byref(information), ctypes.sizeof(information), None
        )


def _check(succeeded: int) -> None:
    if not succeeded:
        raise _last_error()


def _last_error() -> OSError:
    return ctypes.WinError(ctypes.get_last_error())
