"""The list of calls."""

from dataclasses import replace

from storage import CallQuery, CallState, Store
from storage.records import CallConnected, CallEnded, TicketOpened
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
