"""Leaving a message and asking to be called back, outside of a queue."""

import pytest

from ivr.effects import HangUp, RequestCallback, StartRecording, StopPlaying, StopRecording
from tests.unit.ivr.caller import DEFAULT, SUNDAY_NOON, Caller, caller


def leaving_message() -> Caller:
    return caller(DEFAULT, now=SUNDAY_NOON).begin().press("1").listen().press("1")


def callback(number: str = "+6281234567890") -> Caller:
    return caller(DEFAULT, number=number, now=SUNDAY_NOON).begin().press("1").listen().press("2")


def test_the_recording_begins_after_the_prompt() -> None:
    there = leaving_message()
    assert (there.last_heard, there.recording) == (["message"], False)
    assert there.listen().effects[-1] == StartRecording(120)
    assert there.session.deadline == there.now + 120


def test_a_key_during_the_prompt_begins_the_recording_at_once() -> None:
    assert leaving_message().press("5").effects[-2:] == [StopPlaying(), StartRecording(120)]


def test_hash_ends_the_message_which_is_kept_and_thanked_for() -> None:
    there = leaving_message().listen()
    there.now += 10
    assert StopRecording(True) in there.press("#").effects
    assert there.last_heard == ["message_thanks"]
    assert there.listen().effects[-1] == HangUp("message_left")
    assert there.logged == ["CLOSED", "VOICEMAIL"]


def test_other_keys_during_the_message_do_not_end_it() -> None:
    there = leaving_message().listen()
    assert there.session.key_pressed("5", there.now + 5) == []


def test_the_longest_message_ends_by_itself_and_is_kept() -> None:
    assert StopRecording(True) in leaving_message().listen().wait().effects


def test_a_message_that_is_too_short_is_thrown_away_and_asked_for_again() -> None:
    there = leaving_message().listen()
    there.now += 1
    assert there.press("#").effects[-2] == StopRecording(False)
    assert there.last_heard == ["message_too_short", "message"]
    assert "VOICEMAIL" not in there.logged


def test_two_messages_that_are_too_short_end_the_call_with_a_goodbye() -> None:
    there = leaving_message().listen().press("#").listen().press("#")
    assert there.last_heard == ["message_too_short", "goodbye"]
    assert there.listen().ended == "no_input"


@pytest.mark.parametrize(("seconds", "kept"), [(10, True), (1, False)])
def test_hanging_up_ends_a_message_like_hash_does(seconds: float, kept: bool) -> None:
    there = leaving_message().listen()
    there.now += seconds
    assert StopRecording(kept) in there.stop().effects
    assert there.logged == ["CLOSED", *(["VOICEMAIL"] if kept else [])]
    assert there.session.key_pressed("#", there.now) == []


def test_hanging_up_before_the_recording_records_nothing() -> None:
    assert not [effect for effect in leaving_message().stop().effects if isinstance(effect, StopRecording)]


def test_the_number_is_read_back_as_people_dial_it() -> None:
    there = callback()
    assert there.last_heard == ["callback", "callback_number", "callback_keys"]
    assert dict(there.plays[-1].phrases[1].values) == {"number": "081234567890"}
    assert dict(there.plays[-1].phrases[2].values) == {"confirm": "1", "change": "2"}


def test_a_confirmed_number_is_promised_logged_and_thanked_for() -> None:
    there = callback().press("1")
    assert RequestCallback("+6281234567890") in there.effects
    assert there.last_heard == ["callback_thanks"]
    assert there.logged == ["CLOSED", "CALLBACKREQUEST"]
    assert there.listen().ended == "callback_promised"


def test_another_number_may_be_typed() -> None:
    there = callback().press("2").press("0227654321#")
    assert dict(there.plays[-1].phrases[0].values) == {"number": "0227654321"}
    assert RequestCallback("0227654321") in there.press("1").effects


def test_star_starts_the_number_over() -> None:
    there = callback("").press("99*0227654321#")
    assert RequestCallback("0227654321") in there.press("1").effects


def test_a_number_that_is_complete_needs_no_hash() -> None:
    assert callback("").press("0227654321").wait().last_heard == ["callback_number", "callback_keys"]


@pytest.mark.parametrize("typed", ["#", "123#", "12345678901234567890#"])
def test_a_number_that_cannot_be_one_is_asked_for_again(typed: str) -> None:
    assert callback("").press(typed).last_heard == ["callback_bad_number", "callback_ask_number"]


@pytest.mark.parametrize("number", ["", "anonymous", "+", "12", "0812 345"])
def test_a_withheld_number_is_asked_for(number: str) -> None:
    assert callback(number).last_heard == ["callback", "callback_ask_number"]


def test_a_wrong_key_reads_the_number_again() -> None:
    assert callback().press("5").last_heard == ["no_such_choice", "callback_number", "callback_keys"]


def test_without_confirmation_nothing_is_promised() -> None:
    there = callback().wait_until_over()
    assert there.ended == "no_input"
    assert not [effect for effect in there.effects if isinstance(effect, RequestCallback)]
