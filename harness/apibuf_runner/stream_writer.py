"""Writes the result stream: a header, the cases, a footer with the digest of it all (schemas/results.schema.json)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apibuf_runner.catalogue import Catalogue, Requirement
from apibuf_runner.conclusion import Account, Conclusion
from apibuf_runner.judge import CaseResult, Step
from apibuf_runner.suite_run import Outcome, Selection

FORMAT = 1

Record = Mapping[str, Any]


@dataclass(frozen=True)
class TargetFacts:
    """What was tested; `sha256` and `version` are None if they are unknown.

    `named_as` is how a command names it from any folder; None where that is its name. `reached_by` is None for a
    library, otherwise what its command is; `path` is then that command. `rerun` are the words of the command that runs
    cases of this run again, without `--select` and the id; empty if there is none.
    """

    name: str
    path: str
    sha256: str | None
    version: str | None
    platform: str
    named_as: str | None = None
    reached_by: str | None = None
    rerun: tuple[str, ...] = ()


def write(
    path: Path,
    outcome: Outcome,
    conclusion: Conclusion,
    catalogue: Catalogue,
    target: TargetFacts,
    selection: Selection,
    environment: Mapping[str, str],
    reproducers: Mapping[str, str],
) -> None:
    """Writes the stream. Raises OSError.

    reproducers are C programs that show what was not as expected, by the ids of their cases.
    """
    header = _header(outcome, catalogue, target, selection, environment)
    cases = [_case(result, reproducers.get(result.case.id)) for result in outcome.results]
    path.write_bytes(encoded(header, cases, footer(outcome, conclusion, cases, outcome.duration_ms)))


def encoded(header: Record, cases: Sequence[Record], end: Record) -> bytes:
    """The bytes of a stream, whose last record gets the digest of those before it."""
    body = "".join(_line(record) for record in (header, *cases)).encode()
    return body + _line({**end, "sha256": hashlib.sha256(body).hexdigest()}).encode()


def _line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=True) + "\n"


def _header(
    outcome: Outcome, catalogue: Catalogue, target: TargetFacts, selection: Selection, environment: Mapping[str, str]
) -> dict[str, Any]:
    named = {
        requirement for result in outcome.results for requirement in (*result.case.requirements, result.requirement)
    }
    return {
        "type": "header",
        "format": FORMAT,
        "suite": vars(catalogue.suite),
        "requirements": [_requirement(entry) for entry in catalogue.requirements if entry.id in named],
        "target": {
            "name": target.name,
            "named_as": target.named_as or target.name,
            "path": target.path,
            "sha256": target.sha256,
            "version": target.version,
            "platform": target.platform,
            **({"reached_by": target.reached_by} if target.reached_by else {}),
            "exports": list(outcome.hello.exports) if outcome.hello else [],
        },
        "environment": dict(environment),
        "selection": {
            "select": list(selection.select),
            "functions": list(selection.functions),
            "shard": "/".join(map(str, selection.shard)) if selection.shard else None,
            "rerun_failed": selection.only is not None,
        },
        "profile": selection.profile,
        **({"rerun": list(target.rerun)} if target.rerun else {}),
        "started": outcome.started.isoformat(timespec="seconds"),
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "statement": requirement.statement,
        "evidence": requirement.evidence,
        "source": requirement.source,
        "pages": list(requirement.pages),
        "published_tests": list(requirement.published_tests),
    }


def _case(result: CaseResult, reproducer: str | None) -> dict[str, Any]:
    case = result.case
    record = {
        "type": "case",
        "id": case.id,
        "title": case.title,
        "kind": case.kind,
        "requirements": list(case.requirements),
        "evidence": case.evidence,
        **_account(result),
        "observations": dict(result.observations),
        "flaky": result.flaky,
        "duration_us": result.duration_us,
    }
    if result.varies:
        record["varies"] = True
    if result.runs:
        record["runs"] = [_account(run) for run in result.runs]
    if reproducer is not None:
        record["reproducer"] = reproducer
    return record


def _account(result: CaseResult) -> dict[str, Any]:
    """What a case and each run of a flaky case have in common."""
    return {
        "verdict": result.verdict,
        "expected": result.expected,
        "actual": result.actual,
        "reason": result.reason,
        **({"requirement": result.requirement} if result.requirement else {}),
        "steps": [_step(step) for step in result.steps],
        **({"printed": list(result.printed)} if result.printed else {}),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "text": step.text,
        "returned": step.returned,
        "values": dict(step.values),
        "failures": [vars(failure) for failure in step.failures],
    }


def footer(account: Account, conclusion: Conclusion, cases: Sequence[Record], duration_ms: int) -> dict[str, Any]:
    """The last record of a stream with these cases, without its digest; duration_ms is in milliseconds."""
    by_evidence = {
        evidence: _counts(case for case in cases if case["evidence"] == evidence)
        for evidence in dict.fromkeys(case["evidence"] for case in cases)
    }
    return {
        "type": "footer",
        "counts": _counts(cases),
        "by_evidence": by_evidence,
        "missing": list(account.missing),
        "conformant": conclusion.conformant,
        "complete": conclusion.complete,
        "error": account.error,
        "conclusion": {
            "outcome": conclusion.outcome,
            "claimed_functions": conclusion.claimed_functions,
            "all_functions": conclusion.all_functions,
            "whole_suite": conclusion.whole_suite,
            **({"through_connector": True} if conclusion.through_connector else {}),
            "interrupted": conclusion.interrupted,
            "could_not_run": conclusion.could_not_run,
            "judged": conclusion.judged,
            "failed": conclusion.failed,
            "flaky": conclusion.flaky,
        },
        "duration_ms": duration_ms,
    }


def _counts(cases: Iterable[Record]) -> dict[str, int]:
    return dict(Counter(str(case["verdict"]) for case in cases))
