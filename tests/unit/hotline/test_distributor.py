"""One queue, by the book: who rings for whom, and what happens when something goes wrong."""

import pytest

from config.queues import QueueRules
from hotline.distributor import Distributor, Failure
from hotline.effects import Ring, ScreenPop
from hotline.facts import EventName
from hotline.presence import OperatorState
from hotline.waiting import LeaveReason
from tests.unit.hotline.effects_of import connected, expired, facts, names, of_type, offer, rung, stopped


def a_queue(**rules: object) -> Distributor:
    return Distributor([QueueRules.model_validate({"name": "utama", **rules})])


def test_the_pop_is_asked_for_before_the_ring_and_for_that_operator_alone() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.ready("budi", 1)
    effects = queue.caller_entered("c1", "utama", 2)
    (pop,), (ring,) = of_type(ScreenPop, effects), of_type(Ring, effects)
    assert effects.index(pop) < effects.index(ring)
    assert (pop.offer, pop.call, pop.operator) == (ring.offer, ring.call, ring.operator)
    assert ring.deadline == 22


def test_callers_are_served_by_priority_and_then_by_arrival() -> None:
    queue = a_queue(wrap_up_s=0)
    queue.caller_entered("first", "utama", 0)
    queue.caller_entered("second", "utama", 1)
    queue.caller_entered("urgent", "utama", 2, priority=5)
    assert [waiting.call for waiting in queue.waiting("utama")] == ["urgent", "first", "second"]
    assert queue.position("second") == 3
    effects = queue.ready("ani", 3)
    for number, call in enumerate(["urgent", "first", "second"]):
        assert rung(effects) == [(call, "ani")]
        queue.answered(offer(effects), "ani", 4 + number)
        effects = queue.call_over(call, 4.5 + number, "caller")


def test_a_caller_whose_operator_does_not_answer_keeps_the_place_and_rings_the_next() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.ready("budi", 1)
    first = queue.caller_entered("c1", "utama", 2)
    assert rung(first) == [("c1", "ani")]
    effects = queue.tick(22)
    assert stopped(effects) == [("c1", "ani", "no_answer")]
    assert rung(effects) == [("c1", "budi")]
    assert EventName.RINGNOANSWER in names(effects)
    assert queue.position("c1") == 1
    assert queue.presence("ani").state is OperatorState.READY


def test_an_operator_who_did_not_answer_stands_behind_the_others_for_the_next_caller_too() -> None:
    queue = a_queue(strategy="linear", wrap_up_s=0)
    for operator in ("ani", "budi"):
        queue.ready(operator, 0)
    effects = queue.failed(offer(queue.caller_entered("c1", "utama", 1)), "ani", 2, Failure.REJECTED)
    queue.answered(offer(effects), "budi", 3)
    queue.call_over("c1", 4, "caller")
    assert rung(queue.caller_entered("c2", "utama", 5)) == [("c2", "budi")]


def test_an_answer_brings_an_operator_back_among_the_others() -> None:
    queue = a_queue(strategy="linear", wrap_up_s=0)
    queue.ready("ani", 0)
    effects = queue.failed(offer(queue.caller_entered("c1", "utama", 1)), "ani", 2, Failure.NO_ANSWER)
    queue.answered(offer(effects), "ani", 3)
    queue.call_over("c1", 4, "caller")
    queue.ready("budi", 5)
    assert rung(queue.caller_entered("c2", "utama", 6)) == [("c2", "ani")]


def test_non_responses_in_a_row_pause_the_operator_and_an_answer_forgives_them() -> None:
    queue = a_queue(wrap_up_s=0, max_non_responses=2)
    effects = [*queue.ready("ani", 0), *queue.caller_entered("c1", "utama", 0)]
    effects = queue.failed(offer(effects), "ani", 5, Failure.NO_ANSWER)
    queue.answered(offer(effects), "ani", 6)
    queue.call_over("c1", 7, "operator")
    effects = queue.caller_entered("c2", "utama", 8)
    effects = queue.failed(offer(effects), "ani", 9, Failure.NO_ANSWER)
    effects = queue.failed(offer(effects), "ani", 10, Failure.REJECTED)
    assert (queue.presence("ani").state, queue.presence("ani").reason) == (OperatorState.PAUSED, "non_response")
    assert rung(effects) == []
    assert rung(queue.ready("ani", 11)) == [("c2", "ani")]


