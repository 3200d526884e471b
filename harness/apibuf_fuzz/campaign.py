"""Carries out `apibuf fuzz`: prepares the target, searches for a failing sequence, and writes and prints it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apibuf_system
from apibuf_common import files
from apibuf_common.errors import CannotRun, ExitCode
from apibuf_fuzz.search import Budget, Finding, Search
from apibuf_fuzz.sequence import ALLOCATE, FREE, REALLOCATE
from apibuf_fuzz.vector import text_of
from apibuf_fuzz.vector_runner import CannotRunVectors, VectorRunner
from apibuf_reports import wording
from apibuf_reports.text import ascii_only, shell_word, windows_word
from apibuf_runner import suite_run
from apibuf_runner.catalogue import FUNCTIONS
from apibuf_runner.interruption import interruptible
from apibuf_runner.judge import CaseResult
from apibuf_runner.session import Hello, Interrupted
from apibuf_runner.suite_run import UnusableLibrary
from apibuf_setup import wine_servers
from apibuf_system.processes import guarded_process
from apibuf_targets import again
from apibuf_targets.launching import Starter, check_library, launch_of, wine_of
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import Target

PLAIN_INTERVAL_S = 10.0
MOST_STEPS_TOLD = 20

OnProgress = Callable[[int, bool], None]
"""Gets how many sequences have passed, and whether a failing one is being shrunk."""


@dataclass(frozen=True)
class Campaign:
    """What to search, and how far. None for examples and time_s (seconds): without that limit.

    `name` is how the user calls the target; `silence_s` is in seconds.
    """

    name: str
    target: Target
    seed: int
    examples: int | None
    time_s: float | None
    silence_s: float
    starter: Starter
    out: Path


def fuzz(campaign: Campaign) -> ExitCode:
    """Searches, and prints the result. Raises CannotRun."""
    provide_library(campaign.target)
    system = wine_of(campaign.target, campaign.starter)
    scratch = Path(tempfile.mkdtemp(prefix="apibuf-"))
    try:
        launch = launch_of(campaign.target, campaign.starter, system, scratch)
        with (
            interruptible() as interrupted,
            wine_servers.for_workers(system, launch, 1) as launches,
            guarded_process(),
        ):
            runner = VectorRunner(launches[0], suite_run.default_limits(campaign.silence_s), interrupted)
            hello = runner.probe()
            check_library(campaign.target, system, hello)
            return _search(campaign, runner, _functions(hello))
    except Interrupted:
        print("interrupted before the first sequence was run")
        return ExitCode.INCOMPLETE
    except (CannotRunVectors, UnusableLibrary, OSError) as error:
        raise CannotRun(f"{campaign.name} could not be run: {error}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _functions(hello: Hello) -> frozenset[str]:
    """What sequences can call. Raises CannotRun where that makes no sequence."""
    if FREE not in hello.present or not hello.present & {ALLOCATE, REALLOCATE}:
        raise CannotRun(f"the library does not export {FREE} and what makes buffers, so there is no sequence to run")
    return hello.present


def _search(campaign: Campaign, runner: VectorRunner, functions: frozenset[str]) -> ExitCode:
    started_s = time.monotonic()
    deadline_s = started_s + campaign.time_s if campaign.time_s is not None else float("inf")
    examples = campaign.examples if campaign.examples is not None else sys.maxsize
    finding, was_interrupted = None, False
    with _progress(campaign) as on_progress:
        search = Search(runner, functions, campaign.seed, on_progress)
        try:
            finding = search.run(Budget(examples, deadline_s))
        except Interrupted:
            was_interrupted = True
    took_s = time.monotonic() - started_s
    done = f"{search.passed} sequences of seed {campaign.seed} passed in {took_s:.1f} s"
    untried = [name for name in FUNCTIONS if name not in functions]
    if untried:
        done = f"not tried, since the library does not export it: {', '.join(untried)}\n{done}"
    if finding is not None:
        _write(campaign.out, text_of(finding.vector))
        print(finding_text(campaign, finding))
        print(f"{done}, then one did not")
        return ExitCode.NOT_CONFORMING
    print(f"{done}, before the search was interrupted" if was_interrupted else f"{done}: nothing was found")
    return ExitCode.INCOMPLETE if was_interrupted or search.passed == 0 else ExitCode.OK


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write(file, text)
    except OSError as error:
        raise CannotRun(f"{file} cannot be written: {error.strerror}; name another with --out\n{text}") from error


# ---- what is printed ----


def finding_text(campaign: Campaign, finding: Finding) -> str:
    """The finding for people: each step with what came of it, expected, actual, and how to run it again."""
    result = finding.result
    untold = max(0, len(result.steps) - MOST_STEPS_TOLD)
    labelled = [
        ("requirement", finding.vector.requirements[0]),
        ("before", f"{untold} steps, which the vector holds" if untold else ""),
        *(
            (f"step {number}", wording.step_text(step))
            for number, step in enumerate(result.steps[untold:], start=untold + 1)
        ),
        ("expected", result.expected),
        ("actual", result.actual),
        ("reason", result.reason),
        *((f"run {number}", _attempt(run)) for number, run in enumerate(result.runs, start=1)),
        *((wording.PRINTED, line) for line in result.printed),
        ("vector", str(campaign.out)),
    ]
    flaky = ", flaky" if result.flaky else ""
    lines = [f"{finding.vector.id}: {result.verdict}{flaky}"]
    lines += [f"  {label:>11}  {ascii_only(text)}" for label, text in labelled if text]
    # As it is, so that it can be copied: whatever is strange in a name is quoted.
    lines.append(f"  {'run again':>11}  {_replay_command(campaign, finding)}")
    return "\n".join(lines)


def _attempt(run: CaseResult) -> str:
    return f"{run.verdict} {run.reason}".rstrip()


def _replay_command(campaign: Campaign, finding: Finding) -> str:
    options = ["--vectors", os.path.abspath(campaign.out), "--select", finding.vector.id]
    if campaign.silence_s != suite_run.DEFAULT_SILENCE_S:
        options += ["--timeout", f"{campaign.silence_s:g}"]
    quoted = windows_word if apibuf_system.NAME == "windows" else shell_word
    return " ".join(map(quoted, again.run_command(campaign.target, campaign.starter, *options)))


# ---- progress ----


@contextmanager
def _progress(campaign: Campaign) -> Iterator[OnProgress]:
    """One moving line on a terminal, a plain line now and then elsewhere; on the standard error."""
    if not sys.stderr.isatty():
        yield _plain_lines(campaign)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} sequences passed"))
    title = f"{escape(campaign.target.name)}, seed {campaign.seed}"
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=campaign.examples)

        def on_progress(passed: int, is_shrinking: bool) -> None:
            what = f"{title}, shrinking a failing sequence" if is_shrinking else title
            progress.update(task, completed=passed, description=what)

        yield on_progress


def _plain_lines(campaign: Campaign) -> OnProgress:
    def say(text: str) -> None:
        print(f"{campaign.target.name}: {text}", file=sys.stderr, flush=True)

    said_at_s = time.monotonic()
    say(f"running random sequences of seed {campaign.seed}")

    def on_progress(passed: int, is_shrinking: bool) -> None:
        nonlocal said_at_s
        if is_shrinking:
            say(f"{passed} sequences passed; shrinking one that did not")
        elif time.monotonic() - said_at_s >= PLAIN_INTERVAL_S:
            said_at_s = time.monotonic()
            say(f"{passed} sequences passed")

    return on_progress
