"""One JSON document of all the streams, for programs that would rather not read lines."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from apibuf_reports.stream import Case, Stream

DESCRIPTION = "JSON: all the runs in one document, with the members of harness/schemas/results.schema.json"
FILE_NAME = "results.json"

FORMAT = 1


def render(streams: Sequence[Stream]) -> str:
    """Returns one JSON document, in ASCII: whatever reads it gets the very text of the stream."""
    return json.dumps({"format": FORMAT, "runs": [_run(stream) for stream in streams]}, indent=2) + "\n"


def _run(stream: Stream) -> dict[str, Any]:
    return {
        "header": asdict(stream.header),
        "cases": [_case(case) for case in stream.cases],
        "footer": asdict(stream.footer),
    }


def _case(case: Case) -> dict[str, Any]:
    record = asdict(case)
    if not case.runs:
        del record["runs"]
    return record
