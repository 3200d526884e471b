"""What has its turn on which day."""

from apibuf_selfcheck.rotation import DAYS_OF_A_ROUND, has_its_turn, turn

NAMES = [f"case {number}" for number in range(200)]


def test_everything_has_its_turn_once_in_a_round():
    for start in (0, 739_000):
        round_of_days = range(start, start + DAYS_OF_A_ROUND)
        assert all(sum(has_its_turn(name, day) for day in round_of_days) == 1 for name in NAMES)


def test_every_day_has_its_part():
    assert {turn(name) for name in NAMES} == set(range(DAYS_OF_A_ROUND))


def test_without_a_day_everything_is_run():
    assert all(has_its_turn(name, None) for name in NAMES)
