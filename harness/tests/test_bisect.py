"""`apibuf bisect`: what it answers for a commit, and a bisection by git with the commands of the README."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from git_command import git
from leaving_results import results_below
from msgspec import structs

from apibuf_cli.__main__ import main
from apibuf_cli.commands.bisect import ADDED_TO_ERRORS
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_pipeline import bisection
from apibuf_pipeline.bisection import Answer
from apibuf_reports import stream

LAUNCHER = project.ROOT / "harness" / "apibuf"
RIGHT = (Path(__file__).parent / "cmake_example" / "mine.c").read_text(encoding="utf-8")
MAKEFILE = "libmine.so: mine.c\n\tgcc -shared -fPIC -O1 -o $@.new $< && mv $@.new $@\n"
DOES_NOT_COMPILE = RIGHT.replace("#include <stdint.h>\n", "")
CANNOT_BE_LOADED = RIGHT.replace(
    "uint32_t NetApiBufferAllocate",
    "void missing(void);\n__attribute__((constructor)) void start(void) { missing(); }\nuint32_t NetApiBufferAllocate",
)
WRONG_SIZE = f"#define BROKEN\n{RIGHT}"
CRASHES = WRONG_SIZE.replace("if (buffer != NULL) free", "free")
COMMITS = (
    RIGHT,
    f"// A comment.\n{RIGHT}",
    DOES_NOT_COMPILE,
    CANNOT_BE_LOADED,
    f"// Another one.\n{RIGHT}",
    WRONG_SIZE,
    CRASHES,
    f"// A third one.\n{CRASHES}",
)
FIRST_BAD = 5
LINES = re.findall(
    r"^git bisect run (.*libmine.so.*)$", (project.ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of eight commits; the sixth breaks Size."""
    folder = tmp_path / "mine"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "Makefile").write_text(MAKEFILE)
    (folder / ".gitignore").write_text("*.so\n*.new\n")
    for number, source in enumerate(COMMITS):
        (folder / "mine.c").write_text(source)
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", f"change {number}")
    return folder


def library(folder: Path, source: str, name: str = "libmine.so") -> Path:
    """Compiles a library."""
    (folder / "mine.c").write_text(source)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", folder / name, folder / "mine.c"], check=True)
    return folder / name


@pytest.mark.parametrize("line", LINES)
def test_the_commands_of_the_readme_find_the_first_bad_commit(line: str, repository: Path, tmp_path: Path) -> None:
    good = library(tmp_path, RIGHT, "good.so")
    main(["run", str(good), "--select", "size/*", "--out", str(tmp_path / "good")])
    (results,) = (tmp_path / "good").rglob("results.jsonl")
    line = line.replace("PATH_OF_SUITE/harness/apibuf", shlex.quote(str(LAUNCHER)))
    line = line.replace("GOOD_RESULTS", shlex.quote(str(results)))
    git(repository, "bisect", "start", "HEAD", "HEAD~7")
    output = git(repository, "bisect", "run", *shlex.split(line))
    first_bad = git(repository, "rev-parse", f"main~{len(COMMITS) - 1 - FIRST_BAD}").strip()
    assert f"{first_bad} is the first bad commit" in output
    assert "good" in output and "bad" in output


def test_what_was_not_run_with_the_good_commit_either_decides_nothing() -> None:
    wine = stream.read(project.ROOT / "reports" / "published" / "wine" / "results.jsonl")
    assert any(case.verdict == stream.Verdict.NOT_RUN for case in wine.cases)
    assert bisection.judge(wine, wine).answer is Answer.GOOD
    cases = [
        structs.replace(case, verdict=stream.Verdict.PASS) if case.verdict == stream.Verdict.NOT_RUN else case
        for case in wine.cases
    ]
    assert bisection.judge(wine, structs.replace(wine, cases=tuple(cases))).answer is Answer.CANNOT_TELL


def test_the_cases_of_the_good_commit_are_run(tmp_path: Path) -> None:
    one = library(tmp_path, RIGHT)
    main(["run", str(one), "--select", "size/null-buffer-once", "--out", str(tmp_path / "good")])
    good = results_below(tmp_path / "good")
    assert main(["bisect", str(one), "--against", str(good), "--out", str(tmp_path / "out")]) == Answer.GOOD
    assert [case.id for case in stream.read(results_below(tmp_path / "out")).cases] == ["size/null-buffer-once"]


def test_there_is_a_command_by_cases_and_one_by_results() -> None:
    assert [re.findall(r"--(?:select|against)", line) for line in LINES] == [["--select"], ["--against"]]


@pytest.mark.parametrize(
    ("source", "answer"),
    [(RIGHT, Answer.GOOD), (WRONG_SIZE, Answer.BAD), (CANNOT_BE_LOADED, Answer.CANNOT_TELL)],
)
def test_a_commit_is_judged_by_its_library(source: str, answer: Answer, tmp_path: Path) -> None:
    words = ["bisect", str(library(tmp_path, source)), "--out", str(tmp_path / "out"), "--select", "size/*"]
    assert main(words) == answer


@pytest.mark.parametrize(("text", "says"), [(None, "is not there"), (b"\x7fELF", "cut short"), (b"", "is empty")])
def test_a_commit_without_a_library_is_skipped(
    text: bytes | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "libmine.so").write_bytes(text)
    assert main(["bisect", str(tmp_path / "libmine.so")]) == Answer.CANNOT_TELL
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("reference", "--select", "nothing/*"), ExitCode.WRONG_USAGE),
        (("reference", "--against", "/nowhere"), ExitCode.BAD_INPUT),
        (("reference", "--mistyped"), ExitCode.WRONG_USAGE),
        (("reference", "--launcher", "no-such-program"), ExitCode.WRONG_USAGE),
    ],
)
def test_other_trouble_ends_the_bisection(arguments: tuple[str, ...], code: ExitCode, tmp_path: Path) -> None:
    done = subprocess.run([LAUNCHER, "bisect", *arguments, "--out", tmp_path], capture_output=True, check=False)
    assert done.returncode == code + ADDED_TO_ERRORS, done.stderr
