"""`apibuf bisect`: what it answers for a commit, and a bisection by git with the commands of the README."""

import json
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


FOREIGN = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\xf3\x00" + bytes(44)
"""The headers of a library for RISC-V."""


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "is not there"), (b"\x7fELF", "cut short"), (b"", "is empty"), (FOREIGN, "is a library for RISC-V")],
)
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


LACKS_SIZE = RIGHT.replace("NetApiBufferSize", "NetApiBufferWidth")
LACKS_REALLOCATE = RIGHT.replace("NetApiBufferReallocate", "NetApiBufferRenew")


def answer_of(*words: object) -> int:
    return main(["bisect", *map(str, words)])


def results_of(library_file: Path, out: Path, *words: str) -> Path:
    """Runs a part of the suite on a library; returns the results."""
    main(["run", str(library_file), "--out", str(out), *words])
    return results_below(out)


@pytest.mark.parametrize(("select", "answer"), [("size/null-buffer-once", Answer.BAD), ("free/null-once", Answer.GOOD)])
def test_a_function_that_a_case_needs_has_to_be_exported(
    select: str, answer: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer_of(library(tmp_path, LACKS_SIZE), "--select", select, "--out", tmp_path / "out") == answer
    assert ("NetApiBufferSize: not exported" in capsys.readouterr().out) is (answer is Answer.BAD)


def test_what_the_good_commit_did_not_claim_is_no_regression(tmp_path: Path) -> None:
    claimed = ("--functions", "NetApiBufferAllocate,NetApiBufferFree,NetApiBufferSize")
    one = library(tmp_path, LACKS_REALLOCATE)
    good = results_of(one, tmp_path / "good", "--select", "size/*", *claimed)
    assert answer_of(one, "--against", good, "--out", tmp_path / "out") == Answer.GOOD
    lacks_two = library(tmp_path, LACKS_REALLOCATE.replace("NetApiBufferSize", "NetApiBufferWidth"))
    assert answer_of(lacks_two, "--against", good, "--out", tmp_path / "out") == Answer.BAD


def test_results_that_were_cut_short_decide_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = results_of(library(tmp_path, CANNOT_BE_LOADED), tmp_path / "good", "--select", "size/*")
    one = library(tmp_path, WRONG_SIZE)
    assert answer_of(one, "--against", good) == ExitCode.BAD_INPUT + ADDED_TO_ERRORS
    assert "of a run that was cut short: the library could not be loaded" in capsys.readouterr().err


def test_cases_of_a_file_decide_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors = tmp_path / "cases.json"
    document = json.loads((project.ROOT / "vectors" / "size.json").read_text(encoding="utf-8"))
    case = next(case for case in document["cases"] if case["id"] == "size/at-least-requested-1-byte")
    vectors.write_text(json.dumps(document | {"cases": [case | {"id": "size/of-my-own"}]}))
    options = ("--vectors", str(vectors), "--select", "size/of-my-own")
    good = results_of(library(tmp_path, RIGHT), tmp_path / "good", *options)
    wrong = library(tmp_path, WRONG_SIZE)
    against = ("--against", good, "--out", tmp_path / "out")
    assert answer_of(wrong, *against) == ExitCode.WRONG_USAGE + ADDED_TO_ERRORS
    assert "has the case size/of-my-own, which is not there" in capsys.readouterr().err
    assert answer_of(wrong, *against, "--vectors", vectors) == Answer.BAD


def test_results_of_the_good_commit_are_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = library(tmp_path, RIGHT)
    good = results_of(one, tmp_path / "good", "--select", "size/null-buffer-once")
    assert answer_of(one, "--against", good, "--out", tmp_path / "good") == ExitCode.WRONG_USAGE + ADDED_TO_ERRORS
    assert "name another folder" in capsys.readouterr().err


@pytest.mark.parametrize("verdict", [stream.Verdict.UNSUPPORTED, stream.Verdict.HARNESS_ERROR])
def test_what_passed_and_cannot_be_judged_any_more_leaves_it_open(verdict: stream.Verdict) -> None:
    good = stream.read(project.ROOT / "reports" / "published" / "reference" / "results.jsonl")
    passed = next(case for case in good.cases if case.verdict == stream.Verdict.PASS)
    cases = [structs.replace(case, verdict=verdict) if case is passed else case for case in good.cases]
    judgement = bisection.judge(structs.replace(good, cases=tuple(cases)), good)
    assert judgement.answer is Answer.CANNOT_TELL
    assert passed.id in judgement.reasons[0]
