"""Word to people who are not at a screen: an e-mail, and an event for webhooks, when something waits for them."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

import structlog

from config.base import Language
from desk.webhook_bodies import NOTICE
from hotline.backoff import pause_s
from hotline.escalation import COORDINATORS, OPERATORS
from hotline.ticket import Escalation, EscalationState, Step, Ticket
from sambut import letters
from sambut.clock import Clock
from sambut.contain import contained
from sambut.mail import AT_ONCE, WITHIN_S, Mailer, MailError
from sambut.tasks import Tasks
from storage import Account, Role, Store, StoreUnavailable
from storage.deliveries import Delivery

log = structlog.get_logger(__name__)

GATHER_S = 20.0
"""A page that is only reloaded is back by then, and what comes together is one mail."""
LOOK_EVERY_S = 1.0
CLAIMED = 200
"""Mails that are looked at together."""
LEASE_S = 120.0
"""How long a mail is in the hands of one node; after that another may send it."""
FIRST_PAUSE_S = 30.0
KEPT_S = 30 * 86_400.0
"""How long the list shows what was sent."""
TAKEN = 250
"""The server has it (RFC 5321 section 4.2.3)."""
BY_WEBHOOK = "by webhook"
"""Stands in the list for whoever takes no mail: webhooks alone were told."""
ADMINS = "admins"

_GROUPS: Mapping[str, Role] = {COORDINATORS: Role.COORDINATOR, OPERATORS: Role.OPERATOR, ADMINS: Role.ADMIN}
_STATES = frozenset(state.value for state in EscalationState)


class Tell(Protocol):
    """`sambut.webhooks.Webhooks.tell`."""

    def __call__(self, event: str, members: Mapping[str, Any], at: float) -> None: ...


@dataclass(frozen=True, slots=True)
class _Notice:
    """`whom` is an account, a unit or a group; `about` is told once of what began at `since` (Unix seconds)."""

    whom: str
    about: str
    since: float
    ticket: str = ""
    body: str = ""


class Notifier:
    """Belongs to the event loop's thread. Of a group nobody gets a mail while one of them has a page open.

    What somebody is to hear is stored first (`Store.mails`), so that a restart loses none. A person gets at most one
    mail in `every_s` seconds; what comes meanwhile is in the next, unless it is done by then. A mail that the server
    does not take is tried for `give_up_s` seconds.
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
        give_up_s: float,
        gather_s: float = GATHER_S,
    ) -> None:
        self._store = store
        self._connected = connected
        self._mailer = mailer
        self._tell = tell
        self._clock = clock
        self._pages = pages
        self._every_s = every_s
        self._give_up_s = give_up_s
        self._gather_s = gather_s
        self._tasks = Tasks()
        self._wake = asyncio.Event()
        self._waiting: list[_Notice] = []
        self._mailed_at: dict[str, float] = {}
        self._busy: set[str] = set()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._forgot_at = 0.0

    async def start(self) -> None:
        """Begins to look, and takes up what waited when an earlier run ended. Raises `StoreUnavailable`."""
        for ticket in await self._store.inbox.waiting():
            self._question(ticket)
        self._tasks.start(self._run(), "notices")

    async def stop(self) -> None:
        """What still waits is taken up at the next start. What cannot be stored is lost, and said so."""
        await self._tasks.close()  # first: what it was storing waits again
        with contained("notices_not_kept", waiting=len(self._waiting)):
            await self._keep()

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
        now = self._clock()
        self._later(_Notice(each, event, now, ticket.number) for each in ([whom] if isinstance(whom, str) else whom))

    def webhook_disabled(self, name: str) -> None:
        """Every admin who takes mails is told, page open or not."""
        self._later([_Notice(ADMINS, letters.WEBHOOK_DISABLED, self._clock(), body=name)])

    def attacked(self, about: str, count: int) -> None:
        """The same people, of what `sambut.attacks` has found."""
        self._later([_Notice(ADMINS, about, self._clock(), body=str(count))])

    def _question(self, ticket: Ticket) -> None:
        asked = ticket.escalation
        if asked is not None and asked.open:
            self._later([_Notice(_whom(asked), asked.state.value, asked.since, ticket.number)])

    def _later(self, notices: Iterable[_Notice]) -> None:
        self._waiting += notices
        self._wake.set()

    # --- into the outbox ------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            with contained("notices_failed"):
                await self._turn()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()

    async def _turn(self) -> None:
        try:
            await self._keep()
            await self._send_due()
            await self._forget()
        except StoreUnavailable as error:
            log.debug("notices_wait_for_store", waiting=len(self._waiting), reason=str(error))

    async def _keep(self) -> None:
        """From here on it is not lost; while the store is away it waits in memory.

        What the store refuses for itself is not put back: everything behind it would wait forever.
        """
        taken, self._waiting = self._waiting, []
        if not taken:
            return
        try:
            people = await self._people()
            mails = [self._mail(notice, person) for notice in taken for person in people if _means(notice.whom, person)]
            await self._store.mails.add(mails)
        except (StoreUnavailable, asyncio.CancelledError):
            self._waiting = taken + self._waiting
            raise

    def _mail(self, notice: _Notice, person: Account) -> Delivery:
        """The same matter has the same id, so that nobody is told again after a restart."""
        matter = f"{notice.ticket} {notice.about} {notice.since:.3f} {notice.body} {person.username}"
        now = self._clock()
        return Delivery(
            id=uuid5(NAMESPACE_URL, matter).hex,
            to=person.username,
            event=notice.about,
            ticket=notice.ticket,
            body=notice.body,
            state="waiting",
            created_at=now,
            next_at=now + self._gather_s,
            expires_at=now + self._give_up_s,
        )

    async def _people(self) -> list[Account]:
        return [account for account in await self._store.accounts.list() if account.active]

    async def _forget(self) -> None:
        now = self._clock()
        if now - self._forgot_at > 3600:
            self._forgot_at = now
            await self._store.mails.forget(now - KEPT_S)

    # --- out of it, when the time has come ------------------------------------------------------------------------

    async def _send_due(self) -> None:
        now = self._clock()
        due = await self._store.mails.next_due()
        if due is None or due > now:
            return
        people = await self._people()
        of_person: dict[str, list[Delivery]] = defaultdict(list)
        for mail in await self._store.mails.claim(now, now + LEASE_S, CLAIMED, frozenset(self._busy)):
            of_person[mail.to].append(mail)
        for username, mails in of_person.items():
            self._busy.add(username)
            self._tasks.start(self._tell_person(username, mails, people, now + LEASE_S), "mail")

    async def _tell_person(
        self, username: str, mails: Sequence[Delivery], people: Sequence[Account], until: float
    ) -> None:
        """One letter about all that waits for a person, and one for each matter that is about no ticket."""
        try:
            person = next((each for each in people if each.username == username), None)
            standing = [] if person is None else [mail for mail in mails if await self._stands(mail, person, people)]
            await self._store.mails.remove(*{mail.id for mail in mails} - {mail.id for mail in standing})
            for matter in {_matter(mail) for mail in standing}:
                async with self._at_once:
                    if person is None or self._clock() + WITHIN_S > until:
                        return  # claimed for too long: they come again
                    await self._tell_about(person, [mail for mail in standing if _matter(mail) == matter])
        except StoreUnavailable as error:  # sent or not: it is sent again
            log.warning("mail_outcome_not_noted", username=username, reason=str(error))
        finally:
            self._busy.discard(username)

    async def _stands(self, mail: Delivery, person: Account, people: Sequence[Account]) -> bool:
        """Whether it waits yet, for somebody who does not see it: nobody of a group that has a page open."""
        if mail.event in letters.WITHOUT_TICKET:
            return True
        ticket = await self._store.tickets.get(mail.ticket)
        if ticket is None or ticket.step is Step.CLOSED:
            return False
        if mail.event not in _STATES:
            return not self._connected(person.username)
        asked = ticket.escalation
        if asked is None or asked.state.value != mail.event:
            return False
        holders = [each for each in people if _means(_whom(asked), each)]
        return person in holders and not any(self._connected(each.username) for each in holders)

    async def _tell_about(self, person: Account, mails: Sequence[Delivery]) -> None:
        now, ids = self._clock(), [mail.id for mail in mails]
        again_at = self._mailed_at.get(person.username, float("-inf")) + self._every_s
        if now < again_at:
            await self._store.mails.note(*ids, next_at=again_at)
            return
        about = {mail.ticket: mail.event for mail in mails if mail.ticket}
        for number in {mail.ticket for mail in mails if mail.ticket and mail.tries == 0}:
            link = {"number": number, "url": f"{self._pages}/tickets/{number}"}
            self._tell(NOTICE, {"person": person.username, "about": about[number], "ticket": link}, now)
        if not (self._mailer.ready and person.email and person.email_notices):
            self._mailed_at[person.username] = now
            await self._end_without_mail(mails, now)
        elif about:
            await self._send(person, mails, *letters.waiting(_language(person), about, self._pages))
        else:
            await self._send(person, mails, *_letter(_language(person), mails[0], self._pages))

    async def _end_without_mail(self, mails: Sequence[Delivery], now: float) -> None:
        """What webhooks were told is kept, or each start would tell them of the same question again."""
        told = [mail.id for mail in mails if mail.ticket]
        await self._store.mails.note(*told, state="delivered", last_at=now, last_status=None, last_answer=BY_WEBHOOK)
        await self._store.mails.remove(*(mail.id for mail in mails if not mail.ticket))

    async def _send(self, person: Account, mails: Sequence[Delivery], subject: str, text: str) -> None:
        ids, tries = [mail.id for mail in mails], 1 + max(mail.tries for mail in mails)
        try:
            await self._mailer.send(person.email, subject, text)
        except MailError as error:
            log.warning("mail_not_sent", username=person.username, reason=str(error), tries=tries)
            now, pause = self._clock(), pause_s(tries, random.random(), first_s=FIRST_PAUSE_S)  # noqa: S311  a spread
            noted = {"tries": tries, "last_at": now, "last_status": error.status, "last_answer": str(error)}
            await self._store.mails.note(*ids, next_at=now + pause, **noted)
            await self._store.mails.note(*(mail.id for mail in mails if now + pause > mail.expires_at), state="failed")
        else:
            log.info("mail_sent", username=person.username)
            now = self._mailed_at[person.username] = self._clock()
            noted = {"tries": tries, "last_at": now, "last_status": TAKEN, "last_answer": ""}
            await self._store.mails.note(*ids, state="delivered", **noted)


def _matter(mail: Delivery) -> tuple[str, str]:
    """What a letter of its own is about; all tickets share one."""
    return ("", "") if mail.ticket else (mail.event, mail.body)


def _letter(language: Language, mail: Delivery, pages: str) -> tuple[str, str]:
    if mail.event == letters.WEBHOOK_DISABLED:
        return letters.webhook_disabled(language, mail.body, pages)
    return letters.attacked(language, mail.event, mail.body, pages)


def _whom(asked: Escalation) -> str:
    """Who has the question: of a unit the PIC that was named, if one was."""
    return asked.pic if asked.pic is not None and asked.to == asked.unit else asked.to


def _means(whom: str, account: Account) -> bool:
    if whom in _GROUPS:
        return account.role is _GROUPS[whom]
    return account.username == whom or (account.role is Role.PIC and account.unit == whom and whom != "")


def _language(account: Account) -> Language:
    return "en" if account.language == "en" else "id"
