"""Ring strategies, penalties, skills, and several queues that share operators."""

from config.queues import QueueRules
from hotline.distributor import Distributor, Failure
from hotline.presence import OperatorState
from tests.unit.hotline.effects_of import connected, offer, rung, stopped


def queues(*rules: dict[str, object]) -> Distributor:
    return Distributor([QueueRules.model_validate({"wrap_up_s": 0, **rule}) for rule in rules])


def one(strategy: str, **rules: object) -> Distributor:
    house = queues({"name": "utama", "strategy": strategy, **rules})
    for second, operator in enumerate(("ani", "budi", "citra")):
        house.ready(operator, second)
    return house


def serve(house: Distributor, call: str, at: float, lasting: float = 1) -> str:
    """A call from entering to its end; returns who took it."""
    effects = house.caller_entered(call, "utama", at)
    ((_, operator),) = rung(effects)
    house.answered(offer(effects), operator, at)
    house.call_over(call, at + lasting, "caller")
    return operator


def test_longest_idle_rings_the_operator_whose_last_call_ended_longest_ago() -> None:
    house = one("longest_idle")
    assert [serve(house, f"c{n}", 10 * n) for n in range(1, 5)] == ["ani", "budi", "citra", "ani"]


def test_a_pause_does_not_cost_the_longest_idle_their_turn() -> None:
    house = one("longest_idle")
    house.pause("ani", "makan", 5)
    house.ready("ani", 6)
    assert serve(house, "c1", 10) == "ani"


def test_linear_always_begins_with_the_first_member_of_the_rules() -> None:
    house = one("linear", members={"citra": 0, "budi": 0, "ani": 0})
    assert [serve(house, f"c{n}", 10 * n) for n in range(1, 4)] == ["citra"] * 3


def test_fewest_calls_goes_before_idle_time_and_midnight_forgets_the_counts() -> None:
    house = one("fewest_calls")
    for other in ("budi", "citra"):
        house.pause(other, "makan", 5)
    assert [serve(house, f"c{n}", 10 * n) for n in (1, 2)] == ["ani", "ani"]
    for other in ("budi", "citra"):
        house.ready(other, 30)
    assert [serve(house, f"d{n}", 40 + 2 * n) for n in range(2)] == ["budi", "citra"]
    assert serve(house, "e", 50) == "budi"  # ani is idle for longer, but has answered two
    house.new_day(60)
    assert serve(house, "f", 61) == "ani"


def test_round_robin_rings_the_next_after_the_last_one_rung_and_remembers() -> None:
    house = one("round_robin")
    assert serve(house, "c1", 10) == "ani"
    house.pause("budi", "makan", 12)
    assert serve(house, "c2", 13) == "citra"
    house.ready("budi", 15)
    assert [serve(house, f"d{n}", 20 + 2 * n) for n in range(3)] == ["ani", "budi", "citra"]


def test_ring_all_rings_everybody_and_the_first_answer_stops_the_others() -> None:
    house = one("ring_all")
    effects = house.caller_entered("c1", "utama", 10)
    assert rung(effects) == [("c1", "ani"), ("c1", "budi"), ("c1", "citra")]
    ringing = "c1:1"
    effects = house.answered(ringing, "budi", 12)
    assert connected(effects) == [("c1", "budi")]
    assert stopped(effects) == [("c1", "ani", "answered_elsewhere"), ("c1", "citra", "answered_elsewhere")]
    late = house.answered(ringing, "citra", 12.1)
    assert connected(late) == []
    assert stopped(late) == [("c1", "citra", "answered_elsewhere")]
    assert house.presence("budi").state is OperatorState.TALKING


def test_ring_all_keeps_ringing_while_one_phone_is_left_and_starts_again_when_none_is() -> None:
    house = one("ring_all")
    ringing = "c1:1"
    house.caller_entered("c1", "utama", 10)
    assert rung(house.failed(ringing, "ani", 11, Failure.REJECTED)) == []
    assert stopped(house.tick(30)) == [("c1", "budi", "no_answer"), ("c1", "citra", "no_answer")]
    assert {house.presence(name).call for name in ("ani", "budi", "citra")} == {"c1"}


