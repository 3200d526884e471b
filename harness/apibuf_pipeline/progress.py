"""Shows how far a run is: one moving line on a terminal, a few plain lines elsewhere. Always on the standard error."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol, Self

from apibuf_reports.wording import plural
from apibuf_runner.judge import TO_CONFIRM, CaseResult


class Progress(Protocol):
    """A context manager that gets each result."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def on_result(self, result: CaseResult) -> None:
        """Shows that one more case is over."""


def for_standard_error(target: str, total: int) -> Progress:
    """The kind of progress that fits where the standard error goes; total counts the cases."""
    return MovingLine(target, total) if sys.stderr.isatty() else PlainLines(target, total)


class PlainLines:
    """A line at the start, one for each case that did not pass, one at the end."""

    def __init__(self, target: str, total: int) -> None:
        self._target = target
        self._total = total
        self._done = 0

    def __enter__(self) -> Self:
        self._say(f"{self._target}: running {plural(self._total, 'case')}")
        return self

    def __exit__(self, *_: object) -> None:
        self._say(f"{self._target}: {self._done} of {self._total} cases are over")

    def on_result(self, result: CaseResult) -> None:
        """Shows the cases that did not pass."""
        self._done += 1
        if result.verdict in TO_CONFIRM:
            self._say(f"{result.case.id}: {result.verdict}{' (flaky)' if result.flaky else ''}")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class MovingLine:
    """One line with how many cases are over, how many of them did not pass, and which was the last."""

    def __init__(self, target: str, total: int) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            TextColumn(escape(target)),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failures]} did not pass"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[case]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=total, failures=0, case="")
        self._failures = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def on_result(self, result: CaseResult) -> None:
        """Moves the line on."""
        self._failures += result.verdict in TO_CONFIRM
        self._progress.update(self._task, advance=1, failures=self._failures, case=result.case.id)
