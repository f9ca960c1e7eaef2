"""The log-in page: what it says when it does not let someone in, and in which language."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, desk, window
from tests.integration.hotline import Hotline

MOST_ATTEMPTS = 5
"""Wrong passwords in a row before the service asks for patience (`login_attempts`)."""


async def test_a_wrong_password_is_told_and_too_many_are_slowed_down(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with window(browser, tmp_path, "stranger") as page:
        await page.page.goto(f"http://{house.http}/")
        for _ in range(MOST_ATTEMPTS):
            await _try(page, "salah-sekali")
            await page.shows("login-problem", "kata sandi salah")
        await _try(page, "salah-sekali")
        await page.shows("login-problem", "Terlalu banyak percobaan")
        await expect(page["login-password"]).to_be_focused()
        await page["language-en"].click()
        await _try(page, "wrong-again")
        await page.shows("login-problem", "Too many attempts")


async def _try(page: Desk, password: str) -> None:
    await page["login-username"].fill("operator1")
    await page["login-password"].fill(password)
    async with page.page.expect_response("**/api/v1/session"):
        await page.press("Enter")


async def test_the_language_is_switched_on_the_whole_page_and_kept(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "operator1", tmp_path) as page:
        html = page.page.locator("html")
        await page.shows("presence-ready", "Siap")
        await expect(html).to_have_attribute("lang", "id")
        await page["language-en"].click()
        await page.shows("presence-ready", "Ready")
        await page.shows("nav-tickets", "Tickets")
        await expect(html).to_have_attribute("lang", "en")
        await page.page.reload()
        await page.shows("presence-ready", "Ready")
        await page["log-out"].click()
        await page.shows("login-submit", "Log in")


async def test_a_session_that_ends_elsewhere_leads_back_to_the_log_in(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "operator1", tmp_path) as page:
        other = await page.tab()
        await other.shows("log-out")
        await other["log-out"].click()
        await expect(page["login-form"]).to_be_visible(timeout=PATIENCE_MS)
