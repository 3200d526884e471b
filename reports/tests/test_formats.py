"""What every format owes its reader, and what each format adds."""

import io
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pages import without_style_and_script
from result_streams import HOSTILE, case, every_verdict, header, selection, whole
from rich.console import Console

from apibuf_reports import formats, stream, text, wording

GOLDEN = Path(__file__).parent / "golden"
ONE_FUNCTION = selection(functions=["NetApiBufferAllocate"])
PASSING = case("allocate/succeeds", observations={"reported-size": "1"})


def parse(data: bytes) -> stream.Stream:
    """Returns the stream that the bytes hold."""
    return stream.parse(data, "results.jsonl")


@pytest.mark.parametrize("name", formats.names())
def test_a_report_of_every_verdict_and_hostile_text_is_the_golden_one(
    name: str, request: pytest.FixtureRequest
) -> None:
    module = formats.available()[name]
    report = without_style_and_script(module.render([parse(every_verdict())])).encode("utf-8")
    golden = GOLDEN / module.FILE_NAME
    if request.config.getoption("--update-golden"):
        golden.write_bytes(report)
    assert report == golden.read_bytes()


@pytest.mark.parametrize("name", formats.names())
def test_rendering_does_not_depend_on_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    report = formats.available()[name].render([parse(every_verdict())])
    for variable, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "NO_COLOR": ""}.items():
        monkeypatch.setenv(variable, value)
    assert formats.available()[name].render([parse(every_verdict())]) == report


@pytest.mark.parametrize("name", formats.names())
def test_a_report_holds_several_streams(name: str) -> None:
    report = formats.available()[name].render([parse(whole(PASSING, head=header(name=n))) for n in ("one", "two")])
    assert ("one" in report and "two" in report) or "2 of 2 targets conform" in report


@pytest.mark.parametrize("name", formats.names())
def test_a_format_describes_itself(name: str) -> None:
    module = formats.available()[name]
    assert module.DESCRIPTION and "\n" not in module.DESCRIPTION
    assert Path(module.FILE_NAME).name == module.FILE_NAME


def test_no_two_formats_write_the_same_file() -> None:
    file_names = [module.FILE_NAME for module in formats.available().values()]
    assert len(set(file_names)) == len(file_names)


def test_importing_the_package_loads_no_slow_library() -> None:
    script = (
        "import sys; from apibuf_reports import formats, stream; formats.names();"
        "assert not {'rich', 'jsonschema', 'jsonschema_rs', 'jinja2', 'xml'} & set(sys.modules)"
    )
    packages = Path(formats.__file__).parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=packages, check=True)


def test_an_unknown_format_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no report format 'pdf'"):
        _ = formats.pdf


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (whole(PASSING), "conforms: 1 of 1 judged case passed"),
        (
            whole(PASSING, case("size/null", "unsupported")),
            "conforms: 1 of 1 judged case passed, 1 unsupported",
        ),
        (
            whole(PASSING, head=header(selection=selection(select=["a/*"], shard="1/4"))),
            "passes a part of the suite: 1 of 1 judged case passed; only a part was run: --select 'a/*' --shard 1/4",
        ),
        (
            whole(PASSING, case("size/null", "unsupported"), head=header(selection=ONE_FUNCTION)),
            "conforms for 1 of 4 functions: 1 of 1 judged case passed, 1 unsupported",
        ),
        (
            whole(PASSING, head=header(selection=ONE_FUNCTION | {"rerun_failed": True}, profile="windows")),
            (
                "passes a part of the suite for 1 of 4 functions, profile windows: 1 of 1 judged case passed; "
                "only a part was run: --rerun-failed"
            ),
        ),
        (
            whole(PASSING, case("size/null", "unsupported"), head=header(reached_by="functions")),
            "conforms as far as a connector shows: 1 of 1 judged case passed, 1 unsupported",
        ),
        (
            whole(PASSING, head=header(reached_by="functions", selection=ONE_FUNCTION)),
            "conforms for 1 of 4 functions as far as a connector shows: 1 of 1 judged case passed",
        ),
        (whole(PASSING, head=header(reached_by="worker")), "conforms: 1 of 1 judged case passed"),
        (whole(PASSING, head=header(profile="documented")), "conforms, profile documented: 1 of 1 judged case passed"),
        (
            whole(PASSING, case("free/null", "fail"), case("free/two", "harness-error")),
            "does not conform: 1 of 2 judged cases failed; 1 case harness-error",
        ),
        (
            whole(case("free/null", "fail"), head=header(selection=ONE_FUNCTION, profile="documented")),
            "does not conform, profile documented: 1 of 1 judged case failed; 1 of 4 functions claimed",
        ),
        (whole(PASSING, case("free/null", "crash")), "does not conform: 1 of 2 judged cases failed"),
        (
            whole(PASSING, missing=["NetApiBufferSize"]),
            "does not conform: 1 of 1 judged case passed; not exported: NetApiBufferSize",
        ),
        (
            whole(PASSING, case("free/null", "fail"), error="interrupted"),
            "does not conform: 1 of 2 judged cases failed; the run was cut short: interrupted",
        ),
        (whole(PASSING, case("free/null", "not-run")), "incomplete: 1 of 1 judged case passed; 1 case not-run"),
        (
            whole(PASSING, case("free/null", "harness-error")),
            "could not run: 1 of 1 judged case passed; 1 case harness-error",
        ),
        (
            whole(PASSING, case("free/null", "unsupported", flaky=True)),
            "incomplete: 1 of 1 judged case passed, 1 unsupported; 1 case flaky",
        ),
        (whole(case("free/null", "unsupported")), "incomplete: no case was judged"),
        (whole(error="no such file"), "could not run: no such file"),
        (
            whole(case("free/null", "not-run"), missing=["NetApiBufferSize"], error="the runner failed"),
            "does not conform: not exported: NetApiBufferSize; the runner failed; 1 case not-run",
        ),
    ],
)
def test_the_conclusion_says_what_came_out(data: bytes, sentence: str) -> None:
    assert wording.conclusion(parse(data)) == sentence
    # A long one is wrapped.
    assert " ".join(formats.console.render([parse(data)]).split()).endswith(sentence)


