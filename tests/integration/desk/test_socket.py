"""What a page is pushed, in which order, and what it is not."""

import asyncio
from typing import Any, Literal

import pytest
from aiohttp import WSMsgType

from storage.accounts import Role
from storage.records import CallStarted
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import Page, eventually

CALLER = "+6281234567890"
MASKED = "+62812•••7890"


async def test_the_first_message_is_a_snapshot_and_seq_rises_by_one(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page() as page:
        snapshot = page.snapshot
        assert (snapshot["type"], snapshot["seq"]) == ("snapshot", 1)
        assert snapshot["user"]["username"] == "operator1"
        assert snapshot["presence"]["state"] == "offline"
        assert snapshot["pop"] is None
        assert {presence["operator"] for presence in snapshot["live"]["operators"]} >= {"operator1", "operator4"}
        await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})
        await built.switchboard.incoming(CALLER)
        messages = await page.until_answered()
        assert [message["seq"] for message in messages] == list(range(2, 2 + len(messages)))
        assert {"operator", "queue"} <= {message["type"] for message in messages}
        assert all("at" in message for message in messages)


async def test_each_connection_counts_for_itself(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page() as first:
        await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})
        async with operator.page() as second:
            await operator.ask("PUT", "/api/v1/me/presence", {"state": "paused", "reason": "istirahat"})
            assert [m["seq"] for m in await first.until_answered()] == [2, 3]
            assert [m["seq"] for m in await second.until_answered()] == [2]


async def test_a_pop_reaches_every_tab_of_its_operator_and_nobody_else(built: House, arrive: Arrive) -> None:
    operator, other, supervisor = await arrive("operator1"), await arrive("operator2"), await arrive("supervisor")
    async with operator.page() as tab, operator.page() as tab2, other.page() as page2, supervisor.page() as page3:
        call = await built.switchboard.incoming(CALLER)
        assert await built.switchboard.offer(call, "operator1")
        for page in (tab, tab2):
            pop = await page.next("screen_pop")
            assert pop["call"]["id"] == call
            assert (pop["call"]["number"], pop["ticket"]["caller"]["number"]) == (CALLER, CALLER)
            assert (pop["history"], pop["open_tickets"]) == ([], [])
        for page in (page2, page3):
            assert "screen_pop" not in {message["type"] for message in await page.until_answered()}


async def test_a_pop_without_an_open_page_is_not_written(built: House) -> None:
    call = await built.switchboard.incoming(CALLER)
    assert not await built.switchboard.offer(call, "operator1")


