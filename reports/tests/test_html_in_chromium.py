"""What a reader of the HTML page sees and does, in the browser that Debian's package `chromium` brings."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect, sync_playwright
from result_streams import HOSTILE, PROGRAM, Record, case, every_verdict, header, step, whole

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
OPENING_LIMIT_MS = 2000
PHONE = {"width": 390, "height": 844}
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
    expect(page.locator(".lead")).to_have_text(re.compile(r"1 of 2\s+implementations conform\."))
    expect(page.locator(".suite")).to_contain_text("Suite 0.1.0")
    card = page.locator(".card").nth(1)
    expect(card).to_contain_text("does not conform")
    expect(card).to_contain_text("0 of 1 passed, 1 fail")
    card.locator("summary").click()
    expect(card.locator(".facts")).to_contain_text("6.1")


ZERO_BYTES = ["requirement=allocate/zero-bytes", "case=allocate/zero-bytes-succeeds"]
DOUBLE_FREE = [
    "question=free/double",
    "observation=free/double-at-once%3Astatus",
    "observation=free/double-at-once%3Aended",
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
            expect(page.locator(f"[id='{link}'] td[aria-label^='{name}:']")).to_be_focused()


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
    expect(page.locator(":focus")).to_have_attribute("aria-label", "two: pass")
    page.keyboard.press("Enter")
    expect(page.locator("#case-details h2")).to_have_text("The title of allocate/succeeds-one-byte")
    assert page.url.endswith("#case=allocate/succeeds-one-byte@two")
    page.keyboard.press("Escape")
    expect(page.locator("#case-details")).to_be_hidden()
    expect(page.locator(":focus")).to_have_attribute("aria-label", "two: pass")
    page.keyboard.press("Control+End")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "two: fail, 0 of 1 passed")
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
    expect(page.locator("[id='question=free/double'] td")).to_have_text(["A87", "Bcrash in NetApiBufferFree"])
    expect(page.locator("[id='question=free/stack'] td")).to_have_text(["A87", "A87"])
    assert page.locator("[id='observation=free/double-at-once%3Aended']").count() == 1
    assert page.locator("[id='observation=free/stack-once%3Aended']").count() == 0


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
    # One of some goes: the machine may have other things to do.
    assert any(opening_time_ms(browser, file) < OPENING_LIMIT_MS for _ in range(5))


def another(results: stream.Stream, name: str) -> stream.Stream:
    """Returns the stream of an implementation of this name, which shares no result with another."""
    target = replace(results.header.target, name=name)
    cases = tuple(replace(one, observations={"value": f"{name} {one.id}"}) for one in results.cases)
    return replace(results, header=replace(results.header, target=target), cases=cases)


def opening_time_ms(browser: Browser, file: Path) -> float:
    """Returns when the page's load was over and its script had run."""
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.locator("#requirements-status").inner_text() == "500 requirements, 500 cases"
    took: float = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    page.close()
    return took
