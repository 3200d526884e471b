"""The Markdown report, as GitHub's renderer shows it, and as another one does."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt
from result_streams import HOSTILE, case, every_verdict, header, whole

from apibuf_reports import stream, text
from apibuf_reports.formats import markdown

PUBLISHED = Path(__file__).parents[1] / "published"
OWN_TAGS = {"h3", "h4", "ul", "ol", "li", "p", "strong", "code", "pre", "details", "summary"}
OWN_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
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
    """Returns the report and the page that it becomes. Checks that two renderers make the same of it."""
    report = markdown.render([stream.parse(one, "results.jsonl") for one in data])
    page = Page(github_flavored_markdown_to_html(report, Options.CMARK_OPT_UNSAFE))
    other = Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(report))
    assert (page.tags, page.cells, page.all_text.split()) == (other.tags, other.cells, other.all_text.split())
    return report, page


def hostile() -> bytes:
    """Returns a stream with markup for Markdown and HTML wherever text is free."""
    printed = ["~~~", "```", HOSTILE_MARKUP, "````` <b>"]
    texts = {"title": HOSTILE_MARKUP, "reason": HOSTILE_MARKUP, "actual": HOSTILE_MARKUP, "printed": printed}
    failing = case("free/null", "crash", **texts)
    head = header(name=HOSTILE_MARKUP[-70:], version=HOSTILE_MARKUP[-70:])
    unsettled = case("free/other", "not-run", title=HOSTILE_MARKUP, reason=HOSTILE_MARKUP)
    return whole(failing, unsettled, head=head, error=HOSTILE_MARKUP)


@pytest.mark.parametrize("data", [every_verdict(), hostile()])
def test_hostile_text_is_shown_and_becomes_no_markup(data: bytes) -> None:
    _, page = render(data)
    assert set(page.tags) <= OWN_TAGS
    assert "<b>&amp; \\x00\\x07" in page.all_text


def test_what_a_process_printed_is_shown_as_it_is() -> None:
    _, page = render(hostile())
    assert f"~~~\n```\n{text.printable(HOSTILE_MARKUP)}\n````` <b>\n" in page.all_text


def test_nobody_is_mentioned_and_nothing_is_linked() -> None:
    """Services look for both in all text but code."""
    _, page = render(hostile())
    assert "@somebody" in page.all_text and "https://" in page.all_text
    assert not [mark for mark in ("@", "#1", "://") if mark in page.outside_code]


def test_the_table_has_a_row_for_each_target() -> None:
    failing = case("free/null", "fail", evidence="annotated")
    skipped = case("free/skipped", "unsupported", evidence="annotated")
    data = whole(failing, skipped, case("free/allocated")), whole(case("size/null"), head=header(name="a|b`\\|"))
    _, page = render(*data)
    assert page.cells == ["reference", "1 passed", "1 of 1 failed, 1 unsupported", "a|b`\\|", "1 passed", ""]


def test_one_target_is_named_in_the_title_and_several_are_counted() -> None:
    broken = whole(case("free/null", "fail"))
    titles = [render(*data)[0].partition("\n")[0] for data in ([broken], [broken] * 2, [broken, whole(case("free/a"))])]
    assert titles == [
        "### ApiBuffer conformance: `reference 0.1.0` does not conform",
        "### ApiBuffer conformance: 0 of 2 targets conform",
        "### ApiBuffer conformance: 1 of 2 targets conforms",
    ]


def test_causes_come_first_each_with_the_shortest_case_and_its_commands() -> None:
    report, page = render((PUBLISHED / "wine" / "results.jsonl").read_bytes())
    causes = report.partition("#### What deviates: 4 causes\n")[2].partition("| target |")[0]
    assert causes.startswith(
        """
1. **Functions of netutils are stubs**: 10 cases

   Shown by `abi/netutils-free-of-null`: expected `NetApiBufferFree returns`, actual `the process died \
of a stub that is not implemented`

   ```sh
   harness/apibuf run wine --select abi/netutils-free-of-null
   harness/apibuf repro abi/netutils-free-of-null --target wine
   ```

   It printed:

   ```text
   wine: Call from ADDRESS to unimplemented function netutils.dll.NetApiBufferFree, aborting
   ```

