"""The journal: many writes in few transactions, and nothing acknowledged that is not kept."""

import asyncio
from dataclasses import replace

import pytest

from hotline.facts import EventName
from hotline.ticket import Callback, Step
from storage import CallState, JournalClosed, NotFound, Store
from storage.records import (
    CallAnswered,
    CallConnected,
    CallEnded,
    EventLogged,
    RecordingStored,
    TicketOpened,
    TicketSaved,
)
from tests.integration.storage.samples import NOON, call_id, fact, full_ticket, started, ticket


async def test_a_call_and_its_ticket_can_be_read_once_the_future_is_done(store: Store) -> None:
    opened = replace(ticket(1, call=1), kind="informasi", language="en")

    await store.journal.write(started(1), CallAnswered(call_id(1), NOON + 0.1), TicketOpened(opened, "utama"))

    call = await store.calls.get(call_id(1))
    assert call is not None
    assert (call.ticket, call.queue, call.kind, call.language) == (opened.number, "utama", "informasi", "en")
    assert (call.answered_at, call.queued_at) == (pytest.approx(NOON + 0.1, abs=1e-6), NOON)
    assert call.state is CallState.WAITING
    assert await store.tickets.get(opened.number) == opened


async def test_each_record_of_a_call_changes_its_own_fields_only(store: Store) -> None:
    await store.journal.write(started(1))
    await store.journal.write(TicketOpened(ticket(1, call=1), "utama"))
    await store.journal.write(CallConnected(call_id(1), NOON + 8, "operator1", 8.0))
    await store.journal.write(CallEnded(call_id(1), NOON + 60, "caller", "normal"))

    call = await store.calls.get(call_id(1))
    assert call is not None
    assert (call.operator, call.wait_s, call.connected_at) == ("operator1", 8.0, NOON + 8)
    assert (call.ended_at, call.ended_by, call.end_reason) == (NOON + 60, "caller", "normal")
    assert (call.ticket, call.number, call.state) == ("HTL-2025-000001", started(1).number, CallState.ENDED)


async def test_a_ticket_outside_a_queue_leaves_the_call_unqueued(store: Store) -> None:
    await store.journal.write(started(1), TicketOpened(ticket(1, call=1)))

    call = await store.calls.get(call_id(1))
    assert call is not None
    assert (call.ticket, call.queue, call.queued_at, call.state) == ("HTL-2025-000001", None, None, CallState.IVR)


async def test_every_field_of_a_ticket_survives(store: Store) -> None:
    await store.journal.write(TicketOpened(full_ticket(), "utama"))

    assert await store.tickets.get(full_ticket().number) == full_ticket()


async def test_a_recording_is_found_by_its_id_and_by_its_call(store: Store) -> None:
    record = RecordingStored(call_id(1), "recordings/1.flac", 61.5, 2**33, NOON, "message")

    await store.journal.write(record)

    found = await store.recordings.get(record.id)
    assert found is not None
    assert (found.path, found.duration_s, found.bytes, found.kind) == ("recordings/1.flac", 61.5, 2**33, "message")
    assert await store.recordings.of_call(call_id(1)) == (found,)
    assert await store.recordings.of_calls((call_id(1), call_id(2))) == {call_id(1): (found,)}


async def test_facts_come_back_in_the_order_of_time_with_their_data(store: Store) -> None:
    entered = fact(EventName.ENTERQUEUE, 1, NOON + 1, position=3, priority=0)
    connected = fact(EventName.CONNECT, 1, NOON + 2, wait_s=1.0, note=None, how="rang")
    await store.journal.write(EventLogged(connected), EventLogged(entered))

    assert [found async for found in store.events.between(NOON, NOON + 10)] == [entered, connected]
    assert [found async for found in store.events.between(NOON, NOON + 2)] == [entered]
    assert await store.events.of_call(call_id(1)) == (entered, connected)


async def test_writes_that_come_together_share_transactions(store: Store) -> None:
    await asyncio.gather(*(store.journal.write(started(number)) for number in range(200)))

    stats = store.journal.stats()
    assert stats.written == 200
    assert stats.batches <= 3
    assert stats.largest_batch >= 100


