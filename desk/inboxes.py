"""What waits for whom (SOP step 5b), for pages: one rule for the list that is asked for and for what is pushed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from desk import shapes
from desk.connection import Connection
from desk.serialise import Serialiser
from desk.times import Clock
from desk.validation_shapes import InboxItem
from hotline.clocks import Clocks
from hotline.escalation import Actor, LoopAction, MayLie, Party, addressed_to, due_at, waits_for, wants
from hotline.numbers import mask
from hotline.ticket import Escalation, Ticket
from storage.accounts import Account

_WITH_PIC = frozenset({LoopAction.ASK_PIC, LoopAction.ASK_AGAIN, LoopAction.PIC_ANSWER})
Shown = TypeVar("Shown", bound=Mapping[str, Any])


def actor_of(person: Account | Connection) -> Actor:
    """The account, or whoever has this page open, as the procedure's tables know it."""
    return Actor(person.username, person.role.value, person.unit)


@dataclass(frozen=True, slots=True)
class View:
    """How somebody sees a question: to all with the same view a line is the same."""

    by_pic: bool
    mine: bool
    wants: tuple[LoopAction, ...]


class Inboxes:
    """Everybody's inbox, put together from tickets whose question is out. `may_lie` and `clocks` say what is late."""

    def __init__(self, json: Serialiser, may_lie: MayLie, clock: Clock, clocks: Clocks) -> None:
        self._json = json
        self._may_lie = may_lie
        self._clock = clock
        self._clocks = clocks

    def late(self, ticket: Ticket) -> bool:
        """Whether the question has lain too long with whoever has it."""
        escalation = ticket.escalation
        return escalation is not None and escalation.open and self._clock() > self._due_at(escalation)

    def holders(self, ticket: Ticket | None, people: Iterable[Actor]) -> frozenset[Actor]:
        """In whose inbox it stands."""
        if ticket is None or not ticket.in_validation:
            return frozenset()
        late = self.late(ticket)
        return frozenset(actor for actor in people if waits_for(ticket, actor, late=late))

    def of(self, waiting: Iterable[Ticket], actor: Actor) -> list[InboxItem]:
        """The inbox of one person, what is due first on top."""
        mine = [ticket for ticket in waiting if self.holders(ticket, [actor])]
        return [self.item(ticket, view(ticket, actor)) for ticket in sorted(mine, key=self._due)]

    def item(self, ticket: Ticket, seen: View) -> InboxItem:
        """One line; a PIC's without who is calling. The ticket must have a question."""
        escalation = _question(ticket)
        summary = self._json.summary(ticket)
        shown = self._json.escalation(escalation)
        return {
            "ticket": for_pic(summary) if seen.by_pic else summary,
            "escalation": _as_put_to_pic(shown) if seen.by_pic else shown,
            "since": self._json.at(escalation.since),
            "standard_s": self._may_lie.in_state(escalation.state),
            "due_at": self._json.at(self._due_at(escalation)),
            "overdue": self.late(ticket),
            "mine": seen.mine,
            "wants": [action.value for action in seen.wants],
        }

    def _due(self, ticket: Ticket) -> tuple[float, str]:
        return (0.0 if ticket.escalation is None else self._due_at(ticket.escalation), ticket.number)

    def _due_at(self, escalation: Escalation) -> float:
        return due_at(escalation, self._may_lie, self._clocks.due)


def view(ticket: Ticket, actor: Actor) -> View:
    """How this person sees the ticket's question. The ticket must have one."""
    escalation = _question(ticket)
    mine = addressed_to(escalation, actor) or escalation.coordinator == actor.username
    return View(actor.role == Party.PIC, mine, wants(ticket, actor))


def _question(ticket: Ticket) -> Escalation:
    if ticket.escalation is None:
        raise ValueError(f"ticket {ticket.number} has no question")
    return ticket.escalation


def for_pic(shown: Shown) -> Shown:
    """A ticket for a PIC, who validates a matter and need not know whose it is."""
    caller = {"number": mask(shown["caller"]["number"]), "name": _initials(shown["caller"]["name"])}
    escalation = shown.get("escalation")
    asked = None if escalation is None else _as_put_to_pic(escalation)
    hidden = {"caller": caller, "callback": None, "message": None, "answer": "", "escalation": asked}
    return cast(Shown, {**shown, **{name: value for name, value in hidden.items() if name in shown}})


def _as_put_to_pic(escalation: shapes.Escalation) -> shapes.Escalation:
    """The coordinator's words are for the PIC; what the operator wrote to the coordinator may name the caller."""
    theirs = [handover for handover in escalation["handovers"] if handover["action"] in _WITH_PIC]
    return {**escalation, "question": "", "answer": "", "handovers": theirs}


def _initials(name: str) -> str:
    """`Siti Aminah` as `S. A.`: enough to speak about somebody."""
    return " ".join(f"{word[0]}." for word in name.split())
