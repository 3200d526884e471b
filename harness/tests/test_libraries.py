"""What is installed for whom: users get what their commands import, and nothing else."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from apibuf_setup import libraries

ROOT = Path(__file__).resolve().parents[2]
USER_PACKAGES = (
    "harness/apibuf_cli",
    "harness/apibuf_runner",
    "harness/apibuf_bench",
    "harness/apibuf_fuzz",
    "reports/apibuf_reports",
)


def imported_by(package: Path) -> Iterator[str]:
    """The top names of all that the modules of a package import, wherever they do so."""
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def module_names(requirements: list[str]) -> set[str]:
    """The modules of pinned libraries; each of ours is named like its library."""
    return {re.split("[=<>]", requirement)[0].replace("-", "_") for requirement in requirements}


def launched(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What came of the launcher of a copy of the project."""
    command = [str(root / "harness" / "apibuf"), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ | environment
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project in which nothing is installed yet."""
    for folder in ("harness", "reports"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_users_get_exactly_the_libraries_that_their_commands_import() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    pinned = module_names([*project["dependencies"], *(one for extra in optional.values() for one in extra)])
    imported = {name for package in USER_PACKAGES for name in imported_by(ROOT / package)}
    own = {path.name for folder in ("harness", "reports") for path in (ROOT / folder).iterdir()}
    assert imported - own - sys.stdlib_module_names == pinned


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("test", "-h")])
def test_help_is_given_before_anything_is_installed(copy: Path, arguments: tuple[str, ...]) -> None:
    done = launched(copy, *arguments)
    assert done.returncode == 0
    assert "usage: apibuf" in done.stdout
    assert not (copy / "build").exists()


def test_a_target_of_the_name_of_an_option_is_no_request_for_help(copy: Path) -> None:
    done = launched(copy, "run", "--", "--help", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(copy))
    assert done.returncode == 3
    assert "pip could not install" in done.stderr


def test_libraries_that_cannot_be_installed_leave_no_environment_that_looks_ready(copy: Path) -> None:
    for _ in range(2):
        done = launched(copy, "targets", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(copy))
        assert done.returncode == 3
        assert "pip could not install the libraries of pyproject.toml" in done.stderr


def test_in_an_environment_of_somebody_else_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/usr")
    monkeypatch.setattr(libraries, "install", lambda _: pytest.fail("something was installed"))
    monkeypatch.setattr(libraries, "LOCK", Path("/nowhere/venv.lock"))
    libraries.require_developers()
