"""The gain that makes people as loud as the prompts, fed with levels as the bridge measures them."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.gain import MOST_LOUDER_DB, MOST_QUIETER_DB, STEP_DOWN_DB, STEP_UP_DB, TARGET_DBFS, Gain, Leveller
from sip.levels import SILENCE_DB
from voice.levels import SPEECH_DBFS

NOISE_DB = -65.0


def talk(level_db: float, seconds: float, seed: int = 1) -> Iterator[float]:
    """Frames of somebody who speaks at that active level, in words of half a second with pauses between."""
    chance = random.Random(seed)
    for look in range(round(seconds * 10)):
        speaking = look % 8 < 5
        yield level_db + chance.uniform(-6, 4) if speaking else NOISE_DB + chance.uniform(-2, 2)


def after(gain: Gain, frames: Iterator[float], heard_db: float = SILENCE_DB) -> float:
    for raw_db in frames:
        gain.look(raw_db + gain.db, heard_db)
    return gain.db


def test_people_are_brought_to_the_level_of_the_prompts() -> None:
    assert TARGET_DBFS == SPEECH_DBFS


@pytest.mark.parametrize(("level_db", "gain_db"), [(-40, 18), (-32, 12), (-26, 6), (-20, 0), (-12, -8)])
def test_a_talker_comes_out_at_the_target_after_some_seconds(level_db: float, gain_db: float) -> None:
    assert after(Gain(), talk(level_db, 6)) == pytest.approx(gain_db, abs=2.5)


@pytest.mark.parametrize("level_db", [-70.0, -45.0, -30.0])
def test_steady_noise_is_left_alone(level_db: float) -> None:
    chance = random.Random(2)
    assert after(Gain(), (level_db + chance.uniform(-3, 3) for _ in range(600))) == 0


def test_silence_between_words_does_not_move_it() -> None:
    gain = Gain()
    settled = after(gain, talk(-32, 10))
    assert after(gain, (NOISE_DB for _ in range(600))) == settled


def test_the_echo_of_what_they_hear_is_not_taken_for_their_speech() -> None:
    assert after(Gain(), talk(-48, 20), heard_db=-20) == 0


def test_who_answers_after_the_prompt_is_measured() -> None:
    gain = Gain()
    after(gain, talk(-60, 10), heard_db=-20)
    assert after(gain, talk(-32, 6)) == pytest.approx(12, abs=2.5)


def test_a_shout_after_whispers_is_caught_in_a_second_or_two() -> None:
    gain = Gain()
    after(gain, talk(-38, 10))
    assert after(gain, talk(-14, 3)) < 3


@given(st.lists(st.tuples(st.floats(-90, 0), st.floats(-90, 0)), max_size=300))
def test_whatever_comes_it_stays_within_its_limits_and_moves_in_small_steps(frames: list[tuple[float, float]]) -> None:
    gain, before = Gain(), 0.0
    for raw_db, heard_db in frames:
        moved = gain.look(raw_db + gain.db, heard_db)
        assert -MOST_QUIETER_DB <= gain.db <= MOST_LOUDER_DB
        assert -STEP_DOWN_DB <= gain.db - before <= STEP_UP_DB
        assert moved == (gain.db != before)
        before = gain.db


class Port:
    """A leg's port on the bridge: what comes of its far end, and how much louder it is made."""

    said, factor = 0, 1.0

    def getTxLevel(self) -> int:  # pjsua2's name
        return self.said

    def getRxLevel(self) -> int:
        return 0

    def adjustTxLevel(self, factor: float) -> None:
        self.factor = factor


class OneLeg:
    def __init__(self, number: int) -> None:
        self.number, self.port = number, Port()

    def audio(self) -> Port:
        return self.port


async def test_who_speaks_on_another_line_is_as_loud_there() -> None:
    old, new = OneLeg(1), OneLeg(2)
    leveller = Leveller({1: old, 2: new})  # type: ignore[dict-item]
    leveller.connect(old)  # type: ignore[arg-type]
    for percent in (1, *[30] * 60):
        old.port.said = percent
        leveller._look(1, old.port)
    leveller.connect(new)  # type: ignore[arg-type]
    assert new.port.factor == 1.0 != old.port.factor

    leveller.inherit(1, new)  # type: ignore[arg-type]

    assert new.port.factor == old.port.factor
