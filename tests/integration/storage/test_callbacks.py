"""Whom to call back: the earliest due first, each number once."""

from dataclasses import replace

import pytest

from hotline.ticket import Callback, CallbackTry, Step, Ticket, TryResult
from storage import BadCursor, Store
from storage.records import CallConnected, CallStarted, TicketOpened
from tests.integration.storage.samples import NOON, call_id, started, ticket


def owed(
    serial: int, due: float | None = 0.0, *, caller: str = "", number: str = "", result: TryResult | None = None
) -> Ticket:
    """A ticket that waits for its call since a second later than the one before; `due` in seconds after noon."""
    since = NOON + serial
    tries = () if result is None else (CallbackTry(since, "operator1", result),)
    callback = Callback("missed", since, None if due is None else NOON + due, number, tries)
    return replace(ticket(serial, caller=caller or f"+62811{serial:04d}"), callback=callback)


async def _serials(store: Store) -> list[int]:
    return [int(found.number[-6:]) for found in (await store.tickets.callbacks()).items]


async def test_who_is_due_first_comes_first_and_who_has_no_planned_try_left_comes_last(store: Store) -> None:
    given_up = owed(1, None, result="no_answer")
    for each in (given_up, owed(2, 900), owed(3, 60), owed(4, 60)):
        await store.tickets.open(each)

    assert await _serials(store) == [3, 4, 2, 1]


async def test_a_caller_who_was_reached_is_on_the_list_no_more_unless_lost_again(store: Store) -> None:
    await store.tickets.open(owed(1, None, result="answered"))
    await store.tickets.open(owed(2, 500, result="answered"))
    await store.tickets.open(replace(owed(3), step=Step.CLOSED))

    assert await _serials(store) == [2]
    assert await store.tickets.callbacks_open() == 1


async def test_a_number_stands_on_the_list_once_at_its_first_place(store: Store) -> None:
    other_phone = owed(1, caller="+62811", number="+62855")
    for each in (other_phone, owed(2, caller="+62855"), owed(3, caller="+62811"), owed(4, caller="+62855")):
        await store.tickets.open(each)

    assert await _serials(store) == [1, 3]
    assert await store.tickets.callbacks_open() == 2
    assert [found.number[-1] for found in await store.tickets.callbacks_to("+62855")] == ["1", "2", "4"]


async def test_one_call_is_for_all_tickets_of_the_same_number(store: Store) -> None:
    for each in (owed(1, caller="+62811"), owed(2, number="+62811"), owed(3, caller="+62811"), owed(4)):
        await store.tickets.open(each)

    def reached(ticket: Ticket) -> Ticket:
        assert ticket.callback is not None
        tries = (CallbackTry(NOON + 60, "operator1", "answered"),)
        return replace(ticket, callback=replace(ticket.callback, due_at=None, tries=tries))

    changed = await store.tickets.change_marked("+62811", reached, "operator1", NOON + 60, but=ticket(1).number)

    assert [(each.number[-1], each.version) for each in changed] == [("2", 2), ("3", 2)]
    assert await store.tickets.get(ticket(3).number) == changed[1]
    assert [line.after for line in await store.tickets.changes(ticket(3).number)] == ["missed, try 1: answered"]
    assert await _serials(store) == [1, 4]
    assert await store.tickets.change_marked("", reached, "operator1", NOON) == ()


async def test_what_was_noted_on_all_tickets_of_a_number_can_be_corrected_on_all_that_are_open(store: Store) -> None:
    closed = replace(owed(3, None, caller="+62811", result="answered"), step=Step.CLOSED)
    never_owed = replace(owed(4, caller="+62811"), callback=None)
    for each in (owed(1, None, caller="+62811", result="answered"), owed(2, caller="+62811"), closed, never_owed):
        await store.tickets.open(each)
    seen: list[str] = []

    def due_again(ticket: Ticket) -> Ticket:
        seen.append(ticket.number[-1])
        assert ticket.callback is not None
        return replace(ticket, callback=replace(ticket.callback, due_at=NOON + 900.0))

    changed = await store.tickets.change_marked("+62811", due_again, "operator1", NOON + 60)

    assert seen == [each.number[-1] for each in changed] == ["1", "2"]
    assert await _serials(store) == [1]


async def test_callers_who_withheld_their_number_are_not_taken_for_one(store: Store) -> None:
    for serial in (1, 2):
        await store.tickets.open(replace(owed(serial), caller_number=""))

    assert await _serials(store) == [1, 2]
    assert await store.tickets.callbacks_to("") == ()


async def test_the_list_comes_in_pages_that_neither_skip_nor_repeat(store: Store) -> None:
    for serial in range(1, 8):
        await store.tickets.open(owed(serial, None if serial % 3 == 0 else serial // 2, result="busy"))

    seen: list[str] = []
    page = await store.tickets.callbacks(limit=2)
    while True:
        seen += [found.number for found in page.items]
        assert page.total == 7
        if page.next is None:
            break
        page = await store.tickets.callbacks(limit=2, cursor=page.next)

    assert seen == [found.number for found in (await store.tickets.callbacks()).items]
    assert len(set(seen)) == len(seen) == 7
    with pytest.raises(BadCursor):
        await store.tickets.callbacks(cursor="x")


async def test_a_call_back_is_one_of_its_tickets_calls_and_names_who_calls(store: Store) -> None:
    await store.journal.write(started(1), TicketOpened(ticket(1, call=1), "utama"))
    out = CallStarted(
        call_id(2), NOON + 60, "+62811", "+62811", "pbx", "node1", "sip-2", "out", ticket(1).number, "operator1"
    )
    await store.journal.write(out)
    await store.journal.write(CallConnected(call_id(2), NOON + 70, "operator1", 0.0))

    calls = await store.calls.of_ticket(ticket(1).number)

    assert [(call.direction, call.operator, call.queue) for call in calls] == [
        ("in", None, "utama"),
        ("out", "operator1", None),
    ]