@pytest.mark.parametrize("changes", [{}, {"select": ["*"]}, {"select": ["free/*", "*"]}, {"shard": "1/1"}])
def test_a_selection_of_all_is_not_called_a_part(changes: dict[str, object]) -> None:
    asked = parse(whole(PASSING, head=header(selection=selection(**changes)))).header.selection
    assert wording.selection(asked) == ""


def test_the_console_shows_hostile_text_and_does_not_obey_it() -> None:
    file = io.StringIO()
    console = Console(file=file, color_system=None, width=80)
    formats.console.print_to(console, parse(every_verdict()), verbose=True)
    shown = file.getvalue()
    assert "\\x1b[31mred\\x1b[0m [bold red]markup[/]" in shown
    assert set(shown) - {"\n", "─"} <= set(map(chr, range(0x20, 0x7F)))


def test_the_console_uses_colour_on_a_terminal_only() -> None:
    passing = parse(whole(PASSING))
    assert "\x1b" not in formats.console.render([passing])
    file = io.StringIO()
    formats.console.print_to(Console(file=file, force_terminal=True, color_system="standard"), passing)
    assert "\x1b[1;32mconforms" in file.getvalue()


def test_the_console_gives_a_part_another_colour_than_the_whole() -> None:
    file = io.StringIO()
    part = parse(whole(PASSING, head=header(selection=ONE_FUNCTION)))
    formats.console.print_to(Console(file=file, force_terminal=True, color_system="standard"), part)
    assert "\x1b[1;34mconforms for 1 of 4 functions" in file.getvalue()


@pytest.mark.parametrize("name", ["badge", "badge-endpoint", "console", "html", "junit", "markdown"])
def test_no_format_says_that_all_was_shown_through_a_connector(name: str) -> None:
    through = parse(whole(PASSING, case("size/null", "unsupported"), head=header(reached_by="functions")))
    assert "conforms as far as a connector shows" in " ".join(formats.available()[name].render([through]).split())


def test_the_console_shows_the_details_of_twenty_causes_and_how_to_run_each_further_one() -> None:
    cases = [case(f"free/case-{number}", "fail", requirement=f"free/case-{number}") for number in range(150)]
    report = formats.console.render([parse(whole(*cases))])
    assert "What deviates: 150 causes, 150 cases" in report
    assert report.count("failing step") == 0 and report.count("The title of") == 20
    assert report.count("run again") == 150


def test_the_console_names_the_first_cases_of_a_cause_and_all_when_asked() -> None:
    cases = [case(f"free/case-{number}", "fail", requirement="free/case-0", reason="why") for number in range(9)]
    stream = parse(whole(*cases))
    assert "also in free/case-1, free/case-2, free/case-3, free/case-4, free/case-5, and 3 more" in (
        formats.console.render([stream])
    )
    assert "   free/case-8: fail  why\n" in formats.console.render([stream], verbose=True)


