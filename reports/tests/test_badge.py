"""The badge, as a picture and as what badge services read."""

import json
from xml.etree import ElementTree

import pytest
from result_streams import HOSTILE, case, every_verdict, header, whole

from apibuf_reports import stream
from apibuf_reports.formats import badge, badge_endpoint

PASSING = case("allocate/succeeds")
PART = {"select": ["a/*"], "functions": [], "shard": None}


def endpoint(*data: bytes) -> dict[str, object]:
    """Returns the document of a badge for these streams."""
    document: dict[str, object] = json.loads(
        badge_endpoint.render([stream.parse(one, "results.jsonl") for one in data])
    )
    return document


@pytest.mark.parametrize(
    ("data", "message", "color"),
    [
        (whole(PASSING), "reference conforms", "brightgreen"),
        (whole(PASSING, case("free/null", "fail")), "reference does not conform", "red"),
        (whole(PASSING, case("free/null", "not-run")), "reference incomplete", "orange"),
        (whole(complete=False, error="no such file"), "reference could not run", "lightgrey"),
        (
            whole(PASSING, head=header(profile="documented", selection=PART)),
            "reference conforms (profile documented, a part)",
            "brightgreen",
        ),
    ],
)
def test_a_badge_says_what_came_of_the_target_and_of_how_much(data: bytes, message: str, color: str) -> None:
    assert endpoint(data) == {"schemaVersion": 1, "label": "ApiBuffer 0.1.0", "message": message, "color": color}


def test_the_worst_of_several_targets_gives_the_colour() -> None:
    both = endpoint(whole(PASSING), whole(case("free/null", "fail"), head=header(name="wine")))
    assert both["message"] == "reference conforms; wine does not conform"
    assert both["color"] == "red"


def test_the_picture_is_well_formed_and_says_the_same() -> None:
    read = stream.parse(whole(PASSING, head=header(name=f"a & b]]>{HOSTILE}")), "results.jsonl")
    picture = ElementTree.fromstring(badge.render([read]))
    told = badge_endpoint.render([read])
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == [json.loads(told)["label"], json.loads(told)["message"]]


def test_a_badge_stays_short() -> None:
    assert len(str(endpoint(*[every_verdict()] * 50)["message"])) < 250
