"""Runs parts of the project's own tests side by side."""

from __future__ import annotations

import os
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
    """How a part ended.

    `processor_s` are the seconds of processor time that its commands used, with their descendants that they waited for.
    `output` is all that its commands printed, `skipped` says what they did not test, and why.
    """

    name: str
    passed: bool
    duration_s: float
    processor_s: float
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
    output, skipped, exit_code, processor_s = "", list[str](), 0, 0.0
    for command in part.commands:
        exit_code, printed, used_s = _run_command(command, folder)
        processor_s += used_s
        output += f"$ {shlex.join(command)}\n{printed}"
        skipped += skips(printed)
        if exit_code == part.skip_exit_code:
            skipped.append(printed.strip().rpartition("\n")[2])
        elif exit_code != 0:
            break
    passed = exit_code in (0, part.skip_exit_code)
    return Result(part.name, passed, time.monotonic() - start, processor_s, output, tuple(skipped))


def skips(printed: str) -> list[str]:
    """The tests that pytest says it has skipped, with its reasons (option -rs)."""
    return [line.removeprefix(SKIP_OF_PYTEST) for line in printed.splitlines() if line.startswith(SKIP_OF_PYTEST)]


def _not_run(part: Part, failed: Sequence[str]) -> Result:
    return Result(part.name, False, 0.0, 0.0, f"not run, because this failed: {', '.join(failed)}\n")


def _run_command(words: Sequence[str], folder: Path) -> tuple[int, str, float]:
    """The exit code of a command, what it printed, and the seconds of processor time that it used."""
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        return 1, f"{words[0]} could not be started: {error.strerror}\n", 0.0
    assert process.stdout
    with process.stdout:
        printed = process.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, printed, usage.ru_utime + usage.ru_stime
