"""What a library needs to be loaded, is named, and does at its end; run through the command line."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from leaving_results import results_below
from mingw_command import compile_for_windows

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_runner import static_tls
from apibuf_setup import dependencies, prepare

SOURCE = Path(__file__).with_name("implementation.c")
FORWARDED = ("NetApiBufferAllocate", "NetApiBufferFree", "NetApiBufferReallocate", "NetApiBufferSize")
DLL = r"""
#include <windows.h>
#define EXPORT __declspec(dllexport) DWORD WINAPI
EXPORT NetApiBufferAllocate(DWORD bytes, void** buffer) {
  if (buffer == NULL) return ERROR_INVALID_PARAMETER;
  *buffer = HeapAlloc(GetProcessHeap(), 0, bytes);
  return *buffer != NULL ? 0 : ERROR_NOT_ENOUGH_MEMORY;
}
EXPORT NetApiBufferFree(void* buffer) { if (buffer != NULL) HeapFree(GetProcessHeap(), 0, buffer); return 0; }
EXPORT NetApiBufferReallocate(void* old, DWORD bytes, void** buffer) {
  *buffer = old != NULL ? HeapReAlloc(GetProcessHeap(), 0, old, bytes) : HeapAlloc(GetProcessHeap(), 0, bytes);
  return *buffer != NULL ? 0 : ERROR_NOT_ENOUGH_MEMORY;
}
EXPORT NetApiBufferSize(void* buffer, DWORD* bytes) { *bytes = (DWORD)HeapSize(GetProcessHeap(), 0, buffer); return 0; }
"""
REFUSING_DLL = "".join(f"__declspec(dllexport) unsigned {name}(void) {{ return 50; }}\n" for name in FORWARDED)


def run(library: Path, folder: Path, *patterns: str) -> tuple[int, dict[str, stream.Case]]:
    """The exit code of a run of some cases, and their results by id."""
    selection = [word for pattern in patterns for word in ("--select", pattern)]
    code = main(["run", str(library), "--out", str(folder), "--timeout", "20", *selection])
    return code, {case.id: case for case in stream.read(results_below(folder)).cases}


def make_dll(file: Path, source: str = DLL, *options: str | Path) -> Path:
    file.parent.mkdir(exist_ok=True)
    text = file.with_suffix(".c")
    text.write_text(source)
    compile_for_windows(file, text, "-shared", *options)
    text.unlink()
    return file


def make_forwarder(file: Path, module: str) -> Path:
    definitions = file.with_suffix(".def")
    definitions.write_text("EXPORTS\n" + "".join(f"{name}={module}.{name}\n" for name in FORWARDED))
    return make_dll(file, "int unused;\n", definitions, "-nostdlib", "-Wl,-e,0")


def test_exports_forwarded_to_the_netutils_beside_are_served_by_it(tmp_path: Path) -> None:
    make_dll(tmp_path / "x" / "netutils.dll")
    library = make_forwarder(tmp_path / "x" / "netapi32.dll", "netutils")
    assert [file.name for file in dependencies.beside(library)] == ["netutils.dll"]
    code, cases = run(library, tmp_path / "out", "free/null-once", "abi/netutils-frees-netapi32-buffer")
    assert {case.verdict for case in cases.values()} == {"pass"}
    assert code == ExitCode.OK


def test_exports_forwarded_through_any_other_dll_beside_are_followed(tmp_path: Path) -> None:
    make_dll(tmp_path / "x" / "engine.dll")
    make_forwarder(tmp_path / "x" / "middle.dll", "engine")
    library = make_forwarder(tmp_path / "x" / "mine.dll", "middle")
    assert {file.name for file in dependencies.beside(library)} == {"middle.dll", "engine.dll"}
    code, _ = run(library, tmp_path / "out", "free/null-once", "allocate/succeeds-*")
    assert code == ExitCode.OK


def test_a_forwarder_that_leads_nowhere_is_named_with_its_dll(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = make_forwarder(tmp_path / "mine.dll", "nowhere")
    code, _ = run(library, tmp_path / "out", "free/null-once")
    output = " ".join(capsys.readouterr().out.split())
    assert code == ExitCode.CANNOT_RUN
    assert "NetApiBufferAllocate is forwarded to nowhere.NetApiBufferAllocate, and nowhere.dll was not found" in output
    assert "exports none of" not in output


def test_an_import_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    helper = make_dll(tmp_path / "helper.dll", "__declspec(dllexport) int help(void) { return 1; }\n")
    using = DLL + "__declspec(dllimport) int help(void); __declspec(dllexport) int use(void) { return help(); }\n"
    library = make_dll(tmp_path / "mine.dll", using, helper)
    helper.unlink()
    code, _ = run(library, tmp_path / "out", "free/null-once")
    assert code == ExitCode.CANNOT_RUN
    assert "it needs helper.dll, which was not found" in " ".join(capsys.readouterr().out.split())


def test_an_import_of_an_import_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = make_dll(tmp_path / "engine.dll", "__declspec(dllexport) int drive(void) { return 1; }\n")
    helping = "__declspec(dllimport) int drive(void); __declspec(dllexport) int help(void) { return drive(); }\n"
    helper = make_dll(tmp_path / "helper.dll", helping, engine)
    using = DLL + "__declspec(dllimport) int help(void); __declspec(dllexport) int use(void) { return help(); }\n"
    library = make_dll(tmp_path / "mine.dll", using, helper)
    engine.unlink()
    assert run(library, tmp_path / "out", "free/null-once")[0] == ExitCode.CANNOT_RUN
    output = " ".join(capsys.readouterr().out.split())
    assert "LoadLibraryEx failed with ERROR_MOD_NOT_FOUND (126)" in output
    assert "it needs helper.dll, and it needs engine.dll, which was not found" in output


def test_a_dll_that_refuses_to_be_loaded_is_named_with_the_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refuses = "BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, LPVOID unused) { return FALSE; }\n"
    library = make_dll(tmp_path / "mine.dll", DLL + refuses)
    assert run(library, tmp_path / "out", "free/null-once")[0] == ExitCode.CANNOT_RUN
    assert "failed with ERROR_DLL_INIT_FAILED (1114)" in " ".join(capsys.readouterr().out.split())


def test_a_library_that_cannot_be_loaded_is_one_sentence_and_one_result_for_each_case(
    dependent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dependent.with_name("libhelp.so").unlink()
    code, cases = run(dependent, tmp_path / "out")
    output = capsys.readouterr().out
    assert code == ExitCode.CANNOT_RUN
    assert len(cases) > 400 and {case.verdict for case in cases.values()} == {"not-run"}
    assert " ".join(output.split()).count("libhelp.so: cannot open shared object file") == 1
    assert len(output.splitlines()) < 15
    assert "free/null-once" not in output


def test_cases_about_netutils_are_unsupported_where_there_is_none_whatever_the_library_answers(tmp_path: Path) -> None:
    _, cases = run(make_dll(tmp_path / "mine.dll", REFUSING_DLL), tmp_path / "out", "abi/netutils-*")
    assert {case.verdict for case in cases.values()} == {"unsupported"}


@pytest.mark.parametrize(
    ("further", "cause"),
    [
        (
            "BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, LPVOID unused) { return FALSE; }\n",
            "ERROR_DLL_INIT_FAILED",
        ),
        (
            "__declspec(dllimport) int help(void); __declspec(dllexport) int use(void) { return help(); }\n",
            "it needs helper.dll, which was not found",
        ),
    ],
)
def test_each_case_about_a_netutils_that_cannot_be_loaded_is_unsupported(
    further: str, cause: str, tmp_path: Path
) -> None:
    helper = make_dll(tmp_path / "helper.dll", "__declspec(dllexport) int help(void) { return 1; }\n")
    make_dll(tmp_path / "x" / "netutils.dll", DLL + further, helper)
    helper.unlink()
    _, cases = run(make_dll(tmp_path / "x" / "netapi32.dll"), tmp_path / "out", "abi/netutils-*")
    assert {(case.verdict, case.flaky) for case in cases.values()} == {("unsupported", False)}
    assert all(cause in case.reason for case in cases.values()), cases


@pytest.mark.parametrize("name", ["né.dll", "日本.dll", "a folder 😀/mine.dll"])
def test_a_dll_may_have_any_name(tmp_path: Path, name: str) -> None:
    code, _ = run(make_dll(tmp_path / name), tmp_path / "out", "free/null-once", "allocate/succeeds-1-byte")
    assert code == ExitCode.OK


def test_a_dll_may_have_any_name_in_every_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert run(make_dll(tmp_path / "日本.dll"), tmp_path / "out", "free/null-once")[0] == ExitCode.OK


@pytest.mark.parametrize("name", [b"n\xc3\xa9.so", b"a folder \xf0\x9f\x98\x80.so", b"n\xe9\xff.so"])
def test_a_shared_object_may_have_any_name(compile_library: Callable[[], Path], tmp_path: Path, name: bytes) -> None:
    library = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    shutil.copy(compile_library(), library)
    code, _ = run(library, tmp_path / "out", "free/null-once")
    assert code == ExitCode.OK


@pytest.fixture
def dependent(tmp_path: Path) -> Path:
    """A shared object that needs another one, which has no name of its own, from its folder."""
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "help.c").write_text("int help(void) { return 1; }\n")
    (folder / "mine.c").write_text(f'#include "{SOURCE}"\nint help(void);\nint use(void) {{ return help(); }}\n')
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "libhelp.so", folder / "help.c"], check=True)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-DNONE", "-o", folder / "mine.so", folder / "mine.c", "-L", folder, "-lhelp"],
        check=True,
    )
    return folder / "mine.so"


def test_what_a_shared_object_needs_is_taken_from_its_folder(dependent: Path, tmp_path: Path) -> None:
    assert run(dependent, tmp_path / "out", "free/null-once")[0] == ExitCode.OK


def test_what_a_shared_object_needs_and_is_not_there_is_named(
    dependent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dependent.with_name("libhelp.so").unlink()
    assert run(dependent, tmp_path / "out", "free/null-once")[0] == ExitCode.CANNOT_RUN
    assert "libhelp.so: cannot open shared object file" in " ".join(capsys.readouterr().out.split())


def bare(library: Path, case: str) -> subprocess.CompletedProcess[str]:
    command = [prepare.worker("linux-x86_64"), f"--target={library}", f"-tc={case}"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_worker_without_a_host_finds_what_lies_beside_a_library(dependent: Path) -> None:
    assert bare(dependent, "free/null-once").returncode == ExitCode.OK


def test_thread_variables_of_64_kib_have_room(
    compile_fault: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.arena_max=2")
    library = compile_fault("thread-variables-of-64-kib")
    assert run(library, tmp_path / "out", "free/null-once")[0] == ExitCode.OK
    assert bare(library, "free/null-once").returncode == ExitCode.OK


def test_more_room_keeps_the_tunables_of_the_user() -> None:
    first = static_tls.with_more_room({"GLIBC_TUNABLES": "glibc.malloc.arena_max=2"})
    assert first == {"GLIBC_TUNABLES": "glibc.malloc.arena_max=2:glibc.rtld.optional_static_tls=4096"}
    second = static_tls.with_more_room(first)
    assert second == {"GLIBC_TUNABLES": "glibc.malloc.arena_max=2:glibc.rtld.optional_static_tls=8192"}
    assert static_tls.with_more_room({"GLIBC_TUNABLES": "glibc.rtld.optional_static_tls=1048576"}) is None


UNLOADED, ENDED = "abi/unloads-after-use", "abi/ends-with-its-process-after-use"


@pytest.mark.parametrize(
    ("at_the_end", "how"),
    [("", "normally"), ("__builtin_trap();", "crash"), ("for (;;) pause();", "timeout"), ("_exit(3);", "crash")],
)
def test_how_a_library_ends_is_observed(tmp_path: Path, at_the_end: str, how: str) -> None:
    source = tmp_path / "ends.c"
    source.write_text(
        f'#include "{SOURCE}"\n#include <unistd.h>\n'
        f"__attribute__((destructor)) static void at_the_end(void) {{ {at_the_end} }}\n"
    )
    library = tmp_path / "ends.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-DNONE", "-o", library, source], check=True)
    main(
        ["run", str(library), "--out", str(tmp_path / "out"), "--timeout", "2", "--select", UNLOADED, "--select", ENDED]
    )
    results = stream.read(results_below(tmp_path / "out"))
    cases = {case.id: case for case in results.cases}
    assert {case.verdict for case in cases.values()} == {"observed"}
    assert {name: case.observations["ended"] for name, case in cases.items()} == {UNLOADED: how, ENDED: how}
    if how == "normally":
        assert cases[UNLOADED].observations["library"] == "unloaded"


def test_a_thread_that_an_unloaded_library_left_behind_is_waited_for(tmp_path: Path) -> None:
    source = tmp_path / "leaves_a_thread.c"
    source.write_text(
        f"""#include "{SOURCE}"
        #include <pthread.h>
        #include <unistd.h>
        static void *sleep_and_return(void *unused) {{ usleep(50000); return unused; }}
        __attribute__((constructor)) static void start(void) {{
          pthread_t thread;
          pthread_create(&thread, 0, sleep_and_return, 0);
        }}
        """
    )
    library = tmp_path / "leaves_a_thread.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-DNONE", "-o", library, source], check=True)
    main(["run", str(library), "--out", str(tmp_path / "out"), "--select", UNLOADED])
    (case,) = stream.read(results_below(tmp_path / "out")).cases
    assert case.observations["ended"] == "crash"


@pytest.mark.parametrize(
    ("failing_starts", "expected", "starts"),
    # The worker that finds out what the library exports runs the case as well.
    [(2, ExitCode.OK, 3), (9, ExitCode.CANNOT_RUN, 3)],
)
def test_a_launcher_that_fails_at_times_is_tried_again(
    tmp_path: Path, compile_library: Callable[..., Path], failing_starts: int, expected: ExitCode, starts: int
) -> None:
    launcher = tmp_path / "launcher"
    count = f'cd "{tmp_path}"; echo >> starts; [ $(wc -l < starts) -gt {failing_starts} ] || exit 1'
    launcher.write_text(f'#!/bin/sh\n({count}) || exit 1\nexec "$@"\n')
    launcher.chmod(0o755)
    arguments = ["--launcher", str(launcher), "--select", "size/null-buffer-once", "--jobs", "1"]
    assert main(["run", str(compile_library()), *arguments, "--out", str(tmp_path / "out")]) == expected
    assert len((tmp_path / "starts").read_text().splitlines()) == starts
