"""Runs parts of the project's own tests side by side."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from apibuf_selfcheck.parts import Part

SKIP_OF_PYTEST = "SKIPPED "


@dataclass(frozen=True)
class Result:
    """How a part ended: `output` is all that its commands printed, `skipped` says what they did not test, and why."""

    name: str
    passed: bool
    duration_s: float
    output: str
    skipped: tuple[str, ...] = ()


def run(parts: Sequence[Part], folder: Path, cores: int, report: Callable[[Result], None]) -> list[Result]:
    """Runs the parts and returns their results in the order in which they ended; `report` gets each at once.

    A part starts when its needs have ended and fewer than `cores` parts compute. It is not run if one of them failed.
    Needs that are not among the parts count as met.
    """
    names = {part.name for part in parts}
    waiting, results = list(parts), list[Result]()
    running: dict[Future[Result], Part] = {}
    with ThreadPoolExecutor(max_workers=len(parts)) as pool:
        while waiting or running:
            passed = {result.name: result.passed for result in results}
            for part in [part for part in waiting if (names & set(part.needs)) <= passed.keys()]:
                failed = [name for name in part.needs if not passed.get(name, True)]
                if failed:
                    results.append(_not_run(part, failed))
                    report(results[-1])
                elif part.is_waiting or sum(not each.is_waiting for each in running.values()) < cores:
                    running[pool.submit(run_part, part, folder)] = part
                else:
                    continue
                waiting.remove(part)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                del running[future]
                results.append(future.result())
                report(results[-1])
    return results


def run_part(part: Part, folder: Path) -> Result:
    """Runs the commands of a part until one fails."""
    start = time.monotonic()
    output, skipped, exit_code = "", list[str](), 0
    for command in part.commands:
        exit_code, printed = _run_command(command, folder)
        output += f"$ {shlex.join(command)}\n{printed}"
        skipped += skips(printed)
        if exit_code == part.skip_exit_code:
            skipped.append(printed.strip().rpartition("\n")[2])
        elif exit_code != 0:
            break
    return Result(part.name, exit_code in (0, part.skip_exit_code), time.monotonic() - start, output, tuple(skipped))


def skips(printed: str) -> list[str]:
    """The tests that pytest says it has skipped, with its reasons (option -rs)."""
    return [line.removeprefix(SKIP_OF_PYTEST) for line in printed.splitlines() if line.startswith(SKIP_OF_PYTEST)]


def _not_run(part: Part, failed: Sequence[str]) -> Result:
    return Result(part.name, False, 0.0, f"not run, because this failed: {', '.join(failed)}\n")


def _run_command(words: Sequence[str], folder: Path) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        return 1, f"{words[0]} could not be started: {error.strerror}\n"
    return done.returncode, done.stdout.decode(errors="replace")
