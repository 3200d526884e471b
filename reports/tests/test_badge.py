"""The badge, as a picture and as what badge services read."""

import json
from xml.etree import ElementTree

import pytest
from result_streams import HOSTILE, case, every_verdict, header, selection, whole

from apibuf_reports import badge_text, stream
from apibuf_reports.formats import badge, badge_endpoint

PASSING = case("allocate/succeeds")


def endpoint(*data: bytes) -> dict[str, object]:
    """Returns the document of a badge for these streams."""
    document: dict[str, object] = json.loads(
        badge_endpoint.render([stream.parse(one, "results.jsonl") for one in data])
    )
    return document


@pytest.mark.parametrize(
    ("data", "message", "color"),
    [
        (
            whole(PASSING, case("size/null", "unsupported")),
            "reference 0.1.0 conforms, profile strict: 1 of 1 judged case passed, 1 unsupported",
            "brightgreen",
        ),
        (
            whole(PASSING, case("free/null", "fail"), case("free/two", "harness-error")),
            "reference 0.1.0 does not conform, profile strict: 1 of 2 judged cases failed; 1 case harness-error",
            "red",
        ),
        (
            whole(PASSING, case("free/null", "not-run")),
            "reference 0.1.0 incomplete, profile strict: 1 of 1 judged case passed; 1 case not-run",
            "orange",
        ),
        (
            whole(error="no such file"),
            "reference 0.1.0 could not run, profile strict: no case was judged",
            "lightgrey",
        ),
        (
            whole(PASSING, head=header(selection=selection(functions=["NetApiBufferAllocate"]))),
            "reference 0.1.0 conforms for 1 of 4 functions, profile strict: 1 of 1 judged case passed",
            "blue",
        ),
        (
            whole(PASSING, head=header(version=None, profile="documented", selection=selection(select=["a/*"]))),
            "reference of unknown version passes a part of the suite, profile documented: 1 of 1 judged case passed",
            "blue",
        ),
        (
            whole(PASSING, head=header(profile="windows")),
            "reference 0.1.0 conforms, profile windows: 1 of 1 judged case passed",
            "blue",
        ),
    ],
)
def test_a_badge_says_what_came_of_the_target_and_of_how_much(data: bytes, message: str, color: str) -> None:
    assert endpoint(data) == {"schemaVersion": 1, "label": "ApiBuffer 0.1.0", "message": message, "color": color}


def test_the_worst_of_several_targets_gives_the_colour() -> None:
    part = whole(PASSING, head=header(name="part", profile="windows"))
    broken = whole(case("free/null", "fail"), head=header(name="wine"))
    absent = whole(error="no such file", head=header(name="absent"))
    assert endpoint(whole(PASSING), part)["color"] == "blue"
    assert endpoint(absent, part)["color"] == "lightgrey"
    all_of_them = endpoint(whole(PASSING), part, absent, broken)
    assert all_of_them["color"] == "red"
    assert all_of_them["message"] == "1 of 4 targets conforms, 1 in part"


@pytest.mark.parametrize("outcome", stream.Conformity)
def test_every_outcome_has_a_colour_of_its_own(outcome: stream.Conformity) -> None:
    names = [badge_text.COLORS[one] for one in stream.Conformity]
    assert names.count(badge_text.COLORS[outcome]) == 1
    assert len({badge.HEX_COLORS[name] for name in names}) == len(names)


def test_the_picture_is_well_formed_and_says_the_same() -> None:
    read = stream.parse(whole(PASSING, head=header(name=f"a & b]]>{HOSTILE}")), "results.jsonl")
    picture = ElementTree.fromstring(badge.render([read]))
    output = badge_endpoint.render([read])
    texts = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == [json.loads(output)["label"], json.loads(output)["message"]]


def test_a_badge_stays_short() -> None:
    assert len(str(endpoint(every_verdict())["message"])) < 350
    assert endpoint(*[every_verdict()] * 50)["message"] == "0 of 50 targets conform"
    picture = ElementTree.fromstring(badge.render([stream.parse(whole(PASSING), "results.jsonl")] * 200))
    assert int(picture.get("width", "")) < 350
