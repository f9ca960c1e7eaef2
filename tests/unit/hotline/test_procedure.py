"""A ticket's way through the SOP, step by step."""

from dataclasses import replace

import pytest

from hotline.fields import MESSAGES, NAME_LENGTH, TEXT_LENGTH, InvalidFields
from hotline.sop import Action, SopViolation, allowed
from hotline.ticket import Step, Ticket
from tests.unit.hotline.an_installation import FILLED_IN, a_procedure, a_ticket

PROCEDURE = a_procedure()


def at_step(step: Step) -> Ticket:
    """A ticket with everything filled in that was walked to this step, ten seconds a step from 200 on."""
    ticket = PROCEDURE.edit(PROCEDURE.take(a_ticket(), "ani", 200), FILLED_IN, "ani", 200)
    way = (Action.GREET, Action.IDENTIFY, Action.RECORD, Action.CLASSIFY, Action.CLOSE)
    for number, action in enumerate(way, start=1):
        if ticket.step is step:
            break
        ticket = PROCEDURE.advance(ticket, action, {}, "ani", 200 + 10 * number)
    return ticket


def test_a_new_ticket_knows_what_the_caller_already_told_and_nobody_has_it() -> None:
    ticket = a_ticket(kind="pengaduan", plate="d1234abc")
    assert (ticket.step, ticket.kind, ticket.plate) == (Step.GREETING, "pengaduan", "D 1234 ABC")
    assert (ticket.operator, ticket.running, ticket.version) == (None, None, 1)
    assert allowed(ticket) == (Action.TAKE,)


def test_taking_a_ticket_starts_the_greetings_clock() -> None:
    ticket = PROCEDURE.take(a_ticket(), "ani", 130)
    assert (ticket.operator, ticket.taken_at) == ("ani", 130)
    assert ticket.running is not None
    assert (ticket.running.step, ticket.running.started_at, ticket.running.standard_s) == (Step.GREETING, 130, 10)


def test_the_direct_answer_walks_all_steps_and_each_clock_starts_where_the_last_ended() -> None:
    ticket = at_step(Step.CLOSED)
    assert [(time.step, time.started_at, time.ended_at) for time in ticket.steps] == [
        (Step.GREETING, 200, 210),
        (Step.IDENTITY, 210, 220),
        (Step.RECORD, 220, 230),
        (Step.CLASSIFY, 230, 240),
        (Step.ANSWER, 240, 250),
    ]
    assert (ticket.closed_at, ticket.closed_as, ticket.running) == (250, "answered", None)


@pytest.mark.parametrize(
    ("step", "action", "needs"),
    [
        (Step.IDENTITY, Action.IDENTIFY, ("caller_name", "plate", "region")),
        (Step.RECORD, Action.RECORD, ("kind", "description")),
        (Step.CLASSIFY, Action.CLASSIFY, ("category",)),
        (Step.ANSWER, Action.CLOSE, ("answer",)),
    ],
)
def test_a_step_needs_its_fields_and_says_which_are_missing(step: Step, action: Action, needs: tuple[str, ...]) -> None:
    emptied = PROCEDURE.edit(at_step(step), dict.fromkeys(needs), "ani", 300)
    assert PROCEDURE.missing(emptied)[action] == needs
    with pytest.raises(SopViolation) as refused:
        PROCEDURE.advance(emptied, action, {}, "ani", 301)
    assert refused.value.missing == needs
    assert action in refused.value.allowed


def test_fields_may_come_with_the_action() -> None:
    ticket = PROCEDURE.take(a_ticket(), "ani", 0)
    ticket = PROCEDURE.advance(ticket, Action.GREET, {}, "ani", 5)
    identity = {name: FILLED_IN[name] for name in ("caller_name", "plate", "region")}
    moved = PROCEDURE.advance(ticket, Action.IDENTIFY, identity, "ani", 20)
    assert (moved.step, moved.caller_name, moved.version) == (Step.RECORD, "Siti Aminah", ticket.version + 1)


def test_an_action_that_is_not_open_is_refused_with_those_that_are() -> None:
    with pytest.raises(SopViolation, match="close is not allowed on a ticket at identity") as refused:
        PROCEDURE.advance(at_step(Step.IDENTITY), Action.CLOSE, {}, "ani", 300)
    assert refused.value.allowed == (Action.IDENTIFY, Action.BACK)
    assert refused.value.missing == ()


