"""The project's own tests are run side by side, and none of them is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from apibuf_selfcheck import parts, scheduler
from apibuf_selfcheck.parts import Part
from apibuf_selfcheck.scheduler import Result


def part(name: str, *codes: str, needs: tuple[str, ...] = (), skip_exit_code: int | None = None) -> Part:
    """A part whose commands are these pieces of Python."""
    commands = tuple((sys.executable, "-c", code) for code in codes)
    return Part(name, "for a test", commands, needs=needs, skip_exit_code=skip_exit_code)


def run(*chosen: Part, cores: int = 2) -> dict[str, Result]:
    reported: list[Result] = []
    results = scheduler.run(chosen, Path.cwd(), cores, reported.append)
    assert reported == results
    return {result.name: result for result in results}


def test_every_part_has_a_result_and_those_of_failed_needs_did_not_pass() -> None:
    results = run(
        part("last", "print('never')", needs=("middle",)),
        part("middle", "print('never')", needs=("first", "good")),
        part("first", "raise SystemExit(1)"),
        part("good", "print('done')"),
    )
    assert {name: result.passed for name, result in results.items()} == {
        "last": False,
        "middle": False,
        "first": False,
        "good": True,
    }
    assert results["middle"].output == "not run, because this failed: first\n"
    assert "done" in results["good"].output


def test_needs_that_were_not_chosen_count_as_met() -> None:
    assert run(part("alone", "pass", needs=("another",)))["alone"].passed


def test_a_part_starts_after_its_needs_have_ended(tmp_path: Path) -> None:
    file = str(tmp_path / "made")
    results = run(
        part("reads", f"open({file!r})", needs=("writes",)),
        part("writes", f"import time; time.sleep(0.2); open({file!r}, 'w')"),
    )
    assert results["reads"].passed


def test_no_more_parts_compute_at_once_than_there_are_cores(tmp_path: Path) -> None:
    code = (
        f"import os, time; os.mkdir({str(tmp_path / 'busy')!r}); time.sleep(0.2); os.rmdir({str(tmp_path / 'busy')!r})"
    )
    assert all(result.passed for result in run(*(part(str(n), code) for n in range(3)), cores=1).values())
    assert not all(result.passed for result in run(*(part(str(n), code) for n in range(3)), cores=3).values())


def test_a_part_ends_with_its_first_command_that_fails() -> None:
    result = run(part("one", "print('a')", "raise SystemExit('b')", "print('c')"))["one"]
    assert not result.passed
    assert [line for line in result.output.splitlines() if not line.startswith("$")] == ["a", "b"]


def test_a_command_that_cannot_be_started_fails_in_one_sentence() -> None:
    result = scheduler.run_part(Part("gone", "for a test", (("/nowhere/program",),)), Path.cwd())
    assert not result.passed
    assert result.output.endswith("/nowhere/program could not be started: No such file or directory\n")


@pytest.mark.parametrize(("exit_code", "passed", "skipped"), [(4, True, ("no figures",)), (3, False, ())])
def test_only_the_exit_code_of_a_skip_is_one(exit_code: int, passed: bool, skipped: tuple[str, ...]) -> None:
    code = f"print('no figures'); raise SystemExit({exit_code})"
    result = run(part("instructions", code, skip_exit_code=4))["instructions"]
    assert (result.passed, result.skipped) == (passed, skipped)


def test_skips_of_pytest_are_reported_with_their_reasons() -> None:
    printed = "s.\nSKIPPED [1] harness/tests/test_roots.py:20: needs root\n1 passed, 1 skipped\n"
    assert scheduler.skips(printed) == ["[1] harness/tests/test_roots.py:20: needs root"]


def test_the_needs_of_all_parts_are_parts() -> None:
    names = [each.name for each in parts.PARTS]
    assert len(set(names)) == len(names)
    assert {name for each in parts.PARTS for name in each.needs} <= set(names)


def test_each_preset_of_the_project_is_a_part() -> None:
    import json

    document = json.loads((Path(__file__).parents[2] / "CMakePresets.json").read_text())
    assert {preset["name"] for preset in document["workflowPresets"]} == set(parts.PRESETS)
