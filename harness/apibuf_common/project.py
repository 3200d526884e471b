"""Where things are in the project."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
TARGETS = ROOT / "harness" / "targets"
PLATFORMS = ROOT / "harness" / "platforms"
RESULTS = BUILD / "results"
