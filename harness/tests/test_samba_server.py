"""A real smbd for a run: libnetapi's calls reach it, its death ends nothing else, and nothing of it is left behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_reports import stream
from apibuf_setup.samba import server as samba

pytestmark = pytest.mark.alone  # it looks for servers, and what they leave, on the whole machine

CALLS = (b"_srvsvc_NetSrvGetInfo", b"_srvsvc_NetShareEnumAll", b"_samr_EnumDomainUsers", b"_samr_EnumDomainAliases")
END_LIMIT_S = 10.0


def of_a_run(process: psutil.Process) -> bool:
    """Whether this is a process of a server of ours: only they have its folder for their Samba's files."""
    try:
        mounts = Path(f"/proc/{process.pid}/mountinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "/build/samba/run-" in mounts and " /var/lib/samba " in mounts


def left_behind() -> list[psutil.Process]:
    """The processes of all servers, and those that wait for one to end."""
    return [process for process in psutil.process_iter() if of_a_run(process)]


def name_of(process: psutil.Process) -> str:
    """The name of the program; empty for a process that has ended meanwhile."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def smbd() -> psutil.Process | None:
    """The oldest smbd of a server of ours."""
    servers = [process for process in left_behind() if name_of(process) == "smbd"]
    return min(servers, key=lambda process: process.pid, default=None)


def folders() -> list[Path]:
    """The folders of runs in the build tree."""
    return list(samba.FOLDER.glob("run-*"))


def wait_until(holds: object, what: str) -> None:
    deadline = time.monotonic() + END_LIMIT_S
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    users = Path("/etc/passwd").read_bytes()
    yield
    wait_until(lambda: not left_behind(), "processes of the server are left")
    assert Path("/etc/passwd").read_bytes() == users


def run_samba(folder: Path, *selected: str) -> tuple[int, stream.Stream]:
    patterns = [word for pattern in selected for word in ("--select", pattern)]
    claimed = ("--functions", "NetApiBufferAllocate,NetApiBufferFree")
    code = main(["run", "samba", *claimed, "--out", str(folder), *patterns])
    return code, stream.read(results_below(folder / "samba"))


def test_the_log_of_the_server_shows_the_calls(tmp_path: Path) -> None:
    code, results = run_samba(tmp_path, "remote/system-allocates-information", "remote/system-allocates-enumerations")
    assert {case.verdict for case in results.cases} == {"pass"}, results.cases
    assert code == 0
    log = b"".join(file.read_bytes() for file in next(tmp_path.rglob("smbd")).iterdir())
    assert [call for call in CALLS if call not in log] == []
    assert folders() == []


def test_no_server_is_started_for_cases_that_need_none(tmp_path: Path) -> None:
    run_samba(tmp_path, "allocate/succeeds-1-byte")
    assert not (tmp_path / "samba" / "smbd").exists()


def test_cases_are_not_run_where_the_server_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samba, "SERVER_CONFIGURATION", samba.SERVER_CONFIGURATION.replace("[global]", "[global"))
    _, results = run_samba(tmp_path, "remote/system-allocates-information", "allocate/succeeds-1-byte")
    verdicts = {case.id: case.verdict for case in results.cases}
    assert verdicts == {"allocate/succeeds-1-byte": "pass", "remote/system-allocates-information": "not-run"}
    assert "smbd does not answer: " in next(case.reason for case in results.cases if case.verdict == "not-run")


def test_cases_are_not_run_where_nobody_may_start_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    _, results = run_samba(tmp_path, "remote/system-allocates-information")
    assert [case.verdict for case in results.cases] == ["not-run"]
    assert "only root" in results.cases[0].reason


def test_cases_are_not_run_once_the_server_was_killed(tmp_path: Path) -> None:
    def kill_when_asked() -> None:
        wait_until(
            lambda: any(b"_srvsvc_" in log.read_bytes() for log in samba.FOLDER.glob("run-*/log/log.rpcd_classic")),
            "the server is never asked",
        )
        for process in left_behind():
            if name_of(process).startswith(("smbd", "samba-dcerpcd", "rpcd_")):
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    killer = threading.Thread(target=kill_when_asked)
    killer.start()
    started = time.monotonic()
    code, results = run_samba(tmp_path, "remote/*", "free/net*", "free/nested*")
    killer.join()
    assert time.monotonic() - started < 60
    not_run = [case for case in results.cases if case.verdict == "not-run"]
    assert len(not_run) >= 5, [(case.id, case.verdict) for case in results.cases]
    assert all("answers" in case.reason for case in not_run)
    assert code != 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_lives_on_after_a_run_that_was_ended(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "apibuf_cli", "run", "samba", "--select", "remote/*", "--out", str(tmp_path)]
    paths = os.pathsep.join(str(project.ROOT / name) for name in ("harness", "reports"))
    runner = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": paths},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: smbd() is not None or runner.poll() is not None, "no smbd is started")
    assert runner.poll() is None
    runner.send_signal(number)
    runner.wait(END_LIMIT_S)
    wait_until(lambda: not left_behind(), "processes of the server are left")
    if number == signal.SIGINT:
        lines = results_below(tmp_path / "samba").read_text(encoding="utf-8").splitlines()
        assert json.loads(lines[-1])["complete"] is False
        assert folders() == []
