"""How a question is passed on (SOP step 5b): the rows of `hotline.escalation` carried out on a ticket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from config.base import Bilingual
from hotline.escalation import COORDINATORS, Actor, LoopAction, Pass, has_it, pass_for
from hotline.fields import FieldError, InvalidFields, note
from hotline.sop import SopViolation
from hotline.ticket import Callback, CallbackTry, Escalation, EscalationState, Handover, Ticket, Way

PROMISE_PAST = Bilingual(
    id="Waktu yang dijanjikan sudah lewat: pilih waktu yang akan datang.",
    en="The promised time is over already: choose one to come.",
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said with a hand-over. `promised_at` is in Unix seconds; `number` is where the caller is to be called.

    `answer` is what the caller is to hear, if other than `text`; `to` is the account that a question is given to.
    """

    question: str = ""
    way: Way | None = None
    promised_at: float | None = None
    number: str = ""
    unit: str = ""
    pic: str | None = None
    text: str = ""
    answer: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the ticket does not tell: whether its caller is on the line, and who of the operators gets the answer."""

    on_the_line: bool
    back_to: str


class WrongRoleError(Exception):
    """Somebody of another role does this."""

    def __init__(self, action: LoopAction, row: Pass) -> None:
        super().__init__(f"{action} is for {' or '.join(row.by)}")


def pass_on(
    ticket: Ticket, action: LoopAction, words: Words, actor: Actor, at: float, circumstances: Circumstances
) -> Ticket:
    """The ticket with its question in the next hands; the version stays.

    Raises `WrongRoleError`, `SopViolation` or `InvalidFields`, and then changes nothing.
    """
    row = _row_for(ticket, action, actor)
    said = _read(words, at)
    if missing := tuple(name for name in _needed(ticket, row, said) if not getattr(said, name)):
        raise SopViolation(ticket, action, missing)
    passed = _passed(ticket, action, row, said, actor, at, circumstances)
    ticket = replace(ticket, escalation=passed)
    match action:
        case LoopAction.ESCALATE if said.way == "call_back":
            return _promised(ticket, said, at)
        case LoopAction.ANSWER_OPERATOR:
            return _answered(ticket, passed.answer, at, circumstances)
        case LoopAction.TOLD:
            return _reached(ticket, actor.username, at)
        case LoopAction.WITHDRAW:
            return _due_now(ticket, at)
        case _:
            return ticket


def taken_over(escalation: Escalation | None, operator: str, at: float) -> Escalation | None:
    """Whoever takes the ticket has the answer, too, that waits for its operator."""
    if escalation is None or escalation.state is not EscalationState.ANSWERED or escalation.to == operator:
        return escalation
    return _handed(replace(escalation, to=operator), at, operator, "take")


def given_up(escalation: Escalation | None, by: str, at: float) -> Escalation | None:
    """The caller could not be reached: nobody needs the answer any more."""
    if escalation is None or not escalation.open:
        return escalation
    return _handed(replace(escalation, state=EscalationState.WITHDRAWN, to=""), at, by, "unreachable")


def to_all(escalation: Escalation, queue: str, at: float) -> Escalation:
    """Its operator is off duty: `queue` of them has the answer now."""
    return _handed(replace(escalation, to=queue), at, "system", "off_duty")


def _row_for(ticket: Ticket, action: LoopAction, actor: Actor) -> Pass:
    row = pass_for(ticket, action)
    if row is None:
        raise SopViolation(ticket, action)
    if actor.role not in row.by:
        raise WrongRoleError(action, row)
    if row.own and not has_it(ticket.escalation, actor):
        raise SopViolation(ticket, action, why="somebody else has this question")
    return row


def _read(words: Words, at: float) -> Words:
    errors: list[FieldError] = []
    read: dict[str, str] = {}
    for name in ("question", "text", "answer"):
        try:
            read[name] = note(name, getattr(words, name))
        except InvalidFields as refused:
            errors.extend(refused.errors)
    if words.promised_at is not None and words.promised_at <= at:
        errors.append(FieldError("promised_at", "promise_past", PROMISE_PAST))
    if errors:
        raise InvalidFields(tuple(errors))
    return replace(words, **read)  # type: ignore[arg-type]  # the three are texts


def _needed(ticket: Ticket, row: Pass, said: Words) -> tuple[str, ...]:
    """To be called back takes a time and a number besides."""
    if said.way != "call_back" or "way" not in row.needs:
        return row.needs
    return (*row.needs, "promised_at") if ticket.caller_number else (*row.needs, "promised_at", "number")


def _passed(
    ticket: Ticket, action: LoopAction, row: Pass, said: Words, actor: Actor, at: float, here: Circumstances
) -> Escalation:
    before = ticket.escalation
    if action is LoopAction.ESCALATE or before is None:
        return _asked(before, said, actor, at)
    changes = _CHANGES.get(action, _nothing)(before, said, actor)
    if action is LoopAction.ANSWER_OPERATOR:
        changes = {**changes, "answered_at": at, "to": here.back_to}
    elif action is LoopAction.TOLD:
        changes = {**changes, "told_at": at}
    after = replace(before, state=row.to, **changes)
    return _handed(after, at, actor.username, action, text=said.text, to=said.to or after.to)


def _asked(before: Escalation | None, said: Words, actor: Actor, at: float) -> Escalation:
    """A new round; the hand-overs of earlier ones stay in sight."""
    way = said.way or "wait"
    asked = Escalation(
        EscalationState.ASKED,
        way,
        said.question,
        at,
        actor.username,
        COORDINATORS,
        promised_at=said.promised_at if way == "call_back" else None,
        handovers=before.handovers if before is not None else (),
    )
    return _handed(asked, at, actor.username, LoopAction.ESCALATE, text=said.question)


def _handed(
    escalation: Escalation, at: float, by: str, action: str, *, text: str = "", to: str | None = None
) -> Escalation:
    handover = Handover(at, by, str(action), escalation.to if to is None else to, text)
    return replace(escalation, handovers=(*escalation.handovers, handover))


Changes = Mapping[str, Any]


def _nothing(before: Escalation, said: Words, actor: Actor) -> Changes:
    return {"to": ""}


def _accept(before: Escalation, said: Words, actor: Actor) -> Changes:
    return {"coordinator": actor.username, "to": actor.username}


def _release(before: Escalation, said: Words, actor: Actor) -> Changes:
    return {"coordinator": None, "to": COORDINATORS}


def _ask_pic(before: Escalation, said: Words, actor: Actor) -> Changes:
    asked = {"unit": said.unit, "pic": said.pic, "pic_question": said.text, "pic_answer": ""}
    return {**asked, "to": said.pic or said.unit}


def _ask_again(before: Escalation, said: Words, actor: Actor) -> Changes:
    return {"pic_question": said.text, "pic_answer": "", "to": before.pic or before.unit}


def _pic_answer(before: Escalation, said: Words, actor: Actor) -> Changes:
    return {"pic": actor.username, "pic_answer": said.text, "to": before.coordinator or COORDINATORS}


def _answer(before: Escalation, said: Words, actor: Actor) -> Changes:
    return {"answer": said.answer or said.text}


def _reassign(before: Escalation, said: Words, actor: Actor) -> Changes:
    match before.state:
        case EscalationState.ANSWERED:
            return {"to": said.to}
        case EscalationState.PIC:  # the PIC goes on with it, and answers the other coordinator
            return {"coordinator": said.to}
        case _:
            return {"coordinator": said.to, "to": said.to}


_CHANGES: Mapping[LoopAction, Callable[[Escalation, Words, Actor], Changes]] = {
    LoopAction.ACCEPT: _accept,
    LoopAction.RELEASE: _release,
    LoopAction.ASK_PIC: _ask_pic,
    LoopAction.ASK_AGAIN: _ask_again,
    LoopAction.PIC_ANSWER: _pic_answer,
    LoopAction.ANSWER_OPERATOR: _answer,
    LoopAction.REASSIGN: _reassign,
}


def _promised(ticket: Ticket, said: Words, at: float) -> Ticket:
    """The caller goes, and is called at the promised time at the latest, at the number that was confirmed."""
    number = "" if said.number == ticket.caller_number else said.number
    tries = ticket.callback.tries if ticket.callback is not None else ()
    callback = Callback("validation", at, said.promised_at, number, tries)
    return replace(ticket, callback=callback, steps=ticket.clock_stopped(at))


def _answered(ticket: Ticket, answer: str, at: float, here: Circumstances) -> Ticket:
    """The answer becomes the ticket's own, unless the operator has written one."""
    ticket = replace(ticket, answer=ticket.answer or answer)
    return ticket if here.on_the_line else owed_the_answer(ticket, at)


