"""A web page of the tests' own, in a real Chromium, as the far end of browser lines."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = "/usr/bin/chromium"
PAGE = Path(__file__).with_name("page.html")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
ON_LOOPBACK = "--allow-loopback-in-peer-connection"


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """The page's address; 127.0.0.1 is a secure context, where a microphone may be asked for."""

    async def page(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE)

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def chromium(flags: Sequence[str] = (ON_LOOPBACK,)) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            await browser.close()


class Headsets:
    """The lines of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def answer(self, line: int, sdp: str, hz: float | None = None) -> str:
        """The page's answer to an offer. The microphone is Chromium's own beep, or a tone of `hz` hertz."""
        return str(await self.page.evaluate("([line, sdp, hz]) => answer(line, sdp, hz)", [line, sdp, hz]))

    async def heard(self, line: int) -> dict[str, float] | None:
        """The strongest tone on a line now: `hz`, `db`."""
        found: dict[str, float] | None = await self.page.evaluate("(line) => heard(line)", line)
        return found

    async def received(self, line: int) -> dict[str, Any]:
        """Chromium's own count: packets, lost, samples, concealed."""
        counted: dict[str, Any] = await self.page.evaluate("(line) => received(line)", line)
        return counted

    async def cipher(self, line: int) -> str:
        """By which the line's sound is encrypted, in Chromium's words."""
        return str(await self.page.evaluate("(line) => cipher(line)", line))

    async def close(self, line: int) -> None:
        await self.page.evaluate("(line) => close(line)", line)


@asynccontextmanager
async def headsets(browser: Browser, address: str) -> AsyncIterator[Headsets]:
    context = await browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(address)
        yield Headsets(page)
    finally:
        await context.close()
