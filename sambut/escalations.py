"""Questions of SOP step 5b on their way: into the event log, and onto the pages of those whom they wait for."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Literal

from desk.hub import Hub
from desk.inboxes import Inboxes, View, actor_of, view
from hotline.escalation import Actor, LoopAction, Party, addressed_to
from hotline.facts import EventName, Fact
from hotline.ticket import Escalation, EscalationState, Ticket
from sambut.calls import Calls, CallState
from sambut.facts import FactLog

What = Literal["new", "changed", "gone"]


class Escalations:
    """A `TicketWatcher`. Pushes are made in the moment of the hand-over, so that the last word is the last push."""

    def __init__(self, *, hub: Hub, inboxes: Inboxes, calls: Calls, facts: FactLog) -> None:
        self._hub = hub
        self._inboxes = inboxes
        self._calls = calls
        self._facts = facts
        self._moved: set[str] = set()  # handed over since the last round began

    def changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """Tell of the ticket's hand-over, if this change was one."""
        was, now = None if before is None else before.escalation, after.escalation
        if now is None or was == now:
            return
        self._moved.add(after.number)
        self._facts.log(*_facts(was, now, after))
        self._tell(before, after, by)
        if now.state is EscalationState.ANSWERED:
            self._tell_operator(after, now)

    def round_begins(self) -> None:
        """Tickets are read from the store after this; whatever is handed over from now on is newer."""
        self._moved.clear()

    async def alarm(self, tickets: Iterable[Ticket]) -> None:
        """They have lain too long: all who can pass them on have them in their inbox from now on, and hear so.

        Of what no coordinator has taken they hear by the levels of escalation.yaml (`sambut.alarms`), and not twice.
        """
        for ticket in tickets:
            if ticket.number not in self._moved:
                self._alarm(ticket)
            await asyncio.sleep(0)  # after lunch there may be hundreds, and calls go on meanwhile

    def _tell_operator(self, ticket: Ticket, escalation: Escalation) -> None:
        """The caller may be held meanwhile: the page says so, and one key resumes the call."""
        call = self._calls.about(ticket.number)
        notice = {
            "code": "validation_answered",
            "level": "info",
            "call_id": None if call is None else call.id,
            "ticket": ticket.number,
            "held": call is not None and call.state is CallState.HOLD,
            "way": escalation.way,
        }
        self._hub.send(escalation.to, "notice", notice)

    def _tell(self, before: Ticket | None, after: Ticket, by: str) -> None:
        people = self._people()
        had, have = self._inboxes.holders(before, people), self._inboxes.holders(after, people)
        told: dict[tuple[What, View | None], list[str]] = defaultdict(list)
        for actor in had - have:
            told["gone", None].append(actor.username)
        for actor in have:
            what = _came(before, after, actor, by, had=actor in had)
            told[what, view(after, actor)].append(actor.username)
        for (what, seen), usernames in told.items():
            self._hub.send_to(usernames, "inbox", self._push(what, after, seen), at_once=True)

    def _alarm(self, ticket: Ticket) -> None:
        lies = ticket.escalation
        if lies is None:
            return
        told: dict[View, list[str]] = defaultdict(list)
        for actor in self._inboxes.holders(ticket, self._people()):
            if actor.role in (Party.COORDINATOR, Party.SUPERVISOR):
                told[view(ticket, actor)].append(actor.username)
        what: What = "changed" if lies.state is EscalationState.ASKED else "new"
        for seen, usernames in told.items():
            self._hub.send_to(usernames, "inbox", self._push(what, ticket, seen))
        if what == "new":
            notice = {"code": "validation_late", "level": "warning", "call_id": None, "ticket": ticket.number}
            where = {"state": lies.state.value, "to": lies.to}
            self._hub.send_to(chain.from_iterable(told.values()), "notice", {**notice, **where})

    def _people(self) -> list[Actor]:
        """Whoever has a page open."""
        return [actor_of(tab) for tab in self._hub.people()]

    def _push(self, what: What, ticket: Ticket, seen: View | None) -> Mapping[str, Any]:
        return {
            "what": what,
            "ticket": ticket.number,
            "item": None if seen is None else self._inboxes.item(ticket, seen),
        }


def _came(before: Ticket | None, after: Ticket, actor: Actor, by: str, *, had: bool) -> What:
    """What the change means to an inbox that has it now; nothing is new to whoever did it."""
    came = not had or (_addressed(after, actor) and not _addressed(before, actor))
    return "new" if came and actor.username != by else "changed"


def _addressed(ticket: Ticket | None, actor: Actor) -> bool:
    return ticket is not None and ticket.escalation is not None and addressed_to(ticket.escalation, actor)


def _facts(was: Escalation | None, now: Escalation, ticket: Ticket) -> Iterator[Fact]:
    """A fact for each new hand-over: who, when and to whom, but none of the words."""
    holder = "" if was is None else was.to
    for each in now.handovers[0 if was is None else len(was.handovers) :]:
        if each.action == LoopAction.ESCALATE:
            name, data = EventName.ESCALATED, {"ticket": ticket.number, "to": each.to, "way": now.way}
        else:
            passed = {"action": each.action, "from": holder, "to": each.to}
            name, data = EventName.ESCALATION_MOVED, {"ticket": ticket.number, **passed}
        yield Fact(name, each.at, ticket.call_id, None, each.by, data)
        holder = each.to
