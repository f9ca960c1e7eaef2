"""Compliance: what counts as kept, whose it is, and the figures of many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.compliance import Passage, Tally, nearest_rank, through_steps, through_waits
from hotline.escalation import MayLie
from hotline.ticket import EscalationState, Step
from tests.unit.hotline.a_life import at, clocks, question, run, ticket

NINE = at("23 09:00:00")
MAY_LIE = MayLie(asked_s=60, coordinator_s=120, pic_s=180, tell_s=60)


def a_passage(own_s: float, waiting_s: float = 0.0, standard_s: float = 60.0) -> Passage:
    return Passage("HTL-2026-000001", NINE, "", "identity", "operator1", own_s, waiting_s, standard_s, ended=True)


def test_a_step_in_two_runs_is_one_passage_of_whoever_ended_it() -> None:
    passed = ticket(NINE, [run(Step.IDENTITY, NINE, NINE + 50, "a"), run(Step.IDENTITY, NINE + 50, NINE + 70, "b")])
    (passage,) = through_steps(passed, clocks(), NINE + 100)
    assert (passage.own_s, passage.operator, passage.in_time) == (70, "b", False)


def test_each_operator_answers_for_their_own_part_of_a_step() -> None:
    passed = ticket(NINE, [run(Step.IDENTITY, NINE, NINE + 50, "a"), run(Step.IDENTITY, NINE + 50, NINE + 70, "b")])
    parts = through_steps(passed, clocks(), NINE + 100, by_operator=True)
    assert [(part.operator, part.own_s, part.in_time) for part in parts] == [("a", 50, True), ("b", 20, True)]


def test_what_still_goes_on_counts_only_once_it_is_late() -> None:
    going_on = ticket(NINE, [run(Step.IDENTITY, NINE, None)])
    (early,) = through_steps(going_on, clocks(), NINE + 30)
    (late,) = through_steps(going_on, clocks(), NINE + 61)
    assert (early.counts, late.counts) == (False, True)


def test_a_step_entered_again_counts_again_only_when_it_has_ended() -> None:
    first, between = run(Step.IDENTITY, NINE, NINE + 5), run(Step.RECORD, NINE + 5, NINE + 9)
    again = ticket(NINE, [first, between, run(Step.IDENTITY, NINE + 9, None)])
    passages = {passage.clock: passage for passage in through_steps(again, clocks(), NINE + 10)}
    assert (passages["identity"].counts, passages["record"].counts) == (False, True)


def test_the_stays_of_a_question_are_measured_in_working_time_by_what_each_may_take() -> None:
    asked = question(
        EscalationState.TOLD,
        (at("23 14:59:30"), "escalate"),
        (at("24 08:00:20"), "accept"),
        (at("24 08:02:21"), "ask_pic"),
        (at("24 08:05:21"), "pic_answer"),
        (at("24 08:05:51"), "answer_operator"),
        (at("24 08:06:51"), "told"),
    )
    life = ticket(at("23 14:58:00"), [run(Step.ANSWER, at("23 14:58:00"), at("24 08:07:00"))], escalation=asked)
    stays = [
        (stay.clock, stay.own_s, stay.in_time) for stay in through_waits(life, clocks(), MAY_LIE, at("24 09:00:00"))
    ]
    assert stays == [
        ("asked", 50, True),
        ("coordinator", 121, False),
        ("pic", 180, True),
        ("pic_answered", 30, True),
        ("answered", 60, True),
    ]


def test_a_question_that_lies_too_long_counts_although_it_has_not_moved() -> None:
    asked = question(EscalationState.ASKED, (NINE, "escalate"))
    life = ticket(NINE, [run(Step.ANSWER, NINE, None)], escalation=asked)
    assert [stay.counts for stay in through_waits(life, clocks(), MAY_LIE, NINE + 59)] == [False]
    assert [stay.counts for stay in through_waits(life, clocks(), MAY_LIE, NINE + 61)] == [True]


def test_a_line_has_share_median_and_ninetieth_percentile_of_the_own_time() -> None:
    tally = Tally()
    for own_s in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100):
        tally.add("identity", a_passage(own_s, waiting_s=1))
    (line,) = tally.lines()
    assert (line.count, line.in_time, line.share, line.median_s, line.p90_s) == (10, 6, 0.6, 50, 90)
    assert (line.own_s, line.waiting_s) == (550, 10)


def test_exactly_the_standard_time_keeps_the_standard() -> None:
    assert a_passage(60).in_time
    assert not a_passage(60.001).in_time


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found = nearest_rank(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 500)), max_size=40))
def test_the_lines_of_any_cut_add_up_to_the_whole(parts: list[tuple[str, float]]) -> None:
    tally, whole = Tally(), Tally()
    for key, own_s in parts:
        tally.add(key, a_passage(own_s))
        whole.add("total", a_passage(own_s))
    assert sum(line.count for line in tally.lines()) == len(parts)
    for total in whole.lines():
        assert sum(line.in_time for line in tally.lines()) == total.in_time
        assert sum(line.own_s for line in tally.lines()) == pytest.approx(total.own_s)
