"""What a reader of the HTML page sees and does, in the browser that Debian's package `chromium` brings."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from result_streams import HOSTILE, PROGRAM, Record, case, every_verdict, failure, header, step, whole

from apibuf_reports import stream, text, wording
from apibuf_reports.formats import html

CHROMIUM = "/usr/bin/chromium"
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OPENING_LIMIT_S = 2.0
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 900}
PUBLISHED = Path(__file__).parents[1] / "published"
MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
CRASH_DETAILS = "case=free/crashes@it's [red]\\x1b[31m"
NULL_OUT_DETAILS = "case=allocate/null-out@"

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Starts Chromium once."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens pages from disk, and asserts in the end that none complained or asked for anything but itself."""
    complaints: list[str] = []
    pages: list[Page] = []

    def opened(*datas: bytes, link: str = "", **options: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(html.render([stream.parse(data, "results.jsonl") for data in datas]), encoding="utf-8")
        page = browser.new_page(**options)
        pages.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if asked.url.startswith("http") else None)
        page.goto(file.as_uri() + (f"#{link}" if link else ""))
        return page

    yield opened
    for page in pages:
        page.close()
    assert complaints == []


def result(name: str, *cases: Record, **changes: Any) -> bytes:
    """Returns the stream of an implementation of this name."""
    return whole(*cases, head=header(name=name), **changes)


def two_implementations() -> tuple[bytes, bytes]:
    """Returns two streams that agree in one case, and differ in a verdict and in an observation."""
    agreed = case("allocate/succeeds-one-byte", requirements=["allocate/succeeds"])
    zero = case("allocate/zero-bytes-succeeds", requirements=["allocate/zero-bytes"], evidence="windows")
    fails = zero | {"verdict": "fail", "expected": "NERR_Success (0)", "actual": "ERROR_INVALID_PARAMETER (87)"}
    double = {"requirements": ["free/double"], "title": "What does a second Free return?"}
    refused = case("free/double-at-once", "observed", observations={"status": "87", "ended": "normally"}, **double)
    crashed = case("free/double-at-once", "observed", observations={"ended": "crash in NetApiBufferFree"}, **double)
    alike = {"status": "87", "ended": "normally"}
    same = case("free/stack-once", "observed", requirements=["free/stack"], observations=alike)
    return result("one", agreed, zero, refused, same), result("two", agreed, fails, crashed, same)


def versions(*names: str) -> list[bytes]:
    """Returns published streams; `*` for all."""
    return [file.read_bytes() for name in names for file in sorted(PUBLISHED.glob(f"{name}/results.jsonl"))]


def many_rows() -> tuple[bytes, ...]:
    """Returns streams of ten implementations with fifty requirements; the last one fails in the last stream."""
    cases = [case(f"free/case-{number}") for number in range(50)]
    failing = [*cases[:-1], cases[-1] | {"verdict": "fail", "expected": "0", "actual": "87"}]
    return *(result(f"an-implementation-{number}", *cases) for number in range(9)), result("last", *failing)


def implementation_filter(page: Page) -> Locator:
    """Returns the choice of one implementation."""
    return page.get_by_role("combobox", name="Implementation")


def rows(page: Page) -> list[str]:
    """Returns the links of the rows that are shown, of both grids."""
    return page.locator("tbody tr[id]:visible").evaluate_all("lines => lines.map(line => line.id)")


def open_details(page: Page, link: str) -> None:
    """Follows a link within the page."""
    page.evaluate("link => { location.hash = link }", link)


def test_hostile_text_is_shown_and_not_obeyed(open_page: Open) -> None:
    texts = {"title": MARKUP, "actual": MARKUP, "reason": MARKUP, "printed": [MARKUP, MARKUP]}
    hostile = case("free/markup", "crash", steps=[step(MARKUP, MARKUP)], **texts)
    page = open_page(result(MARKUP, hostile), link=f"case=free/markup@{MARKUP}")
    expect(page.locator("#case-details h2")).to_have_text(MARKUP)
    expect(page.locator("#case-details .steps code")).to_have_text(MARKUP)
    assert page.locator("#case-details .printed").text_content() == f"{MARKUP}\n{MARKUP}"
    expect(page.locator(".card h3")).to_have_text(MARKUP)
    assert page.locator("img").count() == 0 and page.title() != "1"
    page = open_page(every_verdict(), link="case=free/hostile-text@it's [red]\\x1b[31m")
    expect(page.locator("#case-details h2")).to_have_text(text.printable(HOSTILE))


