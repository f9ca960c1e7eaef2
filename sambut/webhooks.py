"""The webhooks' outbox: what happens to tickets is stored for each webhook that wants it, and sent until it arrives."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

import structlog

from desk.webhook_bodies import delivery, ticket_members
from hotline.backoff import pause_s
from hotline.ticket import Ticket
from hotline.ticket_events import event_of
from sambut.clock import Clock
from sambut.contain import contained
from sambut.tasks import Tasks
from sambut.webhook_sending import WITHIN_S, Outcome, Sender
from storage import Store
from storage.deliveries import Delivery
from storage.errors import NotFound, StoreUnavailable
from storage.webhooks import Webhook

log = structlog.get_logger(__name__)

POLL_S = 1.0
"""How soon a click on "send again", or a new webhook, is noticed."""
AT_ONCE = 20
"""Deliveries claimed together."""
LEASE_S = 120.0
"""How long a delivery is in the hands of one node; after that another may send it."""
KEPT_S = 30 * 86_400.0
"""How long the list shows what was sent."""
MOST_WAITING = 10_000
"""Events held in memory while the store is away."""
GONE = 410
"""The receiver does not want any more (Standard Webhooks)."""

At = Callable[[float], str]


class Webhooks:
    """`disable_after_s` of nothing but failures switch a webhook off, which `disabled` is told. `at` writes times."""

    def __init__(
        self,
        store: Store,
        sender: Sender,
        clock: Clock,
        at: At,
        *,
        pages: str,
        disable_after_s: float,
        disabled: Callable[[Webhook], None],
        first_pause_s: float = 10.0,
    ) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._at = at
        self._pages = pages
        self._disable_after_s = disable_after_s
        self._disabled = disabled
        self._first_pause_s = first_pause_s
        self._tasks = Tasks()
        self._wake = asyncio.Event()
        self._known: Sequence[Webhook] = ()
        self._waiting: list[Delivery] = []
        self._busy: set[str] = set()
        self._forgot_at = 0.0

    async def start(self) -> None:
        """Learns the webhooks and begins to send, first of all what an earlier run left. Raises `StoreUnavailable`."""
        self._known = await self._store.webhooks.list()
        self._tasks.start(self._run(), "webhooks")

    async def stop(self) -> None:
        """What is on its way may arrive; the rest stays in the outbox. What cannot be stored is lost, and said so."""
        await self._tasks.close()  # first: what it was storing waits again
        with contained("webhook_events_not_kept", waiting=len(self._waiting)):
            await self._keep()

    # --- events ---------------------------------------------------------------------------------------------------

    def heard(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """A ticket changed (`sambut.ticket_watch`)."""
        closed_at = None if after.closed_at is None else self._at(after.closed_at)
        url = f"{self._pages}/tickets/{after.number}"
        self.tell(event_of(before, after), ticket_members(after, self._at(after.created_at), closed_at, url), at, after)

    def tell(self, event: str, members: Mapping[str, Any], at: float, ticket: Ticket | None = None) -> None:
        """Something happened: it goes to every webhook that chose this event."""
        number = "" if ticket is None else ticket.number
        wanted = [webhook for webhook in self._known if webhook.active and event in webhook.events]
        if len(self._waiting) + len(wanted) > MOST_WAITING:
            log.error("webhook_event_lost", ticket=number, waiting=len(self._waiting))
            return
        now = self._clock()
        self._waiting += [delivery(webhook, event, members, now, self._at(at), number) for webhook in wanted]
        if wanted:
            self._wake.set()

    # --- the outbox -----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            with contained("webhooks_failed"):
                await self._turn()
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()

    async def _turn(self) -> None:
        try:
            await self._keep()
            self._known = await self._store.webhooks.list()
            await self._send_due()
            await self._forget()
        except StoreUnavailable as error:
            log.debug("webhooks_wait_for_store", waiting=len(self._waiting), reason=str(error))

    async def _keep(self) -> None:
        """From here on it is not lost; while the store is away it waits in memory.

        What the store refuses for itself is not put back: everything behind it would wait forever.
        """
        taken, self._waiting = self._waiting, []
        try:
            await self._store.deliveries.add(taken)
        except (StoreUnavailable, asyncio.CancelledError):
            self._waiting = taken + self._waiting
            raise

    async def _send_due(self) -> None:
        now = self._clock()
        due = await self._store.deliveries.next_due()
        if due is None or due > now:
            return
        claimed = await self._store.deliveries.claim(now, now + LEASE_S, AT_ONCE, frozenset(self._busy))
        for id, each in groupby(sorted(claimed, key=lambda delivery: delivery.to), key=lambda one: one.to):
            self._busy.add(id)
            self._tasks.start(self._send_all(id, list(each), now + LEASE_S), "webhook deliveries")

    async def _send_all(self, id: str, deliveries: list[Delivery], until: float) -> None:
        """One after the other: a receiver is never asked twice at a time. After a failure the rest waits too."""
        try:
            webhook = await self._store.webhooks.get(id)
            for position, each in enumerate(deliveries):
                if self._clock() + WITHIN_S > until:
                    return  # claimed for too long: they come again
                pause = await self._send(webhook, each)
                if pause is not None:
                    await self._put_off(deliveries[position + 1 :], pause)
                    return
        except NotFound:
            log.info("webhook_removed_meanwhile", webhook=id)
        except StoreUnavailable as error:  # sent or not: it is sent again, with the same id
            log.warning("webhook_outcome_not_noted", webhook=id, reason=str(error))
        finally:
            self._busy.discard(id)
            self._wake.set()

    async def _put_off(self, deliveries: Sequence[Delivery], pause: float) -> None:
        for each in deliveries:
            await self._store.deliveries.note(each.id, next_at=self._clock() + pause)

    async def _send(self, webhook: Webhook, sent: Delivery) -> float | None:
        """Sends one and notes what came of it; after a failure, how many seconds to wait."""
        outcome = await self._sender.send(webhook, sent, self._clock())
        now, tries = self._clock(), sent.tries + 1
        noted = {"tries": tries, "last_at": now, "last_status": outcome.status, "last_answer": outcome.text}
        if outcome.arrived:
            await self._store.deliveries.note(sent.id, state="delivered", **noted)
            await self._recovered(webhook)
            return None
        pause = pause_s(tries, random.random(), first_s=self._first_pause_s)  # noqa: S311  a spread, no secret
        state = "waiting" if now + pause <= sent.expires_at else "failed"
        await self._store.deliveries.note(sent.id, state=state, next_at=now + pause, **noted)
        log.info("webhook_not_delivered", webhook=webhook.id, delivery=sent.id, status=outcome.status, tries=tries)
        await self._failed(webhook, outcome, now)
        return pause

    async def _recovered(self, webhook: Webhook) -> None:
        if webhook.failing_since is not None:
            await self._store.webhooks.change(webhook.id, failing_since=None)

    async def _failed(self, webhook: Webhook, outcome: Outcome, now: float) -> None:
        since = webhook.failing_since
        if since is None:
            since = now
            await self._store.webhooks.change(webhook.id, failing_since=now)
        if outcome.status == GONE or now - since >= self._disable_after_s:
            await self._store.webhooks.change(webhook.id, active=False, disabled_at=now)
            await self._store.deliveries.drop(webhook.id, now, "webhook switched off")
            log.warning("webhook_disabled", webhook=webhook.id, failing_s=round(now - since))
            self._disabled(webhook)

    async def _forget(self) -> None:
        now = self._clock()
        if now - self._forgot_at > 3600:
            self._forgot_at = now
            await self._store.deliveries.forget(now - KEPT_S)