def test_ring_all_rings_an_operator_who_becomes_ready_meanwhile() -> None:
    house = queues({"name": "utama", "strategy": "ring_all"})
    house.ready("ani", 0)
    house.caller_entered("c1", "utama", 5)
    assert rung(house.ready("budi", 6)) == [("c1", "budi")]
    assert connected(house.answered("c1:1", "budi", 7)) == [("c1", "budi")]


def test_ring_all_does_not_add_an_operator_of_a_higher_penalty_to_a_running_offer() -> None:
    house = queues({"name": "utama", "strategy": "ring_all", "members": {"ani": 0, "budi": 5}})
    house.ready("ani", 0)
    house.caller_entered("c1", "utama", 5)
    assert rung(house.ready("budi", 6)) == []
    assert rung(house.failed("c1:1", "ani", 7, Failure.REJECTED)) == [("c1", "budi")]


def test_ring_all_does_not_ring_one_operator_for_two_callers() -> None:
    house = one("ring_all")
    house.caller_entered("c1", "utama", 10)
    assert rung(house.caller_entered("c2", "utama", 11)) == []
    assert rung(house.answered("c1:1", "ani", 12)) == [("c2", "budi"), ("c2", "citra")]


def test_a_higher_penalty_is_rung_only_when_nobody_below_is_ready() -> None:
    house = one("longest_idle", members={"ani": 5, "budi": 0})
    assert house.presence("citra").state is OperatorState.READY
    assert rung(house.caller_entered("c1", "utama", 10)) == [("c1", "budi")]
    assert rung(house.caller_entered("c2", "utama", 11)) == [("c2", "ani")]
    assert rung(house.caller_entered("c3", "utama", 12)) == []


def test_a_caller_rings_only_operators_with_the_skills_asked_for() -> None:
    house = one("longest_idle")
    house.set_members("citra", {"utama": 0}, 5, skills=frozenset({"english", "sunda"}))
    english = frozenset({"english"})
    assert rung(house.caller_entered("c1", "utama", 10, skills=english)) == [("c1", "citra")]
    assert rung(house.caller_entered("c2", "utama", 11, skills=english)) == []
    assert rung(house.caller_entered("c3", "utama", 12)) == [("c3", "ani")]


def test_an_operator_of_two_queues_takes_the_longest_waiting_caller_of_both() -> None:
    house = queues({"name": "utama"}, {"name": "mutasi"})
    house.caller_entered("c1", "mutasi", 1)
    house.caller_entered("c2", "utama", 2)
    assert rung(house.ready("ani", 3)) == [("c1", "ani")]


def test_a_queues_own_priority_goes_before_arrival() -> None:
    house = queues({"name": "utama"}, {"name": "pungli", "priority": 10})
    house.caller_entered("c1", "utama", 1)
    house.caller_entered("c2", "pungli", 2)
    assert rung(house.ready("ani", 3)) == [("c2", "ani")]


def test_taking_an_operator_out_of_a_queue_stops_new_offers_but_not_the_running_one() -> None:
    house = one("longest_idle")
    ringing = offer(house.caller_entered("c1", "utama", 10))
    assert stopped(house.set_members("ani", {}, 11)) == []
    assert connected(house.answered(ringing, "ani", 12)) == [("c1", "ani")]
    house.call_over("c1", 13, "caller")
    assert house.presence("ani").state is OperatorState.READY
    assert [serve(house, f"d{n}", 20 + 2 * n) for n in range(3)] == ["budi", "citra", "budi"]


def test_a_new_seat_serves_who_waits_there_at_once() -> None:
    house = queues({"name": "utama"}, {"name": "mutasi", "members": {}})
    house.ready("ani", 0)
    assert rung(house.caller_entered("c1", "mutasi", 1)) == []
    assert rung(house.set_members("ani", {"utama": 0, "mutasi": 0}, 2)) == [("c1", "ani")]
