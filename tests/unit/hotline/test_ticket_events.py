"""What a change of a ticket is called outside, and when what failed is tried again."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotline.backoff import FIRST_S, LONGEST_S, pause_s
from hotline.ticket import Escalation, EscalationState, Handover, Step, Ticket
from hotline.ticket_events import TicketEvent, event_of

T = Ticket("HTL-2026-000001", 0.0)
ASKED = Escalation(EscalationState.ASKED, "wait", "?", 10.0, "operator1", "coordinators")
TAKEN = replace(ASKED, state=EscalationState.COORDINATOR, to="coordinator", coordinator="coordinator")


def at(step: Step, escalation: Escalation | None = None) -> Ticket:
    return replace(T, step=step, escalation=escalation)


def test_each_kind_of_change_has_its_name() -> None:
    answer = at(Step.ANSWER)
    assert event_of(None, T) is TicketEvent.OPENED
    assert event_of(T, at(Step.IDENTITY)) is TicketEvent.MOVED
    assert event_of(T, replace(T, plate="D 1 A")) is TicketEvent.CHANGED
    assert event_of(answer, at(Step.CLOSED)) is TicketEvent.CLOSED
    assert event_of(at(Step.CLOSED), answer) is TicketEvent.REOPENED
    assert event_of(answer, at(Step.ANSWER, ASKED)) is TicketEvent.ESCALATED
    assert event_of(at(Step.ANSWER, ASKED), at(Step.ANSWER, TAKEN)) is TicketEvent.ESCALATION_MOVED
    again = replace(ASKED, asked_at=99.0)
    assert event_of(at(Step.ANSWER, replace(TAKEN, state=EscalationState.TOLD)), at(Step.ANSWER, again)) is (
        TicketEvent.ESCALATED
    )


def test_words_that_go_with_a_question_are_no_hand_over() -> None:
    noted = replace(TAKEN, handovers=(Handover(1.0, "coordinator", "accept", "coordinator"),), answer="…")
    assert event_of(at(Step.ANSWER, TAKEN), at(Step.ANSWER, noted)) is TicketEvent.CHANGED


escalations = st.none() | st.sampled_from([ASKED, TAKEN, replace(TAKEN, to="pic1", state=EscalationState.PIC)])
tickets = st.builds(at, st.sampled_from(Step), escalations)


@given(tickets, tickets)
def test_closing_and_opening_again_are_never_told_as_anything_else(before: Ticket, after: Ticket) -> None:
    event = event_of(before, after)
    assert (event is TicketEvent.CLOSED) == (after.step is Step.CLOSED and before.step is not Step.CLOSED)
    assert (event is TicketEvent.REOPENED) == (before.step is Step.CLOSED and after.step is not Step.CLOSED)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_at_least_half_of_what_it_can_be_and_never_longer_than_the_longest(tries: int, luck: float) -> None:
    most = pause_s(tries, 0.0)
    assert FIRST_S <= most <= LONGEST_S
    assert most / 2 <= pause_s(tries, luck) <= most


def test_pauses_double_until_the_longest_and_a_day_holds_more_than_a_dozen_tries() -> None:
    pauses = [pause_s(tries, 0.0) for tries in range(1, 16)]
    assert all(later == min(2 * earlier, LONGEST_S) for earlier, later in pairwise(pauses))
    assert sum(pauses[:13]) < 24 * 3600
