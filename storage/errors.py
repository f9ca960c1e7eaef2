"""What can go wrong when something is kept or asked for."""

from hotline.ticket import Ticket


class StoreError(Exception):
    """Base of everything this room raises on purpose."""


class StoreUnavailable(StoreError):
    """The database cannot be reached or cannot be written now; trying later makes sense."""


class StoreRefused(StoreError):
    """The database does not let this account in, or there is none of this name: somebody has to mend that."""


class NotFound(StoreError):
    """Nothing is kept under this key."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"no {kind} {key!r}")


class AlreadyExists(StoreError):
    """The key is taken."""

    def __init__(self, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"{kind} {key!r} exists already")


class Conflict(StoreError):
    """Somebody saved the ticket in between. `current` is what is stored now; nothing was changed."""

    def __init__(self, current: Ticket) -> None:
        self.current = current
        super().__init__(f"ticket {current.number} is at version {current.version} by now")


class JournalFull(StoreError):
    """More writes are waiting than the journal may hold; the record was not taken."""


class JournalClosed(StoreError):
    """The journal was closed; the record was not taken."""


class NumbersExhausted(StoreError):
    """No reserved ticket number is left for this year and the database gave no new block yet."""


class BadCursor(StoreError):
    """The paging cursor was not made by this store."""


class NewerDatabase(StoreError):
    """The database has a shape that this version does not know: a newer one made it. Trying again changes nothing."""

    def __init__(self, found: str, known: str) -> None:
        self.found, self.known = found, known
        super().__init__(
            f"the database has schema {found}, and this version of Sambut knows schemas up to {known}: a newer version "
            "has changed it. Start that version again, or go back with the copy that it made before (docs/backup.md, "
            '"The way back")'
        )
