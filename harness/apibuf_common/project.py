"""Where things are: in a checkout, or beside the installed packages.

An installed `apibuf_suite` folder has the same files at the same places as a checkout, its builds included, but only
those that users need. Nothing is written there.
"""

from pathlib import Path

import apibuf_system

_CHECKOUT = Path(__file__).resolve().parents[2]

IS_INSTALLED = not (_CHECKOUT / "CMakePresets.json").is_file()
"""Whether this is an installed wheel, or the zip for Windows, and no checkout."""

CAN_BUILD = not IS_INSTALLED and apibuf_system.NAME != "windows"
"""Whether what is not built yet is built on demand. On Windows a checkout has only what was built on Linux for it."""

ROOT = _CHECKOUT if not IS_INSTALLED else Path(__file__).resolve().parents[1] / "apibuf_suite"
BUILD = ROOT / "build"
"""What is built: in a checkout when it is needed."""

STATE = BUILD if not IS_INSTALLED else apibuf_system.user_cache()
"""What can be made anew: logs, Wine prefixes, roots."""

LOGS = STATE / "logs"
TARGETS = ROOT / "harness" / "targets"
PLATFORMS = ROOT / "harness" / "platforms"
RESULTS = BUILD / "results" if not IS_INSTALLED else Path("apibuf-results")
"""The default folder of results; of an installed suite in the folder in which it is run."""
