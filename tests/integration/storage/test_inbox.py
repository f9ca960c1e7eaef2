"""Questions of SOP step 5b on both databases: kept whole, found while they are out, and never written over."""

from dataclasses import replace

import pytest

from hotline.ticket import Escalation, EscalationState, Handover, Ticket
from storage import Conflict, Store
from storage.records import TicketSaved
from tests.integration.storage.samples import NOON, ticket

ASKED = Escalation(
    EscalationState.ASKED,
    "call_back",
    "Apakah pembayaran sudah masuk? «ya/tidak»",
    NOON + 1.123456,
    "operator1",
    "coordinators",
    promised_at=NOON + 3600,
    handovers=(Handover(NOON + 1.123456, "operator1", "escalate", "coordinators", "Apakah …"),),
)


def with_question(serial: int, state: EscalationState = EscalationState.ASKED, to: str = "coordinators") -> Ticket:
    return replace(ticket(serial), escalation=replace(ASKED, state=state, to=to))


async def test_a_question_comes_back_as_it_was_stored(store: Store) -> None:
    full = replace(
        ASKED,
        state=EscalationState.ANSWERED,
        coordinator="koko",
        unit="kota-cimahi",
        pic="pipit",
        pic_question="Mohon dicek.",
        pic_answer="Sudah.",
        answer="Sudah masuk.",
        answered_at=NOON + 60.5,
        told_at=None,
    )
    await store.tickets.open(replace(ticket(1), escalation=full))
    stored = await store.tickets.get(ticket(1).number)
    assert stored is not None
    assert stored.escalation == full


async def test_what_waits_is_what_is_out_and_nothing_else(store: Store) -> None:
    for serial, state in enumerate(EscalationState, start=1):
        await store.tickets.open(with_question(serial, state))
    await store.tickets.open(ticket(99))
    waiting = {each.escalation.state for each in await store.inbox.waiting() if each.escalation is not None}
    assert waiting == set(EscalationState) - {EscalationState.TOLD, EscalationState.WITHDRAWN}
    assert [each.number for each in await store.inbox.waiting()] == [ticket(serial).number for serial in range(1, 6)]


async def test_a_hand_over_is_saved_once_and_the_second_hears_of_the_first(store: Store) -> None:
    await store.tickets.open(with_question(1))
    taken = with_question(1, EscalationState.COORDINATOR, "koko")
    await store.tickets.save(taken, 1, "koko", NOON + 5)
    with pytest.raises(Conflict) as late:
        await store.tickets.save(with_question(1, EscalationState.COORDINATOR, "kiki"), 1, "kiki", NOON + 5)
    assert late.value.current.escalation == taken.escalation
    [change] = await store.tickets.changes(ticket(1).number)
    assert (change.field, change.before, change.after) == ("escalation", "asked: coordinators", "coordinator: koko")


async def test_a_hand_over_that_leaves_the_question_where_it_is_shows_in_the_log_too(store: Store) -> None:
    await store.tickets.open(with_question(1, EscalationState.PIC, "kota-cimahi"))
    other = with_question(1, EscalationState.PIC, "kota-cimahi")
    assert other.escalation is not None
    given = replace(other, escalation=replace(other.escalation, coordinator="kiki"))
    await store.tickets.save(given, 1, "sinta", NOON + 5)
    assert [(each.by, each.field) for each in await store.tickets.changes(ticket(1).number)] == [
        ("sinta", "escalation")
    ]


async def test_the_switchboard_with_an_older_picture_does_not_take_a_question_back(store: Store) -> None:
    await store.tickets.open(ticket(1))
    await store.tickets.save(with_question(1), 1, "operator1", NOON + 5)
    await store.journal.write(TicketSaved(ticket(1), replace(ticket(1), operator="operator1"), NOON + 6))
    stored = await store.tickets.get(ticket(1).number)
    assert stored is not None
    assert stored.operator == "operator1"
    assert stored.escalation == with_question(1).escalation
