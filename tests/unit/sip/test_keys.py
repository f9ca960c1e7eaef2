"""A key pressed by INFO and in the sound counts once; two presses are two."""

import pytest

from sip.keys import WITHIN_S, Keys

SOUND, INFO = 0, 1


def pressed(*events: tuple[int, str, float]) -> str:
    keys = Keys()
    return "".join(key for way, key, at in events if keys.is_pressed(way, key, at))


@pytest.mark.parametrize("first", [SOUND, INFO])
def test_the_same_key_by_both_ways_counts_once(first: int) -> None:
    assert pressed((first, "5", 0.0), (1 - first, "5", 0.05)) == "5"


def test_two_presses_by_both_ways_are_two() -> None:
    assert pressed((SOUND, "5", 0.0), (INFO, "5", 0.05), (SOUND, "5", 0.3), (INFO, "5", 0.35)) == "55"
    assert pressed((SOUND, "5", 0.0), (SOUND, "5", 0.2), (INFO, "5", 0.25), (INFO, "5", 0.3)) == "55"


def test_presses_by_one_way_count_each() -> None:
    assert pressed((SOUND, "1", 0.0), (SOUND, "1", 0.1), (SOUND, "1", 0.2)) == "111"
    assert pressed((INFO, "1", 0.0), (INFO, "1", 0.1)) == "11"


def test_another_key_or_a_late_one_is_a_press_of_its_own() -> None:
    assert pressed((SOUND, "1", 0.0), (INFO, "2", 0.05)) == "12"
    assert pressed((SOUND, "1", 0.0), (INFO, "1", WITHIN_S + 0.01)) == "11"


def test_a_key_held_down_is_waited_for() -> None:
    keys = Keys()
    assert keys.is_pressed(SOUND, "9", 0.0)
    keys.goes_on(SOUND, "9", 1.0)
    keys.goes_on(SOUND, "9", 2.0)
    assert not keys.is_pressed(INFO, "9", 2.2)
