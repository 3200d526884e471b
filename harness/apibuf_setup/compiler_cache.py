"""ccache: what a compiler made of the same source before, in any checkout of the user, is not compiled again.

Nine builds compile the sources of the worker. For those who change the suite they are most of what a first test costs.
What Go compiles for the tests is kept in the same folder, so CI has one folder to keep.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from apibuf_common import project

PACKAGE = "ccache"
LAUNCHERS = ("CMAKE_C_COMPILER_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER")
FOLDER = project.CACHE / "ccache"


def use(environment: MutableMapping[str, str], checkout: Path = project.ROOT) -> None:
    """Has builds that are configured in this environment use it, unless the environment names another launcher.

    A checkout may lie anywhere: paths below it count by what follows it. A precompiled header is known by its contents.
    """
    if any(name in environment for name in LAUNCHERS):
        return
    folder = Path(environment.get("CCACHE_DIR", FOLDER))
    environment.setdefault("GOCACHE", str(folder.absolute() / "go"))
    # A build tree keeps all of it, so that it compiles in the same way whatever starts the build.
    launcher = (
        "env",
        f"CCACHE_DIR={folder}",
        f"CCACHE_BASEDIR={checkout}",
        "CCACHE_NOHASHDIR=1",
        "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime",
        PACKAGE,
    )
    environment.update(dict.fromkeys(LAUNCHERS, ";".join(launcher)))
