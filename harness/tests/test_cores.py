"""Which cores workers run on: a worker beside its server of Wine on one, cases whose threads have to meet on all."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from apibuf_common.platforms import WineSource
from apibuf_runner.catalogue import FUNCTIONS
from apibuf_runner.interruption import Interruption
from apibuf_runner.suite_run import Selection, SuiteRun, default_limits, select
from apibuf_runner.worker import Launch
from apibuf_setup import prepare, wine, wine_servers
from apibuf_system import on_core, usable_cores
from apibuf_system.posix.load import read_load

WORKERS = 2
ORDINARY, UNDISTURBED = "free/null-once", "free/any-thread-first-calls-free-null"
PRINTS_CORES = "import os; print(sorted(os.sched_getaffinity(0)))"


def cores_of_a_process() -> str:
    return subprocess.run([sys.executable, "-c", PRINTS_CORES], check=True, stdout=subprocess.PIPE, text=True).stdout


def test_what_is_started_on_a_core_stays_there_and_the_runner_does_not() -> None:
    usable = usable_cores()
    with on_core(usable[-1]):
        assert cores_of_a_process() == f"[{usable[-1]}]\n"
    assert cores_of_a_process() == f"{list(usable)}\n"


def test_a_worker_on_one_core_shares_that_one_and_no_other() -> None:
    with on_core(usable_cores()[0]):
        process = subprocess.Popen(["sleep", "60"])
    with process:
        seen = read_load(process.pid, [process.pid])
        process.kill()
    assert seen is not None and seen.cores == 1


def cores_of_workers(library: Path, folder: Path, launch_cores: Sequence[int | None], case: str) -> set[str]:
    """The cores of each worker that a run of the case started."""
    log = folder / f"{case.replace('/', '.')}.txt"
    worker = (str(prepare.worker("linux-x86_64")), f"--target={library}", "--stream")
    command = ("sh", "-c", f'grep Cpus_allowed_list /proc/self/status >> "{log}"; exec "$@"', "sh", *worker)
    outcome = SuiteRun(
        launches=[Launch(command, os.environ, folder, core=core) for core in launch_cores],
        limits=default_limits(),
        cases=select(prepare.catalogue(), Selection(select=(case,))),
        functions=FUNCTIONS,
        interrupted=Interruption(),
        on_result=lambda _: None,
    ).execute()
    assert outcome.error is None
    return {line.split()[1] for line in log.read_text().splitlines()}


@pytest.mark.skipif(len(usable_cores()) < WORKERS, reason="this machine has one core")
def test_a_case_whose_threads_have_to_meet_is_not_kept_on_one_core(
    compile_library: Callable[[], Path], tmp_path: Path
) -> None:
    library = compile_library()
    first, second = usable_cores()[:WORKERS]
    assert cores_of_workers(library, tmp_path, [first], ORDINARY) == {str(first)}
    on_all = cores_of_workers(library, tmp_path, [first, second], UNDISTURBED) - {str(first)}
    assert len(on_all) == 1 and on_all != {str(second)}


def cores_of_servers(prefix: str) -> set[tuple[int, ...]]:
    """The cores of each server of the prefix: besides the one that serves there may be one that is about to end."""
    return {
        tuple(process.info["cpu_affinity"] or ())
        for process in psutil.process_iter(["name", "environ", "cpu_affinity"])
        if process.info["name"].startswith("wineserver") and (process.info["environ"] or {}).get("WINEPREFIX") == prefix
    }


def assert_each_has_a_server_on_its_core(launches: Sequence[Launch], system: wine.Wine) -> None:
    prefixes = {launch.environment["WINEPREFIX"]: launch.core for launch in launches}
    assert len(prefixes) == len(launches)
    for prefix, core in prefixes.items():
        assert cores_of_servers(prefix) == {(core,)}
        assert (Path(prefix) / "drive_c").samefile(system.prefix / "drive_c")


def test_each_worker_under_wine_has_a_server_on_its_core(tmp_path: Path) -> None:
    system = wine.of_source(WineSource.MACHINE)
    system.make_prefix()
    launch = Launch(system.command, system.environment(), tmp_path)
    usable = usable_cores()
    with wine_servers.for_workers(system, launch, WORKERS) as launches:
        assert_each_has_a_server_on_its_core(launches, system)
        assert {launch.core for launch in launches} <= set(usable)
        assert len({launch.core for launch in launches}) == min(WORKERS, len(usable))


def test_runs_that_go_on_at_once_under_wine_share_no_server(tmp_path: Path) -> None:
    system = wine.of_source(WineSource.MACHINE)
    system.make_prefix()
    launch = Launch(system.command, system.environment(), tmp_path)
    with ExitStack() as held:
        with on_core(usable_cores()[-1]):
            held.enter_context(system.kept_warm())
        first = held.enter_context(wine_servers.for_workers(system, launch, 1))
        second = held.enter_context(wine_servers.for_workers(system, launch, WORKERS))
        assert_each_has_a_server_on_its_core([*first, *second], system)
    # The servers of the runs that ended go on for a while.
    with wine_servers.for_workers(system, launch, WORKERS) as launches:
        assert_each_has_a_server_on_its_core(launches, system)
