"""Compares implementations: which of them are versions of one, which causes they share, and when a cause came and went.

An implementation is named by its place in a sequence of streams. Causes themselves are found in causes.py alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from apibuf_reports import causes, wording
from apibuf_reports.causes import Cause
from apibuf_reports.stream import Case, Conformity, Stream, Target, Verdict
from apibuf_reports.text import shorten

VERSION_LIMIT_CHARACTERS = 24
MOST_NAMED = 6
# `10.0`, `10.0-rc2`, and `10.0-34` of a build between two releases; not the revision of a package.
VERSION = re.compile(r"(?P<release>\d+(?:\.\d+)+)(?:-rc(?P<candidate>\d+))?(?:-(?P<commits>\d+)(?=-g))?")

# How a case ends in which a cause is gone. One that fails for another reason tells nothing, nor one that was not run.
GONE: Mapping[Verdict | None, str] = {Verdict.PASS: "fixed in", Verdict.UNSUPPORTED: "not offered in"}


def family(target: Target) -> str:
    """Returns what all versions of an implementation have in common: the name without version and platform."""
    system, _, machine = target.platform.partition("-")
    return re.sub(rf"(?:-(?:{machine}|{system}|\d[\d.]*))+$", "", target.name) or target.name


def short_version(target: Target) -> str:
    """Returns the number of the version, such as `8.0`; all of it where it has none, empty where it is unknown."""
    found = _version(target)
    return found[0] if found else shorten(target.version or "", VERSION_LIMIT_CHARACTERS)


def label(target: Target) -> str:
    """Returns the name with the version in short, such as `wine 8.0`."""
    version = short_version(target)
    return f"{re.sub(r'-[0-9][0-9.]*(?=-|$)', '', target.name)} {version}" if version else target.name


def in_brief(stream: Stream, found: Sequence[Cause]) -> str:
    """Returns what came of a run in one sentence, without a full stop: name, headline, causes, what it rests on."""
    number = f"{wording.plural(len(found), 'cause')}, " if found else ""
    return f"{label(stream.header.target)} {wording.headline(stream)}: {number}{wording.sentence(stream)}"


def ordered(streams: Iterable[Stream]) -> list[Stream]:
    """Returns the streams with all versions of an implementation side by side, oldest first.

    The first family comes first; those in which nothing deviates come last, since they are there to compare with.
    """
    families: dict[str, list[Stream]] = {}
    for stream in streams:
        families.setdefault(family(stream.header.target), []).append(stream)
    deviating_first = sorted(families.values(), key=lambda members: all(map(_conforms, members)))
    return [stream for members in deviating_first for stream in _by_version(members)]


@dataclass(frozen=True)
class Comparison:
    """Streams side by side, in the order that `ordered` gives them."""

    streams: Sequence[Stream]

    @cached_property
    def families(self) -> list[tuple[str, list[int]]]:
        """Each family with the places of its members."""
        by_family = groupby(range(len(self.streams)), key=lambda place: family(self.target(place)))
        return [(name, list(members)) for name, members in by_family]

    @cached_property
    def found(self) -> list[tuple[Cause, ...]]:
        """The causes of each implementation."""
        return [causes.find(stream.cases) for stream in self.streams]

    @cached_property
    def causes(self) -> list["SharedCause"]:
        """The causes of all, those of the most implementations first, then of the most cases."""
        by_title: dict[str, dict[int, Cause]] = {}
        for place, found in enumerate(self.found):
            for cause in found:
                by_title.setdefault(cause.title, {})[place] = cause
        shared = [SharedCause(title, by_place, self) for title, by_place in by_title.items()]
        return sorted(shared, key=lambda cause: (-len(cause.found), -len(cause.case_ids), cause.title))

    @cached_property
    def verdicts(self) -> list[dict[str, Verdict]]:
        """How each case ended in each implementation."""
        return [{case.id: case.verdict for case in stream.cases} for stream in self.streams]

    def target(self, place: int) -> Target:
        """Returns the implementation at the place."""
        return self.streams[place].header.target

    def folds(self, members: Sequence[int]) -> bool:
        """Whether one column is enough for a family: one version that conforms on several platforms."""
        versions = {self.target(place).version for place in members}
        return len(members) > 1 and len(versions) == 1 and all(_conforms(self.streams[place]) for place in members)


@dataclass(frozen=True)
class SharedCause:
    """A cause, and what it is in each implementation that has it, by its place."""

    title: str
    found: Mapping[int, Cause]
    comparison: Comparison

    @cached_property
    def place(self) -> int:
        """The place of the implementation whose example is shown: the newest of the first ones that have it."""
        example_id = _most_shared(self.found.values())
        places = [place for place, cause in self.found.items() if cause.example.id == example_id]
        first, target = self.comparison.target(places[0]), self.comparison.target
        return [
            place
            for place in places
            if family(target(place)) == family(first) and target(place).platform == first.platform
        ][-1]

    @property
    def example(self) -> Case:
        """The shortest case that shows it, as it ended in the implementation at `place`."""
        return self.found[self.place].example

    @cached_property
    def case_ids(self) -> tuple[str, ...]:
        """All cases with this cause anywhere, the example first."""
        everywhere = (case.id for cause in self.found.values() for case in cause.cases)
        return tuple(dict.fromkeys([self.example.id, *everywhere]))

    @cached_property
    def blocked(self) -> int:
        """How many of them are about something else everywhere."""
        telling = {case.id for cause in self.found.values() for case in cause.cases if case.id not in cause.blocked}
        return len(self.case_ids) - len(telling)

    @cached_property
    def history(self) -> tuple[str, ...]:
        """Where it is, and when it came and went, such as `wine: since 8.0, fixed in 10.0`; a text a family.

        Of many families the first ones, and how many more there are.
        """
        texts = [text for name, members in self.comparison.families for text in self._history(name, members)]
        more = len(texts) - MOST_NAMED
        return (*texts[:MOST_NAMED], *([f"and {more} more"] if more > 0 else []))

    def verdict(self, place: int) -> Verdict | None:
        """Returns how the case that shows it best ended in an implementation that does not have it; None: not at all.

        The best one is that of the implementation's own family, where it is known.
        """
        return self.comparison.verdicts[place].get(self._examples[place])

    @cached_property
    def _examples(self) -> dict[int, str]:
        """The case to look at in each implementation."""
        return {
            place: _most_shared([self.found[other] for other in members if other in self.found] or self.found.values())
            for _, members in self.comparison.families
            for place in members
        }

    def _history(self, name: str, members: Sequence[int]) -> Iterable[str]:
        """Yields a text for each platform of a family."""
        target = self.comparison.target
        platforms = dict.fromkeys(target(place).platform for place in members)
        for platform in platforms:
            line = [place for place in members if target(place).platform == platform]
            versions = dict(zip((short_version(target(place)) for place in line), line, strict=True))
            if not self.found.keys() & line:
                continue
            if len(versions) == len(line) > 1 and all(versions):
                yield f"{name}{f' ({platform})' * (len(platforms) > 1)}: {self._events(versions)}"
            else:
                yield from (label(target(place)) for place in line if place in self.found)

    def _events(self, versions: Mapping[str, int]) -> str:
        """Returns what happened from version to version; one that tells nothing is passed over."""
        if self.found.keys() >= set(versions.values()):
            return f"all versions from {next(iter(versions))} to {list(versions)[-1]}"
        events: list[str] = []
        had_it: bool | None = None
        for version, place in versions.items():
            if place in self.found:
                if had_it is None:
                    events.append(f"in {version}")
                elif not had_it:
                    events.append(f"{'again ' * bool(events)}since {version}")
                had_it = True
            elif self.verdict(place) in GONE:
                if had_it:
                    events.append(f"{GONE[self.verdict(place)]} {version}")
                had_it = False
        return ", ".join(events)


def _conforms(stream: Stream) -> bool:
    return stream.footer.conclusion.outcome is Conformity.CONFORMS


def _version(target: Target) -> re.Match[str] | None:
    # A package may count its versions before a colon.
    return VERSION.search(re.sub(r"^\d+:", "", target.version or ""))


def _by_version(members: Sequence[Stream]) -> list[Stream]:
    """Returns the members of a family: those of the most frequent platform first, the oldest version first."""
    frequency = Counter(stream.header.target.platform for stream in members)

    def place(stream: Stream) -> tuple[object, ...]:
        target = stream.header.target
        found = _version(target)
        release = [int(number) for number in found["release"].split(".")] if found else []
        candidate = int(found["candidate"]) if found and found["candidate"] else float("inf")
        commits = int(found["commits"] or 0) if found else 0
        return -frequency[target.platform], target.platform, release, candidate, commits

    return sorted(members, key=place)


def _most_shared(found: Iterable[Cause]) -> str:
    """The id of the example that most of the implementations have."""
    return Counter(cause.example.id for cause in found).most_common(1)[0][0]
