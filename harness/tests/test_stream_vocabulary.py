"""What the runner writes, the reports read and the schema allows has the same words: neither imports the other."""

import dataclasses
import json
import sys
from enum import StrEnum
from typing import Any

import pytest

from apibuf_common import platforms, project
from apibuf_reports import stream
from apibuf_runner import catalogue, conclusion, judge, suite_run

sys.path.append(str(project.ROOT / "vectors"))
import lint

SCHEMA = json.loads((project.ROOT / "harness" / "schemas" / "results.schema.json").read_text(encoding="utf-8"))["$defs"]


def words(enumeration: type[StrEnum]) -> list[str]:
    return [str(member) for member in enumeration]


def test_verdicts_have_one_order() -> None:
    assert words(judge.Verdict) == words(stream.Verdict) == SCHEMA["verdict"]["enum"]


def test_each_verdict_has_a_severity() -> None:
    assert sorted(judge.SEVERITY) == sorted(judge.Verdict)


def test_the_same_verdicts_speak_against_an_implementation() -> None:
    assert set(map(str, judge.NONCONFORMING)) == set(map(str, stream.FAILED))


def test_levels_of_evidence_have_one_order() -> None:
    assert list(catalogue.EVIDENCE) == words(stream.Evidence) == SCHEMA["evidence"]["enum"] == list(lint.EVIDENCE)


def test_profiles_judge_by_the_best_levels() -> None:
    assert list(suite_run.PROFILES) == SCHEMA["header"]["properties"]["profile"]["enum"]
    for judged in suite_run.PROFILES.values():
        assert judged == set(catalogue.EVIDENCE[: len(judged)])


def test_outcomes_are_the_same() -> None:
    allowed = SCHEMA["conclusion"]["properties"]["outcome"]["enum"]
    assert sorted(words(conclusion.Conformity)) == sorted(words(stream.Conformity)) == sorted(allowed)


def test_platforms_are_the_described_ones() -> None:
    allowed = SCHEMA["header"]["properties"]["target"]["properties"]["platform"]["enum"]
    assert sorted(platforms.load_all()) == sorted(allowed)


@pytest.mark.parametrize(
    ("written", "read", "schema"),
    [(judge.Step, stream.Step, "step"), (judge.Failure, stream.Failure, "failure")],
)
def test_parts_of_a_case_have_the_same_members(written: Any, read: Any, schema: str) -> None:
    names = [field.name for field in dataclasses.fields(written)]
    assert names == list(read.__struct_fields__) == list(SCHEMA[schema]["properties"])
