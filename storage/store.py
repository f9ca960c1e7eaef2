"""Everything that is kept, behind one door."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType

from sealing import Keyring
from storage import sealed
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
from storage.devices import Devices
from storage.engine import Database
from storage.events import Events
from storage.factors import Factors
from storage.filings import Filings
from storage.inbox import Inbox
from storage.journal import Journal
from storage.knowledge import Knowledge
from storage.lessons import Lessons
from storage.matrix import MatrixRevisions
from storage.migrate import Before, migrate
from storage.numbers import Numbers
from storage.phone_tokens import PhoneTokens
from storage.privacy import Privacy
from storage.recordings import Recordings
from storage.recovery import MarkForCallback, Recovery, recover
from storage.sessions import Sessions
from storage.spool import Spool
from storage.subjects import Subjects
from storage.tickets import Tickets
from storage.vehicles import VehicleTable
from storage.webhooks import Webhooks


class Store:
    """One installation's records, as one node sees them.

    At the start, in this order: `await store.migrate()`, `await store.start()`,
    `await store.recover(at, procedure.mark_for_callback)`, `await store.numbers.reserve(year)`.
    """

    def __init__(
        self,
        database: Database,
        spool: Spool,
        *,
        node: str,
        ticket_prefix: str,
        keyring: Keyring,
        numbers_file: Path | None = None,
    ) -> None:
        self._database = database
        self._node = node
        self._started = False
        self.schema: str | None = None
        """The revision that the tables are at, as `migrate` found or made it."""
        self._here = True
        self._owed: list[Callable[[], Awaitable[object]]] = []
        self.keyring = keyring
        self.journal = Journal(database, spool)
        self.numbers = Numbers(database, node=node, prefix=ticket_prefix, file=numbers_file)
        self.tickets = Tickets(database)
        self.inbox = Inbox(database)
        self.calls = Calls(database)
        self.recordings = Recordings(database)
        self.events = Events(database)
        self.timed = Timed(database)
        self.alarms = Alarms(database)
        self.sessions = Sessions(database)
        self.accounts = Accounts(database, self.sessions.forget)
        self.factors = Factors(database, self.sessions.forget)
        self.devices = Devices(database)
        self.subjects = Subjects(database)
        self.phone_tokens = PhoneTokens(database)
        self.contacts = Contacts(database)
        self.links = TicketLinks(database)
        self.blocked = BlockedCallers(database)
        self.audit = AuditLog(database)
        self.privacy = Privacy(database, node)
        self.api_keys = ApiKeys(database)
        self.filings = Filings(database)
        self.webhooks = Webhooks(database, keyring)
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

    async def migrate(self, before: Before | None = None) -> None:
        """Brings the tables to this version's shape, after `before` if that changes anything that is kept.

        Raises `StoreUnavailable`, `NewerDatabase`, and what `before` raises.
        """
        self.schema = await migrate(self._database, before, self.keyring)
        self._database.held = False

    @property
    def here(self) -> bool:
        """Whether the database was reached since the start; that it can be reached now, `ping` tells."""
        return self._here

    def start_without_database(self) -> None:
        """The database cannot be reached: until `migrate` has done it, everything asked raises `StoreUnavailable`, what
        is written goes to the spool, as in any outage, and numbers are those that this node kept.
        """
        self._here = False
        self._database.held = self._started = True
        self.journal.start()
        self.numbers.resume()

    async def once_here(self, work: Callable[[], Awaitable[object]]) -> None:
        """What a start does with the database: at once, or when it is reached at last. Raises what `work` does."""
        if self._here:
            await work()
        else:
            self._owed.append(work)

    async def arrived(self) -> None:
        """It was reached, migrated and recovered: does what is owed. Raises `StoreUnavailable`; then try again."""
        while self._owed:
            await self._owed[0]()
            self._owed.pop(0)
        self._here = True

    async def secrets_under(self) -> list[str]:
        """For each secret in the database the id of its key."""
        return await sealed.key_ids(self._database)

    async def reseal(self) -> int:
        """Puts the database's secrets under the newest key; how many were not. Raises `SealError`."""
        return await sealed.reseal(self._database, self.keyring)

    async def start(self) -> None:
        """Starts the journal, replays what an earlier process left in the spool, takes up its ticket numbers.

        Raises `StoreUnavailable` when the database is away, `UnknownKeyError` when it holds a secret that the keyring
        does not open.
        """
        await sealed.check(self._database, self.keyring)
        self._started = True
        self.journal.start()
        await self.journal.settle()
        await self.numbers.reclaim()

    async def recover(
        self, at: float, mark_for_callback: MarkForCallback, *, alive_at: float = 0.0, began: float | None = None
    ) -> Recovery:
        """Closes what this node left open when it died (see `storage.recovery`). After `start`.

        `alive_at` is when it is known to have run, if that is known; `began` is since when it takes calls again, if it
        does already. Raises `StoreUnavailable`.
        """
        await self.journal.settle()
        return await recover(self._database, self._node, at, mark_for_callback, alive_at, began)

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
    url: str,
    *,
    spool: Path,
    node: str = "sambut",
    ticket_prefix: str = "HTL",
    keyring: Keyring | None = None,
    numbers_file: Path | None = None,
) -> Store:
    """A store on the database at `url`; nothing is read, written or started yet, but the folder `spool` is made.

    `url` is an SQLAlchemy URL of SQLite or PostgreSQL, with or without the driver's name. Raises `ValueError`
    for any other, `OSError` when the folder cannot be made. Without a `keyring` it can neither seal nor unseal,
    without a `numbers_file` it has no ticket numbers when the database is away from the start.
    """
    return Store(
        Database(url),
        Spool(spool),
        node=node,
        ticket_prefix=ticket_prefix,
        keyring=keyring or Keyring(),
        numbers_file=numbers_file,
    )
