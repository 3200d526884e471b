"""The Markdown report, as a service that renders Markdown shows it."""

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from result_streams import HOSTILE, case, every_verdict, header, whole

from apibuf_reports import stream, text
from apibuf_reports.formats import markdown

OWN_TAGS = {"h3", "ul", "li", "code", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre"}
HOSTILE_MARKUP = f"{HOSTILE} | @somebody #1 https://example.org `a` ``` **b** _c_ [d](e) ![f](g) <!-- <img src=x> &lt;"


class Page(HTMLParser):
    """The tags and the cells of what Markdown became."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.in_code = 0
        self.in_cell = False
        self.outside_code = ""
        self.all_text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Counts the tag."""
        self.tags.append(tag)
        self.in_code += tag in ("code", "pre")
        if tag == "td":
            self.cells.append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """Leaves code, or a cell."""
        self.in_code -= tag in ("code", "pre")
        self.in_cell = self.in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        """Keeps the text."""
        self.all_text += data
        if not self.in_code:
            self.outside_code += data
        if self.in_cell:
            self.cells[-1] += data


def render(*data: bytes) -> tuple[str, Page]:
    """Returns the report and the page that it becomes."""
    report = markdown.render([stream.parse(one, "results.jsonl") for one in data])
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(report)
    return report, Page(page)


def hostile() -> bytes:
    """Returns a stream with markup for Markdown and HTML wherever text is free."""
    failing = case("free/null", "fail", title=HOSTILE_MARKUP, reason=HOSTILE_MARKUP, actual=HOSTILE_MARKUP)
    head = header(name=HOSTILE_MARKUP[-70:], version=HOSTILE_MARKUP[-70:])
    return whole(failing, head=head, error=HOSTILE_MARKUP)


@pytest.mark.parametrize("data", [every_verdict(), hostile()])
def test_hostile_text_is_shown_and_becomes_no_markup(data: bytes) -> None:
    _, page = render(data)
    assert set(page.tags) <= OWN_TAGS
    assert "<b>&amp; \\x00\\x07" in page.all_text


def test_nobody_is_mentioned_and_nothing_is_linked() -> None:
    """Services look for both in all text but code."""
    _, page = render(hostile())
    assert "@somebody" in page.all_text and "https://" in page.all_text
    assert not [mark for mark in ("@", "#1", "://") if mark in page.outside_code]


def test_the_table_has_a_row_for_each_target_and_evidence() -> None:
    failing = case("free/null", "fail", evidence="annotated")
    _, page = render(whole(failing, case("free/allocated")), whole(case("size/null"), head=header(name="a|b")))
    assert page.cells == [
        *("reference", "documented", "1", "", "1"),
        *("reference", "annotated", "", "1", "1"),
        *("a|b", "documented", "1", "", "1"),
    ]


def test_each_case_that_did_not_pass_can_be_unfolded() -> None:
    _, page = render(every_verdict())
    assert page.tags.count("details") == 7


@pytest.mark.parametrize("count", [10, 2000])
def test_a_report_fits_a_comment_and_says_what_was_cut(count: int) -> None:
    cases = [case(f"free/case-{number}", "fail", reason=HOSTILE_MARKUP) for number in range(count)]
    report, page = render(whole(*cases))
    assert len(report) <= 60_000
    output = page.tags.count("details")
    assert ("Cut to fit" in report) == (output < count)
    if output < count:
        assert f"left out are {count - output} of {count} cases that did not pass" in report


def test_a_table_too_long_for_a_comment_is_cut_and_said_to_be() -> None:
    report, _ = render(*(whole(case("free/null", "fail"), head=header(name=f"{n}" + "@" * 79)) for n in range(200)))
    assert len(report) <= 60_000
    assert "a part of the table" in report and "200 of 200 cases that did not pass" in report


def test_text_that_is_no_markup_stays_as_it_is() -> None:
    assert text.markdown_code("wine-8 (x86, a/b) é") == "<code>wine-8 (x86, a/b) é</code>"


def test_a_run_that_could_not_be_made_is_one_sentence() -> None:
    error = "the library could not be loaded: no such symbol"
    cases = [case(f"free/case-{number}", "not-run", reason="the run could not be made") for number in range(50)]
    report = markdown.render([stream.parse(whole(*cases, error=error), "results.jsonl")])
    assert (report.count("no such symbol"), report.count("the run could not be made")) == (1, 0)
    another = case("free/another", "not-run", reason="for another reason")
    report = markdown.render([stream.parse(whole(*cases, another, error=error), "results.jsonl")])
    assert report.count("the run could not be made") == 50
