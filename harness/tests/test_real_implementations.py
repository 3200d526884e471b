"""The implementations at hand, for real: each deviates where it is known to, and nowhere else."""

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_setup import prepare
from apibuf_targets.targets import load_all

EXPECTATIONS = project.TARGETS / "expectations"


def run(folder: Path, target: str, *arguments: str) -> tuple[int, stream.Stream]:
    """The exit code and the results of a run of the whole suite."""
    code = main(["run", target, "--out", str(folder), *arguments])
    return code, stream.read(results_below(folder / target))


def deviations(results: stream.Stream) -> set[str]:
    """The cases that did not pass, each of them believed."""
    assert not [case.id for case in results.cases if case.flaky]
    return {case.id for case in results.cases if case.spoils_the_run}


@pytest.mark.parametrize("target", ["reference", pytest.param("reference-windows-x86_64", marks=pytest.mark.by_turns)])
def test_the_reference_conforms(tmp_path: Path, target: str) -> None:
    code, results = run(tmp_path, target)
    assert deviations(results) == set()
    assert results.footer.complete
    assert code == ExitCode.OK
    assert results.footer.conformant


@pytest.mark.by_turns
def test_samba_deviates_where_it_is_known_to(tmp_path: Path) -> None:
    code, results = run(tmp_path, "samba", "--expect", str(EXPECTATIONS / "samba-4.17.toml"))
    assert code == ExitCode.OK
    assert results.footer.complete
    assert len(deviations(results)) == 23
    remotable = [case for case in results.cases if case.id.startswith(("remote/", "free/net-", "free/nested-"))]
    assert len(remotable) == 19
    assert {case.verdict for case in remotable} == {"pass", "fail", "crash"}
    assert all(case.verdict == "unsupported" for case in results.cases if case.id.startswith(("reallocate/", "size/")))


def test_a_samba_in_a_debian_root_is_loaded_from_there_and_deviates_in_the_same_way(tmp_path: Path) -> None:
    # Not free/nested-*: some ten thousand calls over the wire, made in the whole run of the other Samba.
    selected = [word for cases in ("allocate/*", "free/null*", "remote/*") for word in ("--select", cases)]
    code, results = run(tmp_path, "samba-4.22", *selected, "--expect", str(EXPECTATIONS / "samba-4.17.toml"))
    assert code == ExitCode.OK
    root = load_all()["samba-4.22"].root
    assert root is not None and results.header.target.version is not None
    assert results.header.target.version.startswith("2:4.22.")
    (library,) = root.folder.glob("usr/lib/*/libnetapi.so.1")
    assert results.header.target.sha256 == hashlib.sha256(library.read_bytes()).hexdigest()
    assert len(deviations(results)) == 20


def test_samba_is_judged_by_the_surface_that_it_claims(tmp_path: Path) -> None:
    claimed = ("--functions", "NetApiBufferAllocate,NetApiBufferFree")
    code, results = run(tmp_path, "samba", *claimed, "--select", "allocate/succeeds-1-byte")
    assert code == ExitCode.OK
    assert results.footer.missing == ()


@pytest.mark.by_turns
@pytest.mark.parametrize(
    ("target", "version", "count"), [("wine", "8.0", 16), ("wine-i686", "8.0", 15), ("wine-10.0", "10.0", 6)]
)
def test_wine_deviates_where_it_is_known_to(tmp_path: Path, target: str, version: str, count: int) -> None:
    code, results = run(tmp_path, target, "--expect", str(EXPECTATIONS / f"wine-{version}.toml"))
    assert code == ExitCode.OK
    assert len(deviations(results)) == count
    assert {case.id for case in results.cases if case.verdict == "not-run"} == {"remote/more-data-resumed"}


def test_nothing_works_on_a_new_prefix_any_more_when_it_is_made(tmp_path: Path) -> None:
    wine = replace(prepare.wine_of("windows-x86_64"), prefix=tmp_path / "prefix")
    wine.make_prefix()
    asked = subprocess.run([*wine._server, "--kill=0"], env=wine.environment(), check=False, stderr=subprocess.DEVNULL)
    assert asked.returncode != 0