def owed_the_answer(ticket: Ticket, at: float) -> Ticket:
    """The caller is not on the line: the answer is owed by a call back, due now."""
    escalation = ticket.escalation
    if escalation is None:
        return ticket
    called_back = replace(escalation, way="call_back")
    if ticket.callback is not None and not ticket.callback.reached:
        given_up_too = ticket.callback if ticket.callback.due_at is not None else replace(ticket.callback, due_at=at)
        return _due_now(replace(ticket, escalation=called_back, callback=given_up_too), at)
    number, tries = ("", ()) if ticket.callback is None else (ticket.callback.number, ticket.callback.tries)
    callback = Callback("validation", at, at, number, tries)
    return replace(ticket, escalation=called_back, callback=callback, steps=ticket.clock_stopped(at))


def _due_now(ticket: Ticket, at: float) -> Ticket:
    callback = ticket.callback
    if callback is None or callback.reached or callback.due_at is None or callback.due_at <= at:
        return ticket
    return replace(ticket, callback=replace(callback, due_at=at))


def _reached(ticket: Ticket, operator: str, at: float) -> Ticket:
    """Told by whatever telephone (SOP step 5 names the handphone): no call is owed any more."""
    callback = ticket.callback
    if callback is None or callback.reached:
        return ticket
    told = replace(callback, due_at=None, tries=(*callback.tries, CallbackTry(at, operator, "answered")))
    return replace(ticket, callback=told)
