"""What the process printed in a case that did not come to its end: the lines that explain it, wherever it is shown."""

import subprocess
from pathlib import Path

import pytest
from leaving_results import results_below
from mingw_command import compile_for_windows

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_reports.formats import console, html, junit, markdown, tap
from apibuf_runner.output import ERROR_LINES, KEPT_BYTES, LAST_LINES, LEFT_OUT, MOST_LINES, Output

NONCE = "0123456789abcdef"
BEGIN = b"01234567 size/a-case\n"
HOSTILE = Path(__file__).with_name("hostile")
CASE = "allocate/null-out-1-byte"


def lines_of(*parts: bytes, case: str = "size/a-case") -> tuple[str, ...]:
    output = Output(NONCE)
    for part in parts:
        output.add(part)
    return output.lines(case)


def test_only_what_was_printed_since_the_case_began_is_kept() -> None:
    assert lines_of(b"loaded\n", case="") == ("loaded",)
    assert lines_of(b"before\nhalf a line", BEGIN + b"of this case\nand no line end") == (
        "of this case",
        "and no line end",
    )
    assert lines_of(b"before\n" + BEGIN, b"this\n", case="size/another") == ()


@pytest.mark.parametrize("length", range(1, 40))
def test_a_mark_is_found_wherever_a_read_cuts_it(length: int) -> None:
    data = b"of the case before\n" + BEGIN + b"one\ntwo\n"
    assert lines_of(*(data[start : start + length] for start in range(0, len(data), length))) == ("one", "two")


def test_the_last_lines_are_kept_of_many() -> None:
    printed = b"".join(b"line %d\n" % number for number in range(100_000))
    assert lines_of(BEGIN, printed) == (LEFT_OUT, *(f"line {number}" for number in range(99_988, 100_000)))
    assert len(lines_of(BEGIN, b"x\n" * MOST_LINES)) == MOST_LINES


@pytest.mark.parametrize("before", [0, 5, 100_000])
@pytest.mark.parametrize("after", [0, 40, 100_000])
def test_the_line_that_names_the_error_is_kept_among_any_number_of_others(before: int, after: int) -> None:
    report = b"==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000011\n    #0 in f\n"
    rest = b"the rest\n" * after + b"SUMMARY: AddressSanitizer: heap-use-after-free f\n" + b"legend\n" * after
    data = BEGIN + b"chatter\n" * before + report + rest + b"==7==ABORTING\n"
    for size in (len(data), 1000):
        lines = lines_of(*(data[start : start + size] for start in range(0, len(data), size)))
        assert "==PID==ERROR: AddressSanitizer: heap-use-after-free on address ADDRESS" in lines
        assert "    #0 in f" in lines
        assert "SUMMARY: AddressSanitizer: heap-use-after-free f" in lines
        assert lines[-1] == "==PID==ABORTING"
        assert len([line for line in lines if line != LEFT_OUT]) <= ERROR_LINES + 1 + LAST_LINES


def test_a_carriage_return_ends_no_line() -> None:
    progress = b"ERROR: one\n" + b"10 %\r20 %\r30 %\n" * 20
    lines = lines_of(BEGIN, progress)
    assert lines == ("ERROR: one", *["10 %\r20 %\r30 %"] * 7, LEFT_OUT, *["10 %\r20 %\r30 %"] * 4)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (b"\xff\xfe\x1b[31m<b>\r\n", "\\xff\\xfe\x1b[31m<b>"),
        (b"\tat f\t(x)  \n", "    at f    (x)"),
        (b"y" * 10 * KEPT_BYTES, "y" * 300 + LEFT_OUT),
        (b"at 0x7f8a12345678, 0X, 0x0, 0x10, 0xc0000005 and 0xE06D7363\n", None),
        (b"Unhandled page fault at address 00006FFFFF8A1234\n", "Unhandled page fault at address ADDRESS"),
        (b"read access to 0000000000000000 at 7B01A2C4\n", "read access to 0000000000000000 at ADDRESS"),
        (b"20240131 decade defaced 1234567890\n", "20240131 decade defaced 1234567890"),
    ],
)
def test_a_line_is_text_of_bounded_length_that_does_not_change_from_run_to_run(
    printed: bytes, shown: str | None
) -> None:
    expected = shown or "at ADDRESS, 0X, 0x0, 0x10, 0xc0000005 and 0xE06D7363"
    assert lines_of(BEGIN, printed) == (expected,)


