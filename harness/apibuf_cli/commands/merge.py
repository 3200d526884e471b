"""Puts the shards of one run together, which several processes or machines have run.

They must have tested the same file with the same vectors. The exit code is that of the whole run.
"""

from __future__ import annotations

import argparse

from apibuf_common.errors import WrongUsage

HELP = "put the shards of one run together"
EXAMPLES = """\
  for K in 1 2 3 4; do apibuf run ./libmine.so --shard $K/4 --out shards & done; wait
  apibuf merge shards/libmine.so/*/results.jsonl --out merged
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `merge`."""
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="the results.jsonl of each run with --shard K/N")
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="the folder for the results.jsonl of the whole run; made if missing"
    )
    parser.add_argument("--verbose", action="store_true", help="show every failed case and all that was observed")


def execute(options: argparse.Namespace) -> int:
    """Merges, writes the stream and shows what came of the run; 1 where the implementation does not conform."""
    from pathlib import Path

    from apibuf_pipeline import merging, places, rendering
    from apibuf_pipeline.pipeline import EXIT_CODES
    from apibuf_setup import prepare

    requirements = [requirement.id for requirement in prepare.catalogue().requirements]
    out, files = Path(options.out), [Path(file) for file in options.results]
    data, conclusion = merging.merge(files, requirements)
    results = out / places.RESULTS
    if any(file.resolve() == results.resolve() for file in files):
        raise WrongUsage(f"{results} is one of the shards; name another folder with --out")
    places.clear(out)
    with places.publishing(out) as unfinished:
        (unfinished / places.RESULTS).write_bytes(data)
    rendering.show(rendering.read_stream(results), options.verbose)
    print(results)
    return EXIT_CODES[conclusion.outcome]
