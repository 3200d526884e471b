"""Libraries for 64-bit Arm: under an emulator on other machines, by themselves on their own."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from leaving_results import results_below

import apibuf_system
from apibuf_cli.__main__ import main
from apibuf_common import platforms
from apibuf_common.errors import CannotRun, ExitCode
from apibuf_reports import stream
from apibuf_setup import prepare, roots
from apibuf_targets import targets
from apibuf_targets.readiness import provide_library

PLATFORM = "linux-aarch64"
NOT_LIMITED = "the emulator that this process runs in does not limit its memory"
SHARDS = 7

needs_root = pytest.mark.skipif(bool(roots.unavailable()), reason=roots.unavailable())
needs_emulator = pytest.mark.skipif(
    platforms.named(PLATFORM).emulator_here is None, reason="this machine runs these programs by itself"
)


def run(folder: Path, target: str, *arguments: str) -> tuple[int, stream.Stream]:
    """The exit code of a run and its results."""
    code = main(["run", target, "--out", str(folder), *arguments])
    return code, stream.read(results_below(folder))


def selecting(*patterns: str) -> list[str]:
    """The arguments that select these cases."""
    return [word for pattern in patterns for word in ("--select", pattern)]


def fault(name: str) -> str:
    """The library of a broken implementation for this platform."""
    return str(prepare.build(PLATFORM, f"conformance/faults/{name}/{name}.so"))


def verdicts(results: stream.Stream) -> dict[str, str]:
    """The verdicts by case."""
    return {case.id: case.verdict for case in results.cases}


def on_machine(processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the machine be one with this processor."""
    monkeypatch.setattr(apibuf_system, "machine", lambda: {"system": "Linux", "processor": processor})


def test_the_emulator_is_used_where_the_processor_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "install", lambda _: None)
    on_machine("aarch64", monkeypatch)
    assert prepare.emulator_of(PLATFORM) == ()
    assert platforms.native().name == PLATFORM
    assert targets.default() == "reference-linux-aarch64"
    on_machine("x86_64", monkeypatch)
    assert prepare.emulator_of(PLATFORM) == ("qemu-aarch64", "-L", "/usr/aarch64-linux-gnu")
    assert prepare.emulator_of(PLATFORM, Path("/root-of-it"))[-1] == "/root-of-it"
    assert prepare.emulator_of("linux-x86_64") == ()
    assert (platforms.native().name, targets.default()) == ("linux-x86_64", "reference")


@needs_emulator
def test_an_emulator_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prepare, "install", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotRun, match="needs the emulator qemu-aarch64 here; install it, or name a --launcher"):
        prepare.emulator_of(PLATFORM)


def test_a_platform_without_an_emulator_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulate", "linux-x86_64"]) == ExitCode.WRONG_USAGE
    assert "linux-x86_64 needs no emulator on any machine; linux-aarch64 may need one" in capsys.readouterr().err


@needs_emulator
def test_nothing_fails_under_the_emulator_and_what_it_makes_impossible_is_not_run(tmp_path: Path) -> None:
    # The whole suite takes a minute: another part of it is run each day of a week, as `apibuf selftest` does.
    day = datetime.now(UTC).toordinal() % SHARDS + 1
    _, results = run(tmp_path / "shard", "reference-linux-aarch64", "--shard", f"{day}/{SHARDS}")
    assert {case.reason for case in results.cases if case.spoils_the_run} <= {NOT_LIMITED}
    assert {case.verdict for case in results.cases if case.spoils_the_run} <= {"not-run"}
    assert sum(case.verdict == "pass" for case in results.cases) > len(results.cases) / 2


@needs_emulator
def test_memory_that_runs_out_is_not_run_under_the_emulator(tmp_path: Path) -> None:
    case = "allocate/out-of-memory-code-out-of-memory"
    code, results = run(tmp_path, "reference-linux-aarch64", *selecting(case))
    assert code == ExitCode.INCOMPLETE
    assert [(each.verdict, each.reason) for each in results.cases] == [("not-run", NOT_LIMITED)]
    assert results.header.environment["emulator"].startswith("qemu-aarch64 version ")


def test_a_library_is_recognised_by_its_file_and_its_calls_are_checked(tmp_path: Path) -> None:
    code, results = run(tmp_path, fault("clobbers-x19"), *selecting("abi/calling-convention-*"))
    assert code == ExitCode.NOT_CONFORMING
    assert results.header.target.platform == PLATFORM
    assert verdicts(results)["abi/calling-convention-size"] == "fail"
    assert verdicts(results)["abi/calling-convention-free"] == "pass"


@pytest.mark.by_turns
def test_the_memory_of_the_library_is_measured_without_that_of_the_emulator(tmp_path: Path) -> None:
    # Each thread that ends makes the emulator itself grow for good.
    case = "free/gives-memory-back-as-threads-end"
    _, results = run(tmp_path / "right", "reference-linux-aarch64", *selecting(case))
    assert verdicts(results) == {case: "pass"}
    case = "free/gives-memory-back-zero-sized"
    _, results = run(tmp_path / "wrong", fault("free-leaks-zero-sized-buffers"), *selecting(case))
    assert verdicts(results) == {case: "fail"}


@needs_root
def test_samba_in_a_root_for_another_processor_is_tested_with_its_server(tmp_path: Path) -> None:
    expected = {
        "allocate/null-out-1-byte": "fail",
        "allocate/succeeds-1-byte": "pass",
        "free/null-once": "fail",
        "remote/system-allocates-information": "pass",
    }
    code, results = run(tmp_path, "samba-4.22-aarch64", *selecting(*expected))
    assert code == ExitCode.NOT_CONFORMING
    assert verdicts(results) == expected
    root = targets.load_all()["samba-4.22-aarch64"].root
    assert root is not None and results.header.target.version is not None
    assert results.header.target.version.startswith("2:4.22.")
    (library,) = root.folder.glob("usr/lib/*/libnetapi.so.1")
    assert results.header.target.sha256 == hashlib.sha256(library.read_bytes()).hexdigest()


@needs_emulator
def test_no_program_of_a_root_for_another_processor_is_started_while_it_is_made() -> None:
    root = targets.load_all()["samba-4.22-aarch64"].root
    assert root is not None
    assert not [command for command in root.making("http://mirror.example/debian/") if "chroot" in command]


def test_a_reproducer_says_how_it_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    provide_library(targets.load_all()["reference-linux-aarch64"])
    assert main(["repro", "free/null-once", "--target", "reference-linux-aarch64"]) == ExitCode.OK
    printed = capsys.readouterr().out
    assert "aarch64-linux-gnu-gcc -std=c11" in printed
    assert "./repro [LIBRARY], or: qemu-aarch64 -L /usr/aarch64-linux-gnu ./repro [LIBRARY]" in printed