def test_the_summary_tells_verdicts_counts_suite_and_environment(open_page: Open) -> None:
    page = open_page(*two_implementations())
    expect(page.locator(".lead")).to_have_text("1 of 2 implementations conforms.")
    expect(page.locator(".suite")).to_contain_text("Suite 0.1.0")
    card = page.locator(".card", has_text="two")
    expect(card).to_contain_text("does not conform")
    expect(card).to_contain_text("0 of 1 passed, 1 fail")
    card.locator("summary").click()
    expect(card.locator(".facts")).to_contain_text("6.1")


ZERO_BYTES = ["requirement=allocate/zero-bytes", "case=allocate/zero-bytes-succeeds"]
DOUBLE_FREE = [
    "question=free/double",
    "observation=free/double-at-once%3Aended",
    "observation=free/double-at-once%3Astatus",
]


@pytest.mark.parametrize(
    ("act", "shown"),
    [
        (lambda page: page.locator("label.chip.verdict", has_text="fail").click(), ZERO_BYTES),
        (lambda page: page.locator("label.chip.evidence", has_text="windows").click(), ZERO_BYTES[:1]),
        (lambda page: page.get_by_label("Function").select_option("free"), [DOUBLE_FREE[0], "question=free/stack"]),
        (lambda page: page.get_by_label("Text").fill("SECOND free"), DOUBLE_FREE),
        (lambda page: page.get_by_label("Text").fill("statement of free/double"), DOUBLE_FREE),
        (lambda page: page.locator("label.switch").click(), ZERO_BYTES + DOUBLE_FREE),
    ],
    ids=["verdict", "evidence", "function", "title", "statement", "differences"],
)
def test_a_filter_shows_what_it_names(open_page: Open, act: Callable[[Page], None], shown: list[str]) -> None:
    page = open_page(*two_implementations())
    everything = rows(page)
    act(page)
    assert rows(page) == shown
    page.get_by_role("button", name="Reset").click()
    assert rows(page) == everything and len(everything) == 4


def test_filters_that_let_nothing_through_say_so(open_page: Open) -> None:
    page = open_page(*two_implementations())
    page.get_by_label("Text").fill("no such case")
    expect(page.locator("#requirements .empty")).to_be_visible()
    expect(page.locator("#requirements-status")).to_have_text("0 requirements, 0 cases")


def test_every_row_and_every_cell_has_a_link_that_leads_to_it(open_page: Open) -> None:
    page = open_page(*two_implementations())
    page.get_by_role("button", name="Open all").click()
    links = rows(page)
    assert len(links) == 9
    for link in links:
        open_details(page, link)
        expect(page.locator(f"[id='{link}'] th")).to_be_focused()
        for name in ("one", "two"):
            open_details(page, f"{link}@{name}")
            expect(page.locator("#case-details")).to_be_visible()
            expect(page.locator("#case-details .aside strong")).to_have_text(name)
            page.keyboard.press("Escape")
            expect(page.locator(f"[id='{link}'] td[aria-label^='{name} 0.1.0:']")).to_be_focused()


def test_a_link_from_outside_opens_the_details_and_its_row(open_page: Open) -> None:
    page = open_page(*two_implementations(), link="case=allocate/zero-bytes-succeeds@two")
    expect(page.locator("#case-details")).to_contain_text("ERROR_INVALID_PARAMETER (87)")
    page.keyboard.press("Escape")
    assert "case=allocate/zero-bytes-succeeds" in rows(page)


def test_a_link_shows_a_row_that_a_filter_hides(open_page: Open) -> None:
    page = open_page(*two_implementations())
    page.get_by_label("Text").fill("stack")
    open_details(page, "case=allocate/succeeds-one-byte")
    expect(page.locator("[id='case=allocate/succeeds-one-byte']")).to_be_visible()


