"""Where the schema of result streams lies, and how a user starts the suite: in a checkout, or in an installed suite."""

from pathlib import Path

_PACKAGES = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGES / "apibuf_suite"

SCHEMA_PATH = (_INSTALLED if _INSTALLED.exists() else _PACKAGES.parent) / "harness" / "schemas" / "results.schema.json"
COMMAND = "apibuf" if _INSTALLED.exists() else "harness/apibuf"
