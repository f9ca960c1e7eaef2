"""What goes out to programs and people who are not at a screen: webhooks and e-mail, hung on the tickets' changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

from config import Installation, Settings
from desk.hub import Hub
from desk.paperwork import address_of
from desk.times import rfc3339
from sambut.clock import Clock
from sambut.mail import Mailer
from sambut.notices import Notifier
from sambut.ticket_watch import TicketWatchers
from sambut.webhook_sending import Sender
from sambut.webhooks import Webhooks
from storage import Role, Store
from storage.webhooks import Webhook


class AuthorityError(Exception):
    """The file that `webhook_ca` names cannot be used."""


@asynccontextmanager
async def telling_outside(
    installation: Installation, store: Store, hub: Hub, watchers: TicketWatchers, clock: Clock
) -> AsyncIterator[Notifier]:
    """Webhooks and notices, for as long as the block runs.

    Raises `AuthorityError`, `StoreUnavailable`. Without its database at the start, they begin when it is here.
    """
    async with _sender(installation.settings) as sender:
        outward = _Outward(installation, store, hub, clock, sender)
        await store.once_here(outward.webhooks.start)
        await store.once_here(outward.notifier.start)
        watchers.add(outward.webhooks.heard)
        watchers.add(outward.notifier.heard)
        try:
            yield outward.notifier
        finally:
            await outward.notifier.stop()
            await outward.webhooks.stop()
            outward.mailer.close()


class _Outward:
    """The parts: each needs the other."""

    def __init__(self, installation: Installation, store: Store, hub: Hub, clock: Clock, sender: Sender) -> None:
        settings = installation.settings
        self._hub = hub
        pages = address_of(installation)
        self.webhooks = Webhooks(
            store,
            sender,
            clock,
            partial(rfc3339, zone=ZoneInfo(installation.hours.timezone)),
            pages=pages,
            disable_after_s=86_400 * settings.webhook_disable_days,
            disabled=self._tell_of_disabled,
        )
        self.mailer = Mailer(settings)
        self.notifier = Notifier(
            store,
            hub.connected,
            self.mailer,
            self.webhooks.tell,
            clock,
            pages=pages,
            every_s=60 * settings.notice_minutes,
            give_up_s=3600 * settings.mail_give_up_hours,
        )

    def _tell_of_disabled(self, webhook: Webhook) -> None:
        notice = {"code": "webhook_disabled", "level": "warning", "reason": webhook.name}
        self._hub.publish("notice", notice, [Role.ADMIN])
        self.notifier.webhook_disabled(webhook.name)


def _sender(settings: Settings) -> Sender:
    try:
        return Sender(inside=settings.webhook_inside, ca=settings.webhook_ca)
    except OSError as error:  # also what is no certificate: ssl.SSLError
        raise AuthorityError(f"cannot use webhook_ca {settings.webhook_ca}: {error}") from error
