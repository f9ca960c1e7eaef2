"""Transfers, consultations, calls out, place-holders, last calls and phones that vanish, by the book."""

import pytest

from config.queues import QueueRules
from hotline.counting import summarise
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.facts import EventName
from hotline.hands import NotFreeError
from hotline.presence import PHONE_UNREACHABLE, OperatorState
from tests.unit.hotline.effects_of import connected, facts, names, offer, rung, stopped

RULES = QueueRules.model_validate({"name": "utama", "wrap_up_s": 30, "ring_s": 10})
OTHER = QueueRules.model_validate({"name": "mutasi", "wrap_up_s": 30, "ring_s": 10})


def a_queue() -> Distributor:
    return Distributor([RULES, OTHER])


def talking(queue: Distributor, call: str, operator: str, now: float) -> list[Effect]:
    """The operator alone is ready, and answers the caller."""
    effects = [*queue.ready(operator, now), *queue.caller_entered(call, "utama", now)]
    return [*effects, *queue.answered(offer(effects), operator, now)]


def test_a_caller_who_is_sent_back_stands_before_all_who_wait_and_rings_the_wanted_operator_first() -> None:
    queue = a_queue()
    talking(queue, "c1", "ani", 0)
    queue.caller_entered("c2", "utama", 1)
    effects = queue.sent_back("c1", "utama", 5, why=EventName.BLINDTRANSFER, to="budi", first=["ani"])
    assert EventName.BLINDTRANSFER in names(effects)
    assert [waiting.call for waiting in queue.waiting("utama")] == ["c1", "c2"]
    assert rung(effects) == [("c1", "ani")], "the one who sent them is asked first, out of the wrap-up"


def test_who_is_asked_first_but_cannot_leaves_the_caller_to_everybody() -> None:
    queue = a_queue()
    talking(queue, "c1", "ani", 0)
    queue.pause("ani", "makan", 1)
    effects = queue.sent_back("c1", "utama", 5, why=EventName.BLINDTRANSFER, first=["ani"])
    assert rung(effects) == []
    assert rung(queue.ready("budi", 6)) == [("c1", "budi")]


def test_a_transferred_caller_is_offered_and_answered_once_in_the_figures() -> None:
    queue = a_queue()
    log = facts(talking(queue, "c1", "ani", 0))
    effects = queue.sent_back("c1", "mutasi", 10, why=EventName.BLINDTRANSFER, to="mutasi")
    effects += queue.ready("budi", 12)
    effects += queue.answered(offer(effects), "budi", 14)
    effects += queue.call_over("c1", 20, "caller")
    figures = summarise([*log, *facts(effects)], [RULES, OTHER], 0, 100)
    assert (figures.offered, figures.answered) == (1, 1)


def test_handling_time_stays_with_who_had_the_caller() -> None:
    queue = a_queue()
    talking(queue, "c1", "ani", 0)
    queue.ready("budi", 0)
    queue.consulted("budi", "c1", 20)
    effects = [
        *queue.handed_out("c1", 30, why=EventName.ATTENDEDTRANSFER, to="budi"),
        *queue.taken_over("c1", "budi", "utama", 30),
        *queue.call_over("c1", 70, "caller"),
    ]
    handled = {fact.operator: fact.data["handled_s"] for fact in facts(effects) if "handled_s" in fact.data}
    assert handled == {"ani": 30, "budi": 40}
    assert queue.presence("ani").state is OperatorState.READY or queue.presence("ani").until == 60
    assert queue.presence("budi").state is OperatorState.WRAP_UP


def test_a_consulted_operator_is_offered_nothing_and_ready_again_afterwards() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.consulted("ani", "c9", 1)
    assert rung(queue.caller_entered("c1", "utama", 2)) == []
    assert rung(queue.consulted_no_more("ani", 3)) == [("c1", "ani")]


def test_a_pause_is_taken_up_again_after_a_call_out_and_its_wrap_up() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.pause("ani", "administrasi", 1)
    queue.calls_out("ani", "o1", 2)
    assert queue.presence("ani").state is OperatorState.TALKING
    queue.call_over("o1", 10, "operator")
    queue.wrap_up_over("ani", 12)
    assert (queue.presence("ani").state, queue.presence("ani").reason) == (OperatorState.PAUSED, "administrasi")


@pytest.mark.parametrize("state", ["offline", "ringing", "talking"])
def test_an_operator_who_is_not_free_cannot_be_consulted(state: str) -> None:
    queue = a_queue()
    if state != "offline":
        effects = [*queue.ready("ani", 0), *queue.caller_entered("c1", "utama", 0)]
        if state == "talking":
            queue.answered(offer(effects), "ani", 1)
    with pytest.raises(NotFreeError, match=f"ani is {state}"):
        queue.consulted("ani", "c2", 2)


