"""Roots of Debian releases and architectures with a Wine or a Samba, which need not agree with the machine's own.

A root is made on demand, and kept for all checkouts of its user. It is entered with chroot in a mount namespace of the
entering process: there those folders of the machine that the program needs are in /machine, and what is mounted for
that goes with the last process, however it ends.

A root for another processor is only unpacked: what would set it up are programs of its own. An emulator takes the
libraries of a program from it, and all other files from the machine.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from apibuf_common import project
from apibuf_common.platforms import Emulator

FOLDER = project.CACHE / "roots"
MACHINE = PurePosixPath("/machine")
SAMBA_FOLDER = "APIBUF_SAMBA_FOLDER"
"""The variable that names a folder with Samba's configuration."""

WINES = ("/usr/lib/wine/wine", "/usr/lib/wine/wine64")
"""The programs that Debian's script `wine` starts: the first that is there."""

COST = "some two minutes and 1.5 GB"

# apt-get prints one line of label and address for each index that the machine's apt reads.
INDEXES = ("apt-get", "indextargets", "--format", "$(LABEL) $(COMPONENT) $(REPO_URI)", "Created-By: Packages")

SAMBA_PLACE = PurePosixPath("/etc/samba")
"""Where it is mounted in a root: libnetapi of Samba 4.22 looks for its configuration nowhere else."""

# $0 is the root. Folders of the machine that the program sees come first, then -- and the program. It starts in the
# folder in which it was asked for, if it sees that. The root's own /machine stays empty, since all runs share it.
ENTER = f"""\
[ "$1" = / ] || mount --types tmpfs --options mode=755 apibuf "$0{MACHINE}" || exit
while [ "$1" != -- ]; do
  mount --rbind --options X-mount.mkdir "$1" "$0{MACHINE}$1" || exit
  shift
done
shift
mount --rbind /proc "$0/proc" || exit
if [ -n "${{{SAMBA_FOLDER}-}}" ]; then mount --bind "${SAMBA_FOLDER}" "$0{SAMBA_PLACE}" || exit; fi
folder={MACHINE}$(pwd -P)
[ -d "$0$folder" ] || folder=/
exec chroot "$0" /usr/bin/env --chdir="$folder" "$@"
"""

ENTER_UNDER_EMULATOR = f"""\
if [ -n "${{{SAMBA_FOLDER}-}}" ]; then mount --bind "${SAMBA_FOLDER}" "$0{SAMBA_PLACE}" || exit; fi
exec "$@"
"""

PACKAGES = ("debootstrap", "debian-archive-keyring")
"""What makes a root."""

SCRIPT = "/usr/share/debootstrap/scripts/sid"
"""How debootstrap makes every release since Debian 11, also those that the machine's debootstrap does not know."""

SOURCE_RELEASE = "bookworm"
"""The release that sources of libraries are taken from."""


