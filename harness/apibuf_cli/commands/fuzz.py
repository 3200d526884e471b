"""Runs random call sequences, and shrinks the first that fails to a minimal vector.

Every sequence is legal, and nothing is expected of it but what every conforming implementation must do. What fails is
written as a vector file, which `apibuf run --vectors` runs again. The same seed makes the same sequences.
"""

from __future__ import annotations

import argparse
import re

from apibuf_cli import starting
from apibuf_cli.argument_types import seconds
from apibuf_common import project

HELP = "run random call sequences, and shrink a failure to a minimal vector"
EXAMPLES = """\
  apibuf fuzz ./libmine.so
  apibuf fuzz wine --time 60
  apibuf fuzz ./libmine.so --seed 7 --examples 20000 --out found.json
"""
DEFAULT_EXAMPLES = 5000
LARGEST_SEED = 2**32 - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `fuzz`."""
    parser.add_argument("target", metavar="TARGET|PATH", help="what to test")
    parser.add_argument(
        "--examples",
        type=_count,
        metavar="N",
        help=f"how many sequences to run at most (default: {DEFAULT_EXAMPLES}, or no limit with --time)",
    )
    parser.add_argument("--seed", type=_seed, metavar="S", help="which sequences (default: other ones each time)")
    parser.add_argument("--time", type=seconds, metavar="SECONDS", help="how long to search at most")
    parser.add_argument(
        "--out", metavar="FILE", help=f"where to write the vector (default: a file in {project.SHOWN_FUZZ_RESULTS})"
    )
    parser.add_argument(
        "--timeout", type=seconds, metavar="S", help="seconds without a sign of life before a call hangs (default: 3)"
    )
    starting.add_arguments(parser)


def execute(options: argparse.Namespace) -> int:
    """Searches; 1 where something was found."""
    import random
    from pathlib import Path

    from apibuf_fuzz.campaign import Campaign, fuzz
    from apibuf_runner.suite_run import DEFAULT_SILENCE_S
    from apibuf_targets.targets import resolve

    target = resolve(options.target)
    seed = random.randint(0, LARGEST_SEED) if options.seed is None else options.seed
    unlimited = options.examples is None and options.time is not None
    out = Path(options.out or project.FUZZ_RESULTS / f"{target.name}-seed-{seed}.json")
    return fuzz(
        Campaign(
            name=options.target,
            target=target,
            seed=seed,
            examples=None if unlimited else options.examples or DEFAULT_EXAMPLES,
            time_s=options.time,
            silence_s=options.timeout or DEFAULT_SILENCE_S,
            starter=starting.starter_of(options, [target]),
            out=out,
        )
    )


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 999999999")
    return int(text)


def _seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {LARGEST_SEED}")
    return int(text)