2. **"""
    )
    assert causes.count("Shown by") == 4 and "abi/netutils-alone" in report.partition("<details>")[2]
    assert page.tags.index("ol") < page.tags.index("table") < page.tags.index("details")


def test_a_cause_says_in_which_versions_it_is() -> None:
    report, _ = render(
        *((PUBLISHED / name / "results.jsonl").read_bytes() for name in ("wine", "wine-10.0", "wine-5.0"))
    )
    assert "1. **remote/more-data" not in report
    assert "**Functions of netutils are stubs**: 10 cases (`wine: since 8.0, fixed in 10.0`)" in report


def test_the_source_can_be_read() -> None:
    report, _ = render((PUBLISHED / "wine" / "results.jsonl").read_bytes())
    outside_html = report.partition("<details>")[0]
    assert "version `wine-8.0 (Debian 8.0~repack-4)`" in outside_html
    assert not {"&", "\\"} & set(outside_html)


def test_each_case_that_did_not_pass_is_shown_or_can_be_unfolded() -> None:
    report, page = render(every_verdict())
    did_not_pass = [one for one in stream.parse(every_verdict(), "results.jsonl").cases if one.spoils_the_run]
    assert len(did_not_pass) == 7 and all(one.id in report for one in did_not_pass)
    assert page.tags.count("details") == 1


@pytest.mark.parametrize("count", [10, 2000])
def test_a_report_fits_a_comment_and_says_what_was_cut(count: int) -> None:
    about = {"requirement": "free/case-0", "reason": HOSTILE_MARKUP}
    report, _ = render(whole(*(case(f"free/case-{number}", "fail", **about) for number in range(count))))
    assert len(report) <= 60_000
    shown = 1 + len(re.findall(r"free/case-\d+: fail", report))
    assert ("Cut to fit" in report) == (shown < count)
    if count == 2000:
        assert shown > 100 and f"left out are {count - shown} of 2000 cases that did not pass" in report
    else:
        assert shown == count


def test_a_table_too_long_for_a_comment_is_cut_and_said_to_be() -> None:
    report, _ = render(*(whole(case("free/null", "fail"), head=header(name=f"{n}" + "@" * 79)) for n in range(300)))
    assert len(report) <= 60_000
    assert "parts of the lists and the table above and 300 of 300 cases that did not pass" in report


@pytest.mark.parametrize(
    "hostile_text", [HOSTILE_MARKUP, "`", "``a", " a ", "  ", "a`` ` ", "\\", "<!--", "a|b", "- x"]
)
def test_a_code_span_shows_its_text_as_it_is(hostile_text: str) -> None:
    page = Page(github_flavored_markdown_to_html(f"- {text.markdown_code(hostile_text)}\n", Options.CMARK_OPT_UNSAFE))
    assert page.tags == ["ul", "li", "code"] and page.all_text.strip("\n") == text.printable(hostile_text)


@pytest.mark.parametrize("hostile_text", ["**a** _b_ `c` [d](e) <img> &lt; ~~f~~ \\*g\\* h_i_j ![k](l) a|b"])
def test_text_within_a_line_is_no_markup(hostile_text: str) -> None:
    page = Page(github_flavored_markdown_to_html(f"1. {text.markdown_text(hostile_text)}\n", Options.CMARK_OPT_UNSAFE))
    assert page.tags == ["ol", "li"] and page.all_text.strip() == hostile_text


def test_text_that_is_no_markup_stays_as_it_is() -> None:
    assert text.markdown_code("wine-8 (x86, a/b) 0.1.0 é") == "`wine-8 (x86, a/b) 0.1.0 é`"
    assert text.markdown_text("remote/system-allocates: x_y") == "remote/system-allocates: x_y"


def test_a_run_that_could_not_be_made_is_one_sentence() -> None:
    error = "the library could not be loaded: no such symbol"
    cases = [case(f"free/case-{number}", "not-run", reason="the run could not be made") for number in range(50)]
    report = markdown.render([stream.parse(whole(*cases, error=error), "results.jsonl")])
    assert (report.count("no such symbol"), report.count("the run could not be made")) == (1, 0)
    another = case("free/another", "not-run", reason="for another reason")
    report = markdown.render([stream.parse(whole(*cases, another, error=error), "results.jsonl")])
    assert report.count("the run could not be made") == 50
