"""Makes the packages importable, and compiles small implementations, right and wrong, for the tests."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from apibuf_selfcheck import rotation
from apibuf_setup import prepare

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "harness"), str(ROOT / "reports")]

LONG_FILES = {
    f"test_{name}.py"
    for name in ("real_implementations", "connectors", "wine_builds", "hostile", "cmake_package", "bisect")
}
"""Their tests take longest, so they come first: no core idles in the end."""

Compile = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--by-turns",
        action="store_true",
        help=f"of the tests that are marked by_turns, run those alone that have their turn today, one in "
        f"{rotation.DAYS_OF_A_ROUND}",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts long tests first, and takes those out whose turn is another day."""
    items.sort(key=lambda item: item.path.name not in LONG_FILES)
    if not config.getoption("--by-turns"):
        return
    today = rotation.today()
    is_due = [not item.get_closest_marker("by_turns") or rotation.has_its_turn(item.nodeid, today) for item in items]
    config.hook.pytest_deselected(items=[item for item, due in zip(items, is_due, strict=True) if not due])
    items[:] = [item for item, due in zip(items, is_due, strict=True) if due]


@pytest.fixture(scope="session")
def compile_library(tmp_path_factory: pytest.TempPathFactory) -> Compile:
    """Compiles implementation.c with one of its faults (NONE: it does what these tests need); returns the library."""
    folder = tmp_path_factory.mktemp("libraries")

    def compile_one(fault: str = "NONE") -> Path:
        library = folder / f"lib{fault.lower()}.so"
        if not library.exists():
            source = Path(__file__).with_name("implementation.c")
            subprocess.run(["gcc", "-shared", "-fPIC", f"-D{fault}", "-o", library, source], check=True)
        return library

    return compile_one


@pytest.fixture(scope="session")
def compile_fault(tmp_path_factory: pytest.TempPathFactory) -> Compile:
    """Compiles one of conformance/faults, for the machine's own system or as a DLL."""
    folder = tmp_path_factory.mktemp("faults")
    faults = ROOT / "conformance" / "faults"

    def compile_one(name: str, suffix: str = ".so") -> Path:
        library = folder / f"{name}{suffix}"
        system, compiler = ("linux", "g++") if suffix == ".so" else ("windows", "x86_64-w64-mingw32-g++")
        if system == "windows":
            prepare.install(prepare.packages_of_preset("mingw-x86_64"))
        includes = [f"-I{faults / 'base'}", f"-I{faults / 'base' / system}"]
        options = ["-std=c++20", "-shared", "-static" if system == "windows" else "-fPIC", *includes]
        subprocess.run([compiler, *options, faults / f"{name}.cpp", "-o", library], check=True)
        return library

    return compile_one
