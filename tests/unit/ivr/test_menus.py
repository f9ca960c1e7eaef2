"""Greeting, language, menus, working hours: what a caller hears and where a key leads."""

from dataclasses import replace

from config import HoursNode
from ivr.effects import Enqueue, Play, StopPlaying
from ivr.line import LONGEST_PLAYBACK_S
from tests.unit.ivr.caller import DEFAULT, MONDAY_NOON, NEW_YEAR_NOON, OPEN, SUNDAY_NOON, Caller, caller


def at_menu() -> Caller:
    return caller().begin().listen().listen().wait()


def test_a_caller_hears_the_greeting_then_the_language_in_english_then_the_menu() -> None:
    there = at_menu()
    assert there.heard == ["welcome", "language", "main_menu"]
    assert [play.language for play in there.plays] == ["id", "en", "id"]


def test_one_is_information_two_is_a_complaint_zero_is_an_operator() -> None:
    assert at_menu().press("1").queued == [Enqueue("utama", "informasi", "id")]
    assert at_menu().press("2").queued == [Enqueue("utama", "pengaduan", "id")]
    assert at_menu().press("0").queued == [Enqueue("utama", None, "id")]


def test_nine_says_the_menu_again_without_costing_a_try() -> None:
    assert at_menu().press("9999").heard[2:] == ["main_menu"] * 5


def test_a_key_during_a_phrase_cuts_it_short() -> None:
    assert at_menu().press("1").effects[-2:] == [StopPlaying(), Enqueue("utama", "informasi", "id")]


def test_a_key_in_the_silence_after_a_phrase_stops_nothing() -> None:
    there = at_menu().listen().press("1")
    assert StopPlaying() not in there.effects[-2:]


def test_a_key_during_the_greeting_already_chooses_from_the_menu() -> None:
    there = caller().begin().press("1")
    assert there.heard == ["welcome"]
    assert there.queued == [Enqueue("utama", "informasi", "id")]


def test_a_key_during_the_language_question_that_is_none_of_its_choices_chooses_from_the_menu() -> None:
    assert caller().begin().listen().press("2").queued == [Enqueue("utama", "pengaduan", "id")]


def test_an_early_key_that_the_menu_does_not_have_is_forgotten() -> None:
    assert caller().begin().press("5").last_heard == ["main_menu"]


def test_eight_switches_to_english_in_the_greeting_the_question_and_the_menu() -> None:
    for there in (caller().begin().press("8"), caller().begin().listen().press("8"), at_menu().press("8")):
        assert there.plays[-1].language == "en"
        assert there.last_heard == ["main_menu"]
        assert there.press("1").queued == [Enqueue("utama", "informasi", "en")]


def test_a_wrong_key_is_told_and_the_menu_comes_again() -> None:
    assert at_menu().press("5").last_heard == ["no_such_choice", "main_menu"]


def test_after_three_wrong_keys_an_operator_takes_the_call() -> None:
    assert at_menu().press("555").queued == [Enqueue("utama", None, "id")]


def test_after_three_silences_an_operator_takes_the_call() -> None:
    there = at_menu().listen().wait().listen().wait().listen().wait()
    assert there.heard.count("main_menu") == 3
    assert there.queued == [Enqueue("utama", None, "id")]


def test_a_caller_of_whom_nobody_reports_anything_still_gets_to_the_queue() -> None:
    assert caller().begin().wait_until_over().queued


def test_a_playback_whose_end_is_never_reported_counts_as_ended() -> None:
    there = caller().begin()
    assert there.session.deadline == MONDAY_NOON + LONGEST_PLAYBACK_S
    assert there.wait().last_heard == ["language"]


def test_the_end_of_an_older_phrase_is_ignored() -> None:
    there = at_menu()
    old, current = there.plays[-2].number, there.plays[-1].number
    assert there.session.playback_finished(old, there.now) == []
    assert there.session.deadline == there.now + LONGEST_PLAYBACK_S
    assert there.session.playback_finished(current, there.now) == []
    assert there.session.deadline == there.now + 5


