"""One operator, two tabs: the same call in both, and nothing that is typed gets lost between them."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import Desk, desk
from tests.e2e.keyboard import go_ready, greet_and_go_to
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone

SAVES = "**/api/v1/tickets/**"


async def test_both_tabs_show_the_call_and_a_field_typed_in_one_shows_up_in_the_other(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, office, "operator1", tmp_path) as first,
    ):
        await go_ready(first, uri)
        second = await first.tab()
        await first.shows("desk-elsewhere", "tab lain")
        async with caller(office.uri, seconds=120):
            assert await first.ticket() == await second.ticket()
            phone.type()
            await first.state("call-bar", "talking")
            await second.state("call-bar", "talking")
            await greet_and_go_to(first, "caller_name")
            await second.step("identity")
            await first.type("Citra Dewi")
            await second.holds("caller_name", "Citra Dewi")
            await second.press("Alt+2")
            await second.type("d1234abc")
            await second.press("Tab")
            await first.holds("plate", "D 1234 ABC")
            await first.holds("caller_name", "Citra Dewi")


async def test_the_same_field_typed_in_both_tabs_shows_both_values(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone() as (_, uri),
        desk(browser, office, "operator1", tmp_path) as first,
    ):
        await go_ready(first, uri)
        second = await first.tab()
        async with caller(office.uri, seconds=120):
            await first.state("call-bar", "talking")
            await greet_and_go_to(first, "caller_name")
            await second.step("identity")
            await _cut_off(first)
            await first.type("Dedi")
            await second["field-caller_name"].fill("Dede")
            await second.saved("caller_name")
            await first.shows("conflict-theirs-caller_name", "Dede")
            await first.shows("conflict-mine-caller_name", "Dedi")
            await first.page.unroute(SAVES)
            await first["conflict-keep-caller_name"].click()
            await first.saved("caller_name")
            await second.holds("caller_name", "Dedi")


async def test_what_two_tabs_could_not_save_yet_is_kept_for_both_over_a_reload(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone() as (_, uri),
        desk(browser, office, "operator1", tmp_path) as first,
    ):
        await go_ready(first, uri)
        second = await first.tab()
        async with caller(office.uri, seconds=120):
            await first.state("call-bar", "talking")
            await greet_and_go_to(first, "caller_name")
            await second.step("identity")
            await _cut_off(first)
            await _cut_off(second)
            await first.type("Eka Putri")
            await second["field-description"].fill("Denda pajak")
            await first.state("save-caller_name", "failed")
            await second.state("save-description", "failed")
            await first.page.reload()
            await first.holds("caller_name", "Eka Putri")
            for tab in (first, second):
                await tab.page.unroute(SAVES)
            for tab in (first, second):
                await tab.holds("caller_name", "Eka Putri")
                await tab.holds("description", "Denda pajak")
                await expect(tab.page.locator("[data-testid^=conflict-]")).to_have_count(0)


async def _cut_off(tab: Desk) -> None:
    """Nothing that this tab saves arrives any more; pushes still do."""
    await tab.page.route(SAVES, lambda route: route.abort())
