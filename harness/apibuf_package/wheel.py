"""The wheel, with the workers and reference libraries of all platforms."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from apibuf_common import platforms, project
from apibuf_common.errors import CannotRun
from apibuf_setup import libraries, prepare


def build(folder: Path) -> Path:
    """Builds what the wheel needs, and the wheel into a folder that exists; returns its file. Raises CannotRun."""
    libraries.require_developers()
    for platform in platforms.load_all().values():
        for output in (platform.worker, platform.reference):
            prepare.build(platform.wheel_preset, output)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder.resolve())]
    done = subprocess.run(
        command, cwd=project.ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    wheel = folder / f"apibuf-{project.version()}-py3-none-any.whl"
    if done.returncode != 0 or not wheel.exists():
        sys.stderr.write(done.stdout + done.stderr)
        raise CannotRun("hatchling could not make the wheel; its output is above")
    return wheel
