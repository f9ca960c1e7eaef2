"""Word to people who are not at a screen: an e-mail, and an event for webhooks, when something waits for them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog

from config.base import Language
from desk.webhook_bodies import NOTICE
from hotline.backoff import pause_s
from hotline.escalation import COORDINATORS, OPERATORS
from hotline.ticket import Step, Ticket
from sambut import letters
from sambut.clock import Clock
from sambut.contain import contained
from sambut.mail import Mailer, MailError
from sambut.tasks import Tasks
from storage import Account, Role, Store, StoreUnavailable

log = structlog.get_logger(__name__)

GATHER_S = 20.0
"""A page that is only reloaded is back by then, and what comes together is one mail."""
LOOK_EVERY_S = 1.0
TRIES = 5
"""How often a mail is tried: over some minutes, for a server that greylists."""
FIRST_PAUSE_S = 30.0

_GROUPS: Mapping[str, Role] = {COORDINATORS: Role.COORDINATOR, OPERATORS: Role.OPERATOR}


class Tell(Protocol):
    """`sambut.webhooks.Webhooks.tell`."""

    def __call__(self, event: str, members: Mapping[str, Any], at: float) -> None: ...


@dataclass(frozen=True, slots=True)
class _Notice:
    """`whom` is an account, a unit or a group; `held_by` is who had the question then, None for other matters."""

    whom: str
    about: str
    number: str
    held_by: str | None
    due_at: float


class Notifier:
    """Belongs to the event loop's thread. Of a group nobody gets a mail while one of them has a page open.

    A person gets at most one mail in `every_s` seconds; what comes meanwhile is in the next, unless it is done by then.
    """

    def __init__(
        self,
        store: Store,
        connected: Callable[[str], bool],
        mailer: Mailer,
        tell: Tell,
        clock: Clock,
        *,
        pages: str,
        every_s: float,
        gather_s: float = GATHER_S,
    ) -> None:
        self._store = store
        self._connected = connected
        self._mailer = mailer
        self._tell = tell
        self._clock = clock
        self._pages = pages
        self._every_s = every_s
        self._gather_s = gather_s
        self._tasks = Tasks()
        self._waiting: list[_Notice] = []
        self._mailed_at: dict[str, float] = {}

    async def start(self) -> None:
        """Begins to look, and takes up what waited when an earlier run ended. Raises `StoreUnavailable`."""
        for ticket in await self._store.inbox.waiting():
            self._question(ticket)
        self._tasks.start(self._run(), "notices")

    async def stop(self) -> None:
        """What still waits is taken up at the next start."""
        await self._tasks.close()

    def heard(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """A ticket changed (`sambut.ticket_watch`): whoever has its question now is told, unless they did it."""
        was = before.escalation if before is not None else None
        now = after.escalation
        if (
            now is not None
            and (was is None or (was.state, was.to, was.pic) != (now.state, now.to, now.pic))
            and now.to != by
        ):
            self._question(after)

    def notify(self, whom: str | Iterable[str], event: str, ticket: Ticket) -> None:
        """Something else about a ticket: `whom` is an account, a unit, a group, or several of these."""
        for each in [whom] if isinstance(whom, str) else whom:
            self._later(_Notice(each, event, ticket.number, None, self._clock() + self._gather_s))

    async def tell_admins(self, subject_and_text: Callable[[Language], tuple[str, str]]) -> None:
        """A mail to every admin who takes mails, page open or not."""
        for account in await self._store.accounts.list(Role.ADMIN):
            if account.active and account.email and account.email_notices:
                self._post(account, *subject_and_text(_language(account)))

    def _question(self, ticket: Ticket) -> None:
        asked = ticket.escalation
        if asked is None or not asked.open:
            return
        whom = asked.pic if asked.pic is not None and asked.to == asked.unit else asked.to
        self._later(_Notice(whom, asked.state, ticket.number, asked.to, self._clock() + self._gather_s))

    def _later(self, notice: _Notice) -> None:
        same = (notice.whom, notice.number)
        self._waiting = [each for each in self._waiting if (each.whom, each.number) != same]
        self._waiting.append(notice)

    # --- when the time has come -----------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            with contained("notices_failed"):
                await self._turn()

    async def _turn(self) -> None:
        now = self._clock()
        due = [notice for notice in self._waiting if notice.due_at <= now]
        if not due:
            return
        self._waiting = [notice for notice in self._waiting if notice.due_at > now]
        try:
            accounts = [account for account in await self._store.accounts.list() if account.active]
            still = [notice for notice in due if await self._still(notice)]
        except StoreUnavailable:
            self._waiting += due
            return
        for account in accounts:
            if mine := [notice for notice in still if account in self._away(notice.whom, accounts)]:
                self._send(account, mine, now)

    async def _still(self, notice: _Notice) -> bool:
        """Whether it waits yet."""
        ticket = await self._store.tickets.get(notice.number)
        if ticket is None or ticket.step is Step.CLOSED:
            return False
        asked = ticket.escalation
        return notice.held_by is None or (asked is not None and asked.open and asked.to == notice.held_by)

    def _away(self, whom: str, accounts: Sequence[Account]) -> Sequence[Account]:
        """Who is to be told: nobody, while one of them has a page open."""
        people = [account for account in accounts if _means(whom, account)]
        return () if any(self._connected(account.username) for account in people) else people

    def _send(self, account: Account, notices: Sequence[_Notice], now: float) -> None:
        again_at = self._mailed_at.get(account.username, float("-inf")) + self._every_s
        if now < again_at:
            for notice in notices:
                self._later(replace(notice, whom=account.username, due_at=again_at))
            return
        self._mailed_at[account.username] = now
        for notice in notices:
            link = {"number": notice.number, "url": f"{self._pages}/tickets/{notice.number}"}
            self._tell(NOTICE, {"person": account.username, "about": notice.about, "ticket": link}, now)
        if account.email and account.email_notices:
            about = {notice.number: str(notice.about) for notice in notices}
            self._post(account, *letters.waiting(_language(account), about, self._pages))

    def _post(self, account: Account, subject: str, text: str) -> None:
        if self._mailer.ready:
            self._tasks.start(self._try(account, subject, text), "mail")

    async def _try(self, account: Account, subject: str, text: str) -> None:
        for tries in range(1, TRIES + 1):
            try:
                await self._mailer.send(account.email, subject, text)
            except MailError as error:
                log.warning("mail_not_sent", username=account.username, reason=str(error), tries=tries)
                await asyncio.sleep(pause_s(tries, 0.0, first_s=FIRST_PAUSE_S))
            else:
                log.info("mail_sent", username=account.username)
                return


def _means(whom: str, account: Account) -> bool:
    if whom in _GROUPS:
        return account.role is _GROUPS[whom]
    return account.username == whom or (account.role is Role.PIC and account.unit == whom and whom != "")


def _language(account: Account) -> Language:
    return "en" if account.language == "en" else "id"