def test_the_end_of_a_phrase_that_is_reported_twice_counts_once() -> None:
    there = at_menu().listen()
    deadline = there.session.deadline
    assert there.session.playback_finished(there.plays[-1].number, there.now + 1) == []
    assert there.session.deadline == deadline


def test_a_tick_before_the_deadline_does_nothing() -> None:
    there = at_menu().listen()
    assert there.session.tick(there.now + 4.9) == []


def test_what_is_no_key_of_a_telephone_is_ignored() -> None:
    there = at_menu()
    assert [there.session.key_pressed(key, there.now) for key in ("A", "", "11", "x")] == [[], [], [], []]


def test_someone_who_only_ever_repeats_is_sent_off_at_the_flows_limit() -> None:
    there = at_menu()
    while there.now < MONDAY_NOON + OPEN.flow.max_s:
        there.press("9")
        there.now += 5
    assert there.wait().last_heard == ["goodbye"]
    assert there.wait().ended == "no_input"


def test_outside_of_hours_a_caller_hears_them_and_when_we_open_again() -> None:
    there = caller(DEFAULT, now=SUNDAY_NOON).begin().listen().listen().wait()
    assert there.last_heard == ["closed", "our_hours", "opens_again"]
    values = dict(value for phrase in there.plays[-1].phrases for value in phrase.values)
    assert values == {"hours": "mon-thu 08:00-15:00; fri 08:00-11:30,13:00-15:00", "next_open": "2026-11-23T08:00"}
    assert there.listen().last_heard == ["closed_menu"]


def test_outside_of_hours_is_logged_once() -> None:
    hours_twice = DEFAULT.flow.model_copy(
        update={"nodes": {**DEFAULT.flow.nodes, "closed": HoursNode(type="hours", open="main", closed="closed_menu")}}
    )
    there = caller(replace(DEFAULT, flow=hours_twice), now=SUNDAY_NOON).begin().press("1")
    assert there.last_heard == ["closed_menu"]
    assert there.logged == ["CLOSED"]


def test_on_a_holiday_a_caller_hears_which() -> None:
    there = caller(DEFAULT, now=NEW_YEAR_NOON).begin().listen().listen().wait()
    assert there.last_heard == ["holiday", "our_hours", "opens_again"]
    assert dict(there.plays[-1].phrases[0].values) == {"holiday": "Tahun Baru Masehi"}


def test_a_silent_caller_outside_of_hours_is_hung_up_on_politely() -> None:
    there = caller(DEFAULT, now=SUNDAY_NOON).begin().wait_until_over()
    assert there.last_heard == ["closed_goodbye"]
    assert there.ended == "closed"


def test_a_key_pressed_before_the_caller_knew_that_we_are_closed_chooses_nothing() -> None:
    there = caller(DEFAULT, now=SUNDAY_NOON).begin().press("1")
    assert there.last_heard == ["closed", "our_hours", "opens_again"]


def test_keys_during_the_goodbye_change_nothing() -> None:
    there = caller().begin().press("1").enter("closed_goodbye")
    before = len(there.effects)
    assert len(there.press("123").effects) == before
    assert there.listen().ended == "closed"


def test_after_the_end_nothing_is_awaited_and_nothing_happens() -> None:
    there = caller().begin().press("1").enter("no_input").listen()
    assert there.ended == "no_input"
    assert there.session.deadline is None
    before = len(there.effects)
    there.press("1").enter("main").stop()
    assert there.session.tick(there.now + 999) == []
    assert len(there.effects) == before


def test_a_node_that_the_flow_does_not_have_says_goodbye() -> None:
    assert caller().begin().press("1").enter("renamed").last_heard == ["goodbye"]


def test_before_the_call_begins_nothing_happens() -> None:
    there = caller()
    assert (there.session.deadline, there.press("1").effects, there.session.tick(there.now)) == (None, [], [])
    assert there.stop().effects == []
    assert there.begin().effects == []


def test_phrase_numbers_count_up() -> None:
    numbers = [effect.number for effect in at_menu().press("9955").effects if isinstance(effect, Play)]
    assert numbers == sorted(set(numbers))
