"""Git for tests: without the user's own configuration, with an identity of the tests."""

import os
import subprocess
from pathlib import Path


def git(repository: Path, *arguments: str) -> str:
    """The output of a git command."""
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z"}
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main")
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=repository, env=os.environ | own, capture_output=True, text=True, check=True)
    return done.stdout
