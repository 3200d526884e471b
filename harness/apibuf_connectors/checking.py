"""What a connector must do, whatever the implementation behind it does. Each finding is one sentence."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apibuf_connectors.conversation import Answer, Broken, Conversation

PROTOCOL = 1
BLOCK_BYTES = 1024 * 1024
LARGE_BLOCKS = 3
SMALL_BYTES = 64
AHEAD = 20
"""How many requests are sent before the first answer is read."""

NO_ANSWER = ("error", "unsupported", "fault")
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "NetApiBufferAllocate": ("allocate", {"ByteCount": SMALL_BYTES, "Buffer": {}}),
    "NetapipBufferAllocate": ("netapip_allocate", {"ByteCount": SMALL_BYTES, "Buffer": {}}),
    "NetApiBufferFree": ("free", {"Buffer": None}),
    "NetApiBufferReallocate": ("reallocate", {"OldBuffer": None, "NewByteCount": SMALL_BYTES, "NewBuffer": {}}),
    "NetApiBufferSize": ("size", {"Buffer": None, "ByteCount": {}}),
}
"""A request for each function, which every implementation can be given."""

ERRORS_BEFORE = 0x5EA15EA1


@dataclass(frozen=True)
class Report:
    """What was found, and what could not be looked at: a sentence each."""

    findings: tuple[str, ...]
    not_checked: tuple[str, ...]


def check(command: Sequence[str], limit_s: float) -> Report:
    """Checks a connector. limit_s: how many seconds each answer may take. Raises CannotRun where it does not start."""
    findings: list[str] = []
    not_checked: list[str] = []
    for check_one in (_check_conversation, _check_end_of_input):
        try:
            with Conversation(command, limit_s) as connector:
                findings += check_one(connector, not_checked.append)
        except Broken as broken:
            findings.append(str(broken))
    return Report(tuple(dict.fromkeys(findings)), tuple(dict.fromkeys(not_checked)))


def _started(connector: Conversation) -> Answer:
    identity = connector.ask("start", protocol=PROTOCOL)
    refusal = _refusal(identity)
    if refusal:
        raise Broken(f"it does not start: {refusal!a}")
    return identity


def _refusal(answer: Answer) -> str:
    return next((str(answer[kind]) for kind in NO_ANSWER if kind in answer), "")


def _last_error(identity: Answer) -> dict[str, int]:
    """The member with the last error before a call, which only a connector is given that reports the one after it."""
    return {"last_error": ERRORS_BEFORE} if identity["last_error"] else {}


def _check_conversation(connector: Conversation, not_checked: Callable[[str], None]) -> Iterator[str]:
    identity = _started(connector)
    yield from _check_wrong_requests(connector)
    yield from _check_functions(connector, identity)
    yield from _check_order(connector, identity)
    if "NetApiBufferAllocate" in identity["functions"]:
        yield from _check_memory(connector, identity, not_checked)
    else:
        not_checked("memory is not looked at, since NetApiBufferAllocate is not among the functions")
    yield from _check_stop(connector)


def _check_end_of_input(connector: Conversation, _: Callable[[str], None]) -> Iterator[str]:
    _started(connector)
    if connector.end() is None:
        yield "it does not end where its input does"


def _check_wrong_requests(connector: Conversation) -> Iterator[str]:
    """What is no request gets an `error`, and the connector goes on."""
    if "error" not in connector.ask("make_coffee"):
        yield "a request that there is not has an answer other than `error`"
    connector.send_line("this is no JSON")
    connector.answer("", None)
    connector.send_line("[1, 2]")
    connector.answer("", None)
    for request in ("allocate", "free", "reallocate", "size", "read", "write"):
        if "error" not in connector.ask(request):
            yield f"the request {request} without its members has an answer other than `error`"


def _check_functions(connector: Conversation, identity: Answer) -> Iterator[str]:
    """Each function is there or refused, and reports the last error exactly if the connector says so."""
    before = _last_error(identity)
    for function, (request, members) in REQUESTS.items():
        if function not in identity["functions"]:
            if "status" in connector.ask(request, **members):
                yield f"{function} is called, and not among the functions"
            continue
        answer = connector.ask(request, **members, **before)
        if "status" in answer and ("last_error" in answer) != identity["last_error"]:
            yield f"the answer to {request} has last_error exactly if `start` does not say so"
    request, members = REQUESTS["NetApiBufferAllocate"]
    if "NetApiBufferAllocate" in identity["functions"] and "Buffer" in connector.ask(
        request, **(members | {"Buffer": None}), **before
    ):
        yield "the answer to allocate has a Buffer, and NULL was to be passed for it"


def _check_order(connector: Conversation, identity: Answer) -> Iterator[str]:
    """Requests that wait are answered one after another."""
    offered = [REQUESTS[function] for function in identity["functions"]]
    if not offered:
        yield "it offers no function"
        return
    first = connector.last_id + 1
    request, members = offered[0]
    before = _last_error(identity)
    for _ in range(AHEAD):
        connector.send(request, **members, **before)
    for number in range(first, first + AHEAD):
        connector.answer(request, number)


def _check_memory(connector: Conversation, identity: Answer, not_checked: Callable[[str], None]) -> Iterator[str]:
    """Handles and memory, with buffers that the implementation has made."""
    before = _last_error(identity)
    handles = []
    for count in (SMALL_BYTES, SMALL_BYTES, LARGE_BLOCKS * BLOCK_BYTES):
        answer = connector.ask("allocate", ByteCount=count, Buffer={}, **before)
        if answer.get("status") != 0 or answer.get("Buffer") is None:
            not_checked(f"memory is not looked at further, since {count} bytes were not allocated")
            break
        handles.append((answer["Buffer"], count))
    if len({repr(handle) for handle, _ in handles}) != len(handles):
        yield "two live buffers have the same handle"
    for handle, count in handles:
        yield from _check_bytes(connector, handle, count)
    yield from _check_addresses(connector, identity, [handle for handle, _ in handles])
    if "NetApiBufferFree" in identity["functions"]:
        for handle, _ in handles:
            connector.ask("free", Buffer=handle, **before)


def _check_bytes(connector: Conversation, handle: str | int, count: int) -> Iterator[str]:
    """What is written is read, in blocks and across them."""
    data = bytes((7 * index + index // 251) % 256 for index in range(count))
    for start in range(0, count, BLOCK_BYTES):
        text = base64.b64encode(data[start : start + BLOCK_BYTES]).decode()
        if refusal := _refusal(connector.ask("write", buffer=handle, offset=start, data=text)):
            yield f"{min(count, BLOCK_BYTES)} bytes at offset {start} of {count} are not written: {refusal!a}"
            return
    for start in (0, count // 2, count - 1):
        wanted = data[start : start + BLOCK_BYTES]
        answer = connector.ask("read", buffer=handle, offset=start, bytes=len(wanted))
        if base64.b64decode(answer.get("data", "")) != wanted:
            yield f"{len(wanted)} bytes at offset {start} of {count} are not read as they were written"


def _check_addresses(connector: Conversation, identity: Answer, handles: Sequence[str | int]) -> Iterator[str]:
    if not identity["addresses"]:
        if handles and "address" in connector.ask("address", buffer=handles[0]):
            yield "it reports an address, and `start` says that it reports none"
        return
    addresses = [connector.ask("address", buffer=handle).get("address") for handle in handles]
    if None in addresses:
        yield "it reports no address, and `start` says that it does"
    elif len(set(addresses)) != len(handles):
        yield "two live buffers have the same address"


def _check_stop(connector: Conversation) -> Iterator[str]:
    connector.ask("stop")
    code = connector.exit_code()
    if code is None:
        yield "it does not end after stop"
    elif code != 0:
        yield f"it ends with exit code {code} after stop, and not with 0"
    if code is not None and connector.rest():
        yield "it writes more than the answers"
