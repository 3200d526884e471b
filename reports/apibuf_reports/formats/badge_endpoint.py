"""The JSON document from which badge services draw a badge."""

import json
from collections.abc import Sequence

from apibuf_reports import badge_text
from apibuf_reports.stream import Stream

DESCRIPTION = "JSON that badge services read: the suite's version, whether the targets conform, and to how much of it"
FILE_NAME = "badge.json"


def render(streams: Sequence[Stream]) -> str:
    """Returns the document of one badge for all the streams."""
    badge = {
        "schemaVersion": 1,
        "label": badge_text.label(streams),
        "message": badge_text.message(streams),
        "color": badge_text.color(streams),
    }
    return json.dumps(badge) + "\n"
