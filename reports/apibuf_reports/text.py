"""Makes text of unknown origin safe to show: an implementation may print anything, and targets may have any name."""

import re
import shlex

# ASCII that is neither a letter, a digit nor one of a few marks that mean nothing within a line.
MARKUP = re.compile(r"[!-~](?<![A-Za-z0-9/(),-])")

FIRST_BYTE = 0xDC00
BYTE = re.compile("[\udc80-\udcff]")
WINDOWS_WORD = re.compile(r"[A-Za-z0-9_./\\:=,+@*?-]+")


def printable(text: str) -> str:
    """Returns `text` with every character that has no visible shape (controls, line ends, direction marks, lone
    surrogates) replaced by its escape, such as `\\x1b`. Backslashes stay single, so that Windows paths stay readable.
    """
    if text.isprintable():  # nearly all there is, and by far the fastest way to see it
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def ascii_only(text: str) -> str:
    """Returns `printable` text with every character outside ASCII escaped too, for output of unknown encoding."""
    return "".join(character if " " <= character <= "~" else _escape(character) for character in text)


def shorten(text: str, limit: int) -> str:
    """Returns `text`, or its first `limit` characters and a word on how many more there are."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}... ({len(text) - limit} more characters)"


def shell_word(text: str) -> str:
    """Returns `text` quoted for a POSIX shell; what cannot be shown as it is takes bash's $'…' form.

    Python holds a byte of a file name that is not UTF-8 as a lone surrogate.
    """
    if ascii_only(text) == text:
        return shlex.quote(text)
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    bytes_shown = BYTE.sub(lambda match: f"\\x{ord(match[0]) - FIRST_BYTE:02x}", quoted)
    return f"$'{ascii_only(bytes_shown)}'"


def windows_word(text: str) -> str:
    """Returns `text` quoted for cmd.exe, whose programs take their command line apart themselves."""
    if WINDOWS_WORD.fullmatch(text):
        return text
    # A backslash means itself, unless a quotation mark follows.
    quoted = re.sub(r'(\\*)"', r'\1\1\\"', text)
    quoted = re.sub(r"(\\+)$", r"\1\1", quoted)
    return f'"{printable(quoted)}"'


def markdown_code(text: str) -> str:
    """Returns `printable` text as inline code for Markdown and HTML alike, table cells included.

    Everything that could be markup is a character reference, which both take for text; inside of code nothing is
    mentioned and nothing becomes a link.
    """
    return f"<code>{MARKUP.sub(lambda match: f'&#{ord(match[0])};', printable(text))}</code>"


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return character.encode("unicode_escape").decode("ascii")
    # Not \xNN, which a shell's $'…' reads as a byte.
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