def test_a_place_holder_stands_where_the_caller_stood_and_is_one_flow_out() -> None:
    queue = a_queue()
    log = [effect for call in ("c1", "c2", "c3") for effect in queue.caller_entered(call, "utama", 0)]
    log += queue.keep_place("c2", "b2", 5)
    assert [waiting.call for waiting in queue.waiting("utama")] == ["c1", "b2", "c3"]
    log += queue.ready("ani", 6)
    log += queue.answered(offer(log), "ani", 7)
    log += queue.call_over("c1", 8, "caller")
    effects = queue.wrap_up_over("ani", 9)
    assert rung(effects) == [("b2", "ani")]
    log += effects + queue.answered(offer(effects), "ani", 10)
    figures = summarise(facts(log), [RULES, OTHER], 0, 100)
    assert (figures.offered, figures.answered, figures.flow_out) == (3, 1, 1)


def test_asking_to_be_called_back_while_a_phone_rings_frees_that_operator_for_the_place_holder() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.caller_entered("c1", "utama", 1)
    effects = queue.keep_place("c1", "b1", 2)
    assert stopped(effects) == [("c1", "ani", "caller_left")]
    assert rung(effects) == [("b1", "ani")]


def test_a_second_try_to_call_back_goes_before_those_who_wait() -> None:
    queue = a_queue()
    queue.caller_entered("c1", "utama", 0)
    queue.call_back_again("b1", "utama", 5)
    assert [waiting.call for waiting in queue.waiting("utama")] == ["b1", "c1"]


def test_a_last_call_is_one_more_call_and_then_the_pause() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.last_call("ani", "makan", 1)
    effects = queue.caller_entered("c1", "utama", 2)
    assert rung(effects) == [("c1", "ani")]
    queue.answered(offer(effects), "ani", 3)
    queue.call_over("c1", 4, "caller")
    queue.wrap_up_over("ani", 5)
    assert queue.presence("ani").reason == "makan"


def test_a_last_call_can_be_taken_back() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.last_call("ani", "makan", 1)
    queue.ready("ani", 2)
    assert queue.presence("ani").pending is None


def test_a_phone_that_is_gone_gives_its_caller_to_the_next_operator_and_comes_back_by_itself() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    first = queue.caller_entered("c1", "utama", 1)
    queue.ready("budi", 2)
    effects = queue.phone_gone("ani", 3)
    assert stopped(effects) == [("c1", "ani", "presence_changed")]
    assert rung(effects) == [("c1", "budi")]
    assert queue.presence("ani").reason == PHONE_UNREACHABLE
    queue.phone_back("ani", 5)
    assert queue.presence("ani").state is OperatorState.READY
    assert connected(queue.answered(offer(first), "ani", 6)) == []


def test_a_phone_that_comes_back_does_not_end_a_pause_that_was_asked_for() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.pause("ani", "makan", 1)
    queue.phone_gone("ani", 2)
    queue.phone_back("ani", 3)
    assert queue.presence("ani").reason == "makan"


def test_a_phone_that_is_gone_in_mid_call_is_offered_nothing_after_the_wrap_up() -> None:
    queue = a_queue()
    talking(queue, "c1", "ani", 0)
    queue.sent_back("c1", "utama", 5, why=EventName.COMPLETEOPERATOR, by="phone_lost")
    queue.phone_gone("ani", 5)
    effects = queue.tick(40)
    assert rung(effects) == []
    assert queue.presence("ani").reason == PHONE_UNREACHABLE
    assert rung(queue.phone_back("ani", 41)) == [("c1", "ani")]


def test_a_phone_that_blinks_takes_back_nothing_that_the_operator_asked_for() -> None:
    queue = a_queue()
    talking(queue, "c1", "ani", 0)
    queue.pause("ani", "makan", 1)
    queue.phone_gone("ani", 2)
    queue.phone_back("ani", 3)
    queue.call_over("c1", 4, "caller")
    queue.wrap_up_over("ani", 5)
    assert queue.presence("ani").reason == "makan"


def test_a_last_call_survives_a_phone_that_blinks() -> None:
    queue = a_queue()
    queue.ready("ani", 0)
    queue.last_call("ani", "makan", 1)
    queue.phone_gone("ani", 2)
    queue.phone_back("ani", 3)
    assert (queue.presence("ani").state, queue.presence("ani").pending) == (OperatorState.READY, "makan")


def test_a_consultation_does_not_keep_an_operator_who_has_signed_off() -> None:
    queue = a_queue()
    talking(queue, "c1", "ani", 0)
    queue.call_over("c1", 1, "caller")
    queue.pause("ani", "makan", 2)
    queue.consulted("ani", "c2", 3)
    queue.consulted_no_more("ani", 4)
    assert queue.presence("ani").reason == "makan"


def test_everybodys_time_with_a_caller_counts_in_the_handling_time() -> None:
    queue = a_queue()
    log = facts(talking(queue, "c1", "ani", 0))
    log += facts(queue.ready("budi", 0) + queue.consulted("budi", "c1", 10))
    log += facts(queue.handed_out("c1", 20, why=EventName.ATTENDEDTRANSFER, to="budi"))
    log += facts(queue.taken_over("c1", "budi", "utama", 20) + queue.call_over("c1", 80, "caller"))
    figures = summarise(log, [RULES, OTHER], 0, 80)
    assert (figures.answered, figures.talk_s) == (1, 80)
