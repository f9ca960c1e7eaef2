"""The operator's page while the service is down, and after it came back; and what two people wrote meanwhile."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.e2e.keyboard import go_ready, greet_and_go_to
from tests.e2e.polling import until
from tests.integration.hotline import Hotline, Person
from tests.integration.phones import caller, softphone

BACK_WITHIN_MS = 30_000
"""Pages come back over a time, so that they do not all come at once."""


async def test_a_killed_service_is_told_and_what_is_typed_meanwhile_is_stored_when_it_is_back(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone() as (_, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120) as call:
            await window.state("call-bar", "talking")
            ticket = await window.ticket()
            await greet_and_go_to(window, "caller_name")
            await office.kill()
            await window.shows("banner-link-down", "Menyambung lagi")
            await expect(window["queue-waiting"]).to_have_text("–")
            await window.type("Fajar Hidayat")
            await window.state("save-caller_name", "failed")
            call.hang_up()
        seen = len(window.pushed("snapshot"))
        await office.start()
        await expect(window["banner-link-down"]).to_have_count(0, timeout=BACK_WITHIN_MS)
        await until(lambda: _more_than(window, seen))  # the first message after a reconnection is a snapshot
        await window.state("save-caller_name", "saved", BACK_WITHIN_MS)
        await window.state("call-bar", "ended")
        await window.state("presence-state", "offline")
        await _stored(await office.sign_in("operator2"), ticket, "Fajar Hidayat")


async def test_a_page_opened_while_the_service_is_down_comes_up_with_it(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, office, "operator1", tmp_path) as window:
        await window.state("presence-state", "offline")
        await office.kill()
        await window.shows("banner-link-down")
        await window["presence-ready"].click()
        await window.shows("notice", "Server tidak menjawab")
        await office.start()
        await expect(window["banner-link-down"]).to_have_count(0, timeout=BACK_WITHIN_MS)
        await window["notice"].get_by_role("button").click()
        await window["presence-ready"].click()
        await window.state("presence-state", "ready")


async def test_a_conflict_with_a_colleague_shows_both_values_and_whose_they_are(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    colleague = await office.sign_in("operator2")
    async with (
        softphone() as (_, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120):
            await window.state("call-bar", "talking")
            ticket = await window.ticket()
            await greet_and_go_to(window, "caller_name")
            await _both_write(window, colleague, ticket, mine="Dedi", theirs="Dede")
            await window.shows("conflict-caller_name", "operator2")
            await window["conflict-keep-caller_name"].click()
            await window.saved("caller_name")
            await _stored(colleague, ticket, "Dedi")
            await _both_write(window, colleague, ticket, mine="Dedi Kurnia", theirs="Dede Kurnia")
            await window["conflict-take-caller_name"].click()
            await window.holds("caller_name", "Dede Kurnia")
            await window.gone("conflict-caller_name")
            await _stored(colleague, ticket, "Dede Kurnia")


async def _both_write(window: Desk, colleague: Person, ticket: str, *, mine: str, theirs: str) -> None:
    """The same field, here while nothing gets through, and there."""
    saves = f"**/api/v1/tickets/{ticket}"
    await window.page.route(saves, lambda route: route.abort())
    await window["field-caller_name"].fill(mine)
    version = (await colleague.get(f"/tickets/{ticket}"))["version"]
    body = {"version": version, "caller_name": theirs}
    assert (await colleague.send("PATCH", f"/tickets/{ticket}", body))[0] == 200
    await window.page.unroute(saves)
    await expect(window["conflict-mine-caller_name"]).to_have_text(mine, timeout=PATIENCE_MS)
    await expect(window["conflict-theirs-caller_name"]).to_have_text(theirs)


async def _stored(colleague: Person, ticket: str, name: str) -> None:
    async def has_it() -> bool:
        return bool((await colleague.get(f"/tickets/{ticket}"))["caller"]["name"] == name)

    await until(has_it)


async def _more_than(window: Desk, seen: int) -> bool:
    return len(window.pushed("snapshot")) > seen
