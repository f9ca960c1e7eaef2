"""After `kill -9`: what was open is closed as interrupted, and its callers are on the call-back list."""

from dataclasses import replace

import pytest

from hotline.facts import EventName, Fact
from hotline.ticket import Callback, CallbackReason, Step, Ticket
from storage import CallState, Store, TicketQuery
from storage.records import CallConnected, CallEnded, EventLogged, TicketOpened, TicketSaved
from tests.integration.storage.samples import NOON, call_id, fact, started, ticket

RESTART = NOON + 3600


def mark(known: Ticket, reason: CallbackReason, at: float) -> Ticket:
    """What `hotline.procedure` does, in short."""
    if known.step is Step.CLOSED or known.callback:
        return known
    return replace(known, callback=Callback(reason, at, at), version=known.version + 1)


async def _waiting(store: Store, number: int, node: str = "node1") -> None:
    entered = EventLogged(fact(EventName.ENTERQUEUE, number, NOON + 2, position=number, priority=0))
    opened = ticket(number, call=number, at=NOON + 2)
    await store.journal.write(started(number, node=node), TicketOpened(opened, "utama"), entered)


async def _talking(store: Store, number: int) -> None:
    await _waiting(store, number)
    connected = replace(fact(EventName.CONNECT, number, NOON + 10, wait_s=8.0), operator="operator1")
    await store.journal.write(CallConnected(call_id(number), NOON + 10, "operator1", 8.0), EventLogged(connected))


async def test_a_waiting_caller_becomes_an_interrupted_call_to_return(store: Store) -> None:
    await _waiting(store, 1)

    done = await store.recover(RESTART, mark)

    call = await store.calls.get(call_id(1))
    assert call is not None
    assert (call.state, call.ended_by, call.end_reason, call.ended_at) == (
        CallState.ENDED,
        "system",
        "interrupted",
        NOON + 2,
    )
    assert done.calls == (call,)
    owed = (await store.tickets.search(TicketQuery(callback=True))).items
    assert owed == done.tickets
    assert [found.callback for found in owed] == [Callback("interrupted", NOON + 2, NOON + 2)]
    expected = Fact(
        EventName.ABANDON,
        NOON + 2,
        call_id(1),
        "utama",
        None,
        {"position": None, "original_position": 1, "wait_s": 0.0, "interrupted": 1},
    )
    assert done.facts == (expected,)
    assert (await store.events.of_call(call_id(1)))[-1] == expected


async def test_a_talk_ends_when_the_node_last_showed_life_not_when_it_came_back(store: Store) -> None:
    await _talking(store, 1)
    await store.journal.write(started(2), EventLogged(fact(EventName.BLOCKED, 2, NOON + 70)))

    await store.recover(RESTART, mark)

    call = await store.calls.get(call_id(1))
    assert call is not None and call.ended_at == NOON + 70
    completed = (await store.events.of_call(call_id(1)))[-1]
    assert (completed.name, completed.operator) == (EventName.COMPLETEOPERATOR, "operator1")
    assert completed.data == {"by": "system", "handled_s": 60.0, "interrupted": 1}


@pytest.mark.parametrize("connected", [False, True], ids=["while it rang", "while they talked"])
async def test_an_operator_who_was_calling_somebody_back_is_let_go_of_too(store: Store, connected: bool) -> None:
    out = replace(started(1), direction="out", operator="operator1", ticket=ticket(1).number)
    engaged = replace(fact(EventName.CALLOUT, 1, NOON + 1), operator="operator1", queue=None)
    await store.journal.write(TicketOpened(replace(ticket(1), callback=Callback("missed", NOON, NOON))))
    await store.journal.write(out, EventLogged(engaged))
    if connected:
        await store.journal.write(CallConnected(call_id(1), NOON + 4, "operator1", 0.0))
    await store.journal.write(EventLogged(fact(EventName.BLOCKED, 1, NOON + 9)))

    done = await store.recover(RESTART, mark)

    assert [(each.name, each.operator, each.data["handled_s"]) for each in done.facts] == [
        (EventName.COMPLETEOPERATOR, "operator1", 5.0 if connected else 9.0)
    ]
    assert done.tickets == ()  # the call is owed already


