"""Moving a ticket: through the steps of the SOP, and its question to coordinator, PIC and back (step 5b)."""

from datetime import datetime

from config.base import Bilingual
from desk import shapes
from desk.addressees import check_unit, unknown
from desk.audit import refusals_seen
from desk.context import Ask, Desk, Nothing
from desk.field_errors import field_error
from desk.handlers.fields import Line, Moment, Number
from desk.handlers.tickets import Text, TicketPatch, announced, find, reader
from desk.inboxes import actor_of
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from desk.saving import Saving
from desk.serialise import words
from hotline.escalation import LoopAction, state_of
from hotline.numbers import normalise
from hotline.promises import may_be_promised, next_promise
from hotline.sop import Action
from hotline.ticket import EscalationState, Ticket, Way
from hotline.validation import Words
from hotline.working_time import WorkingTime
from storage.accounts import Role

_SAID = ("question", "way", "promised_at", "number", "unit", "pic", "text", "to")

NOBODY = Bilingual(id="Tidak ada orang aktif dengan nama ini di sana.", en="Nobody active of this name is there.")
NEVER_OPEN = Bilingual(id="Tidak ada jam kerja pada waktu itu.", en="There are no working hours then.")
NOT_FOR_THIS = Bilingual(id="Isian ini bukan untuk langkah ini.", en="This field is not for this step.")


class TicketMove(TicketPatch):
    """Fields to save with it, and what is said with a hand-over of step 5b.

    `answer` of `answer_operator` is what the caller is to hear, if other than `text`. `to` is a username.
    """

    question: Text = ""
    way: Way | None = None
    promised_at: Moment | None = None
    number: Number = ""
    unit: Line = ""
    pic: Line | None = None
    text: Text = ""
    to: Line = ""

    def words(self) -> Words:
        """What is said with a hand-over."""
        return Words(
            self.question,
            self.way,
            None if self.promised_at is None else self.promised_at.timestamp(),
            normalise(self.number) if self.number else "",
            self.unit,
            self.pic,
            self.text,
            self.answer or "",
            self.to,
        )


async def move(ask: Ask[TicketMove, Nothing]) -> shapes.Ticket:
    name = ask.path("action")
    if name in set(LoopAction):
        return await _pass_on(ask, LoopAction(name))
    if name not in set(Action):
        raise Problem("not_found", f"there is no action {name!r}")
    if not ask.may(Permission.EDIT_TICKETS):
        raise Problem("forbidden")
    _refuse_fields(ask, _SAID)
    saving = Saving(ask.desk, ask.me.username)
    async with refusals_seen(ask, ask.path("number")):
        ticket = await saving.advance(ask.path("number"), ask.body.version, Action(name), ask.body.changes())
    return await announced(ask, ticket)


async def _pass_on(ask: Ask[TicketMove, Nothing], action: LoopAction) -> shapes.Ticket:
    facts = ask.body.changes()
    if action is LoopAction.ANSWER_OPERATOR:
        facts.pop("answer", None)  # it goes to the operator with the words, and does not overwrite what they wrote
    if not ask.may(Permission.EDIT_TICKETS):
        _refuse_fields(ask, tuple(facts))
    said = ask.body.words()
    _check_promise(ask.desk, said)
    found = await find(ask)
    await _check_addressees(ask, found, said)
    saving = Saving(ask.desk, ask.me.username, reader(ask))
    async with refusals_seen(ask, found.number):
        ticket = await saving.pass_on(found, ask.body.version, action, said, actor_of(ask.me), facts)
    return await announced(ask, ticket)


def _refuse_fields(ask: Ask[TicketMove, Nothing], names: tuple[str, ...]) -> None:
    sent = [name for name in names if name in ask.body.model_fields_set]
    if sent:
        raise Problem("invalid", errors=[field_error(name, "not_for_this", words(NOT_FOR_THIS)) for name in sent])


def _check_promise(desk: Desk, said: Words) -> None:
    """Somebody must be there to keep a promise; that it is not past, the procedure itself checks (`hotline.promises`).

    Raises `Problem` invalid, with the `next` time that may be promised (null if the office does not open any more).
    """
    office, now, promised = WorkingTime(desk.installation.hours), desk.clock(), said.promised_at
    if promised is None or promised <= now or may_be_promised(office, promised, now):
        return
    upcoming = next_promise(office, promised)
    told = NEVER_OPEN if upcoming is None else _outside_hours(datetime.fromtimestamp(upcoming, desk.zone))
    error = field_error("promised_at", "promise_outside_hours", words(told))
    raise Problem("invalid", errors=[error], next=desk.json.at_or_none(upcoming))


def _outside_hours(upcoming: datetime) -> Bilingual:
    shown = f"{upcoming:%d/%m/%Y %H.%M}"
    return Bilingual(
        id=f"Di luar jam kerja. Waktu terdekat yang dapat dijanjikan: {shown}.",
        en=f"Outside working hours. The next time that can be promised: {shown}.",
    )


async def _check_addressees(ask: Ask[TicketMove, Nothing], ticket: Ticket, said: Words) -> None:
    """Whoever a question is put to must be there to answer it."""
    check_unit(ask.desk.installation, said.unit)
    if said.pic and not await _is_there(ask, said.pic, Role.PIC, said.unit):
        raise unknown("pic", "pic_unknown", NOBODY)
    wanted = Role.OPERATOR if state_of(ticket) is EscalationState.ANSWERED else Role.COORDINATOR
    if said.to and not await _is_there(ask, said.to, wanted):
        raise unknown("to", "person_unknown", NOBODY)


async def _is_there(ask: Ask[TicketMove, Nothing], username: str, role: Role, unit: str = "") -> bool:
    account = await ask.desk.store.accounts.get(username)
    return account is not None and account.active and account.role is role and (not unit or account.unit == unit)


ROUTES = (
    route(
        "POST",
        "/tickets/{number}/actions/{action}",
        move,
        "Move a ticket through the procedure, or pass its question on, saving fields with it",
        permission=Permission.MOVE_TICKETS,
        problems=("not_found", "conflict", "not_allowed"),
    ),
)
