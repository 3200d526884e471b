"""One JSON document of all the streams, for programs that would rather not read lines."""

import json
from collections.abc import Sequence

import msgspec

from apibuf_reports.stream import Stream

DESCRIPTION = "JSON: all the runs in one document, with the members of harness/schemas/results.schema.json"
FILE_NAME = "results.json"

FORMAT = 1


def render(streams: Sequence[Stream]) -> str:
    """Returns one JSON document, in ASCII: whatever reads it gets the very text of the stream."""
    runs = [msgspec.to_builtins(stream) for stream in streams]
    return json.dumps({"format": FORMAT, "runs": runs}, indent=2) + "\n"