def test_the_grid_is_worked_by_keyboard_alone(open_page: Open) -> None:
    page = open_page(*two_implementations())
    page.locator("#requirements-grid [tabindex='0']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "one 0.1.0: pass")
    page.keyboard.press("Enter")
    expect(page.locator("#case-details h2")).to_have_text("The title of allocate/succeeds-one-byte")
    assert page.url.endswith("#case=allocate/succeeds-one-byte@one")
    page.keyboard.press("Escape")
    expect(page.locator("#case-details")).to_be_hidden()
    expect(page.locator(":focus")).to_have_attribute("aria-label", "one 0.1.0: pass")
    page.keyboard.press("Control+End")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "one 0.1.0: 1 of 1 passed")
    page.keyboard.press("Control+Home")
    assert page.locator(":focus").evaluate("cell => cell.closest('tr').id") == "requirement=allocate/succeeds"
    assert page.locator("#requirements-grid [tabindex='0']").count() == 1
    page.keyboard.press("/")
    expect(page.get_by_label("Text")).to_be_focused()


def test_the_details_show_the_calls_with_expected_and_actual_and_how_to_run_it_again(open_page: Open) -> None:
    page = open_page(every_verdict())
    page.get_by_role("button", name="Open all").click()
    page.locator("[id='case=allocate/null-out'] td").last.click()
    output = page.locator("#case-details")
    expect(output.locator(".steps")).to_contain_text("NetApiBufferAllocate(ByteCount: 1, Buffer: null)")
    expect(output.locator(".steps .failure")).to_contain_text("ERROR_INVALID_PARAMETER (87)")
    expect(output.locator(".steps .actual")).to_contain_text("ERROR_INSUFFICIENT_BUFFER (122)")
    expect(output.locator(".command:not(.program) code")).to_have_text(
        [
            "harness/apibuf run $'it\\'s [red]\\x1b[31m' --select allocate/null-out",
            "./apibuf-worker --target=build/libapibuf.so -tc=allocate/null-out",
        ]
    )


def test_the_details_state_the_requirement_and_link_to_its_source(open_page: Open) -> None:
    page = open_page(every_verdict(), link=f"{NULL_OUT_DETAILS}it's [red]\\x1b[31m")
    output = page.locator("#case-details .requirement")
    expect(output).to_contain_text("The statement of allocate/null-out")
    expect(output).to_contain_text("Source: its page: return value")
    expect(output).to_contain_text(wording.EVIDENCE[stream.Evidence.WINDOWS])
    links = output.get_by_role("link").evaluate_all("links => links.map(link => link.href)")
    assert links == ["https://learn.microsoft.com/page", "https://gitlab.winehq.org/tests/test.c"]


def test_the_c_program_of_a_failure_is_shown_and_copied_as_it_is(open_page: Open) -> None:
    page = open_page(every_verdict(), link=f"{NULL_OUT_DETAILS}it's [red]\\x1b[31m")
    expect(page.locator("#case-details .program code")).to_have_text(PROGRAM.rstrip())
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    page.get_by_role("button", name="Copy: the C program").click()
    expect(page.get_by_role("button", name="Copy: the C program")).to_have_text("Copied")
    assert page.evaluate("copied") == PROGRAM


def test_a_case_without_a_program_says_how_to_have_one_or_why_there_is_none(open_page: Open) -> None:
    endless = case("allocate/many", "fail", kind="property", requirements=["allocate/capacity"])
    unknown = case("free/null", "fail")
    page = open_page(result("one", endless, unknown, case("free/allocated")))
    for link, sentence in {
        "case=free/allocated@one": "harness/apibuf repro free/allocated --target one",
        "case=allocate/many@one": "A property has no finite list of calls: run it with the worker.",
        "case=free/null@one": "This result carries none: run it with the worker.",
    }.items():
        open_details(page, link)
        expect(page.locator("#case-details section").last).to_contain_text(sentence)


def test_a_command_is_copied(open_page: Open) -> None:
    page = open_page(*two_implementations(), link="case=allocate/zero-bytes-succeeds@two")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    page.get_by_role("button", name="Copy: harness/apibuf run").click()
    expect(page.get_by_role("button", name="Copy: harness/apibuf run")).to_have_text("Copied")
    assert page.evaluate("copied") == "harness/apibuf run two --select allocate/zero-bytes-succeeds"


