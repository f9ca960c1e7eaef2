"""SOP step 5b: a question's way to coordinator, PIC and back, hand-over by hand-over."""

import pytest

from hotline.escalation import (
    COORDINATORS,
    OPERATORS,
    Actor,
    LoopAction,
    MayLie,
    addressed_to,
    due_at,
    waits_for,
    wants,
)
from hotline.fields import InvalidFields
from hotline.sop import Action, SopViolation, allowed
from hotline.ticket import EscalationState, Step, Ticket
from hotline.validation import Circumstances, Words, WrongRoleError
from tests.unit.hotline.an_installation import FILLED_IN, a_procedure, a_ticket

PROCEDURE = a_procedure()
OPERATOR = Actor("ani", "operator")
COORDINATOR = Actor("koko", "coordinator")
OTHER_COORDINATOR = Actor("kiki", "coordinator")
SUPERVISOR = Actor("sinta", "supervisor")
PIC = Actor("pipit", "pic", "bandung1")
OTHER_PIC = Actor("bogi", "pic", "bogor")
A = LoopAction

HELD = Circumstances(on_the_line=True, back_to="ani")
GONE = Circumstances(on_the_line=False, back_to="ani")
QUESTION = Words(question="Mengapa dendanya dua kali?", way="wait")
PROMISE = Words(question="Mengapa dendanya dua kali?", way="call_back", promised_at=9000.0, number="+62811222333")
MAY_LIE = MayLie(asked_s=60.0, coordinator_s=120.0, pic_s=180.0, tell_s=60.0)
TO_PIC = Words(unit="bandung1", text="Mohon dicek dendanya.")


def at_answer(**known: str) -> Ticket:
    """A ticket whose operator prepares the answer (step 5)."""
    ticket = PROCEDURE.take(
        PROCEDURE.edit(a_ticket(), {**FILLED_IN, "answer": "", **known}, "ani", 100.0), "ani", 101.0
    )
    for action in (Action.GREET, Action.IDENTIFY, Action.RECORD, Action.CLASSIFY):
        ticket = PROCEDURE.advance(ticket, action, {}, "ani", 110.0)
    return ticket


def passed(
    ticket: Ticket,
    action: LoopAction,
    actor: Actor,
    words: Words | None = None,
    at: float = 200.0,
    here: Circumstances = HELD,
) -> Ticket:
    return PROCEDURE.pass_on(ticket, action, words or Words(), actor, at, here)


def with_pic() -> Ticket:
    ticket = passed(at_answer(), A.ESCALATE, OPERATOR, QUESTION, 200.0)
    ticket = passed(ticket, A.ACCEPT, COORDINATOR, at=210.0)
    return passed(ticket, A.ASK_PIC, COORDINATOR, TO_PIC, 220.0)


def answered(words: Words, here: Circumstances = HELD) -> Ticket:
    ticket = passed(at_answer(), A.ESCALATE, OPERATOR, words, 200.0)
    ticket = passed(ticket, A.ACCEPT, COORDINATOR, at=210.0)
    return passed(ticket, A.ANSWER_OPERATOR, COORDINATOR, Words(text="Denda dihapus."), 300.0, here)


def test_the_whole_way_leaves_every_hand_over_with_who_when_what_and_to_whom() -> None:
    ticket = passed(with_pic(), A.PIC_ANSWER, PIC, Words(text="Salah hitung."), 230.0)
    ticket = passed(ticket, A.ASK_AGAIN, COORDINATOR, Words(text="Jadi berapa?"), 240.0)
    ticket = passed(ticket, A.PIC_ANSWER, PIC, Words(text="Rp 0."), 250.0)
    ticket = passed(ticket, A.ANSWER_OPERATOR, COORDINATOR, Words(text="PIC: Rp 0.", answer="Dendanya Rp 0."), 260.0)
    ticket = passed(ticket, A.TOLD, OPERATOR, at=270.0)

    escalation = ticket.escalation
    assert escalation is not None
    assert [(each.at, each.by, each.action, each.to, each.text) for each in escalation.handovers] == [
        (200.0, "ani", "escalate", COORDINATORS, "Mengapa dendanya dua kali?"),
        (210.0, "koko", "accept", "koko", ""),
        (220.0, "koko", "ask_pic", "bandung1", "Mohon dicek dendanya."),
        (230.0, "pipit", "pic_answer", "koko", "Salah hitung."),
        (240.0, "koko", "ask_again", "pipit", "Jadi berapa?"),
        (250.0, "pipit", "pic_answer", "koko", "Rp 0."),
        (260.0, "koko", "answer_operator", "ani", "PIC: Rp 0."),
        (270.0, "ani", "told", "", ""),
    ]
    assert (escalation.state, escalation.told_at, escalation.answered_at) == (EscalationState.TOLD, 270.0, 260.0)
    assert ticket.answer == "Dendanya Rp 0."
    assert PROCEDURE.advance(ticket, Action.CLOSE, {}, "ani", 280.0).closed_as == "answered"


