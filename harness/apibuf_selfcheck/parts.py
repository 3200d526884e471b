"""The parts of the project's own tests, as data: `apibuf test` runs them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from apibuf_common import platforms
from apibuf_setup import compiler_cache, libraries, prepare
from apibuf_targets.readiness import packages_of
from apibuf_targets.targets import load_all

Command = tuple[str, ...]


def tool(name: str) -> str:
    """The path of a program that the group dev of pyproject.toml installs beside this Python."""
    return str(Path(sys.executable).parent / name)


APIBUF = "harness/apibuf"
BY_TURNS = "--by-turns"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-rs")
SIDE_BY_SIDE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
"""Most tests of the harness wait for workers, so more of them than there are cores run at once."""
ACTIONLINT = "v1.7.12"
TIDY_FOLDER = "build/clang-tidy"
TIDY_OPTIONS = (
    *("-D", "APIBUF_UNITY_WORKER=ON"),
    *("-D", "APIBUF_WERROR=OFF"),
)
"""All sources of the worker at once, since clang-tidy would read the same headers again for each of them."""
TIDY_FILES = (r"/Unity/unity_.*\.cxx$", r"/(reference|worker|call_path)/.*\.cpp$")
PRE_COMMIT = (sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never")

# Those of harness/tests that need no Wine, no server and no special compiler, and take seconds.
UNIT_TESTS = tuple(
    f"harness/tests/test_{name}.py"
    for name in (
        "bench",
        "binary",
        "catalogue_file",
        "conclusion",
        "coverage",
        "decisions",
        "explain",
        "judge",
        "libraries",
        "rotation",
        "scheduler",
    )
)


PACKAGE_TESTS = "harness/tests/test_package.py"
HARNESS_TESTS = ("harness", *(f"--ignore={file}" for file in (*UNIT_TESTS, PACKAGE_TESTS)))
TESTS_TOGETHER = (*PYTEST, *SIDE_BY_SIDE, "-m", "not alone", *HARNESS_TESTS)
TESTS_ALONE = (*PYTEST, "-m", "alone", *HARNESS_TESTS)


@dataclass(frozen=True)
class Part:
    """One part: commands that run one after another in the project's folder.

    `needs` are the names of the parts that must have passed before. `presets` are those that it builds, `packages`
    what it needs of Debian's beside theirs. `whole_commands` run also what has its turn on another day; empty where
    the commands leave nothing to other days. `is_fast`: `apibuf test --fast` runs it. `is_waiting`: it mostly waits, so
    it runs beside parts that keep all cores busy. `skip_exit_code` is the exit code of a command that had nothing to
    test, and said why in its last line.
    """

    name: str
    description: str
    commands: tuple[Command, ...]
    needs: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    whole_commands: tuple[Command, ...] = ()
    is_fast: bool = False
    is_waiting: bool = False
    skip_exit_code: int | None = None


def of_preset(preset: str, *needs: str, packages: tuple[str, ...] = (), is_fast: bool = False) -> Part:
    """A part that configures, builds and tests a preset."""
    return Part(
        name=preset,
        description="build and CTest of this preset",
        commands=(("cmake", "--workflow", "--preset", preset),),
        needs=needs,
        presets=(preset,),
        packages=packages,
        is_fast=is_fast,
    )


NATIVE_PRESET = "linux-gcc"
PLATFORMS = {platform.preset: platform for platform in platforms.load_all().values()}
"""The platforms, by the presets that build for them."""

TEST_PRESETS = tuple(prepare.TEST_PRESET_PACKAGES)
PRESETS = (*PLATFORMS, *TEST_PRESETS)

LIBRARIES = Part(
    name="libraries",
    description="the libraries of developers: pip unpacks them while the first presets are built",
    commands=((sys.executable, "-m", "apibuf_setup.libraries", libraries.DEVELOPERS),),
    is_fast=True,
)

# A part starts as soon as its needs have passed and a core is free, in this order: so long ones come first, and what
# many parts need comes before them.
PARTS = (
    LIBRARIES,
    of_preset(NATIVE_PRESET, is_fast=True),
    Part(
        name="wine",
        description="prepare the two Wines; 32-bit Wine runs in a Debian root, which takes minutes to make",
        commands=((APIBUF, "wine", "windows-x86_64"), (APIBUF, "wine", "windows-i686")),
        is_waiting=True,
    ),
    Part(
        name="style",
        description="formatting, lint and types: the hooks of .pre-commit-config.yaml",
        commands=(PRE_COMMIT,),
        needs=(LIBRARIES.name,),
        is_fast=True,
    ),
    Part(
        name="units",
        description="unit tests of the harness",
        commands=((*PYTEST, *UNIT_TESTS),),
        needs=(LIBRARIES.name, NATIVE_PRESET),
        is_fast=True,
    ),
    Part(
        name="vectors",
        description="lint of the vectors and its tests",
        commands=(
            (sys.executable, "vectors/lint.py", "--catalogue", "conformance/catalogue.json"),
            (*PYTEST, "vectors"),
        ),
        needs=(LIBRARIES.name,),
        is_fast=True,
    ),
    *(of_preset(preset, "wine") for preset, platform in PLATFORMS.items() if platform.needs_wine),
    *(
        of_preset(preset, packages=platform.emulator_here.packages if platform.emulator_here else ())
        for preset, platform in PLATFORMS.items()
        if not platform.needs_wine and preset != NATIVE_PRESET
    ),
    Part(
        name="mutants",
        description="mutants of the reference, which the suite must catch",
        commands=((APIBUF, "mutants"),),
        whole_commands=((APIBUF, "mutants", "--only", "*"),),
        needs=(LIBRARIES.name, NATIVE_PRESET),
    ),
    *map(of_preset, TEST_PRESETS),
    Part(
        name="selftest",
        description="broken implementations, which the suite must catch, and odd ones, which it must pass",
        commands=((APIBUF, "selftest"),),
        whole_commands=((APIBUF, "selftest", "*"),),
        needs=(LIBRARIES.name, *PLATFORMS),
    ),
    Part(
        name="harness",
        description="tests of the harness, with every implementation at hand",
        commands=((*TESTS_TOGETHER, BY_TURNS), TESTS_ALONE),
        whole_commands=(TESTS_TOGETHER, TESTS_ALONE),
        needs=(LIBRARIES.name, *PLATFORMS),
        packages=("valgrind",),
        is_waiting=True,
    ),
    Part(
        name="package",
        description="the wheel on bare systems, and the zip for Windows under Wine",
        commands=((*PYTEST, PACKAGE_TESTS, BY_TURNS),),
        whole_commands=((*PYTEST, PACKAGE_TESTS),),
        needs=(LIBRARIES.name, *PLATFORMS),
        presets=tuple(platform.wheel_preset for platform in PLATFORMS.values()),
        packages=("debootstrap", "debian-archive-keyring", "gcc-mingw-w64-x86-64-posix"),
        is_waiting=True,
    ),
    Part(
        name="reports",
        description="tests of the reports, in a browser too",
        commands=((*PYTEST, "reports"),),
        needs=(LIBRARIES.name,),
        packages=("chromium", "perl"),
    ),
    Part(
        name="coverage",
        description="lines of the reference that the suite reaches",
        commands=((APIBUF, "coverage"),),
        needs=(NATIVE_PRESET,),
        packages=("gcovr",),
    ),
    Part(
        name="instructions",
        description="instructions of the reference, which must not rise",
        commands=((APIBUF, "bench", "--instructions"),),
        needs=(NATIVE_PRESET,),
        packages=("valgrind",),
        skip_exit_code=4,
    ),
    Part(
        name="workflows",
        description="actionlint over .github/workflows, from the Go module proxy",
        commands=((tool("go"), "run", f"github.com/rhysd/actionlint/cmd/actionlint@{ACTIONLINT}"),),
        needs=(LIBRARIES.name,),
    ),
    Part(
        name="clang-tidy",
        description="checks of clang-tidy",
        commands=(
            ("cmake", "--preset", NATIVE_PRESET, "-B", TIDY_FOLDER, *TIDY_OPTIONS),
            (
                tool("run-clang-tidy.py"),
                "-p",
                TIDY_FOLDER,
                "-clang-tidy-binary",
                tool("clang-tidy"),
                "-quiet",
                "-extra-arg=-Wno-unknown-warning-option",
                *TIDY_FILES,
            ),
        ),
        needs=(LIBRARIES.name,),
        presets=(NATIVE_PRESET,),
    ),
)


def whole(part: Part) -> Part:
    """The part with all that it leaves to other days."""
    return replace(part, commands=part.whole_commands or part.commands, whole_commands=())


def install(parts: Iterable[Part]) -> None:
    """Installs the Debian packages that the parts need, and the Python libraries where no part does that; their builds
    use ccache from then on.

    Raises CannotRun.
    """
    parts = tuple(parts)
    presets = dict.fromkeys(preset for part in parts for preset in part.presets)
    packages = [compiler_cache.PACKAGE, *(package for part in parts for package in part.packages)]
    packages += [package for preset in presets for package in prepare.packages_of_preset(preset)]
    if any(part.name in ("harness", "selftest") for part in parts):
        # To find out whether a 32-bit target needs a root, Wine would be asked, which takes time. Other targets need
        # the same packages.
        targets = [each for each in load_all().values() if each.root or not platforms.named(each.platform).needs_root]
        packages += [package for target in targets for package in packages_of(target)]
    if LIBRARIES not in parts:
        libraries.require_developers()
    prepare.install(dict.fromkeys(packages))
    compiler_cache.use(os.environ)
    # Some hundred processes would compile their libraries anew where the environment forbids Python to keep that.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with ThreadPoolExecutor() as pool:
        list(pool.map(prepare.provide_sysroot, presets))
