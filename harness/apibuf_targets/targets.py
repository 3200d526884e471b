"""What there is to test: the files of harness/targets, libraries named by their path, and connectors."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from pathlib import Path

import apibuf_system
from apibuf_common import platforms, project
from apibuf_common.errors import BadInput, CannotRun, WrongUsage
from apibuf_common.suggestions import did_you_mean
from apibuf_setup.roots import Root
from apibuf_targets import binary

VERSION_LIMIT_S = 20

CONNECTOR_OPTION = "--connector"
MOST_READABLE_CHARACTERS = 40


class Reach(StrEnum):
    """How an implementation is reached: a worker loads its library; a command is another worker, which speaks
    conformance/PROTOCOL.md; or a command offers the functions over a pipe (conformance/CONNECTORS.md).
    """

    LIBRARY = "library"
    WORKER = "worker"
    FUNCTIONS = "functions"


@dataclass(frozen=True)
class Target:
    """One implementation. `library` is a path, or a bare name that the platform's loader finds.

    `version` is a command that prints it, in which `{wine}` starts the Wine that the library runs under, and `{root}`
    is the folder of the target's root. `packages` are Debian's. `needs_server`: its functions ask a server, so a Samba
    server is started. `has_file_version`: its version is that of its file, with the system's. `runs_on` is the only
    system that has it; None for every system with its platform. `named_as` is the path by which the user named a
    library; None for what harness/targets describes. `root` is the Debian root that has it; None for what the machine
    has.

    What is not reached as a library has a `command` in place of one, in which `{python}` is the Python of an
    environment with the `python_packages`, and `{harness}` the folder of that name. The platform of --connector is
    empty: it says itself which it is.
    """

    name: str
    description: str
    platform: str
    library: str = ""
    packages: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    needs_server: bool = False
    has_file_version: bool = False
    runs_on: str | None = None
    named_as: str | None = None
    root: Root | None = None
    reached_by: Reach = Reach.LIBRARY
    command: tuple[str, ...] = ()
    python_packages: tuple[str, ...] = ()

    @property
    def is_library(self) -> bool:
        """Whether a worker of this suite loads it."""
        return self.reached_by is Reach.LIBRARY

    @property
    def is_built_here(self) -> bool:
        """Whether this project's own build makes the library."""
        return "{build}" in self.library

    @property
    def path(self) -> Path | None:
        """The library's file; None for a bare name."""
        text = self.library.replace("{build}", str(project.BUILD))
        return Path(text) if Path(text).name != text else None

    @property
    def word(self) -> str:
        """What names it in a command, from whatever folder that is entered in."""
        if self.named_as is None:
            return self.name
        return os.path.abspath(self.named_as) if self.is_library else self.named_as

    @property
    def needs_wine(self) -> bool:
        """Whether it needs Wine on this system."""
        return self.is_library and platforms.named(self.platform).needs_wine

    @property
    def runs_here(self) -> bool:
        """Whether this system can have it."""
        if not self.is_library:
            return apibuf_system.NAME == "linux" or self.reached_by is Reach.WORKER
        return self.runs_on in (None, apibuf_system.NAME) and platforms.named(self.platform).runs_here


def load_all() -> dict[str, Target]:
    """All targets of harness/targets by name, sorted. Raises CannotRun where a file of them is wrong."""
    return {file.stem: _load(file) for file in sorted(project.TARGETS.glob("*.toml"))}


def resolve(asked: str) -> Target:
    """The target of this name, or that of the library at this path. Raises WrongUsage, BadInput, CannotRun."""
    known = load_all()
    if asked in known:
        return known[asked]
    path = Path(asked)
    if not (os.path.exists(asked) or path.name != asked or "." in asked):
        hint = did_you_mean(asked, known, f"there are {', '.join(known)}, and paths of libraries")
        raise WrongUsage(f"there is no target {asked!r}; {hint}")
    return Target(
        name=safe_name(path.name),
        description=f"the library {safe_name(path.name)}",
        platform=binary.platform_of(path),
        library=str(path.resolve()),
        named_as=asked,
    )


