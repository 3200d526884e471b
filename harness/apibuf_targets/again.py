"""The command that runs something against a target again, from whatever folder it is entered in."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from apibuf_common import project
from apibuf_targets.launching import Starter
from apibuf_targets.targets import Target


def run_command(target: Target, starter: Starter, *options: str) -> tuple[str, ...]:
    """The words of `apibuf run` for this target, started in this way, with these further options. None is quoted."""
    return (_program(), "run", target.word, *_starter_options(starter), *options)


def _program() -> str:
    """How the suite is started from here: a checkout that is not the current folder by its path."""
    if project.IS_CHECKOUT and Path.cwd() != project.ROOT:
        return str(project.ROOT / project.COMMAND)
    return project.COMMAND


def _starter_options(starter: Starter) -> tuple[str, ...]:
    if starter.launcher:
        program, *arguments = starter.launcher
        return ("--launcher", shlex.join([os.path.abspath(program) if "/" in program else program, *arguments]))
    return ("--wine", os.path.abspath(starter.wine)) if starter.wine else ()