async def test_a_pop_overtakes_the_broadcasts_that_are_queued(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page() as page:
        for n in range(100):
            built.hub.send("operator1", "notice", {"code": "noise", "n": n})
        assert await built.hub.pop("operator1", {"call": {}, "ticket": {}, "history": [], "open_tickets": []})
        types = [message["type"] for message in await page.until_answered()]
        assert types.index("screen_pop") <= 1  # one may have been on its way
        assert len(types) == 101


async def test_a_reload_in_the_middle_of_a_call_finds_the_pop_again(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page():
        call = await built.switchboard.incoming(CALLER)
        await built.switchboard.offer(call, "operator1")
        await built.switchboard.answer(call)
    async with operator.page() as again:
        assert again.snapshot["pop"]["call"]["id"] == call
        assert again.snapshot["pop"]["call"]["state"] == "talking"
        assert again.snapshot["presence"]["state"] == "talking"


async def test_a_caller_who_leaves_is_told_to_the_operator_whose_phone_was_ringing(
    built: House, arrive: Arrive
) -> None:
    operator = await arrive("operator1")
    async with operator.page() as page:
        call = await built.switchboard.incoming(CALLER)
        await built.switchboard.offer(call, "operator1")
        await built.switchboard.end(call, "caller")
        notice = await page.next("notice")
        assert (notice["code"], notice["call_id"]) == ("caller_left", call)
        assert (await page.next("call"))["call"]["state"] == "ended"


async def test_a_saved_ticket_reaches_the_other_pages(arrive: Arrive) -> None:
    writer, reader, pic = await arrive("operator1"), await arrive("supervisor"), await arrive("pic")
    opened = (await writer.ask("POST", "/api/v1/tickets", {"caller_number": CALLER})).body
    async with reader.page() as page, pic.page() as outside:
        path = f"/api/v1/tickets/{opened['number']}"
        await writer.ask("PATCH", path, {"version": opened["version"], "description": "STNK hilang"})
        pushed = (await page.next("ticket"))["ticket"]
        assert (pushed["number"], pushed["description"]) == (opened["number"], "STNK hilang")
        assert await outside.until_answered() == []


async def test_numbers_are_masked_for_operators_except_on_their_own_call(built: House, arrive: Arrive) -> None:
    async def seen_by(page: Page) -> dict[str, list[Any]]:
        seen: dict[str, list[Any]] = {"queue": [], "call": []}
        for message in await page.until_answered():
            if message["type"] == "queue":
                seen["queue"] += [caller["number"] for queue in message["queues"] for caller in queue["callers"]]
            if message["type"] == "call":
                seen["call"].append(message["call"]["number"])
        return seen

    mine, other, supervisor = await arrive("operator1"), await arrive("operator2"), await arrive("supervisor")
    async with mine.page() as own, other.page() as foreign, supervisor.page() as watching:
        call = await built.switchboard.incoming(CALLER)
        await built.switchboard.offer(call, "operator1")
        assert await seen_by(own) == {"queue": [MASKED], "call": [CALLER]}
        assert await seen_by(foreign) == {"queue": [MASKED], "call": [MASKED]}
        assert await seen_by(watching) == {"queue": [CALLER], "call": [CALLER]}
    waiting = await built.switchboard.incoming("+6281299990000")
    for person, numbers in ((mine, {CALLER, "+62812•••0000"}), (other, {MASKED, "+62812•••0000"})):
        live = (await person.get("/api/v1/live")).body
        assert {c["number"] for c in live["calls"]} == numbers
        register = (await person.get("/api/v1/calls")).body["items"]
        assert {c["number"] for c in register} == numbers
    assert (await other.get(f"/api/v1/calls/{waiting}")).body["number"] == "+62812•••0000"


@pytest.mark.parametrize("direction", ["in", "out"])
async def test_every_number_of_somebody_outside_is_masked_wherever_calls_are_shown(
    built: House, arrive: Arrive, direction: Literal["in", "out"]
) -> None:
    """The caller's, whom we call, whose phone sent the caller on, and a third in the call."""
    whole = {"number": CALLER, "diverted_from": "+62215551234"} | ({"called": CALLER} if direction == "out" else {})
    third = {"kind": "number", "id": "+6281299990000", "label": "+6281299990000"}
    operator, supervisor = await arrive("operator2"), await arrive("supervisor")
    at = built.switchboard.clock()
    record = CallStarted("c" * 32, at, CALLER, CALLER, "loopback", "dev", "x", direction, diverted_from="+62215551234")
    await built.store.journal.write(record)
    (line,) = (await operator.get("/api/v1/calls")).body["items"]
    one = (await operator.get(f"/api/v1/calls/{line['id']}")).body
    (seen,) = (await supervisor.get("/api/v1/calls")).body["items"]
    assert {name: seen[name] for name in whole} == whole
    async with operator.page() as page:
        built.hub.publish("call", {"call": {**seen, "third": third}}, roles=frozenset(Role))
        pushed = (await page.next("call"))["call"]
    for shown in (line, one, pushed):
        assert [shown[name] for name in whole if "•••" not in shown[name]] == []
    assert "99990000" not in str(pushed)


async def test_the_queue_is_pushed_four_times_a_second_at_the_most_and_ends_up_right(
    built: House, arrive: Arrive
) -> None:
    computed = 0

    def picture() -> dict[str, Any]:
        nonlocal computed
        computed += 1
        return {"queues": [], "today": {"n": n}}

    supervisor = await arrive("supervisor")
    async with supervisor.page() as page:
        began = asyncio.get_running_loop().time()
        for n in range(60):  # noqa: B007  `picture` reads it
            built.hub.publish("queue", picture)
            await asyncio.sleep(0.01)
        lasted = asyncio.get_running_loop().time() - began
        await asyncio.sleep(0.3)
        pushes = await page.until_answered()
        assert 2 <= len(pushes) <= lasted / 0.25 + 2
        assert pushes[-1]["today"]["n"] == 59
        assert computed == len(pushes)


async def test_a_message_is_dumped_once_for_all_who_see_the_same(
    built: House, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    import desk.message

    dumped = []
    real = desk.message.dump
    monkeypatch.setattr(desk.message, "dump", lambda *arguments: dumped.append(1) or real(*arguments))
    supervisor, operator = await arrive("supervisor"), await arrive("operator1")
    async with supervisor.page(), supervisor.page() as a, operator.page(), operator.page(), operator.page() as b:
        built.hub.publish("call", {"call": {"id": "x", "number": CALLER, "operator": None}})
        assert (await a.next("call"))["call"]["number"] == CALLER
        assert (await b.next("call"))["call"]["number"] == MASKED
    assert len(dumped) == 2  # whole and masked, for five sockets


async def test_whatever_a_page_says_is_no_reason_to_fall_over(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page() as page:
        for text in ("", "{", "[]", "null", '{"type": 1}', "[" * 2000, '{"type": "screen_pop"}'):
            await page.socket.send_str(text)
        assert await page.until_answered() == []


async def test_an_oversized_message_closes_that_page_alone(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page() as page, operator.page() as other:
        await page.socket.send_str("x" * 100_000)
        assert (await page.socket.receive(timeout=5)).type is WSMsgType.CLOSE
        assert await other.until_answered() == []


async def test_signing_out_closes_the_pages_of_that_session_only(arrive: Arrive) -> None:
    here, elsewhere = await arrive("operator1"), await arrive("operator1")
    async with here.page() as page, elsewhere.page() as other:
        await here.ask("DELETE", "/api/v1/session")
        message = await page.socket.receive(timeout=5)
        assert (message.type, message.data) == (WSMsgType.CLOSE, 4401)
        assert await other.until_answered() == []


async def test_a_page_does_not_outlive_its_session(arrive: Arrive, clock: TestClock) -> None:
    operator = await arrive("operator1")
    await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})  # else nobody would be here any more
    clock.ahead += 12 * 3600 - 1.0
    async with operator.page() as page:
        assert (await page.socket.receive(timeout=5)).type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR)


async def test_a_closed_page_is_forgotten(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page():
        assert built.hub.connected("operator1")
    await eventually(lambda: not built.hub.connected("operator1"))
    assert built.hub.count() == 0