def test_an_answer_of_the_operators_own_is_not_overwritten() -> None:
    ticket = PROCEDURE.edit(with_pic(), {"answer": "Sudah saya cek."}, "ani", 225.0)
    ticket = passed(ticket, A.ANSWER_OPERATOR, COORDINATOR, Words(text="Denda dihapus."), 230.0)
    assert ticket.answer == "Sudah saya cek."
    assert ticket.escalation is not None
    assert ticket.escalation.answer == "Denda dihapus."


def test_while_a_question_is_out_the_ticket_is_neither_closed_nor_taken_back_a_step() -> None:
    ticket = PROCEDURE.edit(with_pic(), {"answer": "Ya."}, "ani", 225.0)
    for action in (Action.CLOSE, Action.BACK):
        with pytest.raises(SopViolation):
            PROCEDURE.advance(ticket, action, {}, "ani", 230.0)
    assert Action.CLOSE not in allowed(ticket)


def test_a_caller_who_waits_keeps_the_operators_clock_running() -> None:
    ticket = passed(at_answer(), A.ESCALATE, OPERATOR, QUESTION)
    assert ticket.running is not None
    assert ticket.callback is None


def test_a_caller_who_is_to_be_called_back_goes_on_the_list_with_time_and_number() -> None:
    ticket = passed(at_answer(), A.ESCALATE, OPERATOR, PROMISE)
    assert ticket.callback is not None
    assert (ticket.callback.reason, ticket.callback.due_at) == ("validation", 9000.0)
    assert ticket.number_to_call == "+62811222333"
    assert ticket.running is None


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (Words(), ("question", "way")),
        (Words(question=" ", way="wait"), ("question",)),
        (Words(question="?", way="call_back"), ("promised_at",)),
    ],
)
def test_a_question_says_what_it_is_and_when_the_caller_is_called(words: Words, missing: tuple[str, ...]) -> None:
    before = at_answer()
    with pytest.raises(SopViolation) as refused:
        passed(before, A.ESCALATE, OPERATOR, words)
    assert refused.value.missing == missing


def test_a_promise_for_yesterday_and_a_text_without_end_are_both_named() -> None:
    words = Words(question="x" * 5000, way="call_back", promised_at=10.0)
    with pytest.raises(InvalidFields) as refused:
        passed(at_answer(), A.ESCALATE, OPERATOR, words)
    assert {(error.field, error.code) for error in refused.value.errors} == {
        ("question", "text_too_long"),
        ("promised_at", "promise_past"),
    }


def test_the_answer_makes_a_promised_call_due_at_once() -> None:
    callback = answered(PROMISE, GONE).callback
    assert callback is not None
    assert (callback.due_at, callback.number) == (300.0, "+62811222333")


def test_a_caller_who_hung_up_while_waiting_is_called_back_with_the_answer() -> None:
    ticket = answered(QUESTION, GONE)
    assert ticket.callback is not None
    assert (ticket.callback.reason, ticket.callback.due_at) == ("validation", 300.0)
    assert ticket.escalation is not None
    assert ticket.escalation.way == "call_back"


def test_a_caller_who_holds_the_line_is_owed_no_call() -> None:
    assert answered(QUESTION).callback is None


def test_a_called_back_caller_is_told_and_the_ticket_closed_without_the_first_steps_again() -> None:
    ticket = PROCEDURE.callback_tried(answered(PROMISE, GONE), "answered", "ani", 310.0)
    ticket = PROCEDURE.receive(ticket, "ani", 311.0)
    assert (ticket.step, ticket.running is not None) == (Step.ANSWER, True)
    ticket = passed(ticket, A.TOLD, OPERATOR, at=320.0)
    assert PROCEDURE.advance(ticket, Action.CLOSE, {}, "ani", 330.0).step is Step.CLOSED


def test_told_by_another_telephone_counts_as_the_call_back_and_gives_the_ticket_back() -> None:
    ticket = passed(answered(PROMISE, GONE), A.TOLD, OPERATOR, at=320.0)
    assert ticket.callback is not None
    assert ticket.callback.reached
    assert ticket.running is not None
    assert PROCEDURE.advance(ticket, Action.CLOSE, {}, "ani", 330.0).closed_as == "answered"


def test_a_colleague_who_calls_back_has_the_answer_then() -> None:
    ticket = PROCEDURE.receive(answered(PROMISE, GONE), "budi", 310.0)
    assert ticket.escalation is not None
    assert (ticket.escalation.to, ticket.escalation.handovers[-1].action) == ("budi", "take")


def test_who_cannot_be_reached_ends_the_loop_too() -> None:
    ticket = PROCEDURE.advance(answered(PROMISE, GONE), Action.UNREACHABLE, {}, "ani", 400.0)
    assert ticket.escalation is not None
    assert (ticket.step, ticket.escalation.state) == (Step.CLOSED, EscalationState.WITHDRAWN)


