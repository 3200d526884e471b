"""What `apibuf test` prints of its parts, and the exit code that it makes of them."""

import sys
from dataclasses import replace

import pytest

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode
from apibuf_selfcheck import parts
from apibuf_selfcheck.parts import Part


def part(name: str, code: str, *, is_fast: bool = False) -> Part:
    """A part whose one command is this piece of Python."""
    return Part(name, f"for a test: {name}", ((sys.executable, "-c", code),), is_fast=is_fast)


@pytest.fixture
def given_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four parts, of which two fail, in place of the project's own; nothing is installed for them."""
    failure, success = "print('the whole ' + 'output'); raise SystemExit(1)", "print('un' + 'seen')"
    chosen = (part("a", failure), part("b", success, is_fast=True), part("c", failure), part("d", success))
    monkeypatch.setattr(parts, "PARTS", chosen)
    monkeypatch.setattr(parts, "install", lambda _: None)


@pytest.mark.usefixtures("given_parts")
def test_the_output_of_failed_parts_is_shown_and_the_last_line_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test"]) == ExitCode.NOT_CONFORMING
    printed = capsys.readouterr().out
    assert printed.count("the whole output") == 2 and "unseen" not in printed
    assert {f"{'FAILED' if name in 'ac' else 'passed'} {name}" for name in "abcd"} <= {
        line.partition(" (")[0] for line in printed.splitlines()
    }
    assert printed.splitlines()[-1] == "2 passed, 2 failed"


@pytest.mark.usefixtures("given_parts")
def test_fast_and_names_choose_parts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--fast"]) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"
    assert main(["test", "b", "d"]) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed"
    assert main(["test", "e"]) == ExitCode.WRONG_USAGE


@pytest.mark.usefixtures("given_parts")
def test_a_list_names_the_parts_and_runs_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--list"]) == ExitCode.OK
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["a", "b", "c", "d"]


def test_a_part_may_leave_something_to_other_days(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failure = ((sys.executable, "-c", "raise SystemExit(1)"),)
    monkeypatch.setattr(parts, "PARTS", (replace(part("a", ""), whole_commands=failure), part("b", "")))
    monkeypatch.setattr(parts, "install", lambda _: None)
    assert main(["test"]) == ExitCode.OK
    assert "Some of a has its turn on another day" in capsys.readouterr().out
    assert main(["test", "--whole"]) == ExitCode.NOT_CONFORMING
    assert "another day" not in capsys.readouterr().out


def test_what_is_left_to_other_days_is_all_that_a_whole_test_adds() -> None:
    for each in (each for each in parts.PARTS if each.whole_commands and parts.BY_TURNS in str(each.commands)):
        by_turns = [tuple(word for word in command if word != parts.BY_TURNS) for command in each.commands]
        assert tuple(by_turns) == parts.whole(each).commands


@pytest.mark.parametrize(("ci", "expected"), [("true", ExitCode.NOT_CONFORMING), ("", ExitCode.OK)])
def test_a_skipped_test_is_reported_and_fails_in_ci(
    ci: str, expected: ExitCode, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parts, "PARTS", (part("skips", "print('SKIPPED [1] file.py:1: ' + 'no root')"),))
    monkeypatch.setattr(parts, "install", lambda _: None)
    monkeypatch.setenv("CI", ci)
    assert main(["test"]) == expected
    assert "skipped in skips: [1] file.py:1: no root" in capsys.readouterr().out
