"""Hold, consultation, conference: what is possible when, and who hears whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.conversation import (
    BY_PHONE,
    MOVES,
    MUSIC,
    PAIRS,
    Doing,
    NotAllowedNowError,
    Party,
    Turn,
    after,
    buttons,
    caller_on_hold,
)


@given(st.lists(st.sampled_from(Doing), max_size=12))
def test_whatever_is_pressed_the_caller_hears_somebody_or_music(moves: list[Doing]) -> None:
    turn = Turn.TALKING
    for doing in moves:
        if (turn, doing) in MOVES:
            following = after(turn, doing)
            if following is None:
                return
            turn = following
        heard = any(Party.CALLER in pair for pair in PAIRS[turn])
        assert heard or MUSIC[turn] is Party.CALLER


@pytest.mark.parametrize("turn", Turn)
def test_nobody_who_talks_hears_music_too(turn: Turn) -> None:
    assert not any(MUSIC[turn] in pair for pair in PAIRS[turn])


@pytest.mark.parametrize("turn", Turn)
def test_the_third_is_there_exactly_in_the_turns_that_can_lose_the_third(turn: Turn) -> None:
    there = any(Party.THIRD in pair for pair in PAIRS[turn]) or MUSIC[turn] is Party.THIRD
    assert there == ((turn, Doing.THIRD_LEFT) in MOVES)


@pytest.mark.parametrize("turn", Turn)
def test_every_turn_has_a_way_back_to_the_caller(turn: Turn) -> None:
    reached, frontier = {turn}, {turn}
    while frontier:
        frontier = {to for (at, _), to in MOVES.items() if at in frontier and to is not None} - reached
        reached |= frontier
    assert Turn.TALKING in reached


def test_the_buttons_are_the_table_without_what_phones_do_by_themselves() -> None:
    assert buttons(Turn.TALKING) == ["hold", "consult", "transfer"]
    assert buttons(Turn.DIALING) == ["complete", "cancel"]
    assert buttons(Turn.CONSULTING) == ["swap", "conference", "complete", "cancel"]
    assert not any(doing.value in buttons(turn) for turn in Turn for doing in BY_PHONE)


def test_an_impossible_move_says_what_is_possible() -> None:
    with pytest.raises(NotAllowedNowError, match="swap is not possible while hold; possible: resume") as refused:
        after(Turn.HOLD, Doing.SWAP)
    assert refused.value.allowed == ["resume", "consult", "transfer"]


def test_hold_time_is_when_the_caller_hears_music() -> None:
    assert [turn for turn in Turn if caller_on_hold(turn)] == [Turn.HOLD, Turn.DIALING, Turn.CONSULTING]