def test_the_console_names_cases_of_the_same_requirement_that_passed() -> None:
    failed = case("free/null-a", "fail", requirement="free/null", requirements=["free/null"])
    passed = case("free/null-b", requirements=["free/null"])
    other = case("free/other")
    assert "   passed: free/null-b\n" in formats.console.render([parse(whole(failed, passed, other))])


def test_the_console_shows_no_empty_tables() -> None:
    report = formats.console.render([parse(whole(error="no such file"))])
    assert "evidence" not in report and "function" not in report


def test_the_console_lists_observations_only_when_asked() -> None:
    passing = parse(whole(PASSING))
    assert "1 observation of 1 case, recorded and not judged: --verbose shows them." in formats.console.render(
        [passing]
    )
    file = io.StringIO()
    formats.console.print_to(Console(file=file), passing, verbose=True)
    assert "   allocate/succeeds: reported-size = 1\n" in file.getvalue()


def test_a_long_command_stays_on_one_line_of_a_narrow_terminal() -> None:
    name = "x" * 150
    file = io.StringIO()
    formats.console.print_to(
        Console(file=file, width=40), parse(whole(case("free/null", "fail"), head=header(name=name)))
    )
    assert f"harness/apibuf run {name} --select free/null\n" in file.getvalue()


@pytest.mark.parametrize("name", ["wine 8.0", "it's", "$(touch x)", "-", "é☃\x1b'\\n\U0001f600"])
def test_a_command_to_run_again_gives_the_shell_the_very_name(name: str) -> None:
    word = text.shell_word(name)
    assert word.isascii() and word.isprintable()
    script = f"LC_ALL=C.UTF-8; printf %s {word}"
    assert subprocess.run(["bash", "-c", script], check=True, capture_output=True).stdout.decode() == name


def test_junit_is_well_formed_and_lists_every_case_by_its_verdict() -> None:
    read = parse(every_verdict())
    root = ElementTree.fromstring(formats.junit.render([read]).encode("utf-8"))
    _, *suites = root.findall("testsuite")
    listed = {test.get("name"): test for suite in suites for test in suite.iter("testcase")}
    assert list(listed) == sorted((entry.id for entry in read.cases), key=list(listed).index)
    tags = {
        stream.Verdict.PASS: [],
        stream.Verdict.OBSERVED: [],
        stream.Verdict.FAIL: ["failure"],
        stream.Verdict.CRASH: ["failure"],
        stream.Verdict.TIMEOUT: ["failure"],
        stream.Verdict.HARNESS_ERROR: ["error"],
        stream.Verdict.NOT_RUN: ["error"],
        stream.Verdict.UNSUPPORTED: ["skipped"],
    }
    for entry in read.cases:
        assert [child.tag for child in listed[entry.id]] == [*tags[entry.verdict], "system-out"]
    causes = 5
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == (str(12 + causes), str(5 + causes), "2")
    assert root.get("time") == "0.018"


def test_junit_shows_characters_that_xml_cannot_hold() -> None:
    root = ElementTree.fromstring(formats.junit.render([parse(every_verdict())]).encode("utf-8"))
    properties = {entry.get("name"): entry.get("value") for entry in root.iter("property")}
    assert properties["target version"] == text.printable(HOSTILE)
    assert "\\x1b[31mred" in text.printable(HOSTILE) and "\\ud800 \\ufffe é ☃" in text.printable(HOSTILE)


@pytest.mark.parametrize(
    "data",
    [
        whole(error="no such file"),
        whole(PASSING, missing=["NetApiBufferSize"]),
        whole(case("free/null", "unsupported")),
        whole(PASSING, case("free/flaky", "unsupported", flaky=True)),
    ],
)
def test_junit_is_never_green_for_a_run_that_does_not_conform(data: bytes) -> None:
    root = ElementTree.fromstring(formats.junit.render([parse(data)]))
    assert (int(root.get("failures", "0")), int(root.get("errors", "0"))) != (0, 0)
    assert int(root.get("tests", "0")) >= 1


@pytest.mark.parametrize(("verdict", "is_named"), [("not-run", False), ("timeout", True)])
def test_the_step_at_which_a_case_could_not_be_made_is_no_failing_step(verdict: str, is_named: bool) -> None:
    steps = [{"text": "limit the memory", "returned": None, "values": {}, "failures": []}]
    (output,) = parse(whole(case("free/null", verdict, steps=steps))).cases
    assert ("failing step" in dict(wording.details(output))) == is_named
