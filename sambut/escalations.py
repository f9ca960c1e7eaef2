"""Questions of SOP step 5b on their way: into the event log, and onto the pages of those whom they wait for."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import structlog

from desk.hub import Hub
from desk.inboxes import Inboxes, actor_of
from hotline.escalation import Actor, LoopAction, Party, addressed_to
from hotline.facts import EventName, Fact
from hotline.ticket import Escalation, EscalationState, Ticket
from sambut.calls import Calls, CallState
from sambut.facts import FactLog
from sambut.tasks import Tasks
from storage import Account, Store, StoreUnavailable

log = structlog.get_logger(__name__)

What = Literal["new", "changed", "gone"]


class Escalations:
    """A `TicketWatcher`. Inboxes are told one hand-over after the other, so that the last word is the last push."""

    def __init__(self, *, hub: Hub, store: Store, inboxes: Inboxes, calls: Calls, facts: FactLog, tasks: Tasks) -> None:
        self._hub = hub
        self._store = store
        self._inboxes = inboxes
        self._calls = calls
        self._facts = facts
        self._tasks = tasks
        self._in_turn = asyncio.Lock()

    def changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """Tell of the ticket's hand-over, if this change was one."""
        was, now = None if before is None else before.escalation, after.escalation
        if now is None or was == now:
            return
        self._facts.log(*_facts(was, now, after))
        self._tasks.start(self._tell(before, after, by), f"inboxes {after.number}")
        if now.state is EscalationState.ANSWERED:
            self._tell_operator(after, now)

    def alarm(self, ticket: Ticket) -> None:
        """It has lain too long: everybody who can pass it on has it in their inbox from now on, and hears so."""
        self._tasks.start(self._alarm(ticket), f"alarm {ticket.number}")

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

    async def _tell(self, before: Ticket | None, after: Ticket, by: str) -> None:
        async with self._in_turn:
            waiting, people = await self._waiting_and_people()
            for actor in people:
                what = self._what(before, after, actor, by)
                if what is not None:
                    self._push(waiting, after, actor, what)

    async def _alarm(self, ticket: Ticket) -> None:
        notice = {"code": "validation_late", "level": "warning", "call_id": None, "ticket": ticket.number}
        told = {} if ticket.escalation is None else {"state": ticket.escalation.state.value, "to": ticket.escalation.to}
        async with self._in_turn:
            waiting, people = await self._waiting_and_people()
            for actor in people:
                if actor.role in (Party.COORDINATOR, Party.SUPERVISOR) and self._inboxes.holds(ticket, actor):
                    self._push(waiting, ticket, actor, "new")
                    self._hub.send(actor.username, "notice", {**notice, **told})

    async def _waiting_and_people(self) -> tuple[tuple[Ticket, ...], list[Actor]]:
        """Every question that is out, and whoever has a page open."""
        try:
            accounts = await self._store.accounts.list()
            return await self._store.inbox.waiting(), [actor_of(each) for each in accounts if self._looks(each)]
        except StoreUnavailable:
            log.warning("inboxes_not_told")  # they ask for the whole list when they come back
            return (), []

    def _looks(self, account: Account) -> bool:
        return account.active and self._hub.connected(account.username)

    def _what(self, before: Ticket | None, after: Ticket, actor: Actor, by: str) -> What | None:
        """What the change means to this person's inbox; nothing is new to whoever did it."""
        had = before is not None and self._inboxes.holds(before, actor)
        if not self._inboxes.holds(after, actor):
            return "gone" if had else None
        came = not had or (_addressed(after, actor) and not _addressed(before, actor))
        return "new" if came and actor.username != by else "changed"

    def _push(self, waiting: tuple[Ticket, ...], ticket: Ticket, actor: Actor, what: What) -> None:
        payload: Mapping[str, Any] = {
            "what": what,
            "ticket": ticket.number,
            "total": sum(self._inboxes.holds(each, actor) for each in waiting),
            "unread": self._inboxes.unread(waiting, actor),
            "item": None if what == "gone" else self._inboxes.item(ticket, actor),
        }
        self._hub.send(actor.username, "inbox", payload)


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
