"""Builds variants of the reference with the very commands of its ordinary build, as ninja prints them."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PLATFORM = "linux-x86_64"
PRESET = "linux-gcc"
LIBRARY = "reference/libapibuffer.so"
OWN_TESTS = "reference/tests/apibuffer_tests"

NINJA_LIMIT_S = 60
COMPILER_LIMIT_S = 300


class BuildError(Exception):
    """A command of the build failed; the message is what it printed."""


@dataclass(frozen=True)
class Build:
    """A configured build folder, and the commands that make one of its libraries or programs: `output`."""

    folder: Path
    output: str
    commands: tuple[tuple[str, ...], ...]

    def objects(self, sources: Path) -> dict[str, str]:
        """The object of every source that lies directly in the folder `sources`, by the source's file name."""
        return {
            Path(command[-1]).name: _option(command, "-o")
            for command in self.commands
            if command[-2] == "-c" and Path(command[-1]).parent == sources
        }

    def compile(self, original: Path, source: Path, made: Path, options: Sequence[str]) -> None:
        """Compiles a source in place of the original one, with options after the ordinary ones. Raises BuildError."""
        command = next(command for command in self.commands if command[-2:] == ("-c", str(original)))
        inclusion = ("-iquote", str(original.parent))
        self.execute([*_without_dependency_file(command[:-4]), *inclusion, *options, "-o", made, "-c", source])

    def link(self, replaced: Mapping[str, Path], made: Path, options: Sequence[str] = ()) -> None:
        """Links the output anew, with these objects in place of the ordinary ones. Raises BuildError."""
        command = [str(replaced.get(word, word)) for word in self.commands[-1]]
        command[command.index("-o") + 1] = str(made)
        self.execute([*command, *options])

    def execute(self, command: Sequence[str | Path]) -> None:
        """Runs a command in the build folder. Raises BuildError with what it printed if it fails."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            check=False,
            timeout=COMPILER_LIMIT_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode != 0:
            raise BuildError(done.stdout.decode(errors="replace"))


def load(folder: Path, output: str) -> Build:
    """The commands for an output of a build folder that ninja has built. Raises BuildError."""
    done = subprocess.run(
        ["ninja", "-C", str(folder), "-t", "commands", output],
        capture_output=True,
        check=False,
        timeout=NINJA_LIMIT_S,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise BuildError(done.stderr.decode(errors="replace"))
    return Build(folder, output, parse_commands(done.stdout.decode()))


def parse_commands(text: str) -> tuple[tuple[str, ...], ...]:
    """The commands that `ninja -t commands` prints, one a line. A link of CMake's is `: && LINK && AFTERWARDS`."""
    return tuple(_linking(shlex.split(line)) for line in text.splitlines())


def _linking(words: Sequence[str]) -> tuple[str, ...]:
    if words[:2] != [":", "&&"]:
        return tuple(words)
    return tuple(words[2 : words.index("&&", 2)])


def _option(command: Sequence[str], name: str) -> str:
    return command[command.index(name) + 1]


def _without_dependency_file(command: Sequence[str]) -> tuple[str, ...]:
    start = command.index("-MD")
    return (*command[:start], *command[command.index("-MF") + 2 :])
