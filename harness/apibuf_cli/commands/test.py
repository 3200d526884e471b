"""Runs the project's own tests, all of them."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from apibuf_cli import project
from apibuf_cli.errors import ExitCode

HELP = "run the project's own tests"
EXAMPLES = "  apibuf test\n"

# linux-gcc comes last: its CTest also tests what all the others have built.
PRESETS = (
    "linux-clang-address",
    "linux-clang-undefined",
    "linux-clang-thread",
    "linux-i686",
    "mingw-x86_64",
    "mingw-i686",
    "linux-gcc",
)

TEST_PACKAGES = ("chromium", "gcovr", "perl", "valgrind")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`test` has no options: what it passes over it would not have tested."""


def execute(options: argparse.Namespace) -> int:
    """Prepares everything, builds and tests every preset, and says last how many passed and failed."""
    _prepare()
    failed = [preset for preset in PRESETS if not _passes(preset)]
    for preset in failed:
        print(f"failed: {preset}")
    print(f"{len(PRESETS) - len(failed)} passed, {len(failed)} failed")
    return ExitCode.NOT_CONFORMING if failed else ExitCode.OK


def _prepare() -> None:
    from apibuf_cli import prepare
    from apibuf_cli.targets import load_all

    packages = [package for preset in PRESETS for package in prepare.PRESET_PACKAGES[preset]]
    packages += [package for target in load_all().values() for package in prepare.needs(target)]
    prepare.install(dict.fromkeys([*packages, *TEST_PACKAGES]))
    for platform in prepare.WINE_PACKAGES:
        prepare.wine_of(platform)


def _workflow(preset: str) -> tuple[str, ...]:
    return ("cmake", "--workflow", "--preset", preset)


def _passes(preset: str) -> bool:
    """Configures, builds and tests a preset; shows all output of a failure, and the line of each test of a success."""
    print(f"{preset} … ", end="", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        _workflow(preset), cwd=project.ROOT, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    passed = done.returncode == 0
    print(f"{'passed' if passed else 'FAILED'} ({time.monotonic() - start:.1f} s)", flush=True)
    tests = [line for line in done.stdout.splitlines(keepends=True) if b"Test" in line and b"sec" in line]
    sys.stdout.buffer.write(b"".join(tests) if passed else done.stdout)
    sys.stdout.buffer.flush()
    return passed