def run(library: Path, folder: Path, *arguments: str) -> stream.Stream:
    """The results of the one case against the library, which does not conform."""
    code = main(["run", str(library), "--select", CASE, "--out", str(folder), *arguments])
    assert code == ExitCode.NOT_CONFORMING
    return stream.read(results_below(folder))


def compiled(folder: Path, source: str, *options: str) -> Path:
    """A library of hostile/correct.h with this misbehave()."""
    file, library = folder / "library.cpp", folder / "libmine.so"
    file.write_text(f'#include "correct.h"\n#include <stdexcept>\nstatic void misbehave(void) {{ {source} }}\n')
    subprocess.run(["g++", "-w", "-shared", "-fPIC", *options, f"-I{HOSTILE}", file, "-o", library], check=True)
    return library


@pytest.mark.parametrize(
    ("source", "verdict", "says"),
    [
        ("void* block = malloc(9); free(block); free(block);", "crash", "free(): double free detected in tcache 2"),
        ('[]() noexcept { throw std::runtime_error("no heap is left"); }();', "crash", "  what():  no heap is left"),
        ('printf("by the standard output\\n"); _exit(3);', "crash", "by the standard output"),
        ('fputs("no line end", stdout); for (;;) pause();', "timeout", "no line end"),
    ],
)
def test_the_last_words_of_a_real_process_are_in_every_report(
    tmp_path: Path, source: str, verdict: str, says: str
) -> None:
    results = run(compiled(tmp_path, source), tmp_path / "out", "--timeout", "1")
    (case,) = results.cases
    assert (case.verdict, case.printed[-1]) == (verdict, says)
    for report in (console, html, junit, markdown, tap):
        assert says in report.render([results]).replace("&#x27;", "'"), report.__name__


def test_what_a_dll_prints_is_shown(tmp_path: Path) -> None:
    source, library = tmp_path / "mine.c", tmp_path / "mine.dll"
    prints = 'printf("no line end, "); fprintf(stderr, "an error\\n"); printf("\\033 last"); ExitProcess(7); return 0;'
    source.write_text(
        "#include <stdio.h>\n#include <windows.h>\n"
        f"__declspec(dllexport) DWORD WINAPI NetApiBufferAllocate(DWORD bytes, void** buffer) {{ {prints} }}\n"
    )
    compile_for_windows(library, source, "-shared")
    (case,) = run(library, tmp_path / "out", "--functions", "NetApiBufferAllocate").cases
    assert (case.verdict, case.printed) == ("crash", ("no line end, an error", "\x1b last"))


def test_the_report_of_an_address_sanitizer_is_shown(tmp_path: Path) -> None:
    library = compiled(tmp_path, "char* volatile p = (char*)malloc(9); free(p); p[1] = 2;", "-fsanitize=address", "-g")
    runtime = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout
    (case,) = run(library, tmp_path / "out", "--launcher", f"env LD_PRELOAD={runtime.strip()}").cases
    assert case.verdict == "crash"
    printed = "\n".join(case.printed)
    assert "ERROR: AddressSanitizer: heap-use-after-free on address ADDRESS" in printed
    assert "SUMMARY: AddressSanitizer: heap-use-after-free" in printed
    assert "in misbehave" in printed


def test_a_library_that_prints_its_reason_while_it_is_loaded_is_reported_with_it(tmp_path: Path) -> None:
    library = compiled(tmp_path, "", "-fsanitize=address")
    assert main(["run", str(library), "--select", CASE, "--out", str(tmp_path / "out")]) == ExitCode.CANNOT_RUN
    error = stream.read(results_below(tmp_path / "out")).footer.error
    assert error is not None and "ASan runtime does not come first" in error


def test_what_other_cases_printed_is_not_shown(tmp_path: Path) -> None:
    library = compiled(tmp_path, 'static int calls; printf("call %d\\n", ++calls); if (calls == 3) _exit(0);')
    selected = [f"--select={case}" for case in ("allocate/null-out-1*", "allocate/null-out-harms-nothing")]
    main(["run", str(library), *selected, "--jobs", "1", "--out", str(tmp_path / "out")])
    results = stream.read(results_below(tmp_path / "out"))
    assert [case.printed for case in results.cases] == [(), (), ("call 3",)]
