"""What goes into the wheel, for hatchling: the packages for users, and the folder apibuf_suite with what they read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "harness"))

from apibuf_common import platforms  # noqa: E402 - it is beside this file, and not installed

# The suite's checks of itself, and its benchmarks, need the source tree.
FOR_DEVELOPERS = ("apibuf_selfcheck", "apibuf_bench", "apibuf_package")
SUITE_FILES = (
    "conformance/catalogue.json",
    "conformance/schemas/connector.schema.json",
    "harness/connectors/**/*.py",
    "harness/platforms/*.toml",
    "harness/schemas/*.json",
    "harness/targets/**/*.toml",
    "pyproject.toml",
    "vectors/*.json",
    "vectors/schemas/*.json",
)
CMAKE_PACKAGE = (
    "harness/cmake/apibuf-config.cmake",
    "harness/cmake/apibuf-conformance.cmake",
    f"build/{platforms.named('linux-x86_64').wheel_preset}/wheel/apibuf-config-version.cmake",
)
"""What find_package(apibuf) finds beside the programs that pip installs. CMake makes the last one as it configures."""


class SuiteHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds files to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's interface
        """Names each file with its place in the wheel. Raises FileNotFoundError where a worker is not built."""
        files = dict([*_packages(), *_suite_files(), *_built()])
        cmake_files = {ROOT / name: f"share/cmake/apibuf/{Path(name).name}" for name in CMAKE_PACKAGE}
        missing = [str(file) for file in (*files, *cmake_files) if not file.exists()]
        if missing:
            raise FileNotFoundError(f"{missing[0]} is not built; make the wheel with: harness/apibuf package --out DIR")
        build_data["force_include"].update({str(file): place for file, place in files.items()})
        build_data["shared_data"].update({str(file): place for file, place in cmake_files.items()})


def _packages() -> Iterator[tuple[Path, str]]:
    for package in sorted((*ROOT.glob("harness/apibuf_*/__init__.py"), *ROOT.glob("reports/apibuf_*/__init__.py"))):
        if package.parent.name not in FOR_DEVELOPERS:
            yield package.parent, package.parent.name


def _suite_files() -> Iterator[tuple[Path, str]]:
    for pattern in SUITE_FILES:
        for file in sorted(ROOT.glob(pattern)):
            yield file, f"apibuf_suite/{file.relative_to(ROOT)}"


def _built() -> Iterator[tuple[Path, str]]:
    """The worker and the reference library of each platform, where a checkout would have them."""
    for platform in platforms.load_all().values():
        for output in (platform.worker, platform.reference):
            yield ROOT / "build" / platform.wheel_preset / output, f"apibuf_suite/build/{platform.preset}/{output}"
