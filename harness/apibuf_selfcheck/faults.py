"""Implementations that are broken on purpose, and odd but correct ones: what the files of conformance/faults say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from apibuf_common import project
from apibuf_common.errors import BadInput, WrongUsage

DEFAULT_PLATFORMS = ("linux-x86_64",)

WRONG = re.compile(r"// WRONG: (?P<sentence>.+)\. Caught by: (?P<patterns>\S.*)\.")
RIGHT = re.compile(r"// RIGHT: (?P<sentence>.+)\.")
DEVIATES = re.compile(
    r"// DEVIATES: (?P<requirement>[a-z]+/[a-z0-9-]+)\. (?P<sentence>.+?)\.(?: Caught by: (?P<patterns>\S.*)\.)?"
)
ONLY_ON = re.compile(r"// Only on: (?P<platforms>\S.*)\.")


@dataclass(frozen=True)
class Fault:
    """One implementation of conformance/faults; a right one is caught by nothing, so its `caught_by` is empty.

    `deviates_from` is the one requirement that it does not meet, where all that is known better must pass it.
    """

    name: str
    sentence: str
    caught_by: tuple[str, ...]
    platforms: tuple[str, ...]
    deviates_from: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether the suite must catch it."""
        return bool(self.caught_by)


def parse(name: str, text: str) -> Fault:
    """Reads the first lines of a file. Raises BadInput."""
    first, second = (*text.splitlines(), "", "")[:2]
    stated = WRONG.fullmatch(first) or RIGHT.fullmatch(first) or DEVIATES.fullmatch(first)
    if stated is None:
        forms = "`// WRONG: … . Caught by: … .`, `// RIGHT: … .` or `// DEVIATES: REQUIREMENT. … . Caught by: … .`"
        raise BadInput(f"{name}.cpp does not begin with {forms}")
    only_on = ONLY_ON.fullmatch(second)
    return Fault(
        name=name,
        sentence=stated["sentence"],
        caught_by=_caught_by(stated),
        deviates_from=stated["requirement"] if stated.re is DEVIATES else "",
        platforms=tuple(only_on["platforms"].split(", ")) if only_on else DEFAULT_PLATFORMS,
    )


def _caught_by(stated: re.Match[str]) -> tuple[str, ...]:
    if stated.re is RIGHT:
        return ()
    # Cases are named after their requirement.
    return tuple(stated["patterns"].split(", ")) if stated["patterns"] else (f"{stated['requirement']}-*",)


def select(names: Sequence[str]) -> list[Fault]:
    """The faults that match, sorted by name. Raises WrongUsage, BadInput."""
    files = sorted((project.ROOT / "conformance" / "faults").glob("*.cpp"))
    for pattern in names:
        if not any(fnmatchcase(file.stem, pattern) for file in files):
            raise WrongUsage(f"{pattern} matches no file of conformance/faults")
    return [
        parse(file.stem, file.read_text(encoding="utf-8"))
        for file in files
        if not names or any(fnmatchcase(file.stem, pattern) for pattern in names)
    ]
