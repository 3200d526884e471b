"""The implementations at hand, for real: each deviates where it is known to, and nowhere else."""

from pathlib import Path

import pytest
from apibuf_cli.__main__ import main
from apibuf_cli.errors import ExitCode
from apibuf_reports import stream

# Samba 4.17: 0 bytes give no buffer, NULL gives ERROR_INSUFFICIENT_BUFFER.
SAMBA_DEVIATIONS = {
    "allocate/disjoint-very-many-zero-sized",
    "allocate/disjoint-zero-sized",
    "allocate/disjoint-zero-sized-between-others",
    "allocate/null-out-0-bytes",
    "allocate/null-out-1-byte",
    "allocate/null-out-1024-bytes",
    "allocate/null-out-harms-nothing",
    "allocate/zero-bytes-succeeds",
    "allocate/zero-bytes-twice",
    "free/gives-memory-back-zero-sized",
    "free/null-after-free",
    "free/null-harms-nothing",
    "free/null-once",
    "free/null-several-times",
}

# Wine 8.0: netutils.dll exports stubs that end the process; the size of 0xFFFFFFFF bytes is reported as 0.
WINE_DEVIATIONS = {
    "abi/netutils-allocates-for-netapi32",
    "abi/netutils-alone",
    "abi/netutils-free-of-null",
    "abi/netutils-frees-netapi32-buffer",
    "abi/netutils-reallocated-by-netapi32",
    "abi/netutils-reallocates-netapi32-buffer",
    "abi/netutils-reallocates-to-zero-bytes",
    "abi/netutils-sized-by-netapi32",
    "abi/netutils-sizes-netapi32-buffer",
    "abi/netutils-sizes-reallocated-buffer",
    "size/at-least-requested-largest",
}


def run(folder: Path, target: str, *arguments: str) -> tuple[int, stream.Stream]:
    """The exit code and the results of a run of the whole suite."""
    code = main(["run", target, "--out", str(folder), *arguments])
    return code, stream.read(folder / target / "results.jsonl")


def deviations(results: stream.Stream) -> set[str]:
    """The cases that did not pass, each of them believed."""
    assert results.footer.complete
    assert not [case.id for case in results.cases if case.flaky]
    return {case.id for case in results.cases if case.verdict in ("fail", "crash", "timeout", "harness-error", "not-run")}


@pytest.mark.parametrize("target", ["reference", "reference-windows-x86_64"])
def test_the_reference_conforms(tmp_path: Path, target: str) -> None:
    code, results = run(tmp_path, target)
    assert deviations(results) == set()
    assert code == ExitCode.OK
    assert results.footer.conformant


def test_samba_deviates_where_it_is_known_to(tmp_path: Path) -> None:
    code, results = run(tmp_path, "samba")
    assert code == ExitCode.NOT_CONFORMING
    assert deviations(results) == SAMBA_DEVIATIONS
    assert set(results.footer.missing) == {"NetApiBufferReallocate", "NetApiBufferSize"}
    assert all(case.verdict == "unsupported" for case in results.cases if case.id.startswith(("reallocate/", "size/")))


def test_samba_is_judged_by_the_surface_that_it_claims(tmp_path: Path) -> None:
    code, results = run(tmp_path, "samba", "--functions", "NetApiBufferAllocate,NetApiBufferFree")
    assert code == ExitCode.NOT_CONFORMING
    assert results.footer.missing == ()
    assert deviations(results) == SAMBA_DEVIATIONS


def test_wine_deviates_where_it_is_known_to(tmp_path: Path) -> None:
    code, results = run(tmp_path, "wine")
    assert code == ExitCode.NOT_CONFORMING
    assert deviations(results) == WINE_DEVIATIONS
