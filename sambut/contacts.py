"""Who calls, kept up with: people are learned from tickets as these change, and blocked callers from other nodes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import structlog

from config import Installation
from desk.retention import RetentionRules
from hotline.contacts import keys_of
from hotline.ticket import Ticket
from sambut.clock import Clock
from sambut.privacy import NightlyRetention
from sambut.tasks import Tasks
from sambut.ticket_watch import TicketWatchers
from storage import Store, StoreUnavailable

log = structlog.get_logger(__name__)

BLOCKED_AS_OF_S = 5.0  # what another node blocked counts here this much later at most
CATCH_UP_PAUSE_S = 0.05  # between two chunks, so that nobody's ticket waits behind them


@asynccontextmanager
async def knowing_callers(
    installation: Installation, store: Store, watchers: TicketWatchers, clock: Clock
) -> AsyncIterator[None]:
    """Callers are learned and forgotten by the rules for as long as this is open; blocked ones are known at once."""
    tasks, zone = Tasks(), ZoneInfo(installation.hours.timezone)
    acquaintances = Acquaintances(store, tasks)
    plan = installation.retention
    rules = RetentionRules(store.privacy, plan.keep_days, installation.settings.data, zone)
    retention = NightlyRetention(rules, plan, clock, zone)
    await store.once_here(store.blocked.refresh)
    watchers.add(acquaintances.changed)
    tasks.start(acquaintances.keep_blocked_fresh(), "blocked callers")

    async def catch_up() -> None:
        tasks.start(acquaintances.catch_up(), "catch up with contacts")

    await store.once_here(catch_up)
    tasks.start(retention.run(), "retention")
    try:
        yield
    finally:
        await tasks.close()


class Acquaintances:
    """Never in the way of a call: what cannot be learned now is caught up with at the next start, or at night."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        self._store = store
        self._tasks = tasks

    def changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """A ticket changed (`sambut.ticket_watch`): learn what is new about whoever it is of."""
        keys = keys_of(after)
        known = before is not None and keys_of(before) == keys and before.caller_name == after.caller_name
        if any(keys) and not known:
            self._tasks.start(self._learn(after), f"learn {after.number}")

    async def catch_up(self) -> None:
        """Learn every ticket that was missed."""
        missed: int | None = 1
        while missed:
            missed = await _tried("contacts_not_caught_up", self._store.contacts.catch_up)
            await asyncio.sleep(CATCH_UP_PAUSE_S)

    async def keep_blocked_fresh(self) -> None:
        """Take over what other nodes blocked. Runs until cancelled."""
        while True:
            await _tried("blocked_callers_not_read", self._store.blocked.refresh)
            await asyncio.sleep(BLOCKED_AS_OF_S)

    async def _learn(self, ticket: Ticket) -> None:
        await _tried("contact_not_learned", lambda: self._store.contacts.learn([ticket]))


async def _tried(event: str, ask: Callable[[], Awaitable[int | None]]) -> int | None:
    try:
        return await ask()
    except StoreUnavailable as error:
        log.debug(event, reason=str(error))  # the outage itself is told once
        return None
