"""Runs the project's own tests, all of them."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence

from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_setup import libraries

HELP = "run the project's own tests"
EXAMPLES = "  apibuf test\n"

# Two rows of presets side by side: while the one waits for a single core, the other builds.
LINUX_PRESETS = ("linux-clang-address-undefined", "linux-clang-thread", "linux-i686")
WINDOWS_PRESETS = ("mingw-x86_64", "mingw-i686")
# Its CTest also tests what all the others have built.
LAST_PRESET = "linux-gcc"
PRESETS = (*LINUX_PRESETS, *WINDOWS_PRESETS, LAST_PRESET)

TEST_PACKAGES = ("chromium", "gcovr", "perl", "valgrind")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`test` has no options: what it passes over it would not have tested."""


def execute(options: argparse.Namespace) -> int:
    """Prepares everything, builds and tests every preset, and says last how many passed and failed."""
    from concurrent.futures import ThreadPoolExecutor

    libraries.require_developers()
    _install()
    with ThreadPoolExecutor() as pool:
        windows = pool.submit(_failing_of_windows)
        failed = [*_failing(LINUX_PRESETS), *windows.result(), *_failing((LAST_PRESET,))]
    for preset in failed:
        print(f"failed: {preset}")
    print(f"{len(PRESETS) - len(failed)} passed, {len(failed)} failed")
    return ExitCode.NOT_CONFORMING if failed else ExitCode.OK


def _install() -> None:
    from apibuf_setup import prepare
    from apibuf_targets.readiness import packages_of
    from apibuf_targets.targets import load_all

    packages = [package for preset in PRESETS for package in prepare.packages_of_preset(preset)]
    packages += [package for target in load_all().values() for package in packages_of(target)]
    prepare.install(dict.fromkeys([*packages, *TEST_PACKAGES]))


def _failing_of_windows() -> list[str]:
    """The Windows presets that do not pass, once there is the Wine that they need. Raises CannotRun."""
    from apibuf_common import platforms
    from apibuf_setup import prepare

    for platform in platforms.windows_names():
        prepare.wine_of(platform)
    return _failing(WINDOWS_PRESETS)


def _failing(presets: Sequence[str]) -> list[str]:
    return [preset for preset in presets if not _passes(preset)]


def _workflow(preset: str) -> tuple[str, ...]:
    return ("cmake", "--workflow", "--preset", preset)


def _passes(preset: str) -> bool:
    """Configures, builds and tests a preset; shows all output of a failure, and the line of each test of a success."""
    from apibuf_common.messages import note

    note(f"building and testing {preset}")
    start = time.monotonic()
    done = subprocess.run(
        _workflow(preset),
        cwd=project.ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    passed = done.returncode == 0
    told = f"{preset} {'passed' if passed else 'FAILED'} ({time.monotonic() - start:.1f} s)\n".encode()
    tests = [line for line in done.stdout.splitlines(keepends=True) if b"Test" in line and b"sec" in line]
    # In one piece, since another preset may have something to say at the same time.
    sys.stdout.buffer.write(told + (b"".join(tests) if passed else done.stdout))
    sys.stdout.buffer.flush()
    return passed
