"""Between the command line and the reports package: reads streams, writes and shows reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from apibuf_common import files
from apibuf_common.errors import BadInput, CannotRun, WrongUsage
from apibuf_reports import formats, stream
from apibuf_reports.stream import Stream

MOST_BYTES = 256 * files.MEBIBYTE
SPEED_PICTURE = "bench/bench.svg"
"""What `apibuf bench --write` makes in a folder `bench`: a page that is written beside this folder links to it."""


def check_formats(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once. Raises WrongUsage for one that is no format."""
    known = formats.names()
    for name in names:
        if name not in known:
            raise WrongUsage(f"there is no report format {name!r}; there are {', '.join(known)}")
    return tuple(dict.fromkeys(names))


def file_names() -> tuple[str, ...]:
    """Under which names reports are written."""
    return tuple(report.FILE_NAME for report in formats.available().values())


def read_stream(file: str | Path) -> Stream:
    """A result stream. Raises BadInput."""
    data = files.read(file, MOST_BYTES, stream.NAME_ANOTHER.removeprefix("name "))
    try:
        return stream.parse(data, str(file))
    except stream.StreamError as error:
        raise BadInput(str(error).rstrip(".")) from error


def write(name: str, streams: Sequence[Stream], out: Path) -> Path:
    """Writes a report to a file, or into a folder under the format's own file name. Raises CannotRun."""
    report = getattr(formats, name)
    file = out / report.FILE_NAME if out.is_dir() else out
    has_picture = name == "html" and (file.parent / SPEED_PICTURE).is_file()
    text = report.render(streams, SPEED_PICTURE) if has_picture else report.render(streams)
    try:
        files.write(file, text)
    except OSError as error:
        raise CannotRun(f"{file} cannot be written: {error.strerror}; name another with --out") from error
    return file


def render(name: str, streams: Sequence[Stream], verbose: bool = False) -> str:
    """A report as text; `verbose` lets that for a terminal show everything, as the others do anyway."""
    options = {"verbose": verbose} if name == "console" else {}
    text: str = getattr(formats, name).render(streams, **options)
    return text


def show(stream: Stream, verbose: bool) -> None:
    """Prints the summary of a run."""
    from rich.console import Console

    formats.console.print_to(Console(highlight=False), stream, verbose)
