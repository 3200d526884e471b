"""Where things are: in a checkout of the project, or in an installed suite.

An installed suite has the folder `apibuf_suite` beside its packages. What they read lies there as in a checkout, with
workers and reference libraries that were built before.
"""

import tomllib
from pathlib import Path

import apibuf_system

_PACKAGES = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGES / "apibuf_suite"

IS_CHECKOUT = not _INSTALLED.exists()
ROOT = _PACKAGES.parent if IS_CHECKOUT else _INSTALLED
BUILD = ROOT / "build"
"""The workers and reference libraries, in a folder for each preset of CMake."""

CAN_BUILD = IS_CHECKOUT and apibuf_system.NAME != "windows"
"""Whether what is not built yet is built on demand. On Windows a checkout has only what was built on Linux for it."""

CACHE = apibuf_system.cache_folder() / "apibuf"
"""What is made once for all checkouts: roots of Debian."""

STATE = BUILD if IS_CHECKOUT else CACHE
"""What is made once and used again: Wine's prefixes, logs and locks."""

LOGS = STATE / "logs"
TARGETS = ROOT / "harness" / "targets"
PLATFORMS = ROOT / "harness" / "platforms"
RESULTS = BUILD / "results" if IS_CHECKOUT else Path("apibuf-results")
FUZZ_RESULTS = BUILD / "fuzz" if IS_CHECKOUT else RESULTS / "fuzz"
SHOWN_RESULTS, SHOWN_FUZZ_RESULTS = (
    str(folder.relative_to(ROOT)) if IS_CHECKOUT else str(folder) for folder in (RESULTS, FUZZ_RESULTS)
)
"""The folders of results as texts for users name them."""

COMMAND = "harness/apibuf" if IS_CHECKOUT else "apibuf"
"""What a user enters to start the suite."""


def version() -> str:
    """The version of the suite. Raises OSError."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(document["project"]["version"])
