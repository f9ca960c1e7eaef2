"""When a caller is called back, and when no more."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.callback_plan import first_due, next_due, tries_left
from hotline.ticket import Callback, CallbackTry, Ticket, TryResult
from tests.unit.hotline.an_installation import a_procedure, a_ticket

DAY = 86_400.0
OPENS, CLOSES = 8 * 3600.0, 15 * 3600.0
RETRIES = (15.0, 60.0, 240.0)
results = st.sampled_from(["answered", "busy", "no_answer", "voicemail", "failed"])
moments = st.floats(0, 10 * DAY)


def office(at: float) -> float:
    """Open every day from 8 to 15 o'clock."""
    today = at // DAY * DAY
    if at < today + OPENS:
        return today + OPENS
    return at if at < today + CLOSES else today + DAY + OPENS


def tried(ticket: Ticket, result: TryResult, at: float, by: str = "ani") -> Ticket:
    assert ticket.callback is not None
    due_at = next_due(ticket.callback, result, at, RETRIES, office)
    return a_procedure().callback_tried(ticket, result, by, at, due_at)


def owed(at: float) -> Ticket:
    return a_procedure().mark_for_callback(a_ticket(), "missed", at, due_at=first_due(at, office))


def test_a_caller_of_the_night_is_called_when_the_office_opens() -> None:
    assert first_due(3 * 3600.0, office) == OPENS
    assert first_due(9 * 3600.0, office) == 9 * 3600.0
    assert first_due(16 * 3600.0, office) == DAY + OPENS


def test_after_each_try_in_vain_the_next_comes_later_until_none_is_planned() -> None:
    ticket = owed(OPENS)
    due = []
    for _ in range(4):
        assert ticket.callback is not None
        due.append(ticket.callback.due_at)
        ticket = tried(ticket, "no_answer", float(ticket.callback.due_at or 0))
    assert due == [OPENS, OPENS + 900, OPENS + 900 + 3600, OPENS + 900 + 3600 + 14_400]
    assert ticket.callback is not None
    assert (ticket.callback.due_at, ticket.callback.reached) == (None, False)


def test_a_retry_never_falls_outside_working_hours() -> None:
    ticket = tried(owed(CLOSES - 600), "busy", CLOSES - 600)
    assert ticket.callback is not None
    assert ticket.callback.due_at == DAY + OPENS


def test_an_office_that_never_opens_still_owes_the_call() -> None:
    assert first_due(5.0, lambda at: None) == 5.0
    assert next_due(Callback("missed", 0, 0), "busy", 5.0, (1,), lambda at: None) == 65.0


def test_a_caller_who_answered_is_owed_no_call() -> None:
    ticket = tried(owed(OPENS), "answered", OPENS + 60)
    assert ticket.callback is not None
    assert (ticket.callback.reached, ticket.callback.due_at) == (True, None)
    assert ticket.callback.tries == (CallbackTry(OPENS + 60, "ani", "answered"),)
    assert tried(ticket, "busy", OPENS + 90) is ticket


def test_a_caller_who_was_reached_and_lost_again_is_owed_a_new_call_with_all_its_tries() -> None:
    procedure = a_procedure()
    reached = tried(tried(owed(OPENS), "busy", OPENS), "answered", OPENS + 900)
    lost = procedure.mark_for_callback(procedure.take(reached, "ani", OPENS + 900), "interrupted", OPENS + 950)
    assert lost.callback is not None
    assert (lost.callback.reason, lost.callback.since, lost.callback.due_at) == (
        "interrupted",
        OPENS + 950,
        OPENS + 950,
    )
    assert (len(lost.callback.tries), lost.callback.tries_in_vain) == (2, 0)
    assert tries_left(lost.callback, 4) == 4


