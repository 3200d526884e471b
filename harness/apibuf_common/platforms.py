"""The platforms that libraries are tested on: the files of harness/platforms, one for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import apibuf_system
from apibuf_common import project
from apibuf_common.errors import CannotRun


class BinaryFormat(StrEnum):
    """The format of libraries and programs."""

    ELF = "ELF"
    PE = "PE"


class WineSource(StrEnum):
    """Which Wine runs the programs of a Windows platform: the machine's own, or that of a Debian i386 root."""

    MACHINE = "machine"
    ROOT = "root"


@dataclass(frozen=True)
class Binary:
    """What the headers of a library say: its format, the number of the machine there, and 32 or 64 bits a word."""

    format: BinaryFormat
    machine: int
    word_bits: int

    def __post_init__(self) -> None:
        """Raises ValueError where the members are none of these."""
        BinaryFormat(self.format)
        if type(self.machine) is not int or self.word_bits not in (32, 64):
            raise ValueError("binary needs a number as its machine, and 32 or 64 word_bits")


@dataclass(frozen=True)
class WineSetup:
    """The Wine of a Windows platform, with the Debian packages that it needs."""

    source: WineSource
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Emulator:
    """What starts a platform's programs where the machine has another processor than `processor`, as uname names it.

    `command` comes before the program; `{root}` in it is the folder that has the platform's C library: `root`, unless
    the program is to find other libraries. `packages` are Debian's.
    """

    processor: str
    command: tuple[str, ...]
    root: str
    packages: tuple[str, ...]

    def started_in(self, root: Path | None) -> tuple[str, ...]:
        """The command before a program that takes its libraries from this folder; None for the usual one."""
        return tuple(word.replace("{root}", str(root or self.root)) for word in self.command)


@dataclass(frozen=True)
class Platform:
    """One platform. `preset` is the CMake preset that builds for it, with Debian's `build_packages`, and `wheel_preset`
    the one that builds what other machines get. That one takes headers and libraries from an older Debian of the
    architecture `sysroot`; None where the compiler brings its own.

    Suffixes begin with a period where they are not empty. `compiler` is the command of a C compiler, for reproducers.
    `wine` is None where programs start without Wine, `emulator` where every machine of the system runs them.
    """

    name: str
    preset: str
    build_packages: tuple[str, ...]
    executable_suffix: str
    library_suffix: str
    compiler: str
    binary: Binary
    wine: WineSetup | None
    emulator: Emulator | None
    wheel_preset: str
    sysroot: str | None

    @property
    def worker(self) -> str:
        """The worker, relative to the folder of a build."""
        return f"conformance/apibuf-worker{self.executable_suffix}"

    @property
    def reference(self) -> str:
        """The reference's library, relative to the folder of a build."""
        return f"reference/{'' if self.is_windows else 'lib'}apibuffer{self.library_suffix}"

    @property
    def is_windows(self) -> bool:
        """Whether its programs are those of Windows."""
        return self.binary.format == BinaryFormat.PE

    @property
    def needs_wine(self) -> bool:
        """Whether its programs need Wine on this system."""
        return self.is_windows and apibuf_system.NAME != "windows"

    @property
    def runs_here(self) -> bool:
        """Whether this system can run its programs: those of Windows everywhere, thanks to Wine."""
        return self.is_windows or apibuf_system.NAME != "windows"

    @property
    def emulator_here(self) -> Emulator | None:
        """What starts its programs on this machine; None where they start by themselves, or with Wine."""
        if self.emulator is None or self.emulator.processor == apibuf_system.machine()["processor"]:
            return None
        return self.emulator

    @property
    def needs_root(self) -> bool:
        """Whether its programs run in a Debian i386 root, unless the user's own Wine runs them."""
        return self.needs_wine and self.wine is not None and self.wine.source is WineSource.ROOT


@cache
def load_all() -> Mapping[str, Platform]:
    """All platforms by name, 64-bit ones before 32-bit ones. Raises CannotRun where a file of them is wrong."""
    platforms = [_load(file) for file in sorted(project.PLATFORMS.glob("*.toml"))]
    platforms.sort(key=lambda platform: -platform.binary.word_bits)
    return {platform.name: platform for platform in platforms}


def native() -> Platform:
    """The platform of the programs that run here without help, with words of 64 bits. Raises CannotRun."""
    processor = apibuf_system.machine()["processor"]
    here = (each for each in load_all().values() if each.emulator and each.emulator.processor == processor)
    return next(here, None) or named(f"{apibuf_system.NAME}-x86_64")


def windows_names() -> tuple[str, ...]:
    """The names of the platforms whose programs need Wine here; without reading the files, since `--help` asks."""
    return tuple(sorted((file.stem for file in project.PLATFORMS.glob("windows-*.toml")), reverse=True))


def named(name: str) -> Platform:
    """The platform of this name. Raises CannotRun where there is none."""
    try:
        return load_all()[name]
    except KeyError:
        raise CannotRun(f"there is no platform {name!r}; there are {', '.join(load_all())}") from None


def _load(file: Path) -> Platform:
    try:
        return _parse(file.stem, tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = " ".join(str(error).split())
        raise CannotRun(f"{file} is no description of a platform: {type(error).__name__}: {what}") from error


def _parse(name: str, fields: Mapping[str, Any]) -> Platform:
    """Raises ValueError, KeyError, TypeError."""
    wine, emulator = fields.get("wine"), fields.get("emulator")
    return Platform(
        **{
            "wheel_preset": fields["preset"],
            "sysroot": None,
            **fields,
            "name": name,
            "build_packages": tuple(fields["build_packages"]),
            "binary": Binary(**fields["binary"]),
            "wine": None if wine is None else WineSetup(WineSource(wine["from"]), tuple(wine["packages"])),
            "emulator": None if emulator is None else _emulator(emulator),
        }
    )


def _emulator(fields: Mapping[str, Any]) -> Emulator:
    """Raises KeyError, TypeError."""
    return Emulator(**{**fields, "command": tuple(fields["command"]), "packages": tuple(fields["packages"])})
