"""Runs vectors in batches: one worker is started for a batch and reads it from a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from apibuf_fuzz.vector import Vector, document
from apibuf_runner.catalogue import Case
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import CaseResult, Verdict
from apibuf_runner.session import Hello, LoadProblem, Session
from apibuf_runner.worker import Launch, Limits
from apibuf_system.processes import ProcessTable

BATCH_FILE = "batch.json"


class CannotRunVectors(Exception):
    """The worker or the library could not run vectors; the message says why."""


class VectorRunner:
    """Runs vectors against one library. It needs to be used within guarded_process."""

    def __init__(self, launch: Launch, limits: Limits, interrupted: Interruption) -> None:
        """Batches are written to a file in the launch's own folder, where the worker finds it by a relative name."""
        self._file = launch.directory / BATCH_FILE
        batches = replace(launch, command=(*launch.command, f"--vectors={BATCH_FILE}"))
        table = ProcessTable()
        self._without_vectors = Session(launch, limits, table, interrupted)
        self._session = Session(batches, limits, table, interrupted)

    def probe(self) -> Hello:
        """What the library is found to be. Raises CannotRunVectors, Interrupted, OSError."""
        loaded = self._without_vectors.probe()
        if isinstance(loaded, LoadProblem):
            raise CannotRunVectors(f"the library could not be loaded: {loaded.reason}")
        return loaded

    def run(self, vectors: Sequence[Vector]) -> list[CaseResult]:
        """Runs vectors, at most the runner's BATCH_LIMIT, in order up to the first that does not pass; at least one.

        That one was run twice, the second time alone, and is flaky if it differed.

        Raises CannotRunVectors, Interrupted, OSError.
        """
        self._file.write_text(json.dumps(document(tuple(vectors))), encoding="utf-8")
        results = self._session.run([_case(vector) for vector in vectors])
        if results[-1].verdict in (Verdict.HARNESS_ERROR, Verdict.UNSUPPORTED, Verdict.NOT_RUN):
            raise CannotRunVectors(f"a vector could not be run: {results[-1].reason}")
        return results


def _case(vector: Vector) -> Case:
    """What the runner needs to know of a vector; how well its requirements are known it does not."""
    return Case(
        id=vector.id,
        title=vector.title,
        kind="vector",
        requirements=vector.requirements,
        evidence="inferred",
        functions=vector.functions,
    )
