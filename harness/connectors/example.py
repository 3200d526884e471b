"""A connector in Python: the functions over a heap of its own, which is what an emulator would have.

conformance/CONNECTORS.md describes the protocol. Each line of the standard input is a request, and has one answer.
"""

import base64
import json
import sys
from typing import Any

SUCCESS, NOT_ENOUGH_MEMORY, INVALID_PARAMETER = 0, 8, 87
MOST_BYTES = 64 * 1024 * 1024

Members = dict[str, Any]


class Refused(Exception):
    """The request cannot be answered; the arguments are the kind of the refusal and its sentence."""


class Heap:
    """Buffers by their addresses in hexadecimal, which are the handles."""

    def __init__(self) -> None:
        self._buffers: dict[str, bytearray] = {}
        self._free_address = 0x10000

    def allocate(self, count: int) -> str | None:
        """A new buffer of so many bytes; None if there are too many."""
        if count > MOST_BYTES:
            return None
        handle = hex(self._free_address)
        self._free_address += max(16, -(-count // 16) * 16)
        self._buffers[handle] = bytearray(count)
        return handle

    def free(self, handle: str | None) -> int:
        """Frees a buffer, or nothing for NULL; returns the status."""
        return SUCCESS if handle is None or self._buffers.pop(handle, None) is not None else INVALID_PARAMETER

    def bytes_of(self, handle: str | None) -> bytearray | None:
        """The bytes of a live buffer."""
        return self._buffers.get(handle or "")

    def part(self, handle: str, offset: int, count: int) -> memoryview:
        """Bytes of a buffer. A process would die where they are not all there."""
        data = self._buffers.get(handle)
        if data is None or offset + count > len(data):
            raise Refused("fault", f"no memory for {count} bytes at {handle} + {offset}")
        return memoryview(data)[offset : offset + count]


HEAP = Heap()


def start(_: Members) -> Members:
    """Says what there is."""
    return {
        "protocol": 1,
        "platform": "linux-x86_64",
        "pointer_bits": 64,
        "implementation": {"name": "heap of the example", "version": "1"},
        "functions": [f"NetApiBuffer{name}" for name in ("Allocate", "Free", "Reallocate", "Size")],
        "last_error": True,
        "addresses": True,
    }


def called(asked: Members, status: int, **stored: Any) -> Members:
    """The answer to a call. What is not stored is left out; the last error is as it was: nothing here touches it."""
    kept = {"last_error": asked["last_error"]} if "last_error" in asked else {}
    return {"status": status, **stored, **kept}


def allocate(asked: Members) -> Members:
    """NetApiBufferAllocate."""
    if asked["Buffer"] is None:
        return called(asked, INVALID_PARAMETER)
    handle = HEAP.allocate(asked["ByteCount"])
    return called(asked, NOT_ENOUGH_MEMORY) if handle is None else called(asked, SUCCESS, Buffer=handle)


def free(asked: Members) -> Members:
    """NetApiBufferFree."""
    return called(asked, HEAP.free(asked["Buffer"]))


def reallocate(asked: Members) -> Members:
    """NetApiBufferReallocate. The buffer always moves."""
    old, count = asked["OldBuffer"], asked["NewByteCount"]
    kept = HEAP.bytes_of(old)
    if asked["NewBuffer"] is None or (old is not None and kept is None):
        return called(asked, INVALID_PARAMETER)
    handle = HEAP.allocate(count) if count or old is None else None
    if handle is None and count:
        return called(asked, NOT_ENOUGH_MEMORY)
    if handle is not None and kept:
        same = min(count, len(kept))
        HEAP.part(handle, 0, same)[:] = kept[:same]
    HEAP.free(old)
    return called(asked, SUCCESS, NewBuffer=handle)


def size(asked: Members) -> Members:
    """NetApiBufferSize."""
    data = HEAP.bytes_of(asked["Buffer"])
    if data is None or asked["ByteCount"] is None:
        return called(asked, INVALID_PARAMETER)
    return called(asked, SUCCESS, ByteCount=len(data))


def read(asked: Members) -> Members:
    """Reads bytes of a buffer."""
    return {"data": base64.b64encode(HEAP.part(asked["buffer"], asked["offset"], asked["bytes"])).decode()}


def write(asked: Members) -> Members:
    """Writes bytes of a buffer."""
    data = base64.b64decode(asked["data"])
    HEAP.part(asked["buffer"], asked["offset"], len(data))[:] = data
    return {}


def address(asked: Members) -> Members:
    """The address of a handle."""
    return {"address": asked["buffer"]}


def stop(_: Members) -> Members:
    """The process ends after this answer."""
    return {}


REQUESTS = {each.__name__: each for each in (start, allocate, free, reallocate, size, read, write, address, stop)}


def answer(asked: Any) -> Members:
    """The answer to a request."""
    number = asked.get("id") if isinstance(asked, dict) else None
    try:
        return {"id": number, **REQUESTS[asked["request"]](asked)}
    except Refused as refusal:
        kind, sentence = refusal.args
        return {"id": number, kind: sentence}
    except (KeyError, TypeError, ValueError):
        return {"id": number, "error": "the request is none of this protocol"}


def asked_by(line: str) -> Any:
    """The request of a line; None where it is none."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def main() -> None:
    """Answers requests until there are none."""
    for line in sys.stdin:
        asked = asked_by(line)
        print(json.dumps(answer(asked)), flush=True)
        if isinstance(asked, dict) and asked.get("request") == "stop":
            break


if __name__ == "__main__":
    main()