def test_the_details_of_a_flaky_case_show_both_runs(open_page: Open) -> None:
    page = open_page(every_verdict())
    open_details(page, "case=free/flaky@it's [red]\\x1b[31m")
    expect(page.locator("#case-details h3")).to_contain_text(["Run 1 of 2", "Run 2 of 2"])
    expect(page.locator("#case-details > p .badge")).to_have_text("failflaky")


def test_observations_are_compared_and_an_end_that_tells_nothing_is_left_out(open_page: Open) -> None:
    page = open_page(*two_implementations())
    page.locator("#observations").scroll_into_view_if_needed()
    expect(page.locator("[id='question=free/double'] td")).to_have_text(["Acrash in NetApiBufferFree", "B87"])
    expect(page.locator("[id='question=free/stack'] td")).to_have_text(["A87", "A87"])
    assert page.locator("[id='observation=free/double-at-once%3Aended']").count() == 1
    assert page.locator("[id='observation=free/stack-once%3Aended']").count() == 0


def test_the_first_screen_says_what_is_wrong_and_since_when(open_page: Open) -> None:
    page = open_page(*versions("wine-5.0", "wine", "wine-10.0"), viewport=DESK)
    line = page.locator("tr.deviation", has_text="Functions of netutils are stubs")
    expect(line).to_be_in_viewport()
    expect(line.locator(".about")).to_have_text(re.compile("10 cases *wine: since 8.0, fixed in 10.0"))
    states = line.locator(".state").evaluate_all("cells => cells.map(cell => cell.title)")
    assert states == ["wine 5.0.3: unsupported", "wine 8.0: 10 cases", "wine 10.0: pass"]
    assert icons(line) == ["unsupported", "fail", "pass"]
    expect(line.locator(".state [aria-hidden]:not(svg)")).to_have_text("10")
    heads = page.locator(".causes thead th").all_inner_texts()
    assert [" ".join(text.split()) for text in heads] == ["Cause", "wine", "5.0.3", "8.0", "10.0"]


def icons(line: Locator) -> list[str]:
    """Returns the names of the icons in a row of what deviates."""
    return line.locator(".state svg").evaluate_all("icons => icons.map(icon => icon.dataset.icon)")


def test_a_case_that_fails_for_another_reason_is_marked_so(open_page: Open) -> None:
    page = open_page(*versions("samba", "wine", "reference"))
    line = page.locator("tr.deviation", has_text="NetLocalGroupEnum ends the process")
    assert icons(line) == ["fail", "other", "pass"]
    expect(line.locator(".state").nth(1)).to_have_attribute("title", "wine 8.0: fails for another reason")


def test_one_implementation_has_its_verdict_in_words(open_page: Open) -> None:
    page = open_page(*versions("wine"))
    expect(page.locator(".lead")).to_contain_text("wine 8.0 does not conform: 4 causes, 15 of 397 judged cases failed")
    page = open_page(result("one", case("free/null")))
    expect(page.locator(".lead")).to_have_text("one 0.1.0 conforms: 1 of 1 judged case passed.")
    expect(page.locator("#deviations")).to_contain_text("No case that was judged deviates.")


