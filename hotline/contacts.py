"""Who is calling: how tickets become known people, and how a caller goes on with an earlier ticket. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from hotline.ticket import ClosedAs, Escalation, Step, Ticket

CONTINUED: ClosedAs = "continued"
CARRIED = ("caller_name", "plate", "region", "kind", "description", "category")
"""What an operator may have typed before it turned out that the call is about an earlier ticket."""

UNIDENTIFIED = (Step.GREETING, Step.IDENTITY)
"""Steps at which the plate is still being asked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person: numbers (E.164) and plates, as they stand on tickets."""

    id: str
    numbers: frozenset[str] = frozenset()
    plates: frozenset[str] = frozenset()


def keys_of(ticket: Ticket) -> tuple[str, str]:
    """Number and plate by which its person is known; the plate counts once the identity (SOP step 2) is filled in."""
    identified = ticket.step not in UNIDENTIFIED
    return ticket.caller_number, ticket.plate if identified else ""


def whose(number: str, plate: str, known: Collection[Known]) -> Known | None:
    """The person among `known` that a ticket with this number and plate belongs to; None for somebody new.

    A number is one person's. A plate alone decides only where no number speaks against it: several people call about
    one vehicle, and taking them for one would show one the other's data. Whoever shares a plate is shown as related.
    """
    if number:
        owner = next((person for person in known if number in person.numbers), None)
        return owner or _only(person for person in known if plate and plate in person.plates and not person.numbers)
    return _only(person for person in known if plate and plate in person.plates)


def may_go_on(new: Ticket, old: Ticket) -> bool:
    """Whether a call that opened `new` can be about `old`: another ticket, both still open, and `new` owes nothing."""
    owes = new.escalation is not None or (new.callback is not None and not new.callback.reached)
    return new.number != old.number and Step.CLOSED not in (new.step, old.step) and not owes


def carried_over(new: Ticket, old: Ticket) -> dict[str, str | None]:
    """What was typed into `new` and is not known on `old`: nobody has to say the same thing twice."""
    return {name: getattr(new, name) for name in CARRIED if getattr(new, name) and not getattr(old, name)}


def continued(new: Ticket, at: float) -> Ticket:
    """`new` is closed because its caller goes on with an earlier ticket; what is owed is owed there."""
    stopped = tuple(replace(step, ended_at=at) if step.ended_at is None else step for step in new.steps)
    return replace(new, step=Step.CLOSED, closed_at=at, closed_as=CONTINUED, steps=stopped, version=new.version + 1)


def separate_again(ticket: Ticket) -> Ticket:
    """It was another matter after all: the ticket stands where it stood, waiting for whoever takes it.

    A ticket that was not closed by `continued`, or has been opened again since, comes back as it is.
    """
    if ticket.step is not Step.CLOSED or ticket.closed_as != CONTINUED:
        return ticket
    step = ticket.steps[-1].step if ticket.steps else Step.GREETING
    return replace(ticket, step=step, closed_at=None, closed_as=None, operator=None, version=ticket.version + 1)


def forgotten(ticket: Ticket, *, caller: bool, words: bool) -> Ticket:
    """A closed ticket without who called (`caller`), and without what was said and written (`words`).

    Times, steps, category, region, operator and outcome stay: the register's figures are what they were. An open ticket
    comes back as it is, for somebody still works with it.
    """
    if ticket.step is not Step.CLOSED:
        return ticket
    kept = ticket
    if caller:
        callback = replace(ticket.callback, number="") if ticket.callback else None
        kept = replace(kept, caller_number="", caller_name="", plate="", callback=callback)
    if words:
        said = _without_words(ticket.escalation) if ticket.escalation else None
        kept = replace(kept, description="", answer="", escalation=said)
    return ticket if kept == ticket else replace(kept, version=ticket.version + 1)


def _without_words(escalation: Escalation) -> Escalation:
    handovers = tuple(replace(each, text="") for each in escalation.handovers)
    return replace(escalation, question="", pic_question="", pic_answer="", answer="", handovers=handovers)


def _only(people: Iterable[Known]) -> Known | None:
    found = list(people)
    return found[0] if len(found) == 1 else None
