"""The exit codes of Windows processes in words."""

from apibuf_system.exit import Exit

LEAST_ERROR = 0xC0000000
"""NTSTATUS values from here on are errors; a process ends with one of them if an exception ended it."""

NAMES = {
    0x40000015: "STATUS_FATAL_APP_EXIT",
    0x80000003: "STATUS_BREAKPOINT",
    0xC0000005: "STATUS_ACCESS_VIOLATION",
    0xC0000006: "STATUS_IN_PAGE_ERROR",
    0xC0000008: "STATUS_INVALID_HANDLE",
    0xC0000017: "STATUS_NO_MEMORY",
    0xC000001D: "STATUS_ILLEGAL_INSTRUCTION",
    0xC0000025: "STATUS_NONCONTINUABLE_EXCEPTION",
    0xC0000094: "STATUS_INTEGER_DIVIDE_BY_ZERO",
    0xC0000096: "STATUS_PRIVILEGED_INSTRUCTION",
    0xC00000FD: "STATUS_STACK_OVERFLOW",
    0xC0000135: "STATUS_DLL_NOT_FOUND",
    0xC0000138: "STATUS_ORDINAL_NOT_FOUND",
    0xC0000139: "STATUS_ENTRYPOINT_NOT_FOUND",
    0xC000013A: "STATUS_CONTROL_C_EXIT",
    0xC0000142: "STATUS_DLL_INIT_FAILED",
    0xC0000194: "STATUS_POSSIBLE_DEADLOCK",
    0xC0000374: "STATUS_HEAP_CORRUPTION",
    0xC0000409: "STATUS_STACK_BUFFER_OVERRUN",
    0xC0000417: "STATUS_INVALID_CRUNTIME_PARAMETER",
    0xC0000420: "STATUS_ASSERTION_FAILURE",
    0xE06D7363: "an uncaught C++ exception",
}


def exit_of(exit_code: int) -> Exit:
    """How a process with this exit code ended. Python gives some of them as negative numbers. Pure."""
    code = exit_code & 0xFFFFFFFF
    name = NAMES.get(code)
    if name is not None:
        return Exit(f"the process died of {name} ({code:#x})")
    if code >= LEAST_ERROR:
        return Exit(f"the process died of an exception ({code:#x})")
    return Exit(f"the process ended by itself with exit code {code}", code)
