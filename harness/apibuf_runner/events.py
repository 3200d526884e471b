"""Events: the lines of the worker's channel that carry this run's nonce. Every other line is somebody else's print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event of conformance/PROTOCOL.md; `members` are its members as sent, of whatever type.

    No dataclass: there are a dozen for each case, and a struct is made five times as fast.
    """

    name: str
    members: Mapping[str, Any]

    def text(self, member: str) -> str:
        """A member as text; empty where it is absent."""
        value = self.members.get(member, "")
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, member: str) -> int | None:
        """A member that must be an integer; None where it is not."""
        value = self.members.get(member)
        return value if type(value) is int else None

    def texts(self, member: str) -> tuple[str, ...]:
        """A member that is a list of texts; empty where it is not."""
        value = self.members.get(member)
        return tuple(map(str, value)) if isinstance(value, list) else ()


def parse_line(line: bytes, nonce: str) -> Event | None:
    """The event of one line, or None where the line is no event of this run."""
    if nonce.encode() not in line:
        return None
    try:
        members = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(members, dict) or members.get("nonce") != nonce:
        return None
    name = members.get("event")
    return Event(name, members) if isinstance(name, str) else None
