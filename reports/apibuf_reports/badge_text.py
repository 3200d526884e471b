"""What a badge says: the label, the message and the colour, the same in every format of a badge."""

from collections.abc import Sequence

from apibuf_reports import wording
from apibuf_reports.stream import Conformity, Stream
from apibuf_reports.text import printable, shorten

FIELD_LIMIT_CHARACTERS = 40
MESSAGE_LIMIT_CHARACTERS = 300
COLORS = {
    Conformity.CONFORMS: "brightgreen",
    Conformity.CONFORMS_IN_PART: "blue",
    Conformity.DOES_NOT_CONFORM: "red",
    Conformity.COULD_NOT_RUN: "lightgrey",
    Conformity.INCOMPLETE: "orange",
}


def label(streams: Sequence[Stream]) -> str:
    """Returns the name of the suite and its version; several versions where the streams are of several."""
    versions = sorted({stream.header.suite.version for stream in streams})
    return printable(f"ApiBuffer {', '.join(versions)}")


def message(streams: Sequence[Stream]) -> str:
    """Returns the outcome of the target, its version, its profile, and the number of judged cases.

    Of several targets only how many conform, such as `3 of 9 targets conform`: a badge is one short line.
    """
    if len(streams) > 1:
        return wording.how_many_conform(streams, "target")
    return shorten(_message(streams[0]), MESSAGE_LIMIT_CHARACTERS)


def color(streams: Sequence[Stream]) -> str:
    """Returns the colour of the worst outcome, by the names that badge services know."""
    return COLORS[min((stream.footer.conclusion.outcome for stream in streams), key=list(Conformity).index)]


def _message(stream: Stream) -> str:
    target = stream.header.target
    name = shorten(printable(target.name), FIELD_LIMIT_CHARACTERS)
    version = shorten(printable(target.version or "of unknown version"), FIELD_LIMIT_CHARACTERS)
    return f"{name} {version} {wording.outcome(stream)}, {wording.profile(stream)}: {wording.counts(stream)}"