def test_a_caller_may_be_called_at_another_number_than_their_own() -> None:
    procedure = a_procedure()
    elsewhere = procedure.mark_for_callback(a_ticket(), "requested", 150, number="+62222534567")
    assert (elsewhere.caller_number, elsewhere.number_to_call) == ("+6281234567890", "+62222534567")
    same = procedure.mark_for_callback(a_ticket(), "requested", 150, number="+6281234567890")
    assert same.callback is not None
    assert (same.callback.number, same.number_to_call) == ("", "+6281234567890")


def test_a_try_changes_nothing_on_a_ticket_that_owes_no_call() -> None:
    never_owed = a_ticket()
    assert a_procedure().callback_tried(never_owed, "busy", "ani", 200, 300) is never_owed


def test_a_try_keeps_the_step_and_the_place() -> None:
    before = owed(OPENS)
    after = tried(before, "voicemail", OPENS + 5)
    assert (after.step, after.steps, after.version) == (before.step, before.steps, before.version + 1)
    assert after.callback is not None
    assert before.callback is not None
    assert after.callback == replace(before.callback, due_at=OPENS + 905, tries=after.callback.tries)


def test_a_machine_that_answered_makes_the_call_due_again_and_is_no_clock_of_the_caller() -> None:
    talked = a_procedure().receive(tried(owed(OPENS), "answered", OPENS + 5), "ani", OPENS + 5)
    answered = CallbackTry(OPENS + 5, "ani", "answered")
    corrected = a_procedure().not_reached(talked, answered, OPENS + 905)
    assert corrected.callback is not None
    assert (corrected.callback.last_result, corrected.callback.due_at) == ("voicemail", OPENS + 905)
    assert corrected.running is None
    assert a_procedure().not_reached(corrected, answered, OPENS + 905) is corrected


def test_a_ticket_that_another_call_was_for_or_another_operator_works_on_is_left_as_it_is() -> None:
    answered = CallbackTry(OPENS + 5, "ani", "answered")
    other_call = tried(owed(OPENS), "answered", OPENS + 1)
    assert a_procedure().not_reached(other_call, answered, OPENS + 905) is other_call
    still_owed = tried(owed(OPENS), "busy", OPENS + 5)
    assert a_procedure().not_reached(still_owed, answered, OPENS + 905) is still_owed
    others_work = a_procedure().receive(tried(owed(OPENS), "answered", OPENS + 5), "budi", OPENS + 50)
    assert a_procedure().not_reached(others_work, answered, OPENS + 905).running == others_work.running


@given(moments, st.lists(st.tuples(results, st.floats(0, 3 * DAY)), max_size=12))
def test_whatever_comes_of_the_tries_the_plan_ends_and_stays_within_hours(
    start: float, tries: list[tuple[TryResult, float]]
) -> None:
    ticket, at = owed(start), start
    for result, later in tries:
        at += later
        ticket = tried(ticket, result, at)
        callback = ticket.callback
        assert callback is not None
        if callback.due_at is not None:
            assert callback.due_at == office(callback.due_at) > at
        assert callback.tries_in_vain + tries_left(callback, 1 + len(RETRIES)) <= max(4, callback.tries_in_vain)
        assert (callback.due_at is None) == (callback.reached or callback.tries_in_vain > len(RETRIES))


@given(moments, st.lists(results.filter(lambda result: result != "answered"), min_size=4, max_size=8))
def test_no_caller_is_planned_to_be_called_more_often_than_the_plan_says(start: float, vain: list[TryResult]) -> None:
    ticket = owed(start)
    for count, result in enumerate(vain, start=1):
        ticket = tried(ticket, result, start + count)
        assert ticket.callback is not None
        assert tries_left(ticket.callback, 4) == max(0, 4 - count)


@pytest.mark.parametrize("result", ["answered", "busy", "no_answer", "voicemail", "failed"])
def test_without_retries_there_is_one_try(result: TryResult) -> None:
    assert next_due(Callback("missed", 0, 0), result, 5.0, (), office) is None
