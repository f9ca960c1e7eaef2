"""A real browser at the desk: headless Chromium, driven by Playwright."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.integration.hotline import PASSWORD, Hotline

CHROMIUM = "/usr/bin/chromium"
# No sandbox: tests run as root. The rest keeps Chromium from talking to its maker while we listen.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAPTOP = {"width": 1366, "height": 768}
PATIENCE_MS = 15_000

# Runs before the page's own scripts: notes when each pop reached the page, by the page's clock.
WATCH_POPS = """
window.popped = [];
window.WebSocket = class extends WebSocket {
  constructor(...wanted) {
    super(...wanted);
    this.addEventListener('message', ({data}) => {
      const message = JSON.parse(data);
      if (message.type === 'screen_pop') window.popped.push({ticket: message.ticket.number, at: Date.now() / 1000});
    });
  }
};
"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Desk:
    """One person's browser window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __getitem__(self, hook: str) -> Locator:
        return self.page.get_by_test_id(hook)

    async def state(self, hook: str, value: str) -> None:
        """Wait until the element's `data-state` is this."""
        await expect(self[hook]).to_have_attribute("data-state", value, timeout=PATIENCE_MS)

    async def shows(self, hook: str, text: str | re.Pattern[str] | None = None) -> None:
        await expect(self[hook].first).to_be_visible(timeout=PATIENCE_MS)
        if text is not None:
            await expect(self[hook].first).to_contain_text(text, timeout=PATIENCE_MS)

    async def step(self, name: str) -> None:
        """Wait until the ticket on the screen is at this step."""
        await expect(self["ticket-form"]).to_have_attribute("data-step", name, timeout=PATIENCE_MS)

    async def saved(self, field: str) -> None:
        await self.state(f"save-{field}", "saved")

    async def tab(self) -> "Desk":
        """Another tab of the same person."""
        page = await self.page.context.new_page()
        await page.goto(self.page.url)
        return Desk(page)


@asynccontextmanager
async def desk(browser: Browser, house: Hotline, username: str, pictures: Path) -> AsyncIterator[Desk]:
    """Somebody signed in, by keyboard; if the test fails, a picture of their screen is in `pictures`."""
    context = await browser.new_context(viewport=LAPTOP, locale="id-ID", timezone_id="Asia/Jakarta")
    try:
        page = await context.new_page()
        await page.add_init_script(WATCH_POPS)
        await page.goto(f"http://{house.http}/")
        await page.get_by_test_id("login-username").fill(username)
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("log-out")).to_be_visible(timeout=PATIENCE_MS)
        try:
            yield Desk(page)
        except BaseException:
            await page.screenshot(path=pictures / f"{username}.png")
            raise
    finally:
        await context.close()