def test_verdicts_and_causes_need_no_script(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    streams = [stream.parse(data, "results.jsonl") for data in versions("wine*", "reference*")]
    file.write_text(html.render(streams), encoding="utf-8")
    page = browser.new_page(java_script_enabled=False)
    page.goto(file.as_uri())
    expect(page.locator(".line", has_text="wine-5.0")).to_contain_text("does not conform: 4 causes, 6 of 388")
    line = page.locator("tr.deviation", has_text="NetApiBufferSize reports a wrong size")
    example = page.locator("tr.evidence", has_text="at least 4294967295")
    expect(example).to_be_hidden()
    line.locator("summary").click()
    expect(example).to_be_visible()
    expect(example.locator("dd").first).to_have_text("at least 4294967295")
    expect(example.locator(".command")).to_have_text(
        [
            "harness/apibuf run wine-10.0 --select size/at-least-requested-largest",
            "harness/apibuf repro size/at-least-requested-largest --target wine-10.0",
        ]
    )
    page.close()


def test_what_a_process_printed_is_shown_with_its_cause(open_page: Open) -> None:
    page = open_page(result("one", case("free/null", "crash", printed=[MARKUP, "", "ABORTING"])))
    page.locator("tr.deviation summary").click()
    assert page.locator("tr.evidence .printed").text_content() == f"{MARKUP}\n\nABORTING"


def test_a_missing_function_deviates_too(open_page: Open) -> None:
    page = open_page(*versions("samba", "reference"))
    line = page.locator("tr.deviation", has_text="NetApiBufferSize is not exported")
    titles = line.locator(".state").evaluate_all("cells => cells.map(cell => cell.title)")
    assert titles == ["samba 4.17.12: is not exported", "reference 0.1.0: is exported"]
    expect(line.locator(".about")).to_have_text("samba 4.17.12")


def test_a_cause_leads_to_its_cases_and_each_case_to_its_cause(open_page: Open) -> None:
    about = {"requirement": "free/allocated", "expected": "NERR_Success (0)", "actual": "ERROR_INVALID_PARAMETER (87)"}
    other = case("size/all", "fail", requirements=["size/all", "free/other"], **about)
    page = open_page(result("one", case("free/allocated", "fail", **about), other, case("free/passes")))
    page.locator("tr.deviation summary").click()
    page.get_by_role("link", name="All 2 cases in the matrix").click()
    expect(page.get_by_label("Cause")).to_have_value("NetApiBufferFree is refused")
    assert [row for row in rows(page) if row.startswith("case")] == ["case=free/allocated", "case=size/all"]
    open_details(page, "case=size/all@one")
    expect(page.locator("#case-details .cause")).to_have_text(
        "Likely cause: NetApiBufferFree is refused. It blocks this case: look at free/allocated first"
    )
    page.locator("#case-details").get_by_role("link", name="free/allocated").click()
    expect(page.locator("#case-details .id").first).to_have_text("free/allocated")


def test_a_mark_opens_the_case_that_shows_the_cause(open_page: Open) -> None:
    page = open_page(*versions("wine-5.0", "wine"))
    page.locator(".state a", has_text="wine 8.0: 10 cases").click()
    expect(page.locator("#case-details")).to_contain_text("abi/netutils-free-of-null")
    expect(page.locator("#case-details .aside strong")).to_have_text("wine")


def test_more_than_four_implementations_have_a_line_each(open_page: Open) -> None:
    page = open_page(*(result(name, case("free/null")) for name in "abcd"))
    assert (page.locator(".card").count(), page.locator(".line").count()) == (4, 0)
    page = open_page(*(result(name, case("free/null")) for name in "abcde"))
    assert (page.locator(".card").count(), page.locator(".line").count()) == (0, 5)
    published = versions("*")
    page = open_page(*published, viewport=DESK)
    heights = page.locator(".line").evaluate_all("lines => lines.map(line => line.offsetHeight)")
    assert len(heights) == len(published) > 4 and max(heights) < 45
    meters = page.locator(".line", has_text="wine-5.0").locator(".meters")
    expect(meters).to_be_hidden()
    page.locator(".line", has_text="wine-5.0").locator("summary").first.click()
    expect(meters).to_contain_text("32 of 32 passed")


def test_sixteen_columns_fit_a_desk_and_stay_named_while_scrolling(open_page: Open) -> None:
    cases = [case(f"free/case-{number}", "fail", requirement="free/case-0") for number in range(50)]
    wines = [
        whole(*cases, head=header(name=f"wine-{number}.0", version=f"wine-{number}.0", platform="windows-x86_64"))
        for number in range(1, 17)
    ]
    page = open_page(*wines, viewport=DESK)
    for table in ("#requirements-grid", ".causes"):
        widths = page.locator(table).evaluate("table => [table.offsetWidth, table.parentElement.clientWidth]")
        assert widths[0] <= widths[1]
        heads = page.locator(f"{table} thead tr:last-child th").all_inner_texts()
        assert [text.strip() for text in heads] == [f"{number}.0" for number in range(1, 17)]
    frame = page.locator("#requirements .scroll")
    frame.evaluate("frame => { frame.scrollTop = 1000 }")
    tops = frame.evaluate("frame => [frame, frame.querySelector('thead')].map(e => e.getBoundingClientRect().top)")
    assert frame.evaluate("frame => frame.scrollTop") == 1000 and abs(tops[0] - tops[1]) <= 2


def test_what_conforms_on_several_platforms_is_one_column_that_opens(open_page: Open) -> None:
    page = open_page(*versions("wine", "reference*"))
    page.locator("#requirements").scroll_into_view_if_needed()
    heads = page.locator("#requirements-grid thead tr:first-child th").all_inner_texts()
    assert [" ".join(text.split()) for text in heads[2:]] == ["wine 8.0", "reference 0.1.0 4 platforms"]
    page.locator("[id='requirement=allocate/succeeds'] td").last.click()
    expect(page.locator("#case-details .entries button")).to_have_count(4)
    page.locator("#case-details .entries button").first.click()
    expect(page.locator("#case-details .aside strong")).to_have_text("reference-linux-i686")
    open_details(page, "case=free/null-once@reference-windows-i686")
    expect(page.locator("#case-details .aside strong")).to_have_text("reference-windows-i686")


@pytest.mark.parametrize("link", ["case=free/case-49", "case=free/case-49@last", "requirement=free/case-30"])
def test_a_deep_link_lands_below_the_header_and_marks_its_row(open_page: Open, link: str) -> None:
    page = open_page(*many_rows(), link=link, viewport=DESK)
    page.keyboard.press("Escape")
    row = page.locator(f"[id='{link.partition('@')[0]}']")
    expect(row).to_have_class(re.compile("linked"))
    page.wait_for_timeout(300)
    head, line, frame = (
        page.evaluate("e => { const box = e.getBoundingClientRect(); return [box.top, box.bottom] }", found)
        for found in (
            page.query_selector("#requirements-grid thead"),
            row.element_handle(),
            page.query_selector("#requirements .scroll"),
        )
    )
    assert head[1] <= line[0] < line[1] <= min(frame[1], DESK["height"])
    other = page.evaluate("getComputedStyle(document.querySelector('tr.requirement:not(.linked) th')).backgroundColor")
    assert row.locator("th").evaluate("cell => getComputedStyle(cell).backgroundColor") != other


def test_filters_are_in_the_address_and_outlive_a_reload(open_page: Open) -> None:
    page = open_page(*two_implementations())
    page.locator("label.chip.verdict", has_text="fail").click()
    page.get_by_label("Text").fill("zero & more")
    page.get_by_label("Text").fill("zero")
    implementation_filter(page).select_option("two")
    assert page.url.endswith("#verdict=fail&implementation=two&text=zero")
    page.reload()
    assert rows(page) == ZERO_BYTES
    expect(page.get_by_label("Text")).to_have_value("zero")
    page.locator(f"[id='{ZERO_BYTES[1]}'] td").last.click()
    assert page.url.endswith("#case=allocate/zero-bytes-succeeds@two&verdict=fail&implementation=two&text=zero")
    page.reload()
    expect(page.locator("#case-details")).to_contain_text("ERROR_INVALID_PARAMETER (87)")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Reset").click()
    assert page.url.endswith("report.html#")


def test_a_link_within_the_page_keeps_the_filters_in_the_address(open_page: Open) -> None:
    page = open_page(*two_implementations(), link="verdict=fail")
    page.locator(".state a").first.click()
    expect(page).to_have_url(re.compile("#case=allocate/zero-bytes-succeeds@two&verdict=fail$"))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="What deviates").click()
    expect(page).to_have_url(re.compile("#verdict=fail$"))
    expect(page.locator("#deviations-title")).to_be_in_viewport()