async def test_a_second_recovery_finds_nothing_to_do(store: Store) -> None:
    await _waiting(store, 1)
    await _talking(store, 2)
    await store.recover(RESTART, mark)

    again = await store.recover(RESTART + 1, mark)

    assert (again.calls, again.tickets, again.facts) == ((), (), ())


async def test_calls_of_another_node_go_on(store: Store) -> None:
    await _waiting(store, 1, node="node2")

    done = await store.recover(RESTART, mark)

    assert done.calls == ()
    call = await store.calls.get(call_id(1))
    assert call is not None and call.state is CallState.WAITING


async def test_a_ticket_that_was_closed_during_the_call_stays_closed(store: Store) -> None:
    await _talking(store, 1)
    stored = await store.tickets.get(ticket(1).number)
    assert stored is not None
    closed = replace(stored, step=Step.CLOSED, closed_at=NOON + 50, closed_as="answered")
    saved = await store.tickets.save(closed, stored.version, "operator1", NOON + 50)

    done = await store.recover(RESTART, mark)

    assert done.tickets == ()
    assert await store.tickets.get(saved.number) == saved


async def test_a_call_still_in_the_menu_is_only_closed(store: Store) -> None:
    await store.journal.write(started(1))

    done = await store.recover(RESTART, mark)

    assert [call.ended_at for call in done.calls] == [NOON]
    assert (done.tickets, done.facts) == ((), ())


async def test_an_ending_that_was_logged_before_the_crash_is_not_logged_twice(store: Store) -> None:
    await _waiting(store, 1)
    await store.journal.write(EventLogged(fact(EventName.ABANDON, 1, NOON + 9, wait_s=7.0)))

    done = await store.recover(RESTART, mark)

    assert done.facts == ()
    assert len(done.calls) == 1


async def test_a_caller_whose_mark_was_lost_in_the_crash_is_called_back_all_the_same(store: Store) -> None:
    await _waiting(store, 1)
    await store.journal.write(CallEnded(call_id(1), NOON + 9, "caller", "normal"))

    done = await store.recover(RESTART, mark)

    assert [found.callback for found in done.tickets] == [Callback("missed", NOON + 9, NOON + 9)]


async def test_a_ticket_in_somebodys_hands_after_its_call_is_left_to_them(store: Store) -> None:
    await _talking(store, 1)
    known = ticket(1, call=1, at=NOON + 2)
    taken = replace(known, operator="operator1", taken_at=NOON + 10, version=2)
    ended = CallEnded(call_id(1), NOON + 9, "caller", "normal")
    await store.journal.write(ended, TicketSaved(known, taken, NOON + 10))

    assert (await store.recover(RESTART, mark)).tickets == ()


def _sign(name: EventName, at: float, operator: str, **data: str) -> EventLogged:
    return EventLogged(Fact(name, at, operator=operator, data=data))


async def test_who_was_signed_on_is_signed_off_when_the_node_last_showed_life(store: Store) -> None:
    await _talking(store, 1)
    await store.journal.write(
        _sign(EventName.ADDMEMBER, NOON - 600, "operator1", node="node1"),
        _sign(EventName.ADDMEMBER, NOON - 600, "operator2"),  # written by an older version
        _sign(EventName.PAUSE, NOON + 200, "operator2", reason="makan"),
        _sign(EventName.ADDMEMBER, NOON - 600, "operator3", node="node1"),
        _sign(EventName.REMOVEMEMBER, NOON - 300, "operator3"),
        _sign(EventName.ADDMEMBER, NOON - 600, "operator4", node="node2"),
    )

    done = await store.recover(RESTART, mark, alive_at=NOON + 100)

    call = await store.calls.get(call_id(1))
    assert call is not None and call.ended_at == NOON + 100
    off = {fact.operator: fact.at for fact in done.facts if fact.name is EventName.REMOVEMEMBER}
    assert off == {"operator1": NOON + 100, "operator2": NOON + 200}
    assert (await store.recover(RESTART + 1, mark, alive_at=NOON + 100)).facts == ()


async def test_a_sign_of_life_from_the_future_is_not_believed(store: Store) -> None:
    await _talking(store, 1)

    await store.recover(RESTART, mark, alive_at=RESTART + 86_400)

    call = await store.calls.get(call_id(1))
    assert call is not None and call.ended_at == RESTART
