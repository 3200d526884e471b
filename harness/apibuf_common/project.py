"""Where things are in the project."""

from pathlib import Path

import apibuf_system

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
TARGETS = ROOT / "harness" / "targets"
PLATFORMS = ROOT / "harness" / "platforms"
RESULTS = BUILD / "results"

CAN_BUILD = apibuf_system.NAME != "windows"
"""Whether what is not built yet is built on demand. On Windows a checkout has only what was built on Linux for it."""
