"""Makes text of unknown origin safe to show: an implementation may print anything, and targets may have any name."""

import re
import shlex
from html import escape

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
    """Returns `printable` text as a code span of Markdown, in which nothing is markup, a mention or a link.

    In a cell of a table a bar still needs a backslash. In a block of HTML Markdown means nothing: see `html_code`.
    """
    shown = printable(text)
    if not shown:
        return ""
    # A fence that is longer than what stands inside; one space beside a backtick, or beside a space, is taken away.
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    room = " " * bool(shown.strip() and (shown[0] in "` " or shown[-1] in "` "))
    return f"{fence}{room}{shown}{room}{fence}"


def markdown_text(text: str) -> str:
    """Returns `printable` text within a line of Markdown; only what is markup there has a backslash.

    A service may still find mentions and addresses in it, unlike in code.
    """
    return re.sub(r"([\\`*\[\]<>&~|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))", r"\\\1", printable(text))


def html_code(text: str) -> str:
    """Returns `printable` text as code in HTML."""
    return f"<code>{escape(printable(text))}</code>"


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return character.encode("unicode_escape").decode("ascii")
    # Not \xNN, which a shell's $'…' reads as a byte.
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