def test_one_implementation_is_shown_alone(open_page: Open) -> None:
    page = open_page(*two_implementations())
    implementation_filter(page).select_option("one")
    page.locator("#requirements-grid").scroll_into_view_if_needed()
    heads = page.locator("#requirements-grid thead th").all_inner_texts()
    assert [text.split()[0] for text in heads] == ["Requirement", "Windows", "one"]
    expect(page.locator("[id='requirement=allocate/succeeds'] td")).to_have_count(2)
    page.locator("label.chip.verdict", has_text="fail").click()
    expect(page.locator("#requirements .empty")).to_be_visible()
    open_details(page, "case=allocate/zero-bytes-succeeds@two")
    expect(page.locator("#case-details .aside strong")).to_have_text("two")


def test_the_numbers_in_filters_are_those_of_cases_that_are_shown(open_page: Open) -> None:
    page = open_page(*two_implementations())

    def numbers() -> list[str]:
        return [" ".join(text.split()) for text in page.locator(".chip").all_inner_texts()]

    assert numbers() == ["pass 2", "fail 1", "observed 2", "documented 1", "windows 1", "unknown 2"]
    implementation_filter(page).select_option("one")
    assert numbers() == ["pass 2", "fail 0", "observed 2", "documented 1", "windows 1", "unknown 2"]
    implementation_filter(page).select_option("two")
    assert numbers() == ["pass 1", "fail 1", "observed 2", "documented 1", "windows 1", "unknown 2"]


