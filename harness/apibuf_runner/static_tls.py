"""Room for thread variables of a library that is loaded at run time: glibc has 512 bytes, or as many as it is set to.

A program that is linked with such a library needs nothing of this. The room is part of every thread's stack, so it is
given only where it is needed, and grows by twofold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LACKING = "static TLS"
LEAST_BYTES = 4096
MOST_BYTES = 1024**2
VARIABLE = "GLIBC_TUNABLES"
TUNABLE = "glibc.rtld.optional_static_tls"


def with_more_room(environment: Mapping[str, str]) -> Mapping[str, str] | None:
    """The environment with twice the room, other tunables kept; None where it has the most that we give."""
    others = []
    room_bytes = LEAST_BYTES
    for tunable in filter(None, environment.get(VARIABLE, "").split(":")):
        name, _, value = tunable.partition("=")
        if name != TUNABLE:
            others.append(tunable)
        elif re.fullmatch("[0-9]{1,9}", value):
            room_bytes = max(room_bytes, 2 * int(value))
    if room_bytes > MOST_BYTES:
        return None
    return {**environment, VARIABLE: ":".join([*others, f"{TUNABLE}={room_bytes}"])}
