"""What is printed as the command that runs a case again does so where it is pasted: in a shell, in whatever folder."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from leaving_results import results_below
from mingw_command import compile_for_windows
from msgspec.structs import replace

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_reports import stream, wording
from apibuf_reports.stream import Stream
from apibuf_reports.text import windows_word

CASE = "allocate/null-out-1-byte"
MORE_CASES = {
    "format": 1,
    "notes": {},
    "cases": [
        {
            "id": "free/mine-of-this-file",
            "title": "A case of this file",
            "requirements": ["free/null"],
            "steps": [
                {"call": "NetApiBufferFree", "arguments": {"Buffer": None}, "expect": {"status": "NERR_Success"}}
            ],
        }
    ],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, whose name a shell would take apart."""
    made = tmp_path / 'it\'s a $HOME & "more"'
    made.mkdir()
    monkeypatch.chdir(made)
    return made


def ran(arguments: list[str], out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Stream, str]:
    """What came of a run of one case that fails, and the command that was printed for it."""
    assert main(["run", *arguments, "--out", str(out)]) == ExitCode.NOT_CONFORMING
    printed = capsys.readouterr().out
    (command,) = [line.partition("run again")[2].strip() for line in printed.splitlines() if "run again" in line]
    return stream.read(results_below(out)), command


def in_a_shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command], cwd="/", capture_output=True, text=True, check=False)


