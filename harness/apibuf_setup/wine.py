"""Wine as this project uses it: prefixes of its own in the build tree, quiet, and kept warm between workers.

64-bit programs run under the machine's Wine, and so do 32-bit ones if it is one for them too (wine_32_bits.py); if not,
they run under that of a Debian i386 root.
"""

from __future__ import annotations

import hashlib
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from apibuf_common import project
from apibuf_common.errors import CannotRun, WrongUsage
from apibuf_common.platforms import WineSource
from apibuf_setup import dependencies, roots
from apibuf_system import lock_file

START_LIMIT_S = 120
ANSWER_LIMIT_S = 60
END_LIMIT_S = 5
READ_BYTES = 4096
DEBIANS_SCRIPT = "/usr/bin/wine-stable"
PROGRAMS = ("wine", "bin/wine", "wine64", "bin/wine64")
LEFT_OUT = "winedbg.exe=d;mscoree=d;mshtml=d;winemenubuilder.exe=d"
"""No debugger, no installers of .NET and a browser, and nothing that writes menus into the user's home folder."""

OF_USERS_PREFIX = ("WINEARCH",)
"""Variables that describe the user's own prefix. Wine refuses to use a prefix of another kind with them."""

DRIVE_C = "drive_c"
"""The folder of a prefix that is drive C."""

READY = b"apibuf-ready"
QUICK_TIME_ZONE = "Asia/Kabul"
"""The first time zone in the registry. Each program of Wine searches the registry for the machine's time zone when it
starts, which takes a sixth longer for UTC, the fiftieth. No case looks at the time of day.
"""
STARTS = 3
"""How often a program is started before Wine counts as broken: one that starts while Wine's server ends may end too."""


