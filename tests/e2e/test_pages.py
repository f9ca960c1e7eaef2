"""Pages beside the desk: log in, language, the live page, and what is shown while the service is away."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, desk
from tests.integration.hotline import Hotline
from tests.integration.sip_tools import sipp


async def test_a_wrong_password_is_told_and_too_many_tries_are_slowed(browser: Browser, house: Hotline) -> None:
    page = await browser.new_page()
    await page.goto(f"http://{house.http}/")
    problem = page.get_by_test_id("login-problem")
    said = set()
    for _ in range(6):
        await page.get_by_test_id("login-username").fill("operator1")
        await page.get_by_test_id("login-password").fill("salah-sekali")
        async with page.expect_response("**/api/v1/session") as answered:
            await page.get_by_test_id("login-submit").click()
        said.add((await answered.value).status)
        await expect(problem).to_be_visible(timeout=PATIENCE_MS)
    assert said == {401, 429}
    await page.close()


async def test_the_language_is_switched_and_kept(browser: Browser, house: Hotline, tmp_path: Path) -> None:
    async with desk(browser, house, "operator1", tmp_path) as window:
        await window.shows("presence-ready", "Siap")
        await window["language-en"].click()
        await window.shows("presence-ready", "Ready")
        await window.page.reload()
        await window.shows("presence-ready", "Ready")


async def test_the_live_page_shows_who_waits_and_says_loudly_when_it_is_stale(
    browser: Browser, straight: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, straight, "supervisor", tmp_path) as window:
        await window["nav-live"].click()
        async with sipp(tmp_path, "caller.xml", straight.sip, milliseconds=60_000):
            await window.shows("waiting-row", "+62")
            await window.shows("live-offered", "1")
            await expect(window.page.locator(".formula").first).to_be_visible()
            await expect(window["operator-row"]).to_have_count(4)
            await straight.kill()
            await window.shows("live-stale")
        await straight.start()
        await expect(window["live-stale"]).to_have_count(0, timeout=30_000)


async def test_the_admin_adds_an_account_and_sees_the_status(browser: Browser, house: Hotline, tmp_path: Path) -> None:
    async with desk(browser, house, "admin", tmp_path) as window:
        await window["nav-accounts"].click()
        await window["account-new"].click()
        await window["account-username"].fill("rina")
        await window["account-name"].fill("Rina Marlina")
        await window["account-save"].click()
        await window.shows("one-time-password")
        await window.page.keyboard.press("Escape")
        await expect(window["account-row"].filter(has_text="Rina Marlina")).to_be_visible(timeout=PATIENCE_MS)
        await window["nav-status"].click()
        await window.shows("status-engine", "pjsua2")
