"""The list of calls."""

from dataclasses import replace

from storage import CallQuery, CallState, Store
from storage.records import CallConnected, CallEnded, CallOutcome, CallQuality, RecordingStored, TicketOpened
from tests.integration.storage.samples import NOON, call_id, started, ticket


async def test_calls_are_found_by_how_far_they_have_come(store: Store) -> None:
    await store.journal.write(*(started(number, at=NOON + number) for number in (1, 2, 3, 4)))
    await store.journal.write(*(TicketOpened(ticket(number, call=number), "utama") for number in (2, 3, 4)))
    await store.journal.write(*(CallConnected(call_id(number), NOON + 9, "operator1", 5.0) for number in (3, 4)))
    await store.journal.write(CallEnded(call_id(4), NOON + 20, "caller", "normal"))

    found = {state: (await store.calls.search(CallQuery(state=state))).items for state in CallState}

    assert {state: [call.id for call in calls] for state, calls in found.items()} == {
        CallState.IVR: [call_id(1)],
        CallState.WAITING: [call_id(2)],
        CallState.TALKING: [call_id(3)],
        CallState.ENDED: [call_id(4)],
    }
    assert all(call.state is state for state, calls in found.items() for call in calls)


async def test_calls_come_newest_first_in_pages(store: Store) -> None:
    await store.journal.write(*(started(number, at=NOON + number // 2) for number in range(1, 6)))

    first = await store.calls.search(CallQuery(limit=3))
    second = await store.calls.search(CallQuery(limit=3, cursor=first.next))

    assert [call.id for call in (*first.items, *second.items)] == [call_id(number) for number in (5, 4, 3, 2, 1)]
    assert (first.total, second.next) == (5, None)


async def test_a_search_of_calls_narrows_by_every_field_given(store: Store) -> None:
    await store.journal.write(started(1, caller="+62811", node="node2"), TicketOpened(ticket(1, call=1), "utama"))
    await store.journal.write(started(2, at=NOON + 10), CallConnected(call_id(2), NOON + 12, "operator1", 2.0))
    queries = {
        CallQuery(number="+62811"): 1,
        CallQuery(node="node2"): 1,
        CallQuery(ticket=ticket(1).number): 1,
        CallQuery(until=NOON + 10): 1,
        CallQuery(operator="operator1"): 2,
        CallQuery(since=NOON + 10): 2,
    }
    for query, number in queries.items():
        assert [call.id for call in (await store.calls.search(query)).items] == [call_id(number)], query


async def test_a_ticket_shows_every_call_about_it(store: Store) -> None:
    known = ticket(1, call=1)
    await store.journal.write(started(1), TicketOpened(known, "utama"))
    await store.journal.write(replace(started(2, at=NOON + 500), direction="out"))

    assert [call.id for call in await store.calls.of_ticket(known.number)] == [call_id(1)]
    assert await store.calls.get("nobody") is None


async def test_what_came_of_a_call_and_how_it_sounded_are_kept_with_it(store: Store) -> None:
    await store.journal.write(started(1), started(2))
    await store.journal.write(CallOutcome(call_id(1), "iseng"), CallQuality(call_id(1), 3.4, 2.5, 31.0))
    await store.journal.write(CallOutcome(call_id(1), "selesai", "dijawab lewat telepon"))

    call, other = await store.calls.get(call_id(1)), await store.calls.get(call_id(2))

    assert call is not None
    assert (call.outcome, call.outcome_note) == ("selesai", "dijawab lewat telepon")
    assert call.quality == {"mos": 3.4, "loss_percent": 2.5, "jitter_ms": 31.0}
    assert other is not None
    assert (other.outcome, other.outcome_note, other.quality) == (None, None, None)


async def test_a_call_that_was_handed_on_has_a_recording_for_each_operator(store: Store) -> None:
    parts = [
        RecordingStored(call_id(1), f"{n}.flac", 5.0, 9, NOON + n, operator=f"operator{n}", started_at=NOON + n - 5)
        for n in (1, 2)
    ]
    await store.journal.write(started(1), *parts, RecordingStored(call_id(2), "m.flac", 5.0, 9, NOON, "message"))

    found = await store.recordings.of_calls((call_id(1), call_id(2)))

    assert [(part.operator, part.started_at) for part in found[call_id(1)]] == [
        ("operator1", NOON - 4),
        ("operator2", NOON - 3),
    ]
    assert [(part.operator, part.started_at) for part in found[call_id(2)]] == [(None, None)]
