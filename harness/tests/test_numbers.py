"""A failure of a property says which byte of how many, what it had to be and what it was, and in which step."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from leaving_results import results_below
from mingw_command import compile_for_windows

from apibuf_cli.__main__ import main
from apibuf_reports import stream
from apibuf_reports.formats import console
from apibuf_reports.stream import Case

USERS = """
#include "users.hpp"
struct Faulty : CorrectUsers<Faulty> {};
EXPORT_ALL(Faulty)
EXPORT_USERS(Faulty)
EXPORTED Status STDCALL NetSessionEnum(const Character*, const Character*, const Character*, Dword, void** buffer,
                                       Dword, Dword* entries, Dword* total, Dword*) {
  *buffer = nullptr;
  *entries = 0;
  total[0] = total[1] = 0;
  return NERR_Success;
}
"""
FAULTS = Path(__file__).resolve().parents[2] / "conformance" / "faults"


def result(library: Path, case: str, folder: Path) -> Case:
    """What comes of one case, which fails."""
    main(["run", str(library), "--select", case, "--out", str(folder)])
    (found,) = [one for one in stream.read(results_below(folder)).cases if one.id == case]
    assert found.verdict == "fail"
    return found


@pytest.mark.parametrize(
    ("fault", "case", "reason", "expected", "actual"),
    [
        ("size-is-one-less", "size/at-least-requested-every-size", "size of a buffer of 1 bytes in", "at least 1", "0"),
        (
            "size-is-one-less",
            "reallocate/keeps-contents-three-thousand-grown",
            "size of a buffer that grew long ago in",
            "at least 90",
            "89",
        ),
        (
            "reallocate-loses-contents-at-65537",
            "reallocate/keeps-contents-around-large-edges",
            "byte 0 after Reallocate from",
            "",
            "",
        ),
        (
            "size-is-one-less",
            "size/at-least-requested-out-of-memory",
            "size of a buffer of 1 bytes, when memory is used up in",
            "at least 1",
            "0",
        ),
        (
            "free-refuses-reallocated-buffers",
            "reallocate/changes-size-doubling-to-16-mib",
            "NetApiBufferFree of a buffer of 16 bytes in",
            "NERR_Success (0)",
            "ERROR_INVALID_PARAMETER (87)",
        ),
        (
            "reallocate-copies-64-kib",
            "reallocate/changes-size-doubling-to-16-mib",
            "byte 65536 after Reallocate from 131072 to 262144 bytes in",
            "17",
            "0",
        ),
        (
            "ring-overtakes-live-buffers",
            "allocate/capacity-100000-live-buffers",
            "byte 0 of a buffer of 64 bytes, number 0 of 100000 live ones in",
            "",
            "",
        ),
        (
            "one-static-buffer",
            "size/all-usable-every-size",
            "byte 0 of the reported 1 bytes of one of two buffers of 1 bytes, after",
            "151",
            "46",
        ),
    ],
)
def test_sizes_and_bytes_are_numbers(
    tmp_path: Path,
    compile_fault: Callable[[str], Path],
    fault: str,
    case: str,
    reason: str,
    expected: str,
    actual: str,
) -> None:
    found = result(compile_fault(fault), case, tmp_path)
    assert found.reason.startswith(reason), found.reason
    if expected:
        assert (found.expected, found.actual) == (expected, actual)
    else:
        assert found.expected.isdecimal() and found.actual.isdecimal() and found.expected != found.actual


def test_a_random_sequence_is_reported_with_its_seed(tmp_path: Path, compile_fault: Callable[[str], Path]) -> None:
    case = result(compile_fault("reallocate-copies-all-but-one"), "reallocate/keeps-contents-random-sequence", tmp_path)
    seed = case.observations["seed"]
    assert f"in the random sequence of seed {seed}" in case.reason and " of " in case.reason
    report = console.render([stream.read(results_below(tmp_path))])
    assert f"seed  {seed}" in report


def test_the_out_parameter_beside_which_something_was_written_is_named(tmp_path: Path) -> None:
    source, library = tmp_path / "faulty.cpp", tmp_path / "faulty.so"
    source.write_text(USERS)
    includes = [f"-I{FAULTS / 'base'}", f"-I{FAULTS / 'base' / 'linux'}"]
    subprocess.run(["g++", "-std=c++20", "-shared", "-fPIC", *includes, source, "-o", library], check=True)
    case = result(library, "remote/system-allocates-enumerations-uninitialized", tmp_path / "out")
    assert "NetSessionEnum" in case.reason and "the words beside the total number of entries" in case.reason
    assert (case.expected, case.actual) == ("untouched", "written to, 4 bytes behind its beginning")


def test_what_is_found_after_a_step_has_a_step_of_its_own(tmp_path: Path, compile_fault: Callable[[str], Path]) -> None:
    case = result(compile_fault("size-is-one-less"), "size/at-least-requested-out-of-memory", tmp_path)
    assert [bool(step.failures) for step in case.steps] == [False] * (len(case.steps) - 1) + [True]
    assert case.steps[-1].text == "look at what came of it" and case.steps[-2].returned == "done"


AT_A_CLOSED_PAGE = r"""
#include <sys/mman.h>
#include <stddef.h>
enum { PAGE = 65536 };
unsigned NetApiBufferAllocate(unsigned bytes, void** buffer) {
  char* pages = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE);
  *buffer = PLACE;
  return 0;
}
unsigned NetApiBufferFree(volatile char* buffer) { return LOOK != 0; }
"""


GIVEN = "the buffer that the call was given, of 16 bytes"


@pytest.mark.parametrize(
    ("place", "look", "says"),
    [
        ("pages + PAGE", "buffer[-16]", f", 16 bytes before {GIVEN}"),
        ("pages + 2 * PAGE - bytes", "buffer[16]", f", at the end of {GIVEN}"),
        ("pages + 2 * PAGE - bytes", "buffer[19]", f", 3 bytes behind the end of {GIVEN}"),
        ("pages + 2 * PAGE - bytes", "buffer[9999]", ""),
        ("pages + 2 * PAGE - 8", "0", ", at byte 8 of a live buffer of 16 bytes"),
        ("pages + PAGE", "((volatile char*)0)[40]", ", 40 bytes behind NULL"),
        ("pages + PAGE", "((volatile char*)0)[-8]", ", 8 bytes before NULL"),
    ],
)
def test_where_an_address_lies_that_could_not_be_used(tmp_path: Path, place: str, look: str, says: str) -> None:
    source, library = tmp_path / "mine.c", tmp_path / "libmine.so"
    source.write_text(AT_A_CLOSED_PAGE)
    options = [f"-DPLACE={place}", f"-DLOOK={look}"]
    subprocess.run(["gcc", "-shared", "-fPIC", *options, source, "-o", library], check=True)
    main(["run", str(library), "--select", "free/allocated-16-bytes", "--out", str(tmp_path / "out")])
    (case,) = stream.read(results_below(tmp_path / "out")).cases
    assert (case.verdict, case.actual) == ("crash", f"the process died of SIGSEGV{says}")


def test_what_lies_beside_a_buffer_that_was_freed_has_nothing_to_do_with_it(tmp_path: Path) -> None:
    source, library = tmp_path / "mine.c", tmp_path / "libmine.so"
    source.write_text(f"static volatile char* before;\n{AT_A_CLOSED_PAGE}")
    options = ["-DPLACE=pages + 2 * PAGE - bytes", "-DLOOK=(before != 0 ? before[64] : (before = buffer, 0))"]
    subprocess.run(["gcc", "-shared", "-fPIC", *options, source, "-o", library], check=True)
    main(["run", str(library), "--select", "free/allocated-again-and-again", "--out", str(tmp_path / "out")])
    (case,) = stream.read(results_below(tmp_path / "out")).cases
    assert (case.verdict, case.actual) == ("crash", "the process died of SIGSEGV")


def test_an_address_may_lie_in_a_buffer_that_was_freed(tmp_path: Path, compile_fault: Callable[[str], Path]) -> None:
    library, asked = compile_fault("reallocate-frees-before-it-copies"), "reallocate/changes-size-65536-to-16"
    main(["run", str(library), "--select", asked, "--out", str(tmp_path)])
    (case,) = stream.read(results_below(tmp_path)).cases
    assert case.actual == "the process died of SIGSEGV, at byte 0 of the buffer that the call was given, of 65536 bytes"


HANGS_IN_OTHER_THREADS = """
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_t first;
static void hang_in_others(void) { while (!pthread_equal(pthread_self(), first)) pause(); }
unsigned NetApiBufferAllocate(unsigned bytes, void** buffer) {
  if (!first) first = pthread_self();
  *buffer = malloc(bytes);
  return 0;
}
unsigned NetApiBufferFree(void* buffer) { hang_in_others(); free(buffer); return 0; }
unsigned NetApiBufferSize(void* buffer, unsigned* bytes) { hang_in_others(); return 0; }
"""


@pytest.mark.parametrize(
    ("case", "function", "says"),
    [
        (
            "any-thread-one-buffer-measured-at-once",
            "Size",
            "all 4 threads were in {0}: 4 in {0} of a buffer of 1000 bytes",
        ),
        ("gives-memory-back-from-thread-to-thread", "Free", "another thread was in {0} of a buffer of 1000 bytes"),
    ],
)
def test_a_hang_of_threads_names_the_call_that_they_are_in(tmp_path: Path, case: str, function: str, says: str) -> None:
    source, library = tmp_path / "mine.c", tmp_path / "libmine.so"
    source.write_text(HANGS_IN_OTHER_THREADS)
    subprocess.run(["gcc", "-shared", "-fPIC", source, "-o", library], check=True)
    main(["run", str(library), "--select", f"free/{case}", "--timeout", "2", "--out", str(tmp_path / "out")])
    (found,) = stream.read(results_below(tmp_path / "out")).cases
    name = f"NetApiBuffer{function}"
    assert (found.verdict, found.expected) == ("timeout", f"{name} returns")
    assert says.format(name) in found.actual


CRASHES_WHILE_OTHERS_CALL = """
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
static atomic_int measured;
unsigned NetApiBufferAllocate(unsigned bytes, void** buffer) { *buffer = malloc(bytes); return 0; }
unsigned NetApiBufferFree(void* buffer) { free(buffer); return 0; }
unsigned NetApiBufferReallocate(void* old, unsigned bytes, void** buffer) { *buffer = realloc(old, bytes); return 0; }
unsigned NetApiBufferSize(void* buffer, unsigned* bytes) {
  if (measured++ == 0) usleep(20000), abort();
  *bytes = malloc_usable_size(buffer);
  return 0;
}
"""


def test_a_crash_in_one_of_many_threads_names_the_call_of_that_one(tmp_path: Path) -> None:
    source, library = tmp_path / "mine.c", tmp_path / "libmine.so"
    source.write_text(CRASHES_WHILE_OTHERS_CALL)
    subprocess.run(["gcc", "-shared", "-fPIC", source, "-o", library], check=True)
    main(["run", str(library), "--select", "free/any-thread-short-cycles-exchanged", "--out", str(tmp_path / "out")])
    (case,) = stream.read(results_below(tmp_path / "out")).cases
    assert (case.verdict, case.expected) == ("crash", "NetApiBufferSize returns")
    assert case.actual == "the process died of SIGABRT"


@pytest.mark.parametrize(
    ("harm", "status"),
    [("ends_its_thread", 7), ("overflows_its_stack", None), ("closes_its_channel_and_exits_late", 0)],
)
def test_a_windows_process_ends_though_a_thread_of_its_worker_looks_on(
    tmp_path: Path, harm: str, status: int | None
) -> None:
    source = Path(__file__).with_name("hostile_windows.c")
    library = compile_for_windows(tmp_path / "mine.dll", source, "-w", "-O1", "-shared", f"-DHARM={harm}")
    main(["run", str(library), "--select", "free/null-once", "--out", str(tmp_path)])
    (case,) = stream.read(results_below(tmp_path)).cases
    assert case.verdict == "crash"
    assert status is None or f"exit code {status}" in case.actual


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("0xC0000005", "access violation (STATUS_ACCESS_VIOLATION)"),
        ("0xE06D7363", "an uncaught C++ exception (0xE06D7363)"),
        ("0xE0001234", "exception 0xE0001234"),
    ],
)
def test_an_exception_of_windows_has_its_name_or_number(tmp_path: Path, code: str, says: str) -> None:
    source, library = tmp_path / "mine.c", tmp_path / "mine.dll"
    source.write_text(
        "#include <windows.h>\n__declspec(dllexport) DWORD WINAPI NetApiBufferFree(void* buffer) "
        f"{{ RaiseException({code}, 0, 0, NULL); return 0; }}\n"
    )
    compile_for_windows(library, source, "-shared")
    main(["run", str(library), "--select", "free/null-once", "--functions", "NetApiBufferFree", "--out", str(tmp_path)])
    (case,) = stream.read(results_below(tmp_path)).cases
    assert (case.verdict, case.actual) == ("crash", f"the process died of {says}")
