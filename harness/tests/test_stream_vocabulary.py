"""What the runner writes, the reports read and the schema allows has the same words: neither imports the other."""

import dataclasses
import json
import re
import sys
from enum import StrEnum
from typing import Any

import pytest

from apibuf_common import platforms, project
from apibuf_pipeline.facts import UNKNOWN_PLATFORM
from apibuf_reports import stream
from apibuf_runner import catalogue, conclusion, judge, suite_run
from apibuf_targets.targets import Reach

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


def test_the_described_platforms_are_allowed_and_a_connector_may_name_others() -> None:
    allowed = SCHEMA["header"]["properties"]["target"]["properties"]["platform"]["pattern"]
    for name in (*platforms.load_all(), "wasm-32", UNKNOWN_PLATFORM):
        assert re.search(allowed, name), name
    for name in ("", "linux", "Linux-x86_64", "linux-x86_64\n\x1b[31m"):
        assert not re.search(allowed, name), name


def test_how_a_connector_is_reached_is_in_the_stream() -> None:
    allowed = SCHEMA["header"]["properties"]["target"]["properties"]["reached_by"]["enum"]
    assert sorted(allowed) == sorted(set(Reach) - {Reach.LIBRARY})


@pytest.mark.parametrize(
    ("written", "read", "schema"),
    [(judge.Step, stream.Step, "step"), (judge.Failure, stream.Failure, "failure")],
)
def test_parts_of_a_case_have_the_same_members(written: Any, read: Any, schema: str) -> None:
    names = [field.name for field in dataclasses.fields(written)]
    assert names == list(read.__struct_fields__) == list(SCHEMA[schema]["properties"])