@pytest.mark.parametrize("how", [Failure.BUSY, Failure.UNREACHABLE])
def test_a_phone_that_is_gone_pauses_its_operator_at_once(how: Failure) -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    effects = queue.failed(offer(queue.caller_entered("c1", "utama", 0)), "ani", 1, how)
    assert queue.presence("ani").reason == "phone_unreachable"
    assert [fact.data["reason"] for fact in facts(effects) if fact.name is EventName.PAUSE] == ["phone_unreachable"]
    assert queue.position("c1") == 1


def test_a_phone_that_forwards_its_calls_is_away_until_its_operator_says_ready() -> None:
    queue = a_queue(max_non_responses=1)
    queue.ready("ani", 0)
    effects = queue.caller_entered("c1", "utama", 0)
    for at in (1, 3):
        effects = queue.failed(offer(effects), "ani", at, Failure.FORWARDED)
        assert queue.presence("ani").reason == "phone_forwarded"
        assert rung(effects) == [], "it is not rung again and again"
        effects = queue.ready("ani", at + 1)


def test_the_phone_stops_when_the_caller_has_gone() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.caller_entered("c1", "utama", 0)
    effects = queue.caller_left("c1", 3)
    assert stopped(effects) == [("c1", "ani", "caller_left")]
    (abandon,) = [fact for fact in facts(effects) if fact.name is EventName.ABANDON]
    assert abandon.data == {"position": 1, "original_position": 1, "wait_s": 3}
    assert queue.presence("ani").state is OperatorState.READY


def test_an_answer_that_crosses_the_callers_hang_up_is_told_to_hang_up() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    ringing = offer(queue.caller_entered("c1", "utama", 0))
    queue.caller_left("c1", 3)
    effects = queue.answered(ringing, "ani", 3.1)
    assert connected(effects) == []
    assert stopped(effects) == [("c1", "ani", "caller_left")]


def test_an_answer_that_crosses_the_offers_end_says_why() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    ringing = offer(queue.caller_entered("c1", "utama", 0))
    queue.pause("ani", "makan", 3)
    assert stopped(queue.answered(ringing, "ani", 3.1)) == [("c1", "ani", "presence_changed")]


def test_a_repeated_answer_does_not_end_the_conversation() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    ringing = offer(queue.caller_entered("c1", "utama", 0))
    assert connected(queue.answered(ringing, "ani", 4)) == [("c1", "ani")]
    assert queue.answered(ringing, "ani", 4.1) == []
    assert queue.failed(ringing, "ani", 4.2, Failure.NO_ANSWER) == []


def test_a_pause_while_the_phone_rings_moves_the_caller_on_without_a_ring_loop() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.ready("budi", 1)
    queue.caller_entered("c1", "utama", 2)
    effects = queue.pause("ani", "makan", 3)
    assert stopped(effects) == [("c1", "ani", "presence_changed")]
    assert rung(effects) == [("c1", "budi")]
    assert EventName.RINGNOANSWER not in names(effects)
    assert rung(queue.ready("ani", 4)) == []


def test_a_pause_during_a_call_begins_after_the_wrap_up() -> None:
    queue = a_queue(wrap_up_s=30)
    queue.ready("ani", 0)
    queue.answered(offer(queue.caller_entered("c1", "utama", 0)), "ani", 5)
    queue.pause("ani", "makan", 10)
    assert (queue.presence("ani").state, queue.presence("ani").pending) == (OperatorState.TALKING, "makan")
    queue.call_over("c1", 20, "caller")
    assert (queue.presence("ani").state, queue.presence("ani").until) == (OperatorState.WRAP_UP, 50)
    effects = queue.tick(50)
    assert names(effects) == [EventName.WRAPUP, EventName.PAUSE]
    assert facts(effects)[0].data == {"acw_s": 30}
    assert (queue.presence("ani").state, queue.presence("ani").reason) == (OperatorState.PAUSED, "makan")
    assert queue.presence("ani").since == 50


def test_ready_takes_back_a_pause_that_was_to_come() -> None:
    queue = a_queue(wrap_up_s=0)
    queue.ready("ani", 0)
    queue.answered(offer(queue.caller_entered("c1", "utama", 0)), "ani", 5)
    queue.pause("ani", "makan", 10)
    queue.ready("ani", 11)
    queue.call_over("c1", 20, "caller")
    assert queue.presence("ani").state is OperatorState.READY