def test_a_ticket_that_somebody_has_cannot_be_taken() -> None:
    with pytest.raises(SopViolation):
        PROCEDURE.take(at_step(Step.RECORD), "budi", 300)


def test_going_back_adds_another_run_of_the_earlier_step() -> None:
    ticket = PROCEDURE.advance(at_step(Step.RECORD), Action.BACK, {}, "ani", 225)
    assert [time.step for time in ticket.steps] == [Step.GREETING, Step.IDENTITY, Step.RECORD, Step.IDENTITY]
    assert (ticket.steps[2].ended_at, ticket.steps[3].started_at) == (225, 225)


def test_a_category_of_the_other_kind_is_missing_after_the_kind_has_changed() -> None:
    ticket = PROCEDURE.edit(at_step(Step.ANSWER), {"kind": "pengaduan"}, "ani", 300)
    assert ticket.category == "informasi.pkb"
    assert PROCEDURE.missing(ticket)[Action.CLOSE] == ("category",)
    ticket = PROCEDURE.edit(ticket, {"category": "pengaduan.pkb"}, "ani", 301)
    assert PROCEDURE.advance(ticket, Action.CLOSE, {}, "ani", 302).step is Step.CLOSED


def test_a_missed_caller_is_owed_one_call_at_the_first_place() -> None:
    missed = PROCEDURE.mark_for_callback(a_ticket(), "missed", 150)
    again = PROCEDURE.mark_for_callback(missed, "requested", 170)
    assert again is missed
    assert missed.callback is not None
    assert (missed.callback.reason, missed.callback.since) == ("missed", 150)
    assert allowed(missed) == (Action.TAKE, Action.UNREACHABLE)


def test_an_interrupted_call_stops_the_clock_until_somebody_calls_back() -> None:
    ticket = PROCEDURE.mark_for_callback(at_step(Step.RECORD), "interrupted", 228)
    assert (ticket.step, ticket.running, ticket.steps[-1].ended_at) == (Step.RECORD, None, 228)
    assert allowed(ticket) == (Action.TAKE, Action.UNREACHABLE)
    taken = PROCEDURE.take(ticket, "budi", 500)
    assert (taken.step, taken.operator, taken.taken_at, taken.steps[-1].started_at) == (Step.GREETING, "budi", 200, 500)
    assert taken.description == FILLED_IN["description"]


def test_a_caller_who_cannot_be_reached_closes_with_a_reason() -> None:
    missed = PROCEDURE.mark_for_callback(a_ticket(), "missed", 150)
    with pytest.raises(SopViolation) as refused:
        PROCEDURE.advance(missed, Action.UNREACHABLE, {}, "ani", 200)
    assert refused.value.missing == ("answer",)
    closed = PROCEDURE.advance(missed, Action.UNREACHABLE, {"answer": "Tiga kali tidak diangkat."}, "ani", 200)
    assert (closed.step, closed.closed_as, closed.closed_at) == (Step.CLOSED, "unreachable", 200)


def test_a_closed_ticket_is_not_marked_but_can_be_reopened_at_the_answer() -> None:
    closed = at_step(Step.CLOSED)
    assert PROCEDURE.mark_for_callback(closed, "interrupted", 900) is closed
    again = PROCEDURE.advance(closed, Action.REOPEN, {}, "budi", 900)
    assert (again.step, again.operator, again.closed_at, again.closed_as) == (Step.ANSWER, "budi", None, None)
    assert again.steps[-1].started_at == 900


def test_reopening_an_answered_call_back_owes_no_call_and_an_unreachable_one_still_does() -> None:
    missed = PROCEDURE.edit(PROCEDURE.mark_for_callback(a_ticket(), "missed", 150), FILLED_IN, "ani", 150)
    gone = PROCEDURE.advance(missed, Action.UNREACHABLE, {}, "ani", 200)
    assert PROCEDURE.advance(gone, Action.REOPEN, {}, "ani", 201).callback == missed.callback
    ticket = PROCEDURE.take(missed, "ani", 200)
    for action in (Action.GREET, Action.IDENTIFY, Action.RECORD, Action.CLASSIFY, Action.CLOSE):
        ticket = PROCEDURE.advance(ticket, action, {}, "ani", 300)
    assert ticket.callback == missed.callback
    assert PROCEDURE.advance(ticket, Action.REOPEN, {}, "ani", 301).callback is None


