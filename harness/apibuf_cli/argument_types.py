"""What several commands take as arguments. Each raises argparse.ArgumentTypeError for a text that is none."""

from __future__ import annotations

import argparse
import re
import shlex


def seconds(text: str) -> float:
    """A length of time above 0."""
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", text) or float(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0, such as 2.5")
    return float(text)


def small_count(text: str) -> int:
    """A number from 1 to 999."""
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 999")
    return int(text)


def command(text: str) -> tuple[str, ...]:
    """A command with its arguments, quoted as for a shell."""
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a command: {error}") from error
    if not words:
        raise argparse.ArgumentTypeError("an empty command starts nothing")
    return words


def functions(text: str) -> tuple[str, ...]:
    """Names of the functions under test, separated by commas."""
    from apibuf_common.suggestions import did_you_mean
    from apibuf_runner.catalogue import FUNCTIONS

    names = tuple(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in FUNCTIONS:
            hint = did_you_mean(name, FUNCTIONS, f"there are {', '.join(FUNCTIONS)}")
            raise argparse.ArgumentTypeError(f"there is no function {name!r}; {hint}")
    return names
