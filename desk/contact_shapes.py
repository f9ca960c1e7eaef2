"""The JSON of contacts, links, blocked callers, the audit log and privacy (see `desk.shapes` for the rules)."""

from typing_extensions import TypedDict

from desk.shapes import Ticket, TicketSummary


class ContactLine(TypedDict):
    """A line of the list; numbers are masked for whoever may not see them there."""

    id: str
    name: str
    numbers: list[str]
    plates: list[str]
    seen_at: str


class ContactList(TypedDict):
    items: list[ContactLine]
    next: str | None
    total: int


class ContactMerge(TypedDict):
    """`gone` was merged into `kept`; `undone_at` is null while it holds."""

    id: str
    kept: str
    gone: str
    at: str
    by: str
    undone_at: str | None
    undone_by: str | None


class Contact(ContactLine):
    """A person; `ids` are theirs and of whoever was merged with them, `related` called about the same plate."""

    created_at: str
    ids: list[str]
    merges: list[ContactMerge]
    related: list[ContactLine]
    open: list[TicketSummary]
    history: list[TicketSummary]


class TicketLink(TypedDict):
    """A link of this ticket with `other`. `goes_on`: the call of one was found to be about the other, `into`."""

    id: str
    other: str
    into: str | None
    at: str
    by: str
    undone_at: str | None
    undone_by: str | None


class Beside(TypedDict):
    """What is known beside a ticket, by number and by plate; `offers` are open tickets that its call may be about."""

    contact: str | None
    offers: list[TicketSummary]
    history: list[TicketSummary]
    links: list[TicketLink]


class GoneOn(TypedDict):
    """`ticket` is the earlier one that the call goes on with; `closed` the one that it had opened."""

    ticket: Ticket
    closed: Ticket


class BlockedCaller(TypedDict):
    number: str
    reason: str
    by: str
    at: str
    until: str | None
    active: bool


class BlockedCallers(TypedDict):
    """`answer` is what a blocked caller gets: a prompt, or a refusal (603)."""

    answer: str
    items: list[BlockedCaller]


class Look(TypedDict):
    id: int
    at: str
    by: str
    role: str
    what: str
    about: str
    page: str
    note: str


class AuditPage(TypedDict):
    items: list[Look]
    next: str | None
    total: int


class Tally(TypedDict):
    recordings: int
    tickets_caller: int
    tickets_words: int
    calls: int
    contacts: int
    audit: int
    paper: int


class RetentionReport(TypedDict):
    """What the rules would erase now. `keep_days` null keeps for good; `nightly` is report or erase."""

    nightly: str
    at: str
    keep_days: dict[str, int | None]
    overdue: Tally


class PersonReport(TypedDict):
    """How much is kept of one person. `open` tickets are not erased; `numbers` are masked, `erased` null before.

    `filings` is how many of the tickets came through a portal, with what it sent.
    """

    numbers: list[str]
    plates: list[str]
    contacts: list[str]
    tickets: int
    open: list[str]
    calls: int
    recordings: int
    filings: int
    blocked: bool
    erased: Tally | None
