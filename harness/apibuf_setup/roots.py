"""A Debian i386 root with the 32-bit side of Wine, whose packages need not agree with the machine's own.

It is entered with chroot in a mount namespace of the entering process: there the machine's whole file tree lies at
/machine, and what is mounted for that goes with the last process, however it ends.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import PurePosixPath

from apibuf_common import project

RELEASE = "bookworm"
ROOT = project.STATE / "roots" / f"{RELEASE}-i386"
UNFINISHED = ROOT.with_suffix(".unfinished")
MACHINE = PurePosixPath("/machine")
WINE = "/usr/lib/wine/wine"
COST = "some two minutes and 1.5 GB"

# apt-get prints one line of label and address for each index that the machine's apt reads.
INDEXES = ("apt-get", "indextargets", "--format", "$(LABEL) $(COMPONENT) $(REPO_URI)", "Created-By: Packages")

# The program starts in the folder in which it was asked for. $0 is the root.
ENTER = f"""\
mount --rbind / "$0{MACHINE}" && mount --rbind /proc "$0/proc" &&
exec chroot "$0" /usr/bin/env --chdir="{MACHINE}$(pwd -P)" "$@"
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
    "--arch=i386",
    "--include=wine32",
    RELEASE,
)


def unavailable() -> str:
    """Why a root can be neither made nor entered here; empty where it can."""
    if os.geteuid() != 0:
        return "32-bit DLLs are run in a Debian i386 root, which only root can make and enter; run this as root"
    if not _may_mount():
        return (
            "32-bit DLLs are run in a Debian i386 root, and this machine does not allow mounting one; "
            "use a container with the capability SYS_ADMIN, or none"
        )
    return ""


def entered(program: str) -> tuple[str, ...]:
    """The command that starts a program of the root in it; arguments follow."""
    return ("unshare", "--mount", "sh", "-c", ENTER, str(ROOT), program)


def mirror(indexes: str) -> str | None:
    """The address of Debian's packages, from what INDEXES prints; None where apt reads no such place."""
    for line in indexes.splitlines():
        label, component, address = line.split(maxsplit=2)
        if (label, component) == ("Debian", "main"):
            return address
    return None


def making(address: str) -> tuple[tuple[str, ...], ...]:
    """The commands that make the unfinished root from the mirror at this address; the last one makes it believed."""
    folder = str(UNFINISHED)
    return (
        ("rm", "--recursive", "--force", "--one-file-system", folder),
        (*BOOTSTRAP, folder, address),
        ("chroot", folder, "apt-get", "clean"),
        ("mkdir", f"{folder}{MACHINE}"),
        ("mv", "--no-target-directory", folder, str(ROOT)),
    )


def _may_mount() -> bool:
    trial = ("unshare", "--mount", "mount", "--rbind", "/proc", "/proc")
    try:
        return subprocess.run(trial, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
