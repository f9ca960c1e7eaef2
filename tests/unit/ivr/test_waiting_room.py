"""In the queue: position, estimate, music, and asking to be called back without losing one's place."""

from dataclasses import replace

import pytest

from ivr.effects import HangUp, LeaveQueue, Play, PlayMusic, RequestCallback, StopPlaying
from ivr.session import Standing
from tests.unit.ivr.caller import OPEN, PHRASE_S, Caller, caller


def waiting(number: str = "+6281234567890", **rules: object) -> Caller:
    """A caller who has just been put into the queue."""
    queue = OPEN.queues[0].model_copy(update=rules)
    there = caller(replace(OPEN, queues=(queue,)), number=number).begin().press("1")
    there.standing = Standing(position=3, estimated_wait_s=130)
    return there


def test_the_first_announcement_is_due_at_once() -> None:
    there = waiting()
    assert there.session.deadline == there.now
    assert there.session.queue == "utama"
    assert there.wait().last_heard == ["queue_position", "queue_estimate", "queue_callback"]
    assert [dict(phrase.values) for phrase in there.plays[-1].phrases] == [
        {"position": "3"},
        {"minutes": "3"},
        {"key": "1"},
    ]


def test_the_next_in_line_hears_so() -> None:
    there = waiting()
    there.standing = Standing(position=1)
    assert there.wait().last_heard == ["queue_next", "queue_callback"]


def test_without_a_standing_a_kind_word_is_said() -> None:
    there = waiting()
    there.standing = None
    assert there.wait().last_heard == ["queue_wait", "queue_callback"]


def test_music_plays_between_announcements_which_come_every_so_often() -> None:
    there = waiting().wait().listen()
    assert there.effects[-1] == PlayMusic("music")
    assert there.session.deadline == there.now + 30
    assert isinstance(there.wait().effects[-1], Play)
    assert there.effects[-2] == StopPlaying()


def test_a_later_first_announcement_is_preceded_by_music() -> None:
    there = waiting(first_announcement_s=10)
    assert there.music
    assert there.session.deadline == there.now + 10


def test_keys_without_a_meaning_disturb_neither_announcement_nor_music() -> None:
    there = waiting().wait()
    assert there.session.key_pressed("5", there.now) == []
    assert there.listen().session.key_pressed("5", there.now) == []


@pytest.mark.parametrize("during_music", [True, False])
def test_the_callback_key_works_during_announcements_and_music(during_music: bool) -> None:
    there = waiting().wait()
    there = there.listen() if during_music else there
    assert there.press("1").last_heard == ["callback_number", "callback_keys"]
    assert there.effects[-2] == StopPlaying()
    assert dict(there.plays[-1].phrases[0].values) == {"number": "081234567890"}


def test_a_confirmed_callback_leaves_the_queue_promises_and_hangs_up() -> None:
    there = waiting().wait().press("11")
    assert LeaveQueue("callback") in there.effects
    assert RequestCallback("+6281234567890") in there.effects
    assert there.session.queue is None
    assert there.last_heard == ["callback_thanks"]
    assert there.listen().effects[-1] == HangUp("callback_promised")
    assert there.logged == []  # the distributor logs what happens in the queue


def test_until_the_callback_is_confirmed_the_place_in_the_queue_is_kept() -> None:
    there = waiting().wait().press("1").listen()
    assert there.session.queue == "utama"
    assert LeaveQueue("callback") not in there.effects


def test_a_caller_who_does_not_confirm_stays_in_the_queue() -> None:
    there = waiting().wait().press("1").listen().wait().listen().wait().listen().wait()
    assert there.last_heard == ["callback_stay"]
    assert there.listen().effects[-1] == PlayMusic("music")
    assert there.session.queue == "utama"
    assert LeaveQueue("callback") not in there.effects


def test_a_queue_without_callback_key_neither_offers_nor_obeys_one() -> None:
    there = waiting(callback_key=None).wait()
    assert there.last_heard == ["queue_position", "queue_estimate"]
    assert there.session.key_pressed("1", there.now) == []


def test_a_withheld_number_is_asked_for_and_read_back() -> None:
    there = waiting(number="").wait().press("1")
    assert there.last_heard == ["callback_ask_number"]
    there.press("0221234567#")
    assert dict(there.plays[-1].phrases[0].values) == {"number": "0221234567"}
    assert RequestCallback("0221234567") in there.press("1").effects


def test_when_an_operator_answers_nothing_more_is_said() -> None:
    there = waiting().wait()
    assert there.session.stop(there.now) == []
    assert there.session.deadline is None
    assert there.session.tick(there.now + 60, there.standing) == []


def test_after_the_maximum_wait_the_caller_may_choose() -> None:
    there = waiting().wait().listen().enter("timeout")
    assert there.effects[-2] == StopPlaying()
    assert there.last_heard == ["timeout_menu"]
    assert there.session.queue is None
    assert there.press("3").session.queue == "utama"


def test_a_wait_that_expires_after_the_caller_left_the_queue_changes_nothing() -> None:
    there = waiting().wait().press("11")
    assert there.session.enter("timeout", there.now) == []
    assert there.listen().ended == "callback_promised"


def test_who_says_nothing_after_the_maximum_wait_is_hung_up_on_with_an_apology() -> None:
    there = waiting().wait().listen().enter("timeout").wait_until_over()
    assert there.last_heard == ["timeout_goodbye"]
    assert there.ended == "no_input"


def test_the_flows_time_limit_does_not_count_in_the_queue() -> None:
    there = waiting().wait()
    for _ in range(60):
        there.listen().wait()
    assert there.now > 60 * (30 + PHRASE_S)
    assert there.session.queue == "utama"
    assert there.ended is None