def test_counts_lead_to_the_cases_that_they_count(open_page: Open) -> None:
    page = open_page(*two_implementations())
    page.locator(".card", has_text="two").get_by_role("link", name="1 fail").click()
    assert rows(page) == ZERO_BYTES
    expect(page).to_have_url(re.compile("#verdict=fail&evidence=windows&implementation=two$"))
    expect(page.locator("#requirements-status")).to_be_in_viewport()


def test_a_cell_counts_what_its_colour_says(open_page: Open) -> None:
    failing = [
        case(f"free/{name}", verdict, requirements=["free/x"]) for name, verdict in {"a": "fail", "b": "pass"}.items()
    ]
    page = open_page(result("one", *failing, case("free/c", "fail", requirements=["free/x"]), case("free/y")))
    page.locator("#requirements").scroll_into_view_if_needed()
    expect(page.locator("[id='requirement=free/x'] td").last).to_have_text("2 of 3 failed")
    expect(page.locator("[id='requirement=free/y'] td").last).to_have_text("1 of 1 passed")


def test_a_step_marks_only_what_is_wrong(open_page: Open) -> None:
    wrong_size = failure("64", "60") | {"what": "ByteCount"}
    wrong_status = failure("NERR_Success (0)", "ERROR_INVALID_PARAMETER (87)") | {"what": "status"}
    steps = [
        step("NetApiBufferSize(Buffer=a)", "NERR_Success (0)", wrong_size, ByteCount="60", Other="1"),
        step("NetApiBufferFree(Buffer=a)", "ERROR_INVALID_PARAMETER (87)", wrong_status),
        step("NetApiBufferFree(Buffer=b)", None),
    ]
    page = open_page(result("one", case("size/x", "fail", steps=steps)), link="case=size/x@one")
    outcomes = page.locator("#case-details .outcome")
    marked = [outcomes.nth(number).locator(".wrong").all_inner_texts() for number in range(3)]
    assert marked == [["ByteCount = 60"], ["ERROR_INVALID_PARAMETER (87)"], ["did not return"]]
    crossed = [outcomes.nth(number).locator("[data-icon=fail]").count() for number in range(3)]
    assert crossed == [1, 1, 1]
    expect(outcomes.first.locator(".status [data-icon=pass]")).to_be_visible()


