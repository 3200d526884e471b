"""A connector for the library argv[1], which is loaded into this process. Handles are addresses in hexadecimal."""

import base64
import ctypes
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "connectors"))
import example

Members = dict[str, Any]

LIBRARY = ctypes.CDLL(sys.argv[1])
OPEN_POINTER, OPEN_DWORD = 2**64 - 1, 0x5A5AA5A5
"""What a variable holds that the request leaves open. No address is odd, and nobody asks for a buffer of this size."""


def pointer(handle: str | None) -> int:
    """The address of a handle; 0 for NULL."""
    return 0 if handle is None else int(handle, 16)


def call(name: str, *arguments: Any) -> Members:
    """The status of a call, as the beginning of an answer."""
    function = getattr(LIBRARY, f"NetApiBuffer{name}")
    function.restype = ctypes.c_uint32
    return {"status": function(*arguments)}


def storing_pointer(name: str, member: str, variable: Members | None, *arguments: Any) -> Members:
    """A call whose last argument is the address of a pointer variable."""
    if variable is None:
        return call(name, *arguments, None)
    before = pointer(variable["holds"]) if "holds" in variable else OPEN_POINTER
    stored = ctypes.c_void_p(before)
    answer = call(name, *arguments, ctypes.byref(stored))
    after = stored.value or 0
    return answer if after == before else {**answer, member: hex(after) if after else None}


def allocate(asked: Members) -> Members:
    """NetApiBufferAllocate."""
    return storing_pointer("Allocate", "Buffer", asked["Buffer"], ctypes.c_uint32(asked["ByteCount"]))


def free(asked: Members) -> Members:
    """NetApiBufferFree."""
    return call("Free", ctypes.c_void_p(pointer(asked["Buffer"])))


def reallocate(asked: Members) -> Members:
    """NetApiBufferReallocate."""
    old = ctypes.c_void_p(pointer(asked["OldBuffer"]))
    return storing_pointer("Reallocate", "NewBuffer", asked["NewBuffer"], old, ctypes.c_uint32(asked["NewByteCount"]))


def size(asked: Members) -> Members:
    """NetApiBufferSize."""
    buffer = ctypes.c_void_p(pointer(asked["Buffer"]))
    if asked["ByteCount"] is None:
        return call("Size", buffer, None)
    before = asked["ByteCount"].get("holds", OPEN_DWORD)
    stored = ctypes.c_uint32(before)
    answer = call("Size", buffer, ctypes.byref(stored))
    return answer if stored.value == before else {**answer, "ByteCount": stored.value}


def read(asked: Members) -> Members:
    """Reads bytes of a buffer."""
    data = ctypes.string_at(pointer(asked["buffer"]) + asked["offset"], asked["bytes"])
    return {"data": base64.b64encode(data).decode()}


def write(asked: Members) -> Members:
    """Writes bytes of a buffer."""
    data = base64.b64decode(asked["data"])
    ctypes.memmove(pointer(asked["buffer"]) + asked["offset"], data, len(data))
    return {}


if __name__ == "__main__":
    about = {"implementation": {"name": Path(sys.argv[1]).name, "version": ""}, "last_error": False}
    start = example.REQUESTS["start"]
    example.REQUESTS |= {each.__name__: each for each in (allocate, free, reallocate, size, read, write)}
    example.REQUESTS["start"] = lambda asked: {**start(asked), **about}
    example.main()