def pasted(command: str, out: Path) -> Stream:
    """What comes of the command in a shell that is elsewhere. Its results go to a folder of the test."""
    done = subprocess.run(
        ["bash", "-c", f"{command} --out '{out}'"], cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == ExitCode.NOT_CONFORMING, done.stdout + done.stderr
    return stream.read(results_below(out))


def check_same(first: Stream, second: Stream) -> None:
    """The second run tested the same in the same way, with the same result."""
    for name in ("launcher", "vectors", "wine", "wine_program"):
        assert first.header.environment.get(name) == second.header.environment.get(name)
    assert first.header.target == second.header.target
    assert first.header.profile == second.header.profile
    assert first.header.selection.functions == second.header.selection.functions
    assert first.header.rerun == second.header.rerun
    results = [[(case.id, case.verdict, case.actual, case.reason) for case in one.cases] for one in (first, second)]
    assert results[0] == results[1]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([], id="a path alone"),
        pytest.param(["--functions", "NetApiBufferAllocate,NetApiBufferFree"], id="--functions"),
        pytest.param(["--profile", "windows"], id="--profile"),
        pytest.param(["--launcher", 'env "A_VARIABLE=it\'s \\$HOME"'], id="--launcher"),
    ],
)
def test_with_a_library_and_an_option(
    folder: Path,
    tmp_path: Path,
    compile_library: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    shutil.copy(compile_library("EXIT"), folder / "libmine.so")
    first, command = ran(["./libmine.so", "--select", CASE, *options], tmp_path / "first", capsys)
    check_same(first, pasted(command, tmp_path / "second"))


def test_with_a_launcher_in_this_folder(
    folder: Path, tmp_path: Path, compile_library: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    launcher = folder / "launcher"
    launcher.write_text('#!/bin/sh\nshift\nexec "$@"\n')
    launcher.chmod(0o755)
    arguments = [str(compile_library("EXIT")), "--select", CASE, "--launcher", "./launcher 'an argument'"]
    first, command = ran(arguments, tmp_path / "first", capsys)
    second = pasted(command, tmp_path / "second")
    assert second.header.environment["launcher"] == shlex.join([str(launcher), "an argument"])
    assert [case.verdict for case in second.cases] == [case.verdict for case in first.cases]


def test_with_a_limit(
    folder: Path, tmp_path: Path, compile_library: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(compile_library("HANG")), "--select", CASE, "--timeout", "0.5"]
    first, command = ran(arguments, tmp_path / "first", capsys)
    second = pasted(command, tmp_path / "second")
    check_same(first, second)
    assert "--timeout 0.5" in second.cases[0].reason


def test_with_cases_of_a_file(
    folder: Path, tmp_path: Path, compile_library: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "my cases.json").write_text(json.dumps(MORE_CASES))
    arguments = [str(compile_library("EXIT")), "--vectors", "my cases.json", "--select", "free/mine-*"]
    first, command = ran(arguments, tmp_path / "first", capsys)
    check_same(first, pasted(command, tmp_path / "second"))
    shown = in_a_shell(f" {first.cases[0].id} ".join(wording.repro_parts(first)))
    assert shown.returncode == ExitCode.OK and "int main(" in shown.stdout, shown.stderr


def test_with_a_wine_and_a_dll(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "it's here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    source = folder / "mine.c"
    source.write_text(
        "#include <windows.h>\n"
        "__declspec(dllexport) DWORD WINAPI NetApiBufferAllocate(DWORD bytes, void** buffer) { return 1; }\n"
    )
    compile_for_windows(folder / "mine.dll", source, "-shared")
    program = shutil.which("wine")
    assert program is not None
    first, command = ran(["mine.dll", "--select", CASE, "--wine", program], tmp_path / "first", capsys)
    assert f"--wine {program}" in command
    check_same(first, pasted(command, tmp_path / "second"))


def test_with_a_finding_of_fuzz(
    folder: Path, tmp_path: Path, compile_fault: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(compile_fault("size-is-one-less"), folder / "libmine.so")
    fuzz = ["fuzz", "./libmine.so", "--seed", "1", "--out", "found here.json", "--timeout", "7"]
    assert main([*fuzz, "--launcher", "env A=1"]) == ExitCode.NOT_CONFORMING
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "run again" in line]
    assert pasted(line.partition("run again")[2].strip(), tmp_path / "out").header.environment["launcher"] == "env A=1"


@pytest.mark.parametrize("name", [b"n\xe9\xff\\'.so", "日本 😀.so".encode(), b"-x.so"])
def test_with_a_name_of_any_bytes(
    folder: Path, tmp_path: Path, compile_library: Callable[..., Path], capsys: pytest.CaptureFixture[str], name: bytes
) -> None:
    library = folder / os.fsdecode(name)
    shutil.copy(compile_library("EXIT"), library)
    formats = [f"--format={kind}" for kind in ("html", "markdown", "json", "tap", "console")]
    first, command = ran([f"./{os.fsdecode(name)}", "--select", CASE, *formats], tmp_path / "first", capsys)
    assert command.isascii()
    check_same(first, pasted(command, tmp_path / "second"))


def test_results_and_files_may_have_names_of_any_bytes(tmp_path: Path, compile_library: Callable[..., Path]) -> None:
    folder = tmp_path / os.fsdecode(b"n\xe9\xff")
    folder.mkdir()
    (folder / "cases.json").write_text(json.dumps(MORE_CASES))
    program = project.ROOT / "harness" / "apibuf"
    run = [program, "run", compile_library("EXIT"), "--out", folder, "--vectors", folder / "cases.json"]
    done = subprocess.run([*run, "--select", "free/mine-*", "--format", "html"], capture_output=True, check=False)
    assert done.returncode == ExitCode.NOT_CONFORMING, done.stderr
    report = [program, "report", results_below(folder), "--format", "html", "--out", folder / "page.html"]
    assert subprocess.run(report, check=False).returncode == ExitCode.OK
    assert (folder / "page.html").exists()


def test_in_the_folder_of_the_suite_the_command_is_short(
    tmp_path: Path, compile_library: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.ROOT)
    main(["run", str(compile_library("EXIT")), "--select", CASE, "--out", str(tmp_path)])
    read = stream.read(results_below(tmp_path))
    assert wording.replay_command(read, read.cases[0]).startswith("harness/apibuf run /")


def test_an_old_stream_names_its_target_and_its_wine(tmp_path: Path, compile_library: Callable[..., Path]) -> None:
    main(["run", str(compile_library("EXIT")), "--select", CASE, "--out", str(tmp_path)])
    read = stream.read(results_below(tmp_path))
    head = replace(read.header, rerun=(), environment={"wine_program": "/a wine"})
    old = replace(read, header=head)
    target = read.header.target.word
    assert wording.replay_command(old, old.cases[0]) == f"harness/apibuf run {target} --wine '/a wine' --select {CASE}"


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("C:\\suite\\mine.dll", "C:\\suite\\mine.dll"),
        ("free/null-*", "free/null-*"),
        ("C:\\My Files\\", '"C:\\My Files\\\\"'),
        ("a & b | c", '"a & b | c"'),
        ('say "it"', '"say \\"it\\""'),
        ('a\\"b', '"a\\\\\\"b"'),
        ("日本.dll", '"日本.dll"'),
        ("", '""'),
    ],
)
def test_a_word_for_windows_is_quoted_as_its_programs_take_it_apart(word: str, quoted: str) -> None:
    assert windows_word(word) == quoted


def test_what_windows_makes_of_such_a_word_is_the_word(tmp_path: Path) -> None:
    """The line goes through cmd.exe and to a program, of Wine."""
    # cmd.exe takes every quotation mark for a beginning or an end, so words that hold one come last.
    words = ["C:\\My Files\\", "x & y", "", "é ☃", "a\\\\b c\\\\", 'a\\"b', 'say "it"']
    source, program = tmp_path / "words.c", tmp_path / "words.exe"
    source.write_text(
        "#include <stdio.h>\n#include <stdlib.h>\n#include <windows.h>\n#include <shellapi.h>\n"
        "int main(int count, char** unused) {\n"
        "  wchar_t line[999] = {0}; char text[999] = {0};\n"
        "  if (count == 1) {\n"
        '    fread(text, 1, 998, fopen("line.txt", "rb"));\n'
        "    MultiByteToWideChar(CP_UTF8, 0, text, -1, line, 999);\n"
        "    return _wsystem(line);\n"
        "  }\n"
        "  LPWSTR* words = CommandLineToArgvW(GetCommandLineW(), &count);\n"
        "  for (int i = 1; i < count; ++i) {\n"
        "    WideCharToMultiByte(CP_UTF8, 0, words[i], -1, text, 999, 0, 0);\n"
        '    printf("%s\\n", text);\n'
        "  }\n"
        "  return 0;\n"
        "}\n"
    )
    compile_for_windows(program, source, "-lshell32")
    (tmp_path / "line.txt").write_bytes(f"words.exe {' '.join(map(windows_word, words))}".encode())
    command = [project.ROOT / "harness" / "apibuf", "wine", "windows-x86_64", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode().replace("\r", "").split("\n")[:-1] == words
