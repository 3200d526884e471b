"""The example, but for one thing that it does wrong: argv[1] names it.

It is done in the calls with NULL for Buffer, or in all requests of one kind: that of a lie, or argv[2].
"""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "connectors"))
import example

Members = dict[str, Any]


def say(text: str) -> None:
    """Writes to the standard output, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def without_end(action: Callable[[], object]) -> NoReturn:
    """Does it again and again."""
    while True:
        action()


def leave_a_child() -> NoReturn:
    """Ends, and leaves a child that holds the channel open."""
    subprocess.Popen(["sleep", "1000"])
    sys.exit(0)


def close_output() -> NoReturn:
    """Lives on without a channel."""
    os.close(1)
    without_end(lambda: time.sleep(1))


def answer_with(**members: Any) -> Callable[[Members], None]:
    """Answers with these members."""
    return lambda asked: say(json.dumps({"id": asked["id"], **members}) + "\n")


DEEDS: dict[str, Callable[[Members], object]] = {
    "answers_another_request": lambda asked: say(json.dumps({"id": asked["id"] + 1, "status": 87}) + "\n"),
    "answers_nothing": lambda _: say("\n"),
    "answers_twice": lambda asked: say(2 * (json.dumps({"id": asked["id"], "status": 87}) + "\n")),
    "answers_with_a_list": lambda asked: say(json.dumps([asked["id"], 87]) + "\n"),
    "closes_its_output": lambda _: close_output(),
    "dies": lambda _: os._exit(3),
    "floods_lines": lambda _: without_end(lambda: say("{}\n")),
    "floods_one_line": lambda _: without_end(lambda: say("x" * 65536)),
    "floods_the_error_output": lambda _: without_end(lambda: os.write(2, b"rubbish\n" * 1000)),
    "gives_a_huge_status": answer_with(status=2**32),
    "gives_a_status_in_words": answer_with(status="ERROR_INVALID_PARAMETER"),
    "gives_no_status": answer_with(),
    "hangs": lambda _: without_end(lambda: time.sleep(1)),
    "is_killed": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "leaves_a_child": lambda _: leave_a_child(),
    "nests": lambda asked: say(f'{{"id": {asked["id"]}, "status": {"[" * 100_000}\n'),
    "reports_a_fault": answer_with(fault="</script>\u001b[31m]]>\u2603"),
    "refuses": answer_with(error="not today"),
    "lacks_it": answer_with(unsupported="this emulator has no such memory"),
    "speaks_bad_utf8": lambda _: os.write(1, b'{"id": "\xff\xfe"}\n'),
    "speaks_no_json": lambda _: say("NERR_Success\n"),
    "spins": lambda _: without_end(lambda: None),
    "stores_to_null": answer_with(status=87, last_error=0, Buffer="0x10000"),
    "offers_what_there_is_not": answer_with(**{**example.start({}), "functions": ["NetApiBufferCopy"]}),
    "has_odd_pointers": answer_with(**{**example.start({}), "pointer_bits": 48}),
    "speaks_another_protocol": answer_with(**{**example.start({}), "protocol": 2}),
    "has_no_platform": answer_with(**{**example.start({}), "platform": "\u001b[31m"}),
}


SHARED: dict[int, bytearray] = {}
"""The memory of all buffers of a size."""


def read_less(asked: Members) -> Members:
    """One byte less than is asked for."""
    return {"data": base64.b64encode(bytes(asked["bytes"] - 1)).decode()}


def read_rubbish(_: Members) -> Members:
    """What is no base64."""
    return {"data": "?"}


def read_nothing_real(asked: Members) -> Members:
    """So many bytes, and not those of the memory."""
    return {"data": base64.b64encode(bytes(asked["bytes"])).decode()}


def read_without_data(_: Members) -> Members:
    """An answer that lacks the bytes."""
    return {}


def give_one_handle(asked: Members) -> Members:
    """A new buffer under the handle of the first one."""
    example.HEAP.allocate(asked["ByteCount"])
    return {"status": 0, "last_error": asked["last_error"], "Buffer": "0x10000"}


def forget_the_last_error(asked: Members) -> Members:
    """A call without the last error that was claimed."""
    return {"status": example.HEAP.free(asked["Buffer"])}


def forget_what_is_written(_: Members) -> Members:
    """Memory that stays as it was."""
    return {}


def report_a_huge_size(asked: Members) -> Members:
    """A size beyond all that the buffer has."""
    return {**example.size(asked), "ByteCount": 2**32 - 2}


def shrink_the_memory(asked: Members) -> Members:
    """A successful call that gives no memory behind its handle."""
    answer = example.allocate(asked)
    example.HEAP.free(answer["Buffer"])
    return answer


def spoil_another_buffer(asked: Members) -> Members:
    """A call that writes to the oldest buffer."""
    answer = example.allocate(asked)
    example.HEAP.part("0x10000", 0, 1)[:] = b"?"
    return answer


def share_memory(asked: Members) -> Members:
    """A new handle for the memory of the first buffer of this size."""
    answer = example.allocate(asked)
    buffers = example.HEAP._buffers
    buffers[answer["Buffer"]] = SHARED.setdefault(asked["ByteCount"], buffers[answer["Buffer"]])
    return answer


def report_one_address(_: Members) -> Members:
    """The same address for every handle."""
    return {"address": "0x10"}


LIES = {
    "read_less": ("read", read_less),
    "read_rubbish": ("read", read_rubbish),
    "read_nothing_real": ("read", read_nothing_real),
    "read_without_data": ("read", read_without_data),
    "gives_one_handle": ("allocate", give_one_handle),
    "forgets_what_is_written": ("write", forget_what_is_written),
    "reports_a_huge_size": ("size", report_a_huge_size),
    "gives_no_memory": ("allocate", shrink_the_memory),
    "shares_memory": ("allocate", share_memory),
    "spoils_another_buffer": ("allocate", spoil_another_buffer),
    "forgets_the_last_error": ("free", forget_the_last_error),
    "reports_one_address": ("address", report_one_address),
    "makes_coffee": ("make_coffee", lambda _: {}),
}
"""The request that is answered wrongly, and how."""


def is_moment(asked: Members, moment: str | None) -> bool:
    """Whether it is time: a request of this kind, or a call of Allocate that stores to NULL."""
    if moment is not None:
        return bool(asked.get("request") == moment)
    return asked.get("request") == "allocate" and asked.get("Buffer", "") is None


def main() -> None:
    """Answers as the example does, until it is time."""
    deed = sys.argv[1]
    moment = sys.argv[2] if len(sys.argv) > 2 else None
    if deed in LIES:
        request, lie = LIES[deed]
        example.REQUESTS[request] = lie
    for line in sys.stdin:
        asked = example.asked_by(line)
        is_request = isinstance(asked, dict)
        if deed in DEEDS and is_request and is_moment(asked, moment):
            DEEDS[deed](asked)
            continue
        say(json.dumps(example.answer(asked)) + "\n")
        if is_request and asked["request"] == "stop" and deed != "outlives_stop":
            sys.exit(1 if deed == "fails_at_stop" else 0)
    if deed == "outlives_its_input":
        without_end(lambda: time.sleep(1))


if __name__ == "__main__":
    main()
