"""Starts a real smbd for one run, and ends it with everything that it started.

It has its own network, process table and mounts: it is invisible to the rest of the machine, does not see the machine's
Samba, and everything that it leaves is removed with its namespaces and its folder in the build tree.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from apibuf_common import project
from apibuf_common.errors import CannotRun
from apibuf_runner.worker import Launch
from apibuf_setup import prepare, roots
from apibuf_setup.roots import Root

START_LIMIT_S = 60.0
END_LIMIT_S = 5.0
READ_BYTES = 4096
LOG_EDGE_BYTES = 2 * 1024 * 1024

# On loopback, but no interface's address: what is one of its own machine's libnetapi does not send over the wire.
ADDRESS = "127.0.0.2"
USER = "root"

FOLDER = project.STATE / "samba"
SCRIPT = Path(__file__).with_name("namespace.sh")
UNSHARE = ("unshare", "--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child")

# Texts are long, so that few calls make a leak show: calls over the wire are slow.
SHARE_COMMENT = "a long comment of a share " * 300
GROUP_COMMENT = "a long comment of a group " * 9
NAMES = tuple(f"user-{number}-with-a-name-that-is-as-long-as-names-may-become" for number in range(6))
GROUPS = tuple((f"Readers-{number}", "local") for number in range(2)) + tuple(
    (f"Authors-{number}", "domain") for number in range(6)
)
SHARES = ("books", "drafts", "letters", "notes")

SERVER_CONFIGURATION = """\
[global]
netbios name = APIBUF
workgroup = CONFORMANCE
server string = A server for conformance tests
server role = standalone server
disable netbios = yes
smb ports = 445
passdb backend = smbpasswd
load printers = no
printcap name = /dev/null
disable spoolss = yes
log file = /var/log/samba/log.smbd
log level = 1 rpc_srv:5
max log size = 0
"""
CLIENT_CONFIGURATION = """\
[global]
netbios name = CLIENT
workgroup = CONFORMANCE
state directory = {folder}
cache directory = {folder}
lock directory = {folder}
pid directory = {folder}
private dir = {folder}
ncalrpc dir = {folder}
log level = 0
"""


def is_startable() -> bool:
    """Whether this user may start one."""
    return os.geteuid() == 0


class SambaServer:
    """A server that is starting, running, gone, or not to be had here: `unavailable` waits until it is known which."""

    def __init__(self, folder: Path, root: Root | None = None) -> None:
        """Starts it with its files in this folder. root: where its clients run; None for the machine."""
        self._log = folder / "log" / "start.log"
        self._said = b""
        self._environment = {
            "APIBUF_SERVER": ADDRESS,
            "APIBUF_USER": USER,
            "APIBUF_PASSWORD": secrets.token_hex(16),
            "SMB_CONF_PATH": "/etc/samba/smb.conf" if root else str(folder / "client" / "smb.conf"),
            roots.SAMBA_FOLDER: str(folder / "client"),
        }
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None
        self._network: int | None = None
        self._unavailable: str | None = None
        try:
            self._start(folder)
        except (CannotRun, OSError) as error:
            self._unavailable = f"there is no server: {error}"

    def _start(self, folder: Path) -> None:
        """Starts it as far as its network. Raises CannotRun, OSError."""
        if not is_startable():
            raise CannotRun("only root can give smbd a network of its own; run this as root")
        prepare.install(prepare.SERVER_PACKAGES)
        _write_files(folder, self._root)
        self._process = subprocess.Popen(
            [*UNSHARE, "sh", "-c", SCRIPT.read_text(encoding="utf-8"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{USER}\n{self._environment['APIBUF_PASSWORD']}\n{ADDRESS}\n".encode())
        if not self._hears(b"namespace"):
            raise CannotRun(f"smbd cannot have a network of its own: {_last_line(self._said)}")
        self._network = os.open(f"/proc/{self._process.pid}/ns/net", os.O_RDONLY)

    def reached_by(self, launch: Launch) -> Launch:
        """The launch, with what its worker needs to reach the server."""
        if self._network is None:
            return launch
        # By our own descriptor: the network is there as long as we are, whatever becomes of the server.
        enter = ("nsenter", f"--net=/proc/{os.getpid()}/fd/{self._network}", "--")
        environment = {**launch.environment, **self._environment}
        return replace(launch, command=(*enter, *launch.command), environment=environment)

    def unavailable(self) -> str:
        """Waits until the server answers; why it does not, or an empty text."""
        if self._unavailable is None:
            said = "" if self._hears(b"ready") else _last_line(self._log.read_bytes() if self._log.exists() else b"")
            self._unavailable = f"smbd does not answer: {said}" if said else ""
        return self._unavailable

    def stop(self) -> None:
        """Ends the server with all of its processes; they are gone when it returns."""
        if self._network is not None:
            os.close(self._network)
        if self._process is None:
            return
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_LIMIT_S)
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def _hears(self, word: bytes) -> bool:
        """Waits until the first process says this word; False where it says that it failed, or nothing in time."""
        assert self._process is not None and self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        deadline = time.monotonic() + START_LIMIT_S
        while word not in self._said:
            left_s = max(0.0, deadline - time.monotonic())
            if b"ended" in self._said or not select.select([descriptor], [], [], left_s)[0]:
                return False
            data = os.read(descriptor, READ_BYTES)
            if not data:
                return False
            self._said += data
        return True


@contextmanager
def serving(log_folder: Path, root: Root | None = None) -> Iterator[SambaServer]:
    """Starts a server; when it is no longer needed it is stopped, and its log is left in this folder.

    root: the Debian root that its clients run in; None for the machine.
    """
    with _folder_of_a_run() as folder:
        server = SambaServer(folder, root)
        try:
            yield server
        finally:
            server.stop()
            _keep_logs(folder / "log", log_folder)


@contextmanager
def _folder_of_a_run() -> Iterator[Path]:
    """A new folder, which goes when the run ends; those of runs that were killed go when the next one begins."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for folder in FOLDER.glob("run-*"):
            with (folder / "in-use").open("w") as in_use, suppress(BlockingIOError):
                fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=FOLDER))
        in_use = (folder / "in-use").open("w")
        fcntl.flock(in_use, fcntl.LOCK_EX)
    with in_use:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _client_folder(folder: Path, root: Root | None) -> str:
    """The folder of the clients' files as they see it."""
    return str(folder / "client" if root is None or root.emulator else roots.SAMBA_PLACE)


