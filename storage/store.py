"""Everything that is kept, behind one door."""

from pathlib import Path
from types import TracebackType

from sealing import Keyring
from storage.accounts import Accounts
from storage.alarms import Alarms
from storage.api_keys import ApiKeys
from storage.audit import AuditLog
from storage.calls import Calls
from storage.compliance import Timed
from storage.contacts import Contacts
from storage.contacts_blocked import BlockedCallers
from storage.contacts_links import TicketLinks
from storage.deliveries import mail_outbox, webhook_outbox
from storage.engine import Database
from storage.events import Events
from storage.filings import Filings
from storage.inbox import Inbox
from storage.journal import Journal
from storage.knowledge import Knowledge
from storage.lessons import Lessons
from storage.matrix import MatrixRevisions
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.phone_tokens import PhoneTokens
from storage.privacy import Privacy
from storage.recordings import Recordings
from storage.recovery import MarkForCallback, Recovery, recover
from storage.sessions import Sessions
from storage.spool import Spool
from storage.tickets import Tickets
from storage.vehicles import VehicleTable
from storage.webhooks import Webhooks


class Store:
    """One installation's records, as one node sees them.

    At the start, in this order: `await store.migrate()`, `await store.start()`,
    `await store.recover(at, procedure.mark_for_callback)`, `await store.numbers.reserve(year)`.
    """

    def __init__(self, database: Database, spool: Spool, *, node: str, ticket_prefix: str, keyring: Keyring) -> None:
        self._database = database
        self._node = node
        self._started = False
        self.keyring = keyring
        self.journal = Journal(database, spool)
        self.numbers = Numbers(database, node=node, prefix=ticket_prefix)
        self.tickets = Tickets(database)
        self.inbox = Inbox(database)
        self.calls = Calls(database)
        self.recordings = Recordings(database)
        self.events = Events(database)
        self.timed = Timed(database)
        self.alarms = Alarms(database)
        self.sessions = Sessions(database)
        self.accounts = Accounts(database, self.sessions.forget)
        self.phone_tokens = PhoneTokens(database)
        self.contacts = Contacts(database)
        self.links = TicketLinks(database)
        self.blocked = BlockedCallers(database)
        self.audit = AuditLog(database)
        self.privacy = Privacy(database, node)
        self.api_keys = ApiKeys(database)
        self.filings = Filings(database)
        self.webhooks = Webhooks(database)
        self.deliveries = webhook_outbox(database)
        self.mails = mail_outbox(database)
        self.vehicles = VehicleTable(database)
        self.matrix = MatrixRevisions(database)
        self.lessons = Lessons(database)
        self.knowledge = Knowledge(database)

    @property
    def kind(self) -> str:
        """`"sqlite"` or `"postgresql"`."""
        return self._database.url.get_backend_name()

    async def migrate(self) -> None:
        """Brings the tables to this version's shape. Raises `StoreUnavailable`."""
        await migrate(self._database)

    async def start(self) -> None:
        """Starts the journal, replays what an earlier process left in the spool, takes up its ticket numbers.

        Raises `StoreUnavailable` when the database is away.
        """
        self._started = True
        self.journal.start()
        await self.journal.settle()
        await self.numbers.reclaim()

    async def recover(self, at: float, mark_for_callback: MarkForCallback, *, alive_at: float = 0.0) -> Recovery:
        """Closes what this node left open when it died (see `storage.recovery`). After `start`, before the first call.

        `alive_at` is when it is known to have run, if that is known. Raises `StoreUnavailable`.
        """
        await self.journal.settle()
        return await recover(self._database, self._node, at, mark_for_callback, alive_at)

    async def ping(self) -> None:
        """Raises `StoreUnavailable` unless the database answers."""
        await self._database.ping()

    async def close(self) -> None:
        """Stores what still waits, returns unused ticket numbers, and lets go of the database."""
        await self.journal.close()
        if self._started:
            await self.numbers.close()
        await self._database.close()

    async def __aenter__(self) -> "Store":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def open_store(
    url: str, *, spool: Path, node: str = "sambut", ticket_prefix: str = "HTL", keyring: Keyring | None = None
) -> Store:
    """A store on the database at `url`; nothing is read, written or started yet, but the folder `spool` is made.

    `url` is an SQLAlchemy URL of SQLite or PostgreSQL, with or without the driver's name. Raises `ValueError`
    for any other, `OSError` when the folder cannot be made. Without a `keyring` it can neither seal nor unseal.
    """
    return Store(Database(url), Spool(spool), node=node, ticket_prefix=ticket_prefix, keyring=keyring or Keyring())
