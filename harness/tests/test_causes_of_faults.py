"""A cause is right if mending it mends its cases: an implementation has several faults, which are mended one by one."""

import subprocess
from pathlib import Path

import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_reports import causes, stream

SOURCE = Path(__file__).with_name("several_faults.c")
FAULTS = {
    "NULL_OUT": "NetApiBufferAllocate with Buffer=NULL fails with another status",
    "ZERO_BYTES": "NetApiBufferAllocate with 0 bytes succeeds without a buffer",
    "FREE_OF_NULL": "NetApiBufferFree with Buffer=NULL is refused",
    "LEAK": "Memory of freed buffers is not used again",
    "SIZE_OF_NULL": "NetApiBufferSize with Buffer=NULL ends the process",
    "SIZE": "NetApiBufferSize reports a wrong size",
    "CONTENTS": "NetApiBufferReallocate loses contents",
}


def causes_of(folder: Path, *mended: str, cases: tuple[str, ...] = ()) -> dict[str, causes.Cause]:
    """The causes by their titles of what these cases (none: all) show of the implementation without some faults."""
    folder.mkdir(exist_ok=True)
    library = folder / "libmine.so"
    options = [f"-DMENDED_{fault}" for fault in mended]
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", *options, SOURCE, "-o", library], check=True)
    selected = [word for case in cases for word in ("--select", case)]
    main(["run", str(library), "--out", str(folder / "out"), *selected])
    found = causes.find(stream.read(results_below(folder / "out")).cases)
    return {cause.title: cause for cause in found}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, causes.Cause]:
    """What the suite shows of the implementation with all its faults."""
    return causes_of(tmp_path_factory.mktemp("several") / "all")


def test_each_fault_is_one_cause(found: dict[str, causes.Cause]) -> None:
    assert set(found) == set(FAULTS.values())


@pytest.mark.by_turns
@pytest.mark.parametrize("fault", FAULTS)
def test_what_mends_the_fault_mends_the_cases_of_its_cause(
    fault: str, found: dict[str, causes.Cause], tmp_path: Path
) -> None:
    cause = found[FAULTS[fault]]
    left = causes_of(tmp_path / "mended", fault, cases=tuple(case.id for case in cause.cases))
    # A case may show a second fault as soon as the first no longer stops it.
    assert cause.title not in left and left.keys() <= found.keys()
    shown = {case.id for other in left.values() for case in other.cases}
    assert cause.example.id not in shown and len(shown) <= len(cause.cases) // 3
