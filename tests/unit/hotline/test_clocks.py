"""The clocks of a ticket: whose time it was, amber and red, and that nothing of a ticket's life is lost."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.escalation import EscalationRules
from hotline.clocks import Counting, Spent, end_of
from hotline.escalation import LOOP
from hotline.ticket import Escalation, EscalationState, Handover, Step, Ticket
from tests.unit.hotline.a_life import JAKARTA, RULES, at, clocks, question, run, ticket

NINE = at("23 09:00:00")


def in_answer(since: float = NINE, **known: object) -> Ticket:
    return ticket(since, [run(Step.ANSWER, since, None)], **known)


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, "green"), (47.9, "green"), (48, "amber"), (60, "amber"), (60.1, "red"), (9000, "red")]
)
def test_a_step_is_amber_before_its_standard_time_and_red_after_it(seconds: float, level: str) -> None:
    identity = ticket(NINE, [run(Step.IDENTITY, NINE, None)])
    assert clocks().runs(identity, NINE + seconds)[-1].level == level


def test_a_running_step_tells_when_it_will_turn_amber_and_red() -> None:
    (clock,) = clocks().runs(ticket(NINE, [run(Step.IDENTITY, NINE, None)]), NINE + 20)
    assert (clock.amber_at, clock.red_at) == (NINE + 48, NINE + 60)
    (later,) = clocks().runs(ticket(NINE, [run(Step.IDENTITY, NINE, None)]), NINE + 50)
    assert (later.amber_at, later.red_at) == (None, NINE + 60)


def test_a_ticket_passed_on_keeps_what_is_on_its_clock() -> None:
    passed = ticket(
        NINE,
        [run(Step.IDENTITY, NINE, NINE + 50, "operator1"), run(Step.IDENTITY, NINE + 50, None, "operator2")],
    )
    first, second = clocks().runs(passed, NINE + 65)
    assert (first.own_s, second.own_s) == (50, 15)
    assert (second.step_own_s, second.level) == (65, "red")


def test_a_step_that_is_entered_again_goes_on_where_it_stood() -> None:
    again = ticket(
        NINE,
        [
            run(Step.IDENTITY, NINE, NINE + 50),
            run(Step.RECORD, NINE + 50, NINE + 60),
            run(Step.IDENTITY, NINE + 60, None),
        ],
    )
    assert clocks().runs(again, NINE + 65)[-1].red_at == NINE + 70


def test_waiting_for_coordinator_and_pic_is_not_the_operators_own_time() -> None:
    asked = question(
        EscalationState.ANSWERED,
        (NINE + 30, "escalate"),
        (NINE + 90, "accept"),
        (NINE + 100, "ask_pic"),
        (NINE + 400, "pic_answer"),
        (NINE + 430, "answer_operator"),
    )
    (clock,) = clocks().runs(in_answer(escalation=asked), NINE + 450)
    assert (clock.own_s, clock.waiting_s, clock.level) == (50, 400, "green")
    assert clock.red_at == NINE + 450 + 250
    assert clock.counting == Counting(Spent.OWN, "answer", at("23 15:00:00"))


def test_while_the_question_lies_with_others_the_operators_clock_has_no_end_in_sight() -> None:
    asked = question(EscalationState.ASKED, (NINE + 30, "escalate"))
    (clock,) = clocks().runs(in_answer(escalation=asked), NINE + 500)
    assert (clock.own_s, clock.waiting_s, clock.amber_at, clock.red_at) == (30, 470, None, None)
    assert clock.counting == Counting(Spent.WAITING, "asked", at("23 15:00:00"))


def test_a_question_taken_back_ends_the_waiting() -> None:
    asked = question(EscalationState.WITHDRAWN, (NINE + 30, "escalate"), (NINE + 90, "withdraw"))
    (clock,) = clocks().runs(in_answer(escalation=asked), NINE + 100)
    assert (clock.own_s, clock.waiting_s) == (40, 60)


def test_whoever_takes_another_call_of_the_caller_meanwhile_works() -> None:
    asked = question(EscalationState.ASKED, (NINE + 30, "escalate"))
    steps = [run(Step.ANSWER, NINE, NINE + 40), run(Step.GREETING, NINE + 100, None)]
    answer, greeting = clocks().runs(ticket(NINE, steps, escalation=asked), NINE + 105)
    assert (answer.own_s, answer.waiting_s, greeting.own_s) == (30, 70, 5)


def test_step_five_stands_still_from_closing_time_to_opening() -> None:
    late = in_answer(at("23 14:58:00"))
    (clock,) = clocks().runs(late, at("24 08:02:00"))
    assert (clock.own_s, clock.paused_s, clock.level) == (240, 17 * 3600, "amber")
    (overnight,) = clocks().runs(late, at("23 22:00:00"))
    assert (overnight.own_s, overnight.counting, overnight.red_at) == (120, None, at("24 08:03:00"))


def test_step_five_stands_still_over_fridays_lunch_and_a_weekend() -> None:
    (lunch,) = clocks().runs(in_answer(at("27 11:29:00")), at("27 13:01:00"))
    assert lunch.own_s == 120
    (weekend,) = clocks().runs(in_answer(at("27 14:59:00")), at("30 08:01:00"))
    assert weekend.own_s == 120


def test_a_caller_on_the_line_is_served_by_the_standard_after_closing_time_too() -> None:
    (clock,) = clocks().runs(
        ticket(at("23 14:59:00"), [run(Step.IDENTITY, at("23 14:59:30"), None)]), at("23 15:01:00")
    )
    assert (clock.own_s, clock.level) == (90, "red")


def test_the_time_in_nobodys_hands_is_nobodys_time() -> None:
    steps = [run(Step.GREETING, NINE + 5, NINE + 10), run(Step.GREETING, NINE + 3610, None)]
    first, second = clocks().runs(ticket(NINE, steps), NINE + 3612)
    assert (first.own_s, first.rest_s, second.own_s) == (5, 3600, 2)


def test_a_ticket_just_taken_counts_at_once() -> None:
    (clock,) = clocks().runs(in_answer(), NINE)
    assert clock.counting == Counting(Spent.OWN, "answer", at("23 15:00:00"))


def test_a_closed_ticket_does_not_count() -> None:
    closed = ticket(NINE, [run(Step.ANSWER, NINE, NINE + 60)], step=Step.CLOSED, closed_at=NINE + 60)
    (clock,) = clocks().runs(closed, NINE + 9000)
    assert (clock.own_s, clock.rest_s, clock.counting, clock.red_at) == (60, 0, None, None)


moments = st.floats(0, 6 * 86_400).map(lambda seconds: NINE - 3 * 86_400 + seconds)


@st.composite
def questions(draw: st.DrawFn) -> Escalation:
    """Any walk through the table of the loop, over any number of rounds."""
    state: EscalationState | None = None
    handovers = []
    for moment in sorted(draw(st.lists(moments, min_size=1, max_size=8))):
        action = draw(st.sampled_from([action for (at_state, action) in LOOP if at_state is state]))
        state = LOOP[state, action].to
        handovers.append(Handover(moment, "somebody", action.value, ""))
        last = state
        state = None if state in (EscalationState.TOLD, EscalationState.WITHDRAWN) else state
    return Escalation(last, "wait", "?", handovers[0].at, "operator1", "", handovers=tuple(handovers))


@st.composite
def lives(draw: st.DrawFn) -> Ticket:
    """Any runs one after the other, with gaps between some, the last one perhaps still running."""
    edges = sorted(draw(st.lists(moments, min_size=1, max_size=12)))
    steps = []
    for start, end in pairwise(edges[1:]):
        if draw(st.booleans()):
            steps.append(run(draw(st.sampled_from([*Step][:-1])), start, end, draw(st.sampled_from(["a", "b"]))))
    if steps and draw(st.booleans()):
        steps[-1] = replace(steps[-1], ended_at=None)
    life = ticket(edges[0], steps, escalation=draw(st.none() | questions()))
    if draw(st.booleans()):
        return life
    return replace(life, step=Step.CLOSED, closed_at=edges[-1])


def last_of(life: Ticket) -> float:
    """The last moment at which anything happened to it."""
    of_steps = [moment for each in life.steps for moment in (each.started_at, each.ended_at or 0.0)]
    of_question = [each.at for each in life.escalation.handovers] if life.escalation else []
    return max(life.created_at, *of_steps, *of_question, life.closed_at or 0.0)


anything = st.sampled_from(
    [RULES.model_copy(update={"working_hours": frozenset(names)}) for names in ([], ["answer", "pic"], ["identity"])]
)


@given(lives(), moments, anything)
def test_the_clocks_of_any_ticket_are_its_life_without_gap_or_overlap(
    life: Ticket, now: float, rules: EscalationRules
) -> None:
    reading = clocks(rules)
    reached = life.created_at
    for stretch in reading.stretches(life, now):
        assert stretch.since == reached
        assert stretch.until > stretch.since
        reached = stretch.until
    end = end_of(life, now)
    assert reached == end
    assert life.closed_at is not None or end >= now
    before = sum(stretch.lasted_s for stretch in reading.stretches(life, now) if stretch.run is None)
    of_runs = sum(each.own_s + each.waiting_s + each.paused_s + each.rest_s for each in reading.runs(life, now))
    assert before + of_runs == pytest.approx(end - life.created_at, abs=1e-3)


@given(lives(), moments)
def test_a_clock_that_pauses_for_the_night_never_counts_outside_of_working_hours(life: Ticket, now: float) -> None:
    for stretch in clocks().stretches(life, now):
        if stretch.spent in (Spent.OWN, Spent.WAITING) and stretch.clock in ("answer", "asked", "coordinator", "pic"):
            middle = datetime.fromtimestamp((stretch.since + stretch.until) / 2, JAKARTA)
            assert middle.weekday() < 5
            assert 8 <= middle.hour < 15


@given(lives(), moments, st.floats(0.5, 5000))
def test_a_step_turns_red_when_it_was_said_to(life: Ticket, now: float, later: float) -> None:
    reading, now = clocks(), max(now, last_of(life))  # what is said holds as long as nothing else happens
    runs = reading.runs(life, now)
    if not runs or runs[-1].red_at is None:
        return
    red_at = runs[-1].red_at
    assert reading.runs(life, red_at - 0.01)[-1].level != "red"
    assert reading.runs(life, red_at + 0.01)[-1].level == "red"
    assert reading.runs(life, red_at + later)[-1].level == "red"
