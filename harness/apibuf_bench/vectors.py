"""Makes vector files of any length, to see how the suite's time grows with the number of cases.

On its own: `PYTHONPATH=harness build/venv/bin/python -m apibuf_bench.vectors 10000 > vectors.json`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

Json = dict[str, Any]

SUCCESS = {"status": "NERR_Success"}
BUFFER = SUCCESS | {"Buffer": "buffer"}
LARGEST_BYTES = 4096


def ordinary(count: int) -> Json:
    """`count` cases that every conforming implementation passes: allocate, write, grow, read back and free."""
    return _document([_ordinary(number) for number in range(count)])


def frees_of_null(count: int) -> Json:
    """So many cases that do nothing but free NULL: each is another crash where that crashes."""
    step = {"call": "NetApiBufferFree", "arguments": {"Buffer": None}, "expect": SUCCESS}
    return _document(
        [_case(f"free/generated-{number}", "free/null", "NULL is freed", [step]) for number in range(count)]
    )


def _ordinary(number: int) -> Json:
    size = 1 + number % LARGEST_BYTES
    steps: list[Json] = [
        {"call": "NetApiBufferAllocate", "arguments": {"ByteCount": size, "Buffer": "a"}, "expect": BUFFER},
        {"fill": "a", "bytes": size, "pattern": 1 + number % 250},
        {
            "call": "NetApiBufferReallocate",
            "arguments": {"OldBuffer": "a", "NewByteCount": 2 * size, "NewBuffer": "a"},
            "expect": SUCCESS | {"NewBuffer": "buffer"},
        },
        {"check": "a", "bytes": size, "pattern": 1 + number % 250},
        {"call": "NetApiBufferFree", "arguments": {"Buffer": "a"}, "expect": SUCCESS},
    ]
    return _case(
        f"reallocate/generated-{number}", "reallocate/keeps-contents", f"{size} bytes grow to twice as many", steps
    )


def _case(id: str, requirement: str, title: str, steps: list[Json]) -> Json:
    return {"id": id, "requirements": [requirement], "title": title, "steps": steps}


def _document(cases: list[Json]) -> Json:
    return {"format": 1, "notes": {}, "cases": cases}


if __name__ == "__main__":
    json.dump(ordinary(int(sys.argv[1])), sys.stdout)