def connector(asked: str) -> Target:
    """The target of KIND:CMD, where KIND is one of Reach but `library`. Raises WrongUsage."""
    kind, colon, text = asked.partition(":")
    kinds = [reach for reach in Reach if reach is not Reach.LIBRARY]
    if not colon or kind not in kinds:
        raise WrongUsage(f"{CONNECTOR_OPTION} {asked!r} is none of {' and '.join(f'{each}:CMD' for each in kinds)}")
    try:
        command = tuple(shlex.split(text))
    except ValueError as error:
        raise WrongUsage(f"{CONNECTOR_OPTION} {asked!r} holds no command: {error}") from error
    if not command:
        raise WrongUsage(f"{CONNECTOR_OPTION} {asked!r} holds no command after the colon")
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", " ".join(Path(word).name for word in command)).strip("-.")
    digest = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:8]
    return Target(
        name=f"{kind}-{readable[:MOST_READABLE_CHARACTERS]}-{digest}",
        description=f"what {command[0]} reaches",
        platform="",
        named_as=f"{CONNECTOR_OPTION}={asked}",
        reached_by=Reach(kind),
        command=command,
    )


def safe_name(text: str) -> str:
    """A name that can be a folder's, from any file name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).lstrip(".-") or "library"


def default() -> str:
    """The name of the target to test if none is named. Raises CannotRun."""
    if apibuf_system.NAME == "windows":
        return "windows"
    own = platforms.native().name
    return next(target.name for target in load_all().values() if target.is_built_here and target.platform == own)


def version_of(target: Target, wine: tuple[str, ...], file: Path | None = None) -> str | None:
    """The target's version: what its file states, or what its version command prints; None if it is unknown.

    file: the library's, if it is known.
    """
    if target.has_file_version:
        stated = apibuf_system.file_version(file) if file else None
        return f"{stated}, {apibuf_system.machine()['system']}" if stated else None
    if not target.version:
        return None
    root = str(target.root.folder) if target.root else ""
    words = [word.replace("{root}", root) for word in target.version]
    command = [part for word in words for part in (wine if word == "{wine}" else (word,))]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=VERSION_LIMIT_S,
            stdin=subprocess.DEVNULL,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def _check_keys(described: Mapping[str, object]) -> None:
    """A target's file has the keys that each needs, and none that there is not. Raises ValueError."""
    known = {field.name: field.default is MISSING for field in fields(Target) if field.name != "named_as"}
    for name in described:
        if name not in known:
            hint = did_you_mean(name, known, f"there are {', '.join(known)}")
            raise ValueError(f"there is no key {name!r}; {hint}")
    for name, is_needed in known.items():
        if is_needed and name not in described:
            raise ValueError(f"the key {name!r} is missing")
    if described.get("reached_by", Reach.LIBRARY) not in list(Reach):
        raise ValueError(f"reached_by is none of {', '.join(Reach)}")


def _load(file: Path) -> Target:
    try:
        with file.open("rb") as stream:
            described = tomllib.load(stream)
        _check_keys(described)
        for name in ("packages", "version", "command", "python_packages"):
            described[name] = tuple(described.get(name, ()))
        described["reached_by"] = Reach(described.get("reached_by", Reach.LIBRARY))
        if "root" in described:
            packages = tuple(described["root"]["packages"])
            emulator = platforms.named(described["platform"]).emulator_here
            described["root"] = Root(**(described["root"] | {"packages": packages, "emulator": emulator}))
        target = Target(**described)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CannotRun(f"{file} does not describe a target: {error}") from error
    if target.name != file.stem or target.platform not in platforms.load_all():
        raise CannotRun(
            f"{file} must have the name {file.stem!r} and one of the platforms {', '.join(platforms.load_all())}"
        )
    if bool(target.library) != target.is_library or bool(target.command) == target.is_library:
        raise CannotRun(f"{file} must have a library, or a command and reached_by what the command is")
    return target
