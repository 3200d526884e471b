"""How long a worker may be silent, as the machine is busy or idle."""

import os
import subprocess
import sys

import pytest

from apibuf_runner.silence import MOST_COUNTED_S, STARVED_FACTOR, Silence
from apibuf_system.posix.load import Load, counted_s, read_load

LOOK_S = 0.1


def load(runnable: int, own: int, cpu_s: float = 0.0, cores: int = 2) -> Load:
    return Load(cores, runnable, own, is_running=own > 0, cpu_s=cpu_s)


def all_of_it(elapsed_s: float) -> float:
    return elapsed_s


def test_on_an_idle_machine_all_seconds_count() -> None:
    assert counted_s(LOOK_S, load(0, 0), load(0, 0)) == LOOK_S
    assert counted_s(LOOK_S, load(1, 1, 5.0), load(1, 1, 5.0 + LOOK_S)) == pytest.approx(LOOK_S)


def test_where_nothing_can_be_seen_all_seconds_count() -> None:
    assert counted_s(LOOK_S, None, None) == LOOK_S


def test_beside_busy_loops_a_worker_has_its_share_whether_it_runs_or_waits() -> None:
    assert counted_s(LOOK_S, None, load(9, 1)) == pytest.approx(LOOK_S * 2 / 9)
    assert counted_s(LOOK_S, None, load(8, 0)) == pytest.approx(LOOK_S * 2 / 9)


def test_what_a_worker_runs_itself_does_not_excuse_it() -> None:
    assert counted_s(LOOK_S, None, load(30, 30)) == LOOK_S


def test_a_worker_that_wants_to_run_and_is_not_let_has_had_what_it_computed() -> None:
    assert counted_s(LOOK_S, load(1, 1, 5.0), load(1, 1, 5.01)) == pytest.approx(0.01)


def test_a_worker_that_sleeps_is_not_measured_by_what_it_computes() -> None:
    assert counted_s(LOOK_S, load(1, 1, 5.0), load(0, 0, 5.01)) == LOOK_S


def test_time_in_which_nobody_looked_counts_little() -> None:
    silence = Silence(1.0)
    silence.pass_by(60, all_of_it)
    assert silence.elapsed_s == MOST_COUNTED_S and not silence.is_starved


def test_a_silence_is_over_at_its_limit_on_an_idle_machine() -> None:
    silence = Silence(1.0)
    for _ in range(9):
        silence.pass_by(LOOK_S, all_of_it)
    assert silence.left_s > 0
    silence.pass_by(LOOK_S, all_of_it)
    assert silence.left_s == pytest.approx(0) and not silence.is_starved


def test_a_silence_on_a_machine_that_lets_nothing_run_ends_too_and_accuses_nobody() -> None:
    silence = Silence(1.0)
    looks = 0
    while not silence.is_starved:
        silence.pass_by(LOOK_S, lambda elapsed_s: counted_s(elapsed_s, None, load(1000, 1)))
        looks += 1
    assert looks * LOOK_S == pytest.approx(STARVED_FACTOR, abs=2 * LOOK_S) and silence.left_s > 0


def test_a_process_that_computes_is_seen_to_and_one_that_sleeps_is_not() -> None:
    with (
        subprocess.Popen([sys.executable, "-c", "print(flush=True)\nwhile True: pass"], stdout=subprocess.PIPE) as busy,
        subprocess.Popen(["sleep", "60"]) as asleep,
    ):
        assert busy.stdout is not None
        busy.stdout.readline()
        first, sleeping = read_load(busy.pid, [busy.pid]), read_load(asleep.pid, [asleep.pid])
        while (
            (later := read_load(busy.pid, [busy.pid])) is not None and first is not None and later.cpu_s == first.cpu_s
        ):
            continue
        busy.kill()
        asleep.kill()
    assert later is not None and later.is_running and later.runnable >= later.runnable_of_worker == 1
    assert sleeping is not None and not sleeping.is_running
    assert later.cores == len(os.sched_getaffinity(0))


def test_nothing_is_seen_of_a_process_that_is_gone() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert read_load(process.pid, [process.pid]) is None
