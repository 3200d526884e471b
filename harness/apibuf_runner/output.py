"""What a worker's process prints to its standard error while a case runs: a few lines of it, in little memory.

Nothing of it is believed. It is shown with a case that did not come to its end, because there sanitizers, run-time
systems and C libraries say why they end a process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_LINES = 12
ERROR_LINES = 8
LAST_LINES = 3
"""Of the lines that are kept at most so many are the one that names the error and what follows it, and at least so many
are the last ones."""

MOST_LINE_CHARACTERS = 300
KEPT_BYTES = 4 * 1024
"""So much is kept of the end, and of what follows the first line that names an error."""

MARK_CHARACTERS = 8
LEFT_OUT = "..."

ERROR_WORDS = (
    b"ERROR: ",
    b"WARNING: ThreadSanitizer",
    b"runtime error: ",
    b"panic: ",
    b"panicked at",
    b"atal error",
    b"fatal runtime error",
    b"terminate called",
    b"ssertion ",
    b"free(): ",
    b"alloc(): ",
    b"munmap_chunk(): ",
    b"corrupted ",
    b"*** ",
    b"nhandled exception",
    b"unimplemented function",
)
"""In these words sanitizers, Go, Rust, C++, glibc and Wine name an error. Others may use them for less, which costs
only a few of the last lines."""

SUMMARY_WORDS = b"SUMMARY: "
PROCESS_NUMBER = re.compile(r"==[0-9]+==")
HEXADECIMAL = re.compile(r"\b(0x)?([0-9a-fA-F]{6,16})\b")
LEAST_ADDRESS = 0x10000
EXCEPTION_CODE = re.compile(r"[48ceCE]0[0-9a-fA-F]{6}")


class Output:
    """What was printed since the last case began.

    A line of the worker marks where a case begins (conformance/PROTOCOL.md, "Channels"). Lines are numbered from there.
    """

    def __init__(self, nonce: str) -> None:
        self._mark = f"{nonce[:MARK_CHARACTERS]} ".encode()
        self._unfinished = b""
        self._begin("")

    def add(self, data: bytes) -> None:
        """Takes further bytes, which may end anywhere within a line."""
        data = self._unfinished + data
        mark = data.rfind(self._mark)
        mark_end = data.find(b"\n", mark) if mark >= 0 else -1
        if mark_end >= 0:
            self._begin(data[mark + len(self._mark) : mark_end].decode(errors="replace"))
            data = data[mark_end + 1 :]
        end = data.rfind(b"\n") + 1
        self._unfinished = data[end:][-KEPT_BYTES:]
        if end:
            self._add_lines(data[:end])

    def lines(self, case: str) -> tuple[str, ...]:
        """The lines that name an error and the last ones, of what was printed while this case ran; empty: before any.

        Blank lines are left out, and `...` stands for those that are not kept. Addresses and process numbers are
        replaced by words: two runs of the same case shall print the same.
        """
        if case != self._case:
            return ()
        numbered = dict(enumerate((self._tail + self._unfinished).split(b"\n"), self._count - self._tail.count(b"\n")))
        filled = [number for number, line in numbered.items() if line.strip()]
        is_short = len(filled) <= MOST_LINES and 0 in numbered
        named = {} if is_short else self._named_lines()
        last = filled[-max(LAST_LINES, MOST_LINES - len(named)) :]
        start = 0 if is_short or not last else last[0]
        chosen = named | {number: line for number, line in numbered.items() if number >= start}
        return tuple(_shown(sorted(chosen.items())))

    def _begin(self, case: str) -> None:
        self._case = case
        self._count = 0
        self._tail = b""
        self._error: tuple[int, bytes] | None = None
        self._summary: tuple[int, bytes] | None = None

    def _add_lines(self, text: bytes) -> None:
        """Takes whole lines."""
        if self._error is None:
            self._error = self._find(text, ERROR_WORDS)
        elif len(self._error[1]) < KEPT_BYTES:
            self._error = self._error[0], (self._error[1] + text)[:KEPT_BYTES]
        if self._summary is None:
            self._summary = self._find(text, (SUMMARY_WORDS,))
        self._count += text.count(b"\n")
        self._tail = (self._tail + text)[-KEPT_BYTES:]

    def _find(self, text: bytes, words: Iterable[bytes]) -> tuple[int, bytes] | None:
        """The number of the first line with one of the words, and the text from there on. Never looks at each line."""
        places = [place for word in words if (place := text.find(word)) >= 0]
        if not places:
            return None
        start = text.rfind(b"\n", 0, min(places)) + 1
        return self._count + text.count(b"\n", 0, start), text[start:][:KEPT_BYTES]

    def _named_lines(self) -> dict[int, bytes]:
        lines: dict[int, bytes] = {}
        if self._error is not None:
            lines |= enumerate(self._error[1].split(b"\n")[:ERROR_LINES], self._error[0])
        if self._summary is not None:
            lines[self._summary[0]] = self._summary[1].partition(b"\n")[0]
        return lines


def names_an_error(line: str) -> bool:
    """Whether the line has words in which an error is named."""
    return any(word.decode() in line for word in ERROR_WORDS)


def _shown(numbered: Iterable[tuple[int, bytes]]) -> Iterable[str]:
    expected = 0
    for number, line in numbered:
        if number > expected:
            yield LEFT_OUT
        expected = number + 1
        text = line.decode(errors="backslashreplace").expandtabs(4).rstrip()
        if text:
            yield _comparable(text if len(text) <= MOST_LINE_CHARACTERS else text[:MOST_LINE_CHARACTERS] + LEFT_OUT)


def _comparable(line: str) -> str:
    """The line without what changes from run to run."""
    return HEXADECIMAL.sub(_without_address, PROCESS_NUMBER.sub("==PID==", line))


def _without_address(number: re.Match[str]) -> str:
    digits = number[2]
    is_other = int(digits, 16) < LEAST_ADDRESS or EXCEPTION_CODE.fullmatch(digits) is not None
    # Without 0x a number is an address only if it is written in full.
    is_short = number[1] is None and (len(digits) not in (8, 16) or digits.isdecimal())
    return number[0] if is_other or is_short else "ADDRESS"
