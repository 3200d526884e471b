"""Runs the project's own tests, all of them."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass

from apibuf_cli import project
from apibuf_cli.errors import ExitCode

HELP = "run the project's own tests"
EXAMPLES = "  apibuf test\n"


@dataclass(frozen=True)
class Check:
    """One step of the project's tests: a command in a folder of the project."""

    name: str
    command: tuple[str, ...]
    folder: str = "."


PRESETS = (
    "linux-gcc",
    "linux-clang-address",
    "linux-clang-undefined",
    "linux-clang-thread",
    "mingw-x86_64",
    "mingw-i686",
)
WORKER = "build/linux-gcc/conformance/apibuf-worker"
PYTEST = (sys.executable, "-m", "pytest", "-q")
CHECKS = (
    *(Check(f"build and test {preset}", ("cmake", "--workflow", "--preset", preset)) for preset in PRESETS),
    Check("catalogue of the worker", ("sh", "-c", f"{WORKER} --catalogue >build/catalogue.json")),
    Check("lint of the vectors", (sys.executable, "vectors/lint.py", "--catalogue", "build/catalogue.json")),
    Check("tests of the vectors", (*PYTEST, "vectors")),
    Check("tests of the reports", (*PYTEST, "reports")),
    Check("tests of the harness", (*PYTEST, "harness")),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`test` has no options: what it passes over it would not have tested."""


def execute(options: argparse.Namespace) -> int:
    """Prepares everything, runs every check, and says last how many passed and failed."""
    _prepare()
    failed = [check.name for check in CHECKS if not _passes(check)]
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(CHECKS) - len(failed)} passed, {len(failed)} failed")
    return ExitCode.NOT_CONFORMING if failed else ExitCode.OK


def _prepare() -> None:
    from apibuf_cli import prepare
    from apibuf_cli.targets import load_all

    packages = [package for preset in PRESETS for package in prepare.PRESET_PACKAGES[preset]]
    packages += [package for target in load_all().values() for package in prepare.needs(target)]
    prepare.install(dict.fromkeys(packages))
    prepare.prefix()


def _passes(check: Check) -> bool:
    print(f"{check.name} … ", end="", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        check.command, cwd=project.ROOT / check.folder, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    seconds = time.monotonic() - start
    print(f"{'passed' if done.returncode == 0 else 'FAILED'} ({seconds:.1f} s)", flush=True)
    if done.returncode != 0:
        sys.stdout.flush()
        sys.stdout.buffer.write(done.stdout)
        sys.stdout.buffer.flush()
    return done.returncode == 0
