"""The JSON report."""

import json

from jsonschema import Draft202012Validator
from result_streams import case, every_verdict, header, whole

from apibuf_reports import stream
from apibuf_reports.formats import json as json_format
from apibuf_reports.installation import SCHEMA_PATH


def test_the_document_holds_every_member_of_the_streams() -> None:
    lines = [every_verdict(), whole(case("free/null"), head=header(name="two"))]
    document = json.loads(json_format.render([stream.parse(data, "results.jsonl") for data in lines]))
    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    assert document["format"] == 1
    for run, data in zip(document["runs"], lines, strict=True):
        records = [
            {"type": "header", "format": 1} | run["header"],
            *({"type": "case"} | record for record in run["cases"]),
            {"type": "footer"} | run["footer"],
        ]
        assert records == [json.loads(line) for line in data.splitlines()]
        for record in records:
            Draft202012Validator({"$defs": schema["$defs"], **schema["$defs"][record["type"]]}).validate(record)