def test_going_offline_ends_a_wrap_up_at_once_but_not_a_call() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.answered(offer(queue.caller_entered("c1", "utama", 0)), "ani", 5)
    queue.offline("ani", 6)
    assert (queue.presence("ani").state, queue.presence("ani").pending) == (OperatorState.TALKING, "offline")
    queue.call_over("c1", 20, "operator")
    assert queue.presence("ani").state is OperatorState.WRAP_UP
    assert names(queue.offline("ani", 21)) == [EventName.WRAPUP, EventName.REMOVEMEMBER]
    assert queue.presence("ani").state is OperatorState.OFFLINE


def test_ready_or_a_finished_ticket_ends_the_wrap_up_early() -> None:
    for end in (Distributor.ready, Distributor.wrap_up_over):
        queue = a_queue()
        queue.ready("ani", 0)
        queue.answered(offer(queue.caller_entered("c1", "utama", 0)), "ani", 5)
        queue.call_over("c1", 20, "operator")
        assert [fact.data for fact in facts(end(queue, "ani", 33))] == [{"acw_s": 13}]
        assert queue.presence("ani").state is OperatorState.READY
        assert queue.next_deadline() is None


def test_a_caller_who_has_waited_long_enough_is_told_and_leaves_the_line() -> None:
    queue = a_queue(max_wait_s=60)
    queue.caller_entered("c1", "utama", 0)
    assert queue.next_deadline() == 60
    effects = queue.tick(60)
    assert expired(effects) == ["c1"]
    assert names(effects) == [EventName.EXITWITHTIMEOUT]
    assert list(queue.waiting("utama")) == []
    assert queue.caller_left("c1", 61) == []


def test_nobodys_wait_expires_while_a_phone_rings_for_them_but_right_after_it_failed() -> None:
    queue = a_queue(max_wait_s=60)
    queue.caller_entered("c1", "utama", 0)
    ringing = offer(queue.ready("ani", 50))
    assert queue.next_deadline() == 70
    assert queue.tick(65) == []
    assert expired(queue.failed(ringing, "ani", 66, Failure.REJECTED)) == ["c1"]


@pytest.mark.parametrize(
    ("how", "fact"),
    [
        (LeaveReason.ABANDONED, EventName.ABANDON),
        (LeaveReason.CALLBACK, EventName.CALLBACKREQUEST),
        (LeaveReason.VOICEMAIL, EventName.VOICEMAIL),
        (LeaveReason.KEY, EventName.EXITWITHKEY),
        (LeaveReason.TIMEOUT, EventName.EXITWITHTIMEOUT),
    ],
)
def test_the_log_tells_how_a_caller_left(how: LeaveReason, fact: EventName) -> None:
    queue = a_queue()
    queue.caller_entered("c1", "utama", 0)
    assert names(queue.caller_left("c1", 8, how)) == [fact]


def test_a_call_over_before_it_was_bridged_counts_as_abandoned() -> None:
    queue = a_queue()
    queue.caller_entered("c1", "utama", 0)
    assert names(queue.call_over("c1", 8, "caller")) == [EventName.ABANDON]


def test_events_that_come_twice_change_nothing() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    assert queue.ready("ani", 1) == []
    queue.caller_entered("c1", "utama", 2)
    assert queue.caller_entered("c1", "utama", 3) == []
    queue.caller_left("c1", 4)
    for again in (queue.caller_left("c1", 5), queue.call_over("c1", 5, "caller"), queue.wrap_up_over("ani", 5)):
        assert again == []
    queue.pause("ani", "makan", 6)
    assert queue.pause("ani", "makan", 7) == []
    assert queue.presence("ani").since == 6
    queue.offline("ani", 8)
    assert queue.offline("ani", 9) == []


def test_an_unknown_queue_is_named_in_the_error() -> None:
    queue = a_queue()
    with pytest.raises(ValueError, match="no such queue: lain"):
        queue.caller_entered("c1", "lain", 0)
    with pytest.raises(ValueError, match="no such queue: lain"):
        queue.set_members("ani", {"lain": 0}, 0)


def test_somebody_never_heard_of_is_offline_and_waits_nowhere() -> None:
    queue = a_queue()
    assert queue.presence("siapa").state is OperatorState.OFFLINE
    assert queue.position("c9") == 0
    assert queue.estimated_wait_s("c9", 0) is None
