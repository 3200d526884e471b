"""Compiles C for 64-bit Windows, for the tests."""

import subprocess
from pathlib import Path

from apibuf_setup import prepare


def compile_for_windows(output: Path, source: Path, *options: str | Path) -> Path:
    """Compiles a C file to a program, or to a DLL with `-shared`, and returns the output; installs the compiler."""
    prepare.install(prepare.packages_of_preset("mingw-x86_64"))
    subprocess.run(["x86_64-w64-mingw32-gcc", "-o", output, source, *options], check=True)
    return output
