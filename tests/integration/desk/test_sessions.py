"""How long one stays signed in, in which browsers, and who ends that."""

import asyncio

import pytest

from desk import attended
from desk.sign_in import SESSIONS_AT_MOST
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import PASSWORD, Person, browser

MINUTE_S = 60.0
HOUR_S = 3600.0


@pytest.fixture
def settings() -> dict[str, object]:
    return {"roles": {"admin": {"idle_minutes": 15, "session_hours": 2}}}


async def signed_in(person: Person) -> bool:
    return (await person.get("/api/v1/session")).status == 200


async def test_who_does_nothing_for_an_hour_is_signed_out_and_an_admin_sooner(arrive: Arrive, clock: TestClock) -> None:
    supervisor, admin = await arrive("supervisor"), await arrive("admin")
    clock.ahead += 16 * MINUTE_S
    assert await signed_in(supervisor)
    assert not await signed_in(admin)
    clock.ahead += 45 * MINUTE_S
    assert not await signed_in(supervisor)


async def test_a_change_counts_as_being_there_and_a_list_does_not(arrive: Arrive, clock: TestClock) -> None:
    changes, reads = await arrive("supervisor"), await arrive("supervisor")
    for _ in range(4):
        clock.ahead += 20 * MINUTE_S
        await changes.ask("PATCH", "/api/v1/me", {"language": "id"})
        await reads.get("/api/v1/tickets")
    assert await signed_in(changes)
    assert not await signed_in(reads)


async def test_a_page_says_when_somebody_types_or_points(arrive: Arrive, clock: TestClock) -> None:
    person = await arrive("supervisor")
    async with person.page() as page:
        for said in ("active", "ping"):
            clock.ahead += 50 * MINUTE_S
            await page.socket.send_json({"type": said})
            await page.until_answered()
        assert await signed_in(person)
        clock.ahead += 15 * MINUTE_S
        assert not await signed_in(person)


async def test_an_operator_on_duty_needs_no_click(built: House, arrive: Arrive, clock: TestClock) -> None:
    operator = await arrive("operator1")
    await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})
    clock.ahead += 3 * HOUR_S
    assert await signed_in(operator)
    await operator.ask("PUT", "/api/v1/me/presence", {"state": "offline"})
    clock.ahead += HOUR_S
    assert not await signed_in(operator)


async def test_nobody_is_signed_out_in_the_middle_of_a_call(built: House, arrive: Arrive, clock: TestClock) -> None:
    operator = await arrive("operator1")
    call = await built.switchboard.incoming("+6281234567890")
    await built.switchboard.offer(call, "operator1")
    assert (await operator.ask("POST", f"/api/v1/calls/{call}/answer")).status == 200
    clock.ahead += 12 * HOUR_S + 1
    assert await signed_in(operator)
    assert (await operator.ask("POST", f"/api/v1/calls/{call}/hangup")).status == 200
    await built.switchboard.set_presence("operator1", "offline", None)
    assert not await signed_in(operator)


async def test_an_open_page_is_led_back_to_the_sign_in_when_the_session_is_over(
    arrive: Arrive, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attended, "LOOK_EVERY_S", 0.1)
    monkeypatch.setattr(attended, "SOONEST_S", 0.1)
    person = await arrive("supervisor")
    async with person.page() as page:
        await asyncio.sleep(0.3)
        assert not page.socket.closed
        clock.ahead += HOUR_S
        assert (await page.socket.receive(timeout=5)).data == 4401


async def test_with_one_browser_too_many_the_oldest_ends(arrive: Arrive, clock: TestClock) -> None:
    people = []
    for _ in range(SESSIONS_AT_MOST):
        people.append(await arrive("supervisor"))
        clock.ahead += 1
    async with people[0].page() as page:
        newest = await arrive("supervisor")
        assert (await page.socket.receive(timeout=5)).data == 4401
    assert [await signed_in(person) for person in people] == [False] + [True] * (SESSIONS_AT_MOST - 1)
    assert len((await newest.get("/api/v1/me/sessions")).body["items"]) == SESSIONS_AT_MOST


async def test_somebody_sees_where_they_are_signed_in_and_ends_one_or_all_others(address: str, arrive: Arrive) -> None:
    here, there, elsewhere = [await arrive("pic") for _ in range(3)]
    items = (await here.get("/api/v1/me/sessions")).body["items"]
    assert [each["current"] for each in items].count(True) == 1
    assert {each["address"] for each in items} == {"127.0.0.1"}
    assert all("aiohttp" in each["browser"] and each["since"] and each["seen_at"] for each in items)
    mine = next(each["id"] for each in (await there.get("/api/v1/me/sessions")).body["items"] if each["current"])
    assert (await here.ask("DELETE", f"/api/v1/me/sessions/{mine}")).status == 200
    assert [await signed_in(each) for each in (here, there, elsewhere)] == [True, False, True]
    assert (await here.ask("DELETE", f"/api/v1/me/sessions/{mine}")).code == "not_found"
    assert (await here.ask("DELETE", "/api/v1/me/sessions")).status == 200
    assert [await signed_in(each) for each in (here, elsewhere)] == [True, False]


async def test_who_found_the_page_open_gives_the_password_before_others_are_signed_out(
    arrive: Arrive, clock: TestClock
) -> None:
    here, there = await arrive("pic"), await arrive("pic")
    clock.ahead += 11 * MINUTE_S
    mine = next(each["id"] for each in (await there.get("/api/v1/me/sessions")).body["items"] if each["current"])
    for path in ("/api/v1/me/sessions", f"/api/v1/me/sessions/{mine}"):
        assert (await here.ask("DELETE", path)).code == "proof_needed"
    assert await signed_in(there)
    assert (await here.ask("POST", "/api/v1/session/proof", {"password": PASSWORD})).status == 200
    assert (await here.ask("DELETE", "/api/v1/me/sessions")).status == 200
    assert not await signed_in(there)


async def test_nobody_ends_anothers_session_but_the_admin_does(arrive: Arrive) -> None:
    operator, other, admin = await arrive("operator1"), await arrive("operator2"), await arrive("admin")
    listed = (await admin.get("/api/v1/accounts/operator1/sessions")).body["items"]
    assert [each["current"] for each in listed] == [False]
    one = listed[0]["id"]
    assert (await other.ask("DELETE", f"/api/v1/me/sessions/{one}")).code == "not_found"
    assert await signed_in(operator)
    assert (await admin.ask("DELETE", f"/api/v1/accounts/operator1/sessions/{one}")).status == 200
    assert not await signed_in(operator)
    assert (await admin.ask("DELETE", "/api/v1/accounts/operator2/sessions")).status == 200
    assert not await signed_in(other)
    assert (await admin.get("/api/v1/accounts/nobody/sessions")).code == "not_found"


async def test_the_id_of_a_session_opens_nothing(address: str, arrive: Arrive) -> None:
    person = await arrive("pic")
    (mine,) = (await person.get("/api/v1/me/sessions")).body["items"]
    async with browser(address) as thief:
        assert (await thief.get("/api/v1/session", Cookie=f"sambut={mine['id']}")).code == "not_signed_in"
