"""What pages are told as it happens, and the live picture that all of it adds up to."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from desk import shapes
from desk.hub import Hub
from desk.serialise import Serialiser, figures
from hotline.distributor import Distributor
from hotline.ticket import Ticket
from sambut.calls import Call, Calls
from sambut.clock import Clock
from sambut.contain import contained
from sambut.facts import FactLog
from sambut.people import Operator, People
from sambut.phones import Phones
from sambut.tasks import Tasks
from sambut.views import Views
from storage import Store, StoreUnavailable

log = structlog.get_logger(__name__)

AS_OF_EVERY_S = 2.0  # a live page that hears nothing for longer says so (PEERS.md 13)


class Pushes:
    """Messages to the desk. Payloads are functions, so that nothing is put together for nobody."""

    def __init__(
        self,
        *,
        hub: Hub,
        store: Store,
        people: People,
        phones: Phones,
        calls: Calls,
        distributor: Distributor,
        facts: FactLog,
        views: Views,
        serialiser: Serialiser,
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        self._hub = hub
        self._store = store
        self._people = people
        self._phones = phones
        self._calls = calls
        self._distributor = distributor
        self._facts = facts
        self._views = views
        self._json = serialiser
        self._clock = clock
        self._tasks = tasks
        self._callbacks_open = 0

    def call(self, call: Call) -> None:
        self._hub.publish("call", lambda: {"call": self._views.call(call)})
        self.queue()

    def ticket(self, ticket: Ticket) -> None:
        self._hub.publish("ticket", lambda: {"ticket": self._json.ticket(ticket)})

    def saved_ticket(self, ticket: Ticket) -> None:
        """Tell of a ticket as it is stored by now: its operator may have typed into it while the phone rang."""
        self._tasks.start(self._stored_ticket(ticket.number), f"push {ticket.number}")

    def queue(self) -> None:
        self._hub.publish("queue", self._of_queues)

    def presence(self, operator: Operator) -> None:
        self._hub.publish("operator", lambda: {"presence": self.presence_of(operator)})

    def presence_of(self, operator: Operator) -> shapes.Presence:
        presence = self._distributor.presence(operator.username)
        return self._json.presence(
            operator.username,
            presence,
            name=operator.name,
            phone=operator.phone,
            phone_kind=operator.phone_kind,
            phone_state=self._phones.state(operator),
            auto_answer=operator.auto_answer,
        )

    def live(self) -> shapes.Live:
        """Everything at this moment."""
        return {
            "at": self._json.at(self._clock()),
            **self._of_queues(),  # type: ignore[typeddict-item]  # its keys are of Live
            "operators": [self.presence_of(operator) for operator in self._people.all()],
            "calls": [self._views.call(call) for call in self._calls],
        }

    async def keep_fresh(self) -> None:
        """Live pages hear from us also when nothing happens. Runs until cancelled."""
        while True:
            with contained("pages_not_told"):
                await self._count_callbacks()
                self.queue()
            await asyncio.sleep(AS_OF_EVERY_S)

    async def _count_callbacks(self) -> None:
        try:
            self._callbacks_open = await self._store.tickets.callbacks_open()
        except StoreUnavailable:
            log.debug("callbacks_not_counted")

    async def _stored_ticket(self, number: str) -> None:
        if not self._hub.count():
            return
        try:
            stored = await self._store.tickets.get(number)
        except StoreUnavailable:
            log.debug("ticket_not_read", ticket=number)
            return
        if stored is not None:
            self.ticket(stored)

    def _of_queues(self) -> Mapping[str, Any]:
        return {
            "queues": self._views.queues(self._clock()),
            "today": figures(self._facts.today()),
            "callbacks_open": self._callbacks_open,
        }
