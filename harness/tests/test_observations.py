"""What is observed is the same in each run of the same library; what is rubbish or chance is called so."""

import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_runner.catalogue import Case
from apibuf_runner.judge import CaseResult, Verdict, combine

OBSERVED = Case("free/twice", "What comes of it?", "vector", ("free/double",), "unknown", ("NetApiBufferFree",))
JUDGED = replace(OBSERVED, evidence="documented")


def built(folder: Path, *options: str) -> Path:
    library = folder / "librubbish.so"
    source = Path(__file__).with_name("rubbish.c")
    subprocess.run(["gcc", "-shared", "-fPIC", *options, "-o", library, source], check=True)
    return library


@pytest.fixture(scope="session")
def rubbish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("rubbish"))


def observed(out: Path) -> dict[str, dict[str, str]]:
    return {case.id: dict(case.observations) for case in stream.read(results_below(out)).cases}


def test_two_runs_of_a_library_that_stores_rubbish_do_not_differ(
    rubbish: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patterns = (
        "size/freed*",
        "size/foreign-*",
        "size/out-after-*",
        "free/double-*",
        "free/foreign-*",
        "reallocate/freed-*",
    )
    words = [word for pattern in patterns for word in ("--select", pattern)]
    for name in ("one", "two"):
        main(["run", str(rubbish), "--out", str(tmp_path / name), "--jobs", "1", *words])
        time.sleep(1.1)  # the library's clock counts seconds
    capsys.readouterr()
    assert main(["diff", *(str(results_below(tmp_path / name)) for name in ("one", "two"))]) == ExitCode.OK
    assert "changed" not in capsys.readouterr().out
    seen = observed(tmp_path / "one")
    assert seen["size/freed-at-once"] == {"status": "NERR_Success (0)", "out-parameter": "stored", "ended": "normally"}
    assert seen["size/out-after-failure-of-null"]["out-parameter"] == "stored"
    assert seen["free/double-at-once"] == {"status": "varies", "ended": "normally"}


def test_what_a_sound_library_answers_is_recorded_as_it_is(tmp_path: Path) -> None:
    words = ["--select", "size/exact-or-rounded-*", "--select", "size/freed-at-once", "--select", "free/double-at-once"]
    main(["run", "reference", "--out", str(tmp_path), "--jobs", "1", *words])
    seen = observed(tmp_path)
    assert seen["size/exact-or-rounded-fresh"]["size-of-4097"] == "4097"
    assert seen["size/freed-at-once"]["out-parameter"] == "unchanged"
    assert "varies" not in str(seen)


def test_what_is_observed_depends_on_no_other_observation(tmp_path: Path) -> None:
    library = built(tmp_path, "-DREMEMBERS")
    words = ["--select", "free/double-*", "--select", "free/foreign-*", "--select", "reallocate/foreign-*"]
    main(["run", str(library), "--out", str(tmp_path), "--jobs", "1", *words])
    seen = observed(tmp_path)
    assert seen.pop("free/double-after-reuse")["status"] == "NERR_Success (0)"  # the buffer lives again
    assert len(seen) == 11
    assert {(one["status"], one["ended"]) for one in seen.values()} == {("3", "normally")}


def result(case: Case, verdict: Verdict, **members: object) -> CaseResult:
    return replace(CaseResult(case, verdict), **members)  # type: ignore[arg-type]


def test_an_observation_is_kept_where_both_runs_agree() -> None:
    first = result(OBSERVED, Verdict.OBSERVED, observations={"status": "5", "out": "null", "only-first": "1"})
    again = result(OBSERVED, Verdict.OBSERVED, observations={"status": "5", "out": "buffer", "only-then": "1"})
    kept = combine(first, again)
    assert kept.observations == {"status": "5", "out": "varies", "only-first": "varies", "only-then": "varies"}
    assert (kept.verdict, kept.flaky) == (Verdict.OBSERVED, False)


def test_an_observation_is_never_flaky() -> None:
    first = result(OBSERVED, Verdict.OBSERVED, observations={"status": "5"})
    not_loaded = result(OBSERVED, Verdict.NOT_RUN, loaded=False)
    assert combine(first, not_loaded) == first
    assert combine(not_loaded, first) == first


def test_a_failure_says_whether_it_is_the_same_each_time() -> None:
    first = result(JUDGED, Verdict.FAIL, actual="17 bytes")
    assert combine(first, first).varies is False
    assert combine(first, replace(first, actual="18 bytes")) == replace(first, varies=True)
