"""How long a worker may be silent: the seconds count only as far as the machine let the worker run. Pure."""

from __future__ import annotations

from collections.abc import Callable

STARVED_FACTOR = 20
"""How many times its limit a silence may last, however busy the machine is."""

MOST_COUNTED_S = 0.5
"""Of a longer time between two looks only this much counts: who looks was not let run, and the worker hardly was."""


class Silence:
    """One silence of a worker. It is over where the worker was heard again; then another one begins."""

    def __init__(self, limit_s: float) -> None:
        """limit_s: how many counted seconds it may last."""
        self._limit_s = limit_s
        self._elapsed_s = 0.0
        self._counted_s = 0.0

    @property
    def left_s(self) -> float:
        """The counted seconds that are left; 0 where the silence has lasted too long."""
        return max(self._limit_s - self._counted_s, 0.0)

    @property
    def elapsed_s(self) -> float:
        """The seconds that have passed, counted or not."""
        return self._elapsed_s

    @property
    def is_starved(self) -> bool:
        """Whether the machine was too busy for so long that nothing can be said of the worker."""
        return self._elapsed_s >= STARVED_FACTOR * self._limit_s and self.left_s > 0

    def pass_by(self, elapsed_s: float, usable_s: Callable[[float], float]) -> None:
        """Adds the seconds since the last look. usable_s: returns how many of them the worker could have used."""
        elapsed_s = min(elapsed_s, MOST_COUNTED_S)
        self._elapsed_s += elapsed_s
        self._counted_s += usable_s(elapsed_s)