@dataclass(frozen=True)
class Root:
    """A root of this Debian release, for programs of this Debian architecture, with these packages.

    `emulator` is what starts these programs here; None where they start by themselves.
    """

    release: str
    architecture: str
    packages: tuple[str, ...]
    emulator: Emulator | None = None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return "-".join((self.release, self.architecture, *self.packages))

    @property
    def folder(self) -> Path:
        """Where it is once all of it is made."""
        return FOLDER / self.name

    @property
    def unfinished(self) -> Path:
        """Where it is made."""
        return FOLDER / f"{self.name}.unfinished"

    @property
    def wine(self) -> str:
        """The program of its Wine."""
        return next((path for path in WINES if (self.folder / path[1:]).exists()), WINES[0])

    def entered(self, program: str, *folders: Path) -> tuple[str, ...]:
        """The command that starts a program of the root in it; arguments follow.

        folders: those of the machine that the program sees, with all that they hold, by absolute paths without links.
        Under an emulator it sees the whole machine.
        """
        if self.emulator:
            started = (*self.emulator.started_in(self.folder), program)
            return ("unshare", "--mount", "sh", "-c", ENTER_UNDER_EMULATOR, str(self.folder), *started)
        return ("unshare", "--mount", "sh", "-c", ENTER, str(self.folder), *map(str, folders), "--", program)

    def inside(self, path: Path) -> str:
        """Where a file of the machine is for a program of the root; an absolute path."""
        return str(path) if self.emulator else str(MACHINE / str(path).lstrip("/"))

    def making(self, address: str) -> tuple[tuple[str, ...], ...]:
        """The commands that make the unfinished root from this mirror; the last one makes it believed."""
        folder = str(self.unfinished)
        included = (f"--arch={self.architecture}", f"--include={','.join(self.packages)}", self.release)
        arguments = (*included, folder, address, SCRIPT)
        if self.emulator:
            made: tuple[tuple[str, ...], ...] = (
                (*BOOTSTRAP, "--download-only", *arguments),
                ("sh", "-c", UNPACK, folder),
                ("sh", "-c", PROOF_UNDER_EMULATOR, folder, *self.emulator.started_in(self.unfinished)),
            )
        else:
            made = (
                (*BOOTSTRAP, *arguments),
                ("chroot", folder, "apt-get", "clean"),
                ("mkdir", "--parents", f"{folder}{MACHINE}", f"{folder}/etc/samba"),
                ("unshare", "--mount", "sh", "-c", PROOF, folder, *WINES),
            )
        return (
            ("rm", "--recursive", "--force", "--one-file-system", folder),
            *made,
            ("mv", "--no-target-directory", folder, str(self.folder)),
        )


FOR_32_BITS = Root("bookworm", "i386", ("wine32",))
"""The root for 32-bit DLLs of targets that name none."""


# A root is believed when one of its Wines has said its version, or its loader has found all that its libnetapi needs.
PROOF = """\
mount --rbind /proc "$0/proc" || exit
for wine; do if chroot "$0" "$wine" --version; then exit; fi; done
needed=$(chroot "$0" sh -c 'ldd /usr/lib/*/libnetapi.so.?') && ! echo "$needed" | grep 'not found'
"""

# What dpkg would write of a package that it installs is what tells its version.
UNPACK = """\
set -e
mkdir --parents "$0/var/lib/dpkg" "$0/etc/samba"
for package in "$0"/var/cache/apt/archives/*.deb; do
  dpkg-deb --extract "$package" "$0"
  { dpkg-deb --field "$package"; echo "Status: install ok installed"; echo; } >> "$0/var/lib/dpkg/status"
  rm "$package"
done
"""

PROOF_UNDER_EMULATOR = """\
needed=$("$@" "$0"/lib/ld-linux-*.so.? --list "$0"/usr/lib/*/libnetapi.so.?) &&
echo "$needed" | grep 'libc[.]so' && ! echo "$needed" | grep 'not found'
"""

# --kill-child: where debootstrap is ended, nothing of it lives on and writes into the root that is made next.
BOOTSTRAP = (
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "debootstrap",
    "--variant=minbase",
)


def unavailable() -> str:
    """Why a root can be neither made nor entered here; empty where it can."""
    if os.geteuid() != 0:
        return "this needs a Debian root, which only root can make and enter; run this as root"
    if not _may_mount():
        return (
            "this needs a Debian root, and this machine does not allow mounting one; "
            "use a container with the capability SYS_ADMIN, or none"
        )
    return ""


def mirror(indexes: str) -> str | None:
    """The address of Debian's packages, from what INDEXES prints; None where apt reads no such place."""
    for line in indexes.splitlines():
        label, component, address = line.split(maxsplit=2)
        if (label, component) == ("Debian", "main"):
            return address
    return None


def _may_mount() -> bool:
    trial = ("unshare", "--mount", "mount", "--rbind", "/proc", "/proc")
    try:
        return subprocess.run(trial, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
