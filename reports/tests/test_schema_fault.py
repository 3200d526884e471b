"""What is said of a document that does not fit its schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from apibuf_reports.schema_fault import Fault, find_fault

CASES = Path(__file__).parents[2] / "vectors" / "schemas" / "cases.schema.json"


def fault_in(step: dict[str, Any], **members: object) -> Fault | None:
    """The fault in a vector file of one case with one step."""
    case = {"id": "free/one", "requirements": ["free/null"], "title": "one", "steps": [step]} | members
    schema = json.loads(CASES.read_text(encoding="utf-8"))
    return find_fault(Draft202012Validator(schema), {"format": 1, "notes": {}, "cases": [case]})


def call(**changes: object) -> dict[str, Any]:
    """A step that fits the schema, but for the changes."""
    step = {"call": "NetApiBufferFree", "arguments": {"Buffer": None}, "expect": {"status": "NERR_Success"}}
    return step | changes


def test_a_document_that_fits_has_no_fault() -> None:
    assert fault_in(call()) is None


@pytest.mark.parametrize(
    ("step", "place", "what"),
    [
        (call(colour=1), "$.cases[0].steps[0]", "'colour' was unexpected"),
        (call(call="Free"), "$.cases[0].steps[0].call", '"Free" is not one of "NetApiBufferAllocate"'),
        (call(expect={"status": "NOPE"}), "$.cases[0].steps[0].expect.status", '"NOPE" is not one of "NERR_Success"'),
        ({"fill": "a", "bytes": -1, "pattern": 1}, "$.cases[0].steps[0].bytes", "-1 is less than the minimum of 0"),
    ],
)
def test_of_several_kinds_of_a_step_the_nearest_says_what_is_wrong(step: dict[str, Any], place: str, what: str) -> None:
    found = fault_in(step)
    assert found is not None
    assert found.place == place
    assert what in found.what


def test_lone_surrogates_are_no_fault() -> None:
    assert fault_in(call(), title="\ud800") is None


def test_a_fault_beside_lone_surrogates_is_found() -> None:
    found = fault_in(call(), titel="\ud800")
    assert found is not None
    assert "'titel' was unexpected" in found.what