def test_fields_are_written_in_one_way() -> None:
    ticket = PROCEDURE.edit(
        a_ticket(),
        {"caller_name": "  Siti   Aminah ", "plate": "d-1234-abc", "region": "BANDUNG1", "description": " a\n b "},
        "ani",
        1,
    )
    assert (ticket.caller_name, ticket.plate) == ("Siti Aminah", "D 1234 ABC")
    assert (ticket.region, ticket.description) == ("bandung1", "a\n b")


def test_saving_what_is_already_there_changes_nothing() -> None:
    ticket = PROCEDURE.edit(a_ticket(), FILLED_IN, "ani", 1)
    assert PROCEDURE.edit(ticket, {**FILLED_IN, "plate": "d1234abc"}, "ani", 2) is ticket
    assert PROCEDURE.edit(ticket, {}, "ani", 2) is ticket


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("caller_name", "x" * (NAME_LENGTH + 1), "name_too_long"),
        ("caller_name", "Siti\x00", "unprintable"),
        ("plate", "1234", "plate_area_missing"),
        ("plate", "ZZ 1", "plate_area_unknown"),
        ("region", "jakarta", "region_unknown"),
        ("kind", "keluhan", "kind_unknown"),
        ("description", "x" * (TEXT_LENGTH + 1), "text_too_long"),
        ("answer", "x" * (TEXT_LENGTH + 1), "text_too_long"),
        ("answer", 7, "not_text"),
        ("category", "informasi.xyz", "category_unknown"),
        ("category", "pengaduan.pkb", "category_of_other_kind"),
        ("step", "closed", "unknown_field"),
        ("number", "HTL-1", "unknown_field"),
    ],
)
def test_a_wrong_field_is_refused_in_both_languages(field: str, value: str, code: str) -> None:
    ticket = a_ticket(kind="informasi")
    with pytest.raises(InvalidFields) as refused:
        PROCEDURE.edit(ticket, {field: value}, "ani", 1)
    (error,) = refused.value.errors
    assert (error.field, error.code) == (field, code)
    assert error.message.id != error.message.en
    assert code.startswith("plate_") or MESSAGES[code] == error.message


def test_all_wrong_fields_are_named_at_once_and_none_is_saved() -> None:
    with pytest.raises(InvalidFields) as refused:
        PROCEDURE.edit(a_ticket(), {"plate": "?", "caller_name": "Siti", "region": "x"}, "ani", 1)
    assert [error.field for error in refused.value.errors] == ["plate", "region"]


def test_a_kind_and_its_category_may_change_together() -> None:
    ticket = PROCEDURE.edit(a_ticket(kind="informasi"), {"category": "pengaduan.pkb", "kind": "pengaduan"}, "ani", 1)
    assert (ticket.kind, ticket.category) == ("pengaduan", "pengaduan.pkb")


def test_a_ticket_that_is_passed_on_keeps_its_step_and_its_clock_goes_on_as_the_new_operators() -> None:
    ticket = PROCEDURE.advance(PROCEDURE.take(a_ticket(), "ani", 10), Action.GREET, {}, "ani", 20)
    passed = PROCEDURE.receive(ticket, "budi", 50)
    assert (passed.step, passed.operator) == (Step.IDENTITY, "budi")
    assert [(each.step, each.operator, each.started_at, each.ended_at) for each in passed.steps][1:] == [
        (Step.IDENTITY, "ani", 20, 50),
        (Step.IDENTITY, "budi", 50, None),
    ]
    assert PROCEDURE.receive(passed, "budi", 60) == passed


def test_who_receives_a_free_ticket_takes_it_and_a_closed_one_stays_closed() -> None:
    assert PROCEDURE.receive(a_ticket(), "ani", 10) == PROCEDURE.take(a_ticket(), "ani", 10)
    closed = replace(a_ticket(), step=Step.CLOSED, closed_at=5.0, closed_as="answered", operator="ani")
    assert PROCEDURE.receive(closed, "budi", 10) == closed
