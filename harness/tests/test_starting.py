"""A worker that does not start is started again: the library has no part in it yet."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from apibuf_runner import session
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import Verdict
from apibuf_runner.session import VAIN_STARTS_LIMIT, Hello, LoadProblem, Session
from apibuf_runner.worker import Launch, Limits
from apibuf_setup import prepare
from apibuf_system.processes import ProcessTable, WorkerProcess, guarded_process
from apibuf_targets.launching import USUAL, launch_of
from apibuf_targets.readiness import provide_library
from apibuf_targets.targets import resolve

HELLO = '{"event":"hello","nonce":"\'$nonce\'","protocol":2,"platform":"x","exports":[],"decorated":[],"path":"x"}'
SCRIPT = f"""echo >> starts; test $(wc -l < starts) -gt $VAIN || exit 1; read nonce; echo '{HELLO}'; sleep 60"""


LIMITS = Limits(silence_s=5, load_s=5, memory_bytes=1024**3)


class RefusingTable(ProcessTable):
    """One that counts starts, and refuses the first ones, as Wine does now and then."""

    def __init__(self, refusals: int) -> None:
        """refusals: how many starts it refuses."""
        super().__init__()
        self.refusals = refusals
        self.starts = 0

    def start(self, command: Sequence[str], environment: Mapping[str, str], directory: Path) -> WorkerProcess:
        """Starts a worker. Raises OSError where it refuses."""
        self.starts += 1
        if self.starts <= self.refusals:
            raise OSError("an internal error occurred")
        return super().start(command, environment, directory)


def probe(directory: Path, *, refusals: int = 0, vain: int = 0) -> Hello | LoadProblem:
    """Starts a worker that is refused so many times, and so many times ends before its first event."""
    launch = Launch(("sh", "-c", SCRIPT), os.environ | {"VAIN": str(vain)}, directory)
    with guarded_process(), Session(launch, LIMITS, RefusingTable(refusals), Interruption()) as under_test:
        return under_test.probe()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for a system that does not exist."""
    monkeypatch.setattr(session, "AFTER_REFUSAL_S", 0)


@pytest.mark.parametrize("vain", range(VAIN_STARTS_LIMIT + 1))
def test_one_that_was_refused_or_ended_before_its_first_event_is_started_again(vain: int, tmp_path: Path) -> None:
    assert isinstance(probe(tmp_path, refusals=vain, vain=VAIN_STARTS_LIMIT - vain), Hello)


def test_one_that_is_always_refused_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="an internal error occurred"):
        probe(tmp_path, refusals=VAIN_STARTS_LIMIT + 1)


def test_one_that_always_ends_before_its_first_event_is_a_problem_of_loading(tmp_path: Path) -> None:
    loaded = probe(tmp_path, vain=VAIN_STARTS_LIMIT + 1)
    assert isinstance(loaded, LoadProblem) and loaded.ended_before_its_first_event
    assert len((tmp_path / "starts").read_text().splitlines()) == VAIN_STARTS_LIMIT + 1


def test_the_worker_that_was_started_to_probe_runs_the_first_cases(tmp_path: Path) -> None:
    target = resolve("reference")
    provide_library(target)
    table = RefusingTable(0)
    launch = launch_of(target, USUAL, None, tmp_path)
    case = next(case for case in prepare.catalogue().cases if case.id == "free/null-once")
    with guarded_process(), Session(launch, LIMITS, table, Interruption(), keeps_workers=True) as session:
        assert isinstance(session.probe(), Hello)
        assert [result.verdict for result in session.run([case])] == [Verdict.PASS]
    assert table.starts == 1