@dataclass(frozen=True)
class Wine:
    """One Wine: the command that starts a Windows program, and the folder of its prefix.

    `root` is the folder that it takes for the root folder; there the machine's own root folder lies at `machine`.
    `is_users`: the prefix is its user's, to which nothing is added.
    """

    command: tuple[str, ...]
    prefix: Path
    root: Path = Path("/")
    machine: PurePosixPath = PurePosixPath("/")  # noqa: RUF009 - a path never changes
    is_users: bool = False

    @property
    def has_prefix(self) -> bool:
        """Whether make_prefix has come to its end once."""
        return self._made.exists()

    @property
    def _made(self) -> Path:
        return self.prefix / "made-by-apibuf"

    @property
    def servers(self) -> Path:
        """The folder of the prefixes that differ from this one in their server (wine_servers.py)."""
        return self.prefix / "servers"

    @property
    def _server(self) -> tuple[str, ...]:
        """The command that waits for, or ends, a server of this Wine. Raises CannotRun.

        It is beside the loader, or in a build tree's own folder. The loader may also be a script that starts a Wine
        elsewhere: then it is the server on PATH, since any version can wait for and end the server of another.
        """
        loader = PurePosixPath(self.command[-1])
        for program in (loader, PurePosixPath(os.path.realpath(loader))):
            for folder in (program.parent, program.parent / "server", program.parent.parent / "server"):
                server = folder / "wineserver"
                if (self.root / server.relative_to("/")).exists():
                    return (*self.command[:-1], str(server))
        found = shutil.which("wineserver")
        if found is None:
            raise CannotRun(f"there is no wineserver beside {loader}; name the program in its own folder with --wine")
        return (*self.command[:-1], found)

    def inside(self, path: Path) -> str:
        """Where a file of the machine lies for this Wine; an absolute path."""
        return str(self.machine / str(path).lstrip("/"))

    def windows_path(self, path: Path) -> str:
        """The path as Windows programs see it: drive Z is the root folder."""
        return "Z:" + self.inside(path).replace("/", "\\")

    def machine_path(self, text: str) -> Path | None:
        """The file behind a path that a Windows program reported; None where it is on no drive that we know."""
        path = PureWindowsPath(text)
        if path.drive.lower() == "c:":
            return ignoring_case(self.prefix / DRIVE_C, path.parts[1:])
        if path.drive.lower() != "z:":
            return None
        inside = PurePosixPath("/", *path.parts[1:])
        if inside.is_relative_to(self.machine):
            return ignoring_case(Path("/"), inside.relative_to(self.machine).parts)
        return ignoring_case(self.root, path.parts[1:])

    def environment(self, library: Path | None = None) -> dict[str, str]:
        """The environment of a program that loads this library (None: Wine's own). Raises CannotRun.

        Asked for a file that is named as one of its own libraries, Wine quietly takes its own instead, and gives the
        file's path for it. An override for this name is the only proof against that: with it the file is loaded or
        nothing. The same goes for the files beside it that it needs.
        """
        overrides = LEFT_OUT
        for file in [] if library is None else [library, *_needed_beside(library)]:
            name = file.name.lower().removesuffix(".dll")
            if re.search(r"[;,=*]", name):
                raise CannotRun(f"Wine cannot load a file named {file.name!r}; rename it without ; , = and *")
            overrides = f"{overrides};{name}=n"
        prefix = "/" / self.prefix.relative_to(self.root)
        left_out = () if self.is_users else OF_USERS_PREFIX
        return {
            **{name: value for name, value in os.environ.items() if name not in left_out},
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": overrides,
            "TZ": QUICK_TIME_ZONE,
            **_utf_8_locale(),
        }

    def version(self) -> str:
        """What Wine calls itself, such as `wine-8.0`; empty where it does not say."""
        done = subprocess.run(
            [*self.command, "--version"],
            env=self.environment(),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return done.stdout.strip()

    def make_prefix(self) -> None:
        """Makes the prefix where there is none; two runs at once make it once. Raises CannotRun."""
        self.prefix.parent.mkdir(parents=True, exist_ok=True)
        with self.prefix.with_name(f"{self.prefix.name}-prefix.lock").open("w") as lock:
            lock_file(lock)
            if self.has_prefix:
                return
            # An earlier attempt may have left a part of it.
            self.remove_prefix()
            self.prefix.mkdir(exist_ok=True)
            log = project.LOGS / f"{self.prefix.name}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("w+b") as output:
                # Background processes go on to make the prefix, for seconds, and until they have ended calls of
                # netapi32.dll do not return.
                for command in ((*self.command, "wineboot", "-i"), (*self._server, "--wait")):
                    try:
                        _run_to_its_end(command, self.environment(), output, output, START_LIMIT_S)
                    except (OSError, subprocess.SubprocessError) as error:
                        reason = _reason(error, output)
                        raise CannotRun(f"the Wine prefix could not be made: {reason}; see {log}") from error
            self._made.touch()

    def remove_prefix(self) -> None:
        """Removes the prefix; its servers are ended first, which would otherwise go on to write into it."""
        if self.prefix.exists():
            self.end_servers()
            shutil.rmtree(self.prefix, ignore_errors=True)

    def output_of(self, *program: str) -> bytes:
        """What a Windows program prints, by its name or path and its arguments. Raises CannotRun."""
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
            try:
                _run_to_its_end((*self.command, *program), self.environment(), output, messages, ANSWER_LIMIT_S)
            except (OSError, subprocess.SubprocessError) as error:
                raise CannotRun(f"Wine did not start a program: {_reason(error, messages)}") from error
            return _content(output)

    def end_servers(self) -> None:
        """Ends all servers of the prefix, and so all programs in it; where that fails they end by themselves."""
        for prefix in (self.prefix, *self.servers.glob("*/")):
            environment = replace(self, prefix=prefix).environment()
            with suppress(OSError, subprocess.SubprocessError, CannotRun):
                subprocess.run(
                    [*self._server, "--kill"],
                    env=environment,
                    check=False,
                    timeout=END_LIMIT_S,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )

    @contextmanager
    def kept_warm(self) -> Iterator[None]:
        """While it lasts a program of ours keeps Wine's background processes alive. Raises CannotRun.

        They serve every worker, and were there before the first: so whatever a worker leaves behind is its own, and
        can be ended with it. A worker that finds them starts in a tenth of the time.
        """
        with tempfile.TemporaryFile() as messages:
            keeper = next(filter(None, (self._started_keeper(messages) for _ in range(STARTS))), None)
            if keeper is None:
                said = _last_line(messages) or "it printed no reason"
                raise CannotRun(f"Wine did not start a program: {said}; remove {self.prefix} to begin anew")
        try:
            yield
        finally:
            _end(keeper)

    def _started_keeper(self, messages: IO[bytes]) -> subprocess.Popen[bytes] | None:
        """A program that runs until its input ends; None where Wine did not start it. Raises CannotRun.

        messages is the file that gets what Wine says.
        """
        try:
            keeper = subprocess.Popen(
                [*self.command, "cmd", "/d", "/q", "/k", "echo", READY.decode()],
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise CannotRun(f"Wine did not start: {error}") from error
        if _is_ready(keeper):
            return keeper
        _end(keeper)
        return None


def of_source(source: WineSource) -> Wine:
    """The machine's own Wine, or that of the Debian i386 root. Raises CannotRun where the machine has none."""
    if source is WineSource.ROOT:
        return of_root(roots.FOR_32_BITS)
    found = shutil.which("wine") or shutil.which("wine64")
    if found is None:
        raise CannotRun("Wine is missing, which DLLs need here; install it with: apt-get install wine wine64")
    return Wine((loader_behind(found),), project.STATE / "wine")


def loader_behind(program: str) -> str:
    """The program that Debian's `wine` starts, which is a shell script; any other program itself.

    The shell takes a twelfth of the time that a worker takes to start.
    """
    if os.path.realpath(program) != DEBIANS_SCRIPT:
        return program
    return next((loader for loader in roots.WINES if os.access(loader, os.X_OK)), program)


def of_root(root: roots.Root) -> Wine:
    """The Wine of a Debian root, which has been made.

    It sees the whole machine: its server opens the files of all runs that go on at once, each of which needs others.
    """
    return Wine(root.entered(root.wine, Path("/")), root.folder / "wine-prefix", root.folder, roots.MACHINE)


def of_program(program: Path) -> Wine:
    """Another Wine by its program, with a prefix of its own, which is never its user's."""
    key = hashlib.sha256(os.fsencode(program)).hexdigest()[:8]
    return Wine((str(program),), project.STATE / f"wine-{key}")


def program_at(text: str) -> Path:
    """The program `wine` that a user names: the file, or the folder of a build tree or an installed Wine.

    Raises WrongUsage where there is none.
    """
    path = Path((shutil.which(text) if "/" not in text else None) or text).expanduser().absolute()
    programs = [path] if path.is_file() else [path / name for name in PROGRAMS]
    for program in programs:
        if program.is_file() and os.access(program, os.X_OK):
            return program
    raise WrongUsage(
        f"there is no Wine at {text}; name its program `wine`, its build tree or the folder that it is installed in"
    )


def of_launcher(command: tuple[str, ...]) -> Wine:
    """Another Wine, with the prefix of its user: ours would be converted for it, and be of no use to ours."""
    return Wine(command, Path(os.environ.get("WINEPREFIX") or "~/.wine").expanduser().absolute(), is_users=True)


def _utf_8_locale() -> dict[str, str]:
    """Wine reads file names and command lines in the character set of the locale, in which many cannot be said."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, names), "")
    return {} if re.search("utf-?8", locale, re.IGNORECASE) else {"LC_ALL": "C.UTF-8"}


def _needed_beside(library: Path) -> tuple[Path, ...]:
    """What lies beside a library and is loaded with it, or by cases, which ask for netutils. Raises CannotRun."""
    try:
        return dependencies.beside(library, ("netutils.dll",))
    except OSError as error:
        raise CannotRun(f"the folder of {library} cannot be read: {error.strerror}; make it readable") from error


def _run_to_its_end(
    command: Sequence[str], environment: Mapping[str, str], output: IO[bytes], messages: IO[bytes], limit_s: float
) -> None:
    """Runs a program of Wine; ends all that it started if it takes too long. Raises OSError, SubprocessError.

    output and messages are files: Wine's background processes would keep pipes open.
    """
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=messages,
        start_new_session=True,
    ) as process:
        try:
            code = process.wait(limit_s)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if code != 0:
        raise subprocess.CalledProcessError(code, command)


def _reason(error: OSError | subprocess.SubprocessError, messages: IO[bytes]) -> str:
    """Why a program of Wine failed, in words: what it printed last, or else how it ended."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took more than {error.timeout:.0f} s"
    if isinstance(error, subprocess.CalledProcessError):
        return _last_line(messages) or f"it ended with code {error.returncode} and printed nothing"
    return str(error)


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _last_line(file: IO[bytes]) -> str:
    lines = _content(file).decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _is_ready(keeper: subprocess.Popen[bytes]) -> bool:
    """Waits until the program has said that it runs; False where it ends or says nothing."""
    assert keeper.stdout is not None
    said = b""
    while READY not in said:
        if not select.select([keeper.stdout], [], [], START_LIMIT_S)[0]:
            return False
        data = os.read(keeper.stdout.fileno(), READ_BYTES)
        if not data:
            return False
        said += data
    return True


def _end(keeper: subprocess.Popen[bytes]) -> None:
    """Lets the program come to its end, which is that of its input."""
    assert keeper.stdin is not None and keeper.stdout is not None
    with suppress(OSError):
        keeper.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        keeper.wait(END_LIMIT_S)
    keeper.kill()
    keeper.wait()
    keeper.stdout.close()


def ignoring_case(folder: Path, parts: tuple[str, ...]) -> Path | None:
    """The file that Windows finds in the folder under these names; None where there is none."""
    for part in parts:
        if not folder.is_dir():
            return None
        exact = folder / part
        found = (
            exact
            if exact.exists()
            else next((entry for entry in folder.iterdir() if entry.name.lower() == part.lower()), None)
        )
        if found is None:
            return None
        folder = found
    return folder