def _write_files(folder: Path, root: Root | None) -> None:
    """Writes what the server and its clients are configured with. Raises OSError."""
    for name in ("etc", "lib", "lib/private", "lib/share", "cache", "log", "client"):
        (folder / name).mkdir()
    accounts = [f"{name}:x:{2001 + number}:2001::/:/bin/false" for number, name in enumerate(NAMES)]
    basic = ["root:x:0:0::/:/bin/false", "nobody:x:65534:65534::/:/bin/false"]
    _write_lines(folder / "passwd", basic + accounts)
    unix_groups = [f"{name.lower()}:x:{2001 + number}:" for number, (name, _) in enumerate(GROUPS)]
    _write_lines(folder / "group", ["root:x:0:", "nogroup:x:65534:", *unix_groups])
    _write_lines(folder / "groups", [f"{name}:{name.lower()}:{kind}:{GROUP_COMMENT}" for name, kind in GROUPS])
    shares = "".join(f"[{name}]\npath = /var/lib/samba/share\ncomment = {SHARE_COMMENT}\n" for name in SHARES)
    (folder / "etc" / "smb.conf").write_text(SERVER_CONFIGURATION + shares, encoding="utf-8")
    client = CLIENT_CONFIGURATION.format(folder=_client_folder(folder, root))
    (folder / "client" / "smb.conf").write_text(client, encoding="utf-8")
    # Accounts without a password, which cannot be used to log in.
    no_hash = "X" * 32
    _write_lines(
        folder / "lib" / "private" / "smbpasswd",
        [
            f"{name}:{2001 + number}:{no_hash}:{no_hash}:[DU         ]:LCT-00000000:"
            for number, name in enumerate(NAMES)
        ],
    )


def _keep_logs(logs: Path, folder: Path) -> None:
    """Copies the logs: of long ones, which repeat the same calls, the beginning and the end."""
    shutil.rmtree(folder, ignore_errors=True)
    for log in sorted(logs.glob("*")):
        if not log.is_file() or log.stat().st_size == 0:
            continue
        folder.mkdir(exist_ok=True)
        with log.open("rb") as source, (folder / log.name).open("wb") as kept:
            kept.write(source.read(LOG_EDGE_BYTES))
            left_bytes = log.stat().st_size - source.tell() - LOG_EDGE_BYTES
            if left_bytes > 0:
                source.seek(left_bytes, os.SEEK_CUR)
                kept.write(f"\n[{left_bytes} bytes are left out here]\n".encode())
            shutil.copyfileobj(source, kept)


def _write_lines(file: Path, lines: list[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _last_line(text: bytes) -> str:
    lines = [line.strip() for line in text.decode(errors="replace").splitlines() if line.strip()]
    return re.sub(r"[^\x20-\x7e]", "?", lines[-1])[:200] if lines else "it says nothing"
