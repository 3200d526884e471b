"""Starts a worker's process."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def start_with_pipes(
    command: Sequence[str], environment: Mapping[str, str], directory: Path, **options: Any
) -> subprocess.Popen[bytes]:
    """Starts a process with unbuffered pipes for all three channels. options: further ones of Popen. Raises OSError."""
    return subprocess.Popen(
        command,
        env=environment,
        cwd=directory,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        **options,
    )
