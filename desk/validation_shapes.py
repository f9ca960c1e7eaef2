"""The JSON of the validation loop (SOP step 5b): inboxes, whom one can ask, and times to promise."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from desk.shapes import Escalation, TicketSummary, Words


class Promises(TypedDict):
    """Times to offer, in order. `works`: whether the time that was asked about is one, too; null when none was."""

    items: list[str]
    works: bool | None


class InboxItem(TypedDict):
    """A question that waits for whoever asks. `wants` are the actions open to them, `since` when it came to `to`."""

    ticket: TicketSummary
    escalation: Escalation
    since: str
    standard_s: float
    due_at: str
    overdue: bool
    mine: bool
    wants: list[str]


class Inbox(TypedDict):
    items: list[InboxItem]
    total: int


class Person(TypedDict):
    username: str
    name: str


class People(TypedDict):
    items: list[Person]


class Unit(TypedDict):
    """An office or a division that can be asked. `proposed` is told of a ticket's."""

    code: str
    name: str
    label: Words
    kind: Literal["office", "division"]
    pics: list[Person]
    proposed: NotRequired[bool]


class Units(TypedDict):
    items: list[Unit]


class Addressees(Units):
    """Whom the question of a ticket can be put or given to."""

    coordinators: list[Person]
    operators: list[Person]
