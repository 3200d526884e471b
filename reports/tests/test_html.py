"""What the HTML page carries, as far as no browser is needed to see it."""

import os
import re
import subprocess
import sys
import time
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from pages import embedded, visible
from result_streams import HOSTILE, case, every_verdict, header, step, whole

from apibuf_reports import stream, text
from apibuf_reports.formats import html

TESTS = Path(__file__).parent
PASSING = case("allocate/succeeds")
# A hundred thousand cases are to be read in 6 s.
READING_LIMIT_S_PER_CASE = 60e-6


def page(*datas: bytes) -> str:
    """Returns the page of the streams that the bytes hold."""
    return html.render([stream.parse(data, "results.jsonl") for data in datas])


def test_hostile_text_cannot_leave_the_element_that_holds_the_data() -> None:
    rendered = page(every_verdict())
    assert rendered.count("<script") == rendered.count("</script") == 2
    assert "\u2028" not in page(whole(case("free/null", title="a\u2028b")))
    assert text.printable(HOSTILE) in embedded(rendered)["texts"]


def test_the_page_names_no_other_file_and_allows_only_its_own_script_and_style() -> None:
    rendered = page(every_verdict())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', rendered)
    assert policy is not None and policy[1].startswith("default-src &#39;none&#39;")
    for element, name in {"style": "page.css", 'script type="module"': "page.js"}.items():
        inside = re.search(rf"<{element}>(.*?)</{element.split()[0]}>", rendered, re.DOTALL)
        assert inside is not None and inside[1] == (html.PAGE / name).read_text(encoding="utf-8")
        assert b64encode(sha256(inside[1].encode()).digest()).decode() in policy[1].replace("&#43;", "+")
    assert not re.findall(r"\ssrc=|url\(|@import|\sstyle=", rendered)
    links = set(re.findall(r'(?:href="|")(https?://[^"]+)"', rendered))
    assert links and all(link.startswith(html.DOCUMENTATION) for link in links)


def test_the_page_links_to_a_picture_of_the_speed_where_there_is_one() -> None:
    output = [stream.parse(whole(PASSING), "results.jsonl")]
    assert 'href="bench/bench.svg"' in html.render(output, "bench/bench.svg")
    assert "How fast" not in html.render(output)


def test_the_page_does_not_depend_on_the_order_of_sets() -> None:
    script = "import sys, test_html as t; sys.stdout.buffer.write(t.page(t.every_verdict()).encode())"
    pages = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        ).stdout
        for seed in ("1", "2")
    }
    assert pages == {page(every_verdict()).encode()}


def test_columns_of_one_name_have_keys_of_their_own() -> None:
    names = ("wine", "wine", "wine~2", "published-tests")
    data = embedded(page(*(whole(PASSING, head=header(name=name)) for name in names)))
    keys = [column["key"] for column in data["columns"]]  # type: ignore[attr-defined]
    assert keys == ["wine", "wine~2", "wine~2~2", "published-tests~2"]


def test_what_streams_share_is_held_once() -> None:
    data = embedded(page(*(whole(PASSING, head=header(name=name)) for name in "abc")))
    assert len(data["results"]) == len(data["steps"]) == 1  # type: ignore[arg-type]
    assert data["cells"] == [[0], [0], [0]]


def test_a_case_that_only_one_stream_holds_is_absent_from_the_other() -> None:
    other = case("free/null", "fail", steps=[step("NetApiBufferFree(Buffer: null)")])
    assert embedded(page(whole(PASSING), whole(PASSING, other)))["cells"] == [[0, -1], [0, 1]]


def test_a_hundred_thousand_cases_are_read_in_six_seconds() -> None:
    cases = [case(f"free/case-{number}", steps=[step("NetApiBufferFree(Buffer: a)")] * 4) for number in range(500)]
    data = whole(*cases)
    stream.parse(data, "results.jsonl")
    took = []
    for _ in range(5):
        start = time.process_time()
        stream.parse(data, "results.jsonl")
        took.append(time.process_time() - start)
    assert min(took) < READING_LIMIT_S_PER_CASE * len(cases)


def test_a_page_says_the_same_in_another_style_and_something_else_of_other_results() -> None:
    rendered = page(whole(PASSING))
    restyled = rendered.replace("<style>", "<style>p { color: red; }").replace("<main", '<main class="wide"')
    assert restyled != rendered
    assert (embedded(restyled), visible(restyled)) == (embedded(rendered), visible(rendered))
    failing = page(whole(case("allocate/succeeds", verdict="fail")))
    assert embedded(failing) != embedded(rendered) and visible(failing) != visible(rendered)