async def test_a_refused_write_fails_alone_and_is_put_aside(store: Store, tmp_path) -> None:
    await store.journal.write(TicketOpened(ticket(1, call=1)))
    good = [store.journal.write(started(number)) for number in (1, 2)]
    other_ticket_of_same_number = TicketOpened(ticket(1, at=NOON + 5, call=2))
    bad = store.journal.write(other_ticket_of_same_number)
    later = store.journal.write(started(3))

    await asyncio.gather(*good, later)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await bad

    assert [(await store.calls.get(call_id(number))) is not None for number in (1, 2, 3)] == [True] * 3
    assert store.journal.stats().refused == 1
    assert "TicketOpened" in (tmp_path / "spool" / "records.refused").read_text()
    assert await store.tickets.get("HTL-2025-000001") == ticket(1, call=1)


async def test_records_of_one_write_are_stored_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.journal.write(started(1), TicketSaved(ticket(9), full_ticket(9), NOON))

    assert await store.calls.get(call_id(1)) is None


async def test_the_same_write_twice_is_stored_once(store: Store) -> None:
    records = (started(1), TicketOpened(ticket(1, call=1), "utama"), EventLogged(fact(EventName.ENTERQUEUE, 1)))
    await store.journal.write(*records)

    await store.journal.write(*records)

    assert len(await store.events.of_call(call_id(1))) == 1
    assert store.journal.stats().refused == 0


async def test_the_switchboards_change_never_loses_what_an_operator_saved(store: Store) -> None:
    known = ticket(1, call=1)
    await store.journal.write(TicketOpened(known, "utama"))
    saved = await store.tickets.save(replace(known, caller_name="Ratna"), known.version, "operator1", NOON + 1)

    marked = replace(known, callback=Callback("missed", NOON + 2, NOON + 2), caller_name="overwritten?", version=2)
    await store.journal.write(TicketSaved(known, marked, NOON + 2))

    stored = await store.tickets.get(known.number)
    assert stored == replace(saved, callback=Callback("missed", NOON + 2, NOON + 2), version=saved.version + 1)
    log = [(change.by, change.field, change.after) for change in await store.tickets.changes(known.number)]
    assert log == [("operator1", "caller_name", "Ratna"), ("system", "callback", "missed")]


async def test_changes_of_one_ticket_in_one_batch_follow_each_other(store: Store) -> None:
    first = ticket(1, call=1)
    taken = replace(first, operator="operator1", taken_at=NOON + 1.1234567, version=2)
    owed = replace(taken, callback=Callback("missed", NOON + 2, NOON + 2), version=3)
    await asyncio.gather(
        store.journal.write(TicketOpened(first)),
        store.journal.write(TicketSaved(first, taken, NOON + 1)),
        store.journal.write(TicketSaved(taken, owed, NOON + 2)),
    )

    stored = await store.tickets.get(first.number)
    assert stored is not None
    assert (stored.operator, stored.callback, stored.version) == (
        "operator1",
        Callback("missed", NOON + 2, NOON + 2),
        3,
    )


async def test_odd_characters_from_the_network_do_not_keep_a_call_from_being_stored(store: Store) -> None:
    odd = replace(started(1), number="08\x00123\udc80" + "9" * 300)

    await store.journal.write(odd)

    call = await store.calls.get(call_id(1))
    assert call is not None
    assert call.number == "08123?" + "9" * 300


async def test_a_closed_journal_says_so(store: Store) -> None:
    pending = store.journal.write(started(1))
    await store.journal.close()

    await pending
    assert await store.calls.get(call_id(1)) is not None
    with pytest.raises(JournalClosed):
        await store.journal.write(started(2))


async def test_a_writer_that_stops_waiting_does_not_undo_its_write(store: Store) -> None:
    store.journal.write(started(1)).cancel()

    await store.journal.settle()

    assert await store.calls.get(call_id(1)) is not None


async def test_the_step_times_of_a_ticket_are_merged_as_one(store: Store) -> None:
    known = ticket(1)
    await store.journal.write(TicketOpened(known))
    closed = replace(known, step=Step.CLOSED, closed_at=NOON + 9, closed_as="answered")
    await store.tickets.save(closed, 1, "operator1", NOON + 9)

    await store.journal.write(TicketSaved(known, replace(known, step=Step.IDENTITY), NOON + 8))

    stored = await store.tickets.get(known.number)
    assert stored is not None
    assert (stored.step, stored.closed_as, stored.version) == (Step.CLOSED, "answered", 2)
