"""A connector for the Windows emulator speakeasy: code for x86_64 calls its netapi32.dll.

Of the four functions speakeasy 1.5.11 has NetApiBufferFree only (winenv/api/usermode/netapi32.py), and none that the
protocol has for making a buffer: so there is no handle, and no memory to read or write.
"""

import json
import struct
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import speakeasy  # type: ignore[import-not-found]

FREE = "NetApiBufferFree"
LIBRARY = "netapi32"
OFFERED_OTHERWISE = ("allocate", "netapip_allocate", "reallocate", "size", "address")

Members = dict[str, Any]


class Emulator:
    """One emulated process, which runs a few instructions for each call."""

    def __init__(self) -> None:
        self._emulator = speakeasy.Speakeasy()
        with tempfile.TemporaryDirectory() as folder:
            code = Path(folder) / "code"
            code.write_bytes(bytes(64))
            self._code = self._emulator.load_shellcode(str(code), "amd64")
        self._function = self._emulator.emu.get_proc(LIBRARY, FREE)

    def free(self, address: int) -> Members:
        """Calls NetApiBufferFree. Only what the emulator has recorded proves that it was called."""
        instructions = (
            b"\x48\x83\xec\x28"  # sub rsp, 0x28
            + (b"\x48\xb9" + struct.pack("<Q", address))  # mov rcx, address
            + (b"\x48\xb8" + struct.pack("<Q", self._function))  # mov rax, function
            + b"\xff\xd0"  # call rax
            + b"\x48\x83\xc4\x28\xc3"  # add rsp, 0x28; ret
        )
        self._emulator.mem_write(self._code, instructions)
        self._emulator.run_shellcode(self._code)
        run = self._emulator.get_report()["entry_points"][-1]
        called = [call["api_name"] for call in run["apis"]]
        if run.get("error") or called != [f"{LIBRARY}.{FREE}"]:
            return {"fault": f"the emulator ran {called}: {run.get('error')}"}
        return {"status": self._emulator.reg_read("rax") & 0xFFFFFFFF}


def answer(asked: Any, emulator: Emulator) -> Members:
    """The answer to a request, without its id."""
    request = asked.get("request") if isinstance(asked, dict) else None
    if request == "start":
        return {
            "protocol": 1,
            "platform": "windows-x86_64",
            "pointer_bits": 64,
            "implementation": {"name": "speakeasy", "version": version("speakeasy-emulator")},
            "functions": [FREE],
            "last_error": False,
            "addresses": False,
        }
    if request == "stop":
        return {}
    if request == "free" and asked.get("Buffer", 0) is None:
        return emulator.free(0)
    if request in OFFERED_OTHERWISE and len(asked) > len(("id", "request")):
        return {"unsupported": f"speakeasy has no function but {FREE}"}
    return {"error": "the request is none of this protocol, or has a handle that was never given"}


def main() -> None:
    """Answers requests until there are none."""
    emulator = Emulator()
    for line in sys.stdin:
        try:
            asked = json.loads(line)
        except ValueError:
            asked = None
        is_request = isinstance(asked, dict)
        print(json.dumps({"id": asked.get("id") if is_request else None, **answer(asked, emulator)}), flush=True)
        if is_request and asked.get("request") == "stop":
            break


if __name__ == "__main__":
    main()