def test_a_question_taken_back_leaves_the_ticket_in_hand() -> None:
    ticket = passed(at_answer(), A.ESCALATE, OPERATOR, PROMISE)
    ticket = passed(ticket, A.WITHDRAW, OPERATOR, at=220.0)
    assert ticket.running is not None
    assert ticket.callback is not None
    assert ticket.callback.due_at == 220.0
    assert Action.CLOSE in allowed(ticket)


def test_a_second_question_begins_anew_and_keeps_the_hand_overs() -> None:
    ticket = passed(answered(QUESTION), A.TOLD, OPERATOR, at=310.0)
    ticket = passed(ticket, A.ESCALATE, OPERATOR, Words(question="Dan tahun lalu?", way="wait"), 320.0)
    assert ticket.escalation is not None
    assert (ticket.escalation.state, ticket.escalation.answer) == (EscalationState.ASKED, "")
    assert len(ticket.escalation.handovers) == 5


@pytest.mark.parametrize(
    ("action", "actor"),
    [
        (A.ACCEPT, OPERATOR),
        (A.ACCEPT, PIC),
        (A.REASSIGN, OPERATOR),
        (A.WITHDRAW, COORDINATOR),
        (A.WITHDRAW, Actor("admin", "admin")),
    ],
)
def test_a_role_that_the_row_does_not_name_is_refused(action: LoopAction, actor: Actor) -> None:
    ticket = passed(at_answer(), A.ESCALATE, OPERATOR, QUESTION)
    with pytest.raises(WrongRoleError):
        passed(ticket, action, actor, Words(to="kiki"))


def test_only_the_coordinator_who_has_it_works_on_it_and_only_a_pic_of_the_unit_answers() -> None:
    with pytest.raises(SopViolation, match="somebody else"):
        passed(with_pic(), A.ANSWER_OPERATOR, OTHER_COORDINATOR, Words(text="Ya."))
    with pytest.raises(SopViolation, match="somebody else"):
        passed(with_pic(), A.PIC_ANSWER, OTHER_PIC, Words(text="Ya."))
    with pytest.raises(SopViolation, match="somebody else"):
        passed(with_pic(), A.PIC_ANSWER, Actor("baru", "pic"), Words(text="Ya."))


def test_another_coordinator_is_given_it_and_the_pic_goes_on() -> None:
    ticket = passed(with_pic(), A.REASSIGN, SUPERVISOR, Words(to="kiki"), 225.0)
    assert ticket.escalation is not None
    assert (ticket.escalation.to, ticket.escalation.since) == ("bandung1", 220.0)
    ticket = passed(ticket, A.PIC_ANSWER, PIC, Words(text="Rp 0."), 230.0)
    assert ticket.escalation is not None
    assert ticket.escalation.to == "kiki"


def test_an_inbox_holds_what_waits_for_its_owner_and_what_is_late() -> None:
    ticket = passed(at_answer(), A.ESCALATE, OPERATOR, QUESTION)
    assert waits_for(ticket, COORDINATOR, late=False)
    assert not waits_for(ticket, SUPERVISOR, late=False)
    assert waits_for(ticket, SUPERVISOR, late=True)
    assert not waits_for(ticket, OPERATOR, late=False)

    ticket = with_pic()
    assert waits_for(ticket, PIC, late=False)
    assert not waits_for(ticket, OTHER_PIC, late=True)
    assert waits_for(ticket, COORDINATOR, late=False)
    assert not waits_for(ticket, OTHER_COORDINATOR, late=False)
    assert not waits_for(ticket, Actor("baru", "pic"), late=True)

    ticket = answered(QUESTION)
    assert waits_for(ticket, OPERATOR, late=False)
    assert not waits_for(ticket, Actor("budi", "operator"), late=False)
    assert not waits_for(ticket, COORDINATOR, late=False)


def test_an_answer_whose_operator_is_off_duty_is_for_every_operator() -> None:
    ticket = answered(QUESTION, Circumstances(on_the_line=False, back_to=OPERATORS))
    budi = Actor("budi", "operator")
    assert waits_for(ticket, budi, late=False)
    assert ticket.escalation is not None
    assert addressed_to(ticket.escalation, budi)
    assert A.TOLD in wants(ticket, budi)


def test_what_lies_too_long_is_late_by_its_standard_or_by_the_promise() -> None:
    waiting = passed(at_answer(), A.ESCALATE, OPERATOR, QUESTION).escalation
    assert waiting is not None
    assert due_at(waiting, MAY_LIE) == 200.0 + MAY_LIE.asked_s
    promised = passed(at_answer(), A.ESCALATE, OPERATOR, Words("?", "call_back", 220.0)).escalation
    assert promised is not None
    assert due_at(promised, MAY_LIE) == 220.0


def test_a_question_asked_before_closing_time_is_not_late_at_night() -> None:
    waiting = passed(at_answer(), A.ESCALATE, OPERATOR, QUESTION).escalation
    assert waiting is not None
    opens = 9000.0
    assert due_at(waiting, MAY_LIE, lambda clock, since, seconds: opens + seconds) == opens + 60.0
