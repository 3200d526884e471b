"""What a badge says: the label, the message and the colour, the same in every format of a badge."""

from collections.abc import Sequence

from apibuf_reports import wording
from apibuf_reports.stream import Stream
from apibuf_reports.text import printable, shorten

NAME_LIMIT_CHARACTERS = 40
MESSAGE_LIMIT_CHARACTERS = 200
WORST_FIRST = ("could not run", "does not conform", "incomplete", "conforms")
COLORS = {"could not run": "lightgrey", "does not conform": "red", "incomplete": "orange", "conforms": "brightgreen"}


def label(streams: Sequence[Stream]) -> str:
    """Returns the name of the suite and its version; several versions where the streams are of several."""
    versions = sorted({stream.header.suite.version for stream in streams})
    return printable(f"ApiBuffer {', '.join(versions)}")


def message(streams: Sequence[Stream]) -> str:
    """Returns what came of each target, and whether that holds for the whole suite."""
    return shorten("; ".join(map(_message, streams)), MESSAGE_LIMIT_CHARACTERS)


def color(streams: Sequence[Stream]) -> str:
    """Returns the colour of the worst outcome, by the names that badge services know."""
    return COLORS[min(map(_outcome, streams), key=WORST_FIRST.index)]


def _outcome(stream: Stream) -> str:
    return wording.conclusion(stream).partition(":")[0]


def _message(stream: Stream) -> str:
    header = stream.header
    name = shorten(printable(header.target.name), NAME_LIMIT_CHARACTERS)
    limits = [f"profile {header.profile}"] if header.profile != "strict" else []
    if wording.selection(header.selection):
        limits.append("a part")
    limited = f" ({', '.join(limits)})" if limits else ""
    return f"{name} {_outcome(stream)}{limited}"
