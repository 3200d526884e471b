"""The checksums of the files that users install."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path


def write(files: Sequence[Path]) -> Path:
    """Writes SHA256SUMS beside the files, as `sha256sum --check` reads it; returns its file. Raises OSError."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    written = files[0].with_name("SHA256SUMS")
    written.write_text("".join(lines), encoding="ascii", newline="\n")
    return written
