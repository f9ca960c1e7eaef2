"""Webhooks against real receivers: what arrives, what is tried again, and what must never be reached."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from storage import Store, StoreUnavailable
from storage.deliveries import Delivery
from tests.integration.outward.certificates import server_for
from tests.integration.outward.conftest import SECRET, Clock, hangs_once
from tests.integration.outward.receiver import receiver
from tests.integration.storage.outage import Outage
from tests.integration.storage.samples import NOON, full_ticket, ticket

Outbox = Callable[..., Any]
Hook = Callable[..., Any]
ALL = ("ticket.opened", "ticket.moved", "ticket.closed", "ticket.changed")


async def the_delivery(store: Store, state: str, within_s: float = 15.0) -> Delivery:
    """The only delivery, once it is in this state."""
    async with asyncio.timeout(within_s):
        while True:
            page = await store.deliveries.of("hook", state=None, limit=10, cursor=None)
            if page.items and page.items[0].state == state:
                return page.items[0]
            await asyncio.sleep(0.02)


async def tried(store: Store, times: int, within_s: float = 15.0) -> Delivery:
    """The only delivery, once it was tried so often."""
    async with asyncio.timeout(within_s):
        while True:
            page = await store.deliveries.of("hook", state=None, limit=10, cursor=None)
            if page.items and page.items[0].tries >= times:
                return page.items[0]
            await asyncio.sleep(0.02)


async def the_webhook(store: Store, *, failing: bool) -> None:
    """Once it is known to fail, or not to: that is noted after the delivery."""
    async with asyncio.timeout(15):
        while ((await store.webhooks.get("hook")).failing_since is not None) is not failing:
            await asyncio.sleep(0.02)


async def test_what_happens_to_a_ticket_arrives_signed_and_without_the_caller(outbox: Outbox, hook: Hook) -> None:
    async with receiver(SECRET) as there:
        await hook(there.url, *ALL)
        webhooks = await outbox()
        opened = ticket(1)
        webhooks.heard(None, opened, "system", NOON)
        webhooks.heard(opened, full_ticket(1), "operator1", NOON + 200)
        await there.until(2)

    first, second = there.got
    assert (first["event"], second["event"]) == ("ticket.opened", "ticket.closed")
    assert second["ticket"]["url"] == "https://hotline.example.go.id/tickets/HTL-2025-000001"
    assert (second["ticket"]["category"], second["ticket"]["closed_as"]) == ("pengaduan-stnk", "answered")
    assert [first["id"], second["id"]] == there.ids
    told = str(there.got)
    for secret in ("Ratna", "D 1234", "62812", "disahkan", "bukti bayar", "62811"):
        assert secret not in told


async def test_only_what_was_chosen_is_sent(outbox: Outbox, hook: Hook, store: Store) -> None:
    async with receiver(SECRET) as there:
        await hook(there.url, "ticket.closed")
        webhooks = await outbox()
        webhooks.heard(None, ticket(1), "system", NOON)
        webhooks.heard(ticket(1), full_ticket(1), "operator1", NOON)
        await there.until(1)
        await the_delivery(store, "delivered")

    assert [each["event"] for each in there.got] == ["ticket.closed"]


async def test_after_failures_it_is_tried_again_with_the_same_id_and_body(
    outbox: Outbox, hook: Hook, store: Store
) -> None:
    async with receiver(SECRET) as there:
        there.answer = lambda count: (500, "sedang sakit") if count < 3 else (200, "ok")
        await hook(there.url, *ALL)
        (await outbox()).heard(None, ticket(1), "system", NOON)
        failed = await tried(store, 1)
        assert (failed.state, failed.last_status, failed.last_answer) == ("waiting", 500, "sedang sakit")
        await the_webhook(store, failing=True)
        sent = await the_delivery(store, "delivered")
        await the_webhook(store, failing=False)

    assert (sent.tries, sent.last_status) == (4, 200)
    assert len(set(there.ids)) == 1
    assert there.got == [there.got[0]] * 4


async def test_a_receiver_that_does_not_answer_in_time_has_not_got_it(
    outbox: Outbox, hook: Hook, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sambut.webhook_sending.WITHIN_S", 0.3)
    async with receiver(SECRET) as there:
        there.delay_s = 5
        await hook(there.url, *ALL)
        (await outbox()).heard(None, ticket(1), "system", NOON)
        late = await tried(store, 1)
        assert (late.state, late.last_status, late.last_answer) == ("waiting", None, "no answer within 0.3 s")
        there.delay_s = 0
        await the_delivery(store, "delivered")
        await there.until(2)  # also the one that nobody waited for


async def test_nobody_listens_there_until_somebody_does(outbox: Outbox, hook: Hook, store: Store) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    await hook(f"http://127.0.0.1:{port}/hook", *ALL)
    (await outbox()).heard(None, ticket(1), "system", NOON)
    assert "Cannot connect" in (await tried(store, 2)).last_answer
    async with receiver(SECRET, port=port) as there:
        await there.until(1)
        await the_delivery(store, "delivered")


async def test_a_certificate_is_checked_by_authority_and_name(
    outbox: Outbox, hook: Hook, store: Store, tmp_path
) -> None:
    own, context = server_for(tmp_path)
    _, elsewhere = server_for(tmp_path, "DNS:elsewhere.example")
    async with receiver(SECRET, tls=context) as right, receiver(SECRET, tls=elsewhere) as wrong:
        await hook(right.url, *ALL)
        first = await outbox()
        first.heard(None, ticket(1), "system", NOON)
        assert "self-signed" in (await tried(store, 1)).last_answer.lower()
        await first.stop()
        await store.webhooks.change("hook", url=wrong.url)
        second = await outbox(ca=own)
        await tried(store, 2)
        assert (wrong.ids, right.ids) == ([], [])
        await second.stop()
        await store.webhooks.change("hook", url=right.url)
        await outbox(ca=own)
        await right.until(1)


async def test_a_redirect_is_a_failure_and_is_not_followed(outbox: Outbox, hook: Hook, store: Store) -> None:
    async with receiver(SECRET) as elsewhere, receiver(SECRET) as there:
        there.answer, there.location = lambda count: (307, ""), elsewhere.url
        await hook(there.url, *ALL)
        (await outbox()).heard(None, ticket(1), "system", NOON)
        assert (await tried(store, 1)).last_status == 307
        assert elsewhere.ids == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "127.1"])
async def test_the_own_network_is_out_of_reach_whatever_it_is_called(
    outbox: Outbox, hook: Hook, store: Store, host: str
) -> None:
    reached: list[object] = []
    async with await asyncio.start_server(lambda reader, writer: reached.append(writer.close()), "localhost") as there:
        port = there.sockets[0].getsockname()[1]
        await hook(f"https://{host}:{port}/hook", *ALL)
        (await outbox(inside=False)).heard(None, ticket(1), "system", NOON)
        refused = await tried(store, 1)
        await asyncio.sleep(0.1)

    assert reached == []
    assert any(why in refused.last_answer for why in ("own network", "not a canonical IPv4 address"))


async def test_after_a_day_it_is_given_up(outbox: Outbox, hook: Hook, store: Store, clock: Clock) -> None:
    async with receiver(SECRET) as there:
        there.answer = lambda count: (503, "")
        await hook(there.url, *ALL)
        (await outbox(disable_after_s=1e9)).heard(None, ticket(1), "system", NOON)
        await tried(store, 1)
        clock.ahead = 24 * 3600
        given_up = await the_delivery(store, "failed")

    assert given_up.last_status == 503


async def test_after_days_of_nothing_but_failures_it_is_switched_off_and_said_so(
    outbox: Outbox, hook: Hook, store: Store, clock: Clock, switched_off: list[str]
) -> None:
    async with receiver(SECRET) as there:
        there.answer = lambda count: (500, "")
        await hook(there.url, *ALL)
        webhooks = await outbox(disable_after_s=3 * 86_400)
        webhooks.heard(None, ticket(1), "system", NOON)
        await tried(store, 1)
        clock.ahead = 3 * 86_400
        webhooks.heard(None, ticket(2), "system", NOON)
        async with asyncio.timeout(10):
            while not switched_off:
                await asyncio.sleep(0.05)

    off = await store.webhooks.get("hook")
    assert (off.active, off.disabled_at is not None) == (False, True)
    assert (await store.deliveries.of("hook", state="waiting", limit=10, cursor=None)).items == ()


async def test_a_receiver_that_is_gone_for_good_is_asked_once(
    outbox: Outbox, hook: Hook, store: Store, switched_off: list[str]
) -> None:
    async with receiver(SECRET) as there:
        there.answer = lambda count: (410, "")
        await hook(there.url, *ALL)
        (await outbox()).heard(None, ticket(1), "system", NOON)
        await the_delivery(store, "failed")

    assert len(there.ids) == 1
    assert switched_off == ["hook"]


async def test_what_waits_is_sent_by_the_next_run(outbox: Outbox, hook: Hook, store: Store) -> None:
    async with receiver(SECRET) as there:
        there.answer = lambda count: (500, "")
        await hook(there.url, *ALL)
        first = await outbox()
        first.heard(None, ticket(1), "system", NOON)
        await tried(store, 1)
        await first.stop()
        there.answer = lambda count: (200, "")
        await outbox()
        sent = await the_delivery(store, "delivered")

    assert sent.tries >= 2


async def test_while_the_store_is_away_events_wait_and_arrive_afterwards(
    outbox: Outbox, hook: Hook, store: Store, outage: Outage
) -> None:
    async with receiver(SECRET) as there:
        await hook(there.url, *ALL)
        webhooks = await outbox()
        outage.begin()
        webhooks.heard(None, ticket(1), "system", NOON)
        await asyncio.sleep(0.5)
        assert there.ids == []
        outage.end()
        await there.until(1, 30)


async def test_what_cannot_be_stored_does_not_stop_the_stop(outbox: Outbox, hook: Hook, clock: Clock) -> None:
    await hook("https://example.org", *ALL)
    webhooks = await outbox()
    clock.ahead = 1e15  # no database knows this year
    with capture_logs() as logs:
        webhooks.heard(None, ticket(1), "system", NOON)
        await webhooks.stop()

    assert [(each["event"], each["waiting"]) for each in logs] == [("webhook_events_not_kept", 1)]


async def test_an_event_that_is_just_being_stored_outlives_a_stop(
    outbox: Outbox, hook: Hook, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hook("https://example.org", *ALL)
    webhooks, begun = await outbox(), hangs_once(monkeypatch, store.deliveries, "add")
    webhooks.heard(None, ticket(1), "system", NOON)
    await begun.wait()
    await webhooks.stop()

    assert (await the_delivery(store, "waiting")).event == "ticket.opened"


async def test_a_receiver_is_never_asked_twice_at_a_time_and_holds_no_other_up(
    outbox: Outbox, hook: Hook, store: Store
) -> None:
    async with receiver(SECRET) as slow, receiver(SECRET) as quick:
        slow.delay_s = 0.3
        await hook(slow.url, *ALL, id="slow")
        await hook(quick.url, *ALL, id="quick")
        webhooks = await outbox()
        for serial in range(1, 9):
            webhooks.heard(None, ticket(serial), "system", NOON)
        await quick.until(8, 2)
        assert len(slow.ids) < 8
        await slow.until(8)

    assert slow.most_at_once == 1
    assert sorted(each["ticket"]["number"] for each in slow.got) == [f"HTL-2025-{n:06d}" for n in range(1, 9)]


async def test_two_nodes_send_each_delivery_once(outbox: Outbox, hook: Hook, store: Store) -> None:
    async with receiver(SECRET) as there:
        await hook(there.url, *ALL)
        one, _other = await outbox(), await outbox()
        for serial in range(1, 31):
            one.heard(None, ticket(serial), "system", NOON)
        await there.until(30)
        await asyncio.sleep(0.3)

    assert len(there.ids) == len(set(there.ids)) == 30


async def test_old_deliveries_are_forgotten_and_waiting_ones_are_not(hook: Hook, store: Store, clock: Clock) -> None:
    await hook("https://example.org", *ALL)
    old = Delivery("a", "hook", "ping", "", "{}", "delivered", NOON, NOON, NOON)
    await store.deliveries.add([old, replace(old, id="b", state="waiting"), replace(old, id="c", created_at=NOON + 9)])

    assert await store.deliveries.forget(NOON + 5) == 1
    left = await store.deliveries.of("hook", state=None, limit=10, cursor=None)
    assert [each.id for each in left.items] == ["c", "b"]


async def test_what_was_for_a_removed_webhook_does_not_take_the_others_along(hook: Hook, store: Store) -> None:
    await hook("https://example.org", *ALL)
    kept = Delivery("a", "hook", "ping", "", "{}", "waiting", NOON, NOON, NOON)
    await store.deliveries.add([replace(kept, id="b", to="removed"), kept])

    left = await store.deliveries.of("hook", state=None, limit=10, cursor=None)
    assert [each.id for each in left.items] == ["a"]


async def test_what_is_put_in_twice_is_there_once_and_takes_nothing_along(hook: Hook, store: Store) -> None:
    await hook("https://example.org", *ALL)
    made = [Delivery(f"{n:03d}", "hook", "ping", "", "{}", "waiting", NOON, NOON, NOON) for n in range(200)]
    await store.deliveries.add([made[0], made[0], made[1]])
    await asyncio.gather(store.deliveries.add(made), store.deliveries.add(made[::-1]), store.deliveries.add(made))

    assert (await store.deliveries.of("hook", state=None, limit=1, cursor=None)).total == 200


async def test_nothing_to_note_or_to_remove_needs_no_database(hook: Hook, store: Store, outage: Outage) -> None:
    await hook("https://example.org", *ALL)
    outage.begin()
    await store.deliveries.note(state="failed")
    await store.deliveries.remove()
    with pytest.raises(StoreUnavailable):
        await store.deliveries.remove("a")


async def test_the_list_is_paged_newest_first(hook: Hook, store: Store) -> None:
    await hook("https://example.org", *ALL)
    made = [Delivery(f"{n:02d}", "hook", "ping", "", "{}", "failed", NOON + n, NOON, NOON) for n in range(7)]
    await store.deliveries.add(made)

    first = await store.deliveries.of("hook", state="failed", limit=4, cursor=None)
    rest = await store.deliveries.of("hook", state="failed", limit=4, cursor=first.next)
    assert [each.id for each in (*first.items, *rest.items)] == ["06", "05", "04", "03", "02", "01", "00"]
    assert (first.total, rest.next) == (7, None)
