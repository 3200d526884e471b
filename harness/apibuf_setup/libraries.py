"""Installs the Python libraries that pyproject.toml pins: those of users on first use, those of developers on demand.

    PYTHONPATH=harness build/venv/bin/python -m apibuf_setup.libraries [dev]

Without a word: those of users. harness/apibuf does that when nothing is installed yet, so this module and what it
imports need only the standard library. Exit codes: those of pip; 3 where the developers' could not be installed.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Sequence
from pathlib import Path

from apibuf_common import project
from apibuf_common.errors import CannotRun, ExitCode
from apibuf_system import lock_file

PYPROJECT = project.ROOT / "pyproject.toml"
ENVIRONMENT = project.BUILD / "venv"
LOCK = project.BUILD / "venv.lock"
DEVELOPERS = "dev"
STAMP = ENVIRONMENT / "developers-made-from-pyproject"


def require_developers() -> None:
    """Installs the libraries that the project's own tests need, if they are missing or older than pyproject.toml.

    In an environment that harness/apibuf has not made nothing is installed. Raises CannotRun.
    """
    if Path(sys.prefix) != ENVIRONMENT:
        return
    with LOCK.open("w") as lock:
        lock_file(lock)
        if _is_newer(STAMP, PYPROJECT):
            return
        print("apibuf: installing the libraries of the group dev in pyproject.toml, about 700 MB", file=sys.stderr)
        if install(DEVELOPERS) != 0:
            raise CannotRun("pip could not install the group dev of pyproject.toml; its output is above")
        STAMP.touch()


def install(group: str | None) -> int:
    """Installs a dependency group, or the project's own dependencies for None, and returns pip's exit code.

    pip runs from the wheel that is part of Python: a copy in the environment takes three seconds and 12 MB. Modules are
    compiled when they are first imported, since most never are.
    """
    document = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    libraries = document["project"]["dependencies"] if group is None else document["dependency-groups"][group]
    return _pip_install(*libraries)


def install_for_windows(wheel: Path, folder: Path, python: str) -> int:
    """Installs a wheel and what it needs into a folder, for a CPython for Windows, and returns pip's exit code.

    It is found by its name: pip would write down where a file lies that it is given.
    """
    platform = ["--platform", "win_amd64", "--only-binary=:all:", "--implementation", "cp", "--python-version", python]
    name, version = wheel.name.split("-")[:2]
    return _pip_install(*platform, f"--find-links={wheel.parent}", f"--target={folder}", f"{name}=={version}")


def installing(folder: Path, packages: Sequence[str]) -> list[str]:
    """The command that installs packages into a folder, for this Python's version."""
    return _pip_command(f"--target={folder}", *packages)


def _pip_install(*words: str) -> int:
    """Runs `pip install` with these words, and returns its exit code."""
    return subprocess.call(_pip_command(*words), stdout=sys.stderr)


def _pip_command(*words: str) -> list[str]:
    """The command `pip install` with these words."""
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--root-user-action=ignore"]
    return [sys.executable, f"{_pip_wheel()}/pip", "install", *options, *words]


def _pip_wheel() -> Path:
    """The wheel of pip that comes with Python, in the place that a system may have given it."""
    import ensurepip

    folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or Path(ensurepip.__file__).with_name("_bundled")
    return Path(folder) / f"pip-{ensurepip.version()}-py3-none-any.whl"


def _is_newer(file: Path, than: Path) -> bool:
    return file.exists() and file.stat().st_mtime_ns > than.stat().st_mtime_ns


def main(words: Sequence[str]) -> int:
    """Installs what the words ask for, and returns the exit code."""
    if DEVELOPERS not in words:
        return install(None)
    try:
        require_developers()
    except CannotRun as error:
        print(f"apibuf: {error}", file=sys.stderr)
        return ExitCode.CANNOT_RUN
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