def test_print_shows_everything_that_did_not_pass(open_page: Open) -> None:
    page = open_page(*two_implementations(), every_verdict())
    before = rows(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    shown = {row.removeprefix("case=") for row in rows(page) if row.startswith("case=")}
    spoiled = {one.id for one in stream.parse(every_verdict(), "results.jsonl").cases if one.spoils_the_run}
    assert shown == spoiled | {"allocate/zero-bytes-succeeds"}
    assert page.locator("tr.evidence:visible").count() == page.locator("tr.evidence").count() > 4
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert rows(page) == before


def test_many_columns_scroll_in_their_frames_and_not_the_page(open_page: Open) -> None:
    broken = case("free/null", "fail")
    page = open_page(*(result(f"an-implementation-{number}", broken) for number in range(60)), viewport=DESK)
    assert page.evaluate("document.documentElement.scrollWidth") == DESK["width"]
    about = page.locator("tr.deviation .about > span").all_inner_texts()
    assert len(about) == 8 and about[-1] == "and 54 more"


def test_a_phone_shows_in_words_where_a_cause_is(open_page: Open) -> None:
    page = open_page(*versions("wine*", "reference*"), viewport=PHONE)
    line = page.locator("tr.deviation", has_text="Functions of netutils are stubs")
    expect(line).to_contain_text("wine (windows-x86_64): since 8.0, fixed in 10.0")
    assert page.locator(".state:visible").count() == 0
    line.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_published_tests_are_marked_as_evidence_and_never_as_a_measurement(open_page: Open) -> None:
    page = open_page(*two_implementations())
    column = page.locator("#requirements-grid th.published")
    expect(column).to_contain_text("Windows (published tests)")
    expect(column).to_contain_text("evidence, not a measurement")
    page.locator("#requirements-grid").scroll_into_view_if_needed()
    expect(page.locator("[id='requirement=allocate/zero-bytes'] td.published")).to_have_text("asserted")
    expect(page.locator("[id='requirement=allocate/succeeds'] td.published")).to_have_text("")
    page.locator("[id='requirement=allocate/zero-bytes'] td.published").click()
    expect(page.locator("#case-details")).to_contain_text(
        "asserted by published tests that are kept passing on Windows"
    )
    expect(page.locator("#case-details").get_by_role("link").last).to_have_attribute(
        "href", re.compile("/tests/test.c$")
    )


def test_dark_and_light_follow_the_system_until_the_reader_chooses(open_page: Open) -> None:
    page = open_page(*two_implementations(), color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(background)
    assert dark != light
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()
    assert page.evaluate(background) == dark
    page.reload()
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert page.evaluate(background) == dark


@pytest.mark.parametrize("link", ["", NULL_OUT_DETAILS + "one", CRASH_DETAILS, "requirement=allocate/zero-bytes"])
def test_a_phone_never_scrolls_the_whole_page_sideways(open_page: Open, link: str) -> None:
    page = open_page(*two_implementations(), every_verdict(), viewport=PHONE, link=link)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_print_shows_every_cell_and_no_controls(open_page: Open) -> None:
    page = open_page(*two_implementations(), viewport={"width": 1000, "height": 200})
    assert page.locator("#observations-grid td[aria-label]").count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#observations-grid td[aria-label]:visible").count() == 4
    expect(page.locator("#evidence-key")).to_be_visible()
    expect(page.locator("#filters")).to_be_hidden()


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": PHONE}], ids=["light", "dark", "phone"])
def test_axe_finds_nothing_serious(open_page: Open, options: dict[str, Any]) -> None:
    page = open_page(*two_implementations(), every_verdict(), **options)
    page.get_by_role("button", name="Open all").click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert serious_findings(page) == []
    open_details(page, "case=allocate/null-out@it's [red]\\x1b[31m")
    expect(page.locator("#case-details")).to_be_visible()
    assert serious_findings(page) == []


def serious_findings(page: Page) -> list[str]:
    """Returns what axe-core calls serious or critical: the rule and the elements."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def test_two_hundred_streams_of_five_hundred_cases_open_in_two_seconds(browser: Browser, tmp_path: Path) -> None:
    cases = [case(f"free/case-{number}", steps=[step("NetApiBufferFree(Buffer: a)")] * 4) for number in range(500)]
    first = stream.parse(result("x", *cases), "results.jsonl")
    file = tmp_path / "report.html"
    file.write_text(html.render([another(first, f"implementation {number}") for number in range(200)]), "utf-8")
    assert opening_time_s(browser, file) < OPENING_LIMIT_S


def another(results: stream.Stream, name: str) -> stream.Stream:
    """Returns the stream of an implementation of this name, which shares no result with another."""
    target = replace(results.header.target, name=name)
    cases = tuple(replace(one, observations={"value": f"{name} {one.id}"}) for one in results.cases)
    return replace(results, header=replace(results.header, target=target), cases=cases)


def opening_time_s(browser: Browser, file: Path) -> float:
    """Returns the processor time that the page's process needed to load it: what else the machine does costs none."""
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    assert page.locator("#requirements-status").inner_text() == "500 requirements, 500 cases"
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    page.close()
    return float(metrics["ProcessTime"])
