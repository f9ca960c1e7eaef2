"""A real browser at the desk: headless Chromium, driven by Playwright."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    WebSocket,
    async_playwright,
    expect,
)

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
LAPTOP = ViewportSize(width=1366, height=768)
PATIENCE_MS = 30_000
"""Tests run three at a time on machines with two cores; only a failure waits so long."""

WATCH_LINES = """
window.lines = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...configuration) {
    super(...configuration);
    window.lines.push(this);
  }
};
"""
"""Runs before the page's own scripts: keeps the page's WebRTC connections, to look at what arrives there."""

SPECTRUM = """async ([rate, size]) => {
  const line = window.lines.filter((each) => each.connectionState === "connected").at(-1);
  if (line === undefined) return [];
  const context = new AudioContext({ sampleRate: rate });
  await context.resume();
  const analyser = new AnalyserNode(context, { fftSize: size });
  context.createMediaStreamSource(new MediaStream([line.getReceivers()[0].track])).connect(analyser);
  await new Promise((done) => setTimeout(done, 800));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  await context.close();
  return [...bins].map((level) => Math.max(level, -120));
}"""
"""What comes in on the page's line: decibels in each of `size / 2` bins; nothing without a line."""
RATE, BINS = 48000, 8192
SILENCE_DB = -60.0
FAINTER_DB = 20.0
"""A tone that is so much below the loudest counts as not there: hold music has a little of everything."""

Scheme = Literal["light", "dark"]

WATCH_SCREEN = """
window.popsShown = [];
new MutationObserver(() => {
  const pop = document.querySelector('[data-testid=pop]');
  const ticket = pop === null ? null : pop.dataset.ticket;
  if (ticket !== null && !window.popsShown.some((each) => each.ticket === ticket))
    window.popsShown.push({ticket, at: Date.now() / 1000});
}).observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-ticket']});
"""
"""Runs before the page's own scripts: notes when each pop came to stand in the document, by this machine's clock."""


def microphone(said: Path) -> tuple[str, ...]:
    """Flags for a browser whose microphone, allowed without asking, says this WAV file over and over."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--allow-loopback-in-peer-connection",
        "--autoplay-policy=no-user-gesture-required",
        f"--use-file-for-fake-audio-capture={said}",
    )


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=(*FLAGS, *flags))
        try:
            yield browser
        finally:
            await browser.close()


class Desk:
    """One person's browser window. `desk["call-bar"]` is the element with that `data-testid`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pushes: list[dict[str, Any]] = []
        page.on("websocket", self._listen)

    def __getitem__(self, hook: str) -> Locator:
        return self.page.get_by_test_id(hook)

    async def state(self, hook: str, value: str, within_ms: float = PATIENCE_MS) -> None:
        """Wait until the element's `data-state` is this."""
        await expect(self[hook]).to_have_attribute("data-state", value, timeout=within_ms)

    async def shows(self, hook: str, text: str | re.Pattern[str] | None = None) -> None:
        """Wait until the first such element is on the screen, with this text in it."""
        await expect(self[hook].first).to_be_visible(timeout=PATIENCE_MS)
        if text is not None:
            await expect(self[hook].first).to_contain_text(text, timeout=PATIENCE_MS)

    async def holds(self, field: str, value: str) -> None:
        """Wait until the ticket's field holds this."""
        await expect(self[f"field-{field}"]).to_have_value(value, timeout=PATIENCE_MS)

    async def gone(self, hook: str) -> None:
        await expect(self[hook]).to_have_count(0, timeout=PATIENCE_MS)

    async def step(self, name: str) -> None:
        """Wait until the ticket on the screen is at this step."""
        await expect(self["ticket-form"]).to_have_attribute("data-step", name, timeout=PATIENCE_MS)

    async def saved(self, field: str) -> None:
        await self.state(f"save-{field}", "saved")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def ticket(self) -> str:
        """Number of the ticket on the desk, once there is one."""
        await self.shows("pop")
        return str(await self["pop"].get_attribute("data-ticket"))

    async def pops_shown(self) -> list[dict[str, Any]]:
        """Which tickets came to stand on this screen since the page was loaded, and when (Unix epoch seconds)."""
        shown: list[dict[str, Any]] = await self.page.evaluate("window.popsShown")
        return shown

    async def hears(self, *tones: int) -> set[int]:
        """Which of these tones (hertz) come in on the page's headset line."""
        levels = await self._spectrum()
        faintest = max(SILENCE_DB, max(levels, default=SILENCE_DB) - FAINTER_DB)
        bins = {hz: round(hz * BINS / RATE) for hz in tones}
        return {hz for hz, at in bins.items() if max(levels[at - 1 : at + 2], default=SILENCE_DB) > faintest}

    async def comes_to_hear(self, *tones: int, of: Sequence[int]) -> None:
        """Wait until exactly these of the tones `of` come in: right after a turn the buffers hold the one before."""
        heard: set[int] | None = None
        try:
            async with asyncio.timeout(PATIENCE_MS / 1000):
                while (heard := await self.hears(*of)) != set(tones):
                    pass
        except TimeoutError:
            raise AssertionError(f"heard {heard}, not {set(tones)}") from None

    async def _spectrum(self) -> list[float]:
        levels: list[float] = await self.page.evaluate(SPECTRUM, [RATE, BINS])
        return levels

    async def box(self, hook: str) -> dict[str, float]:
        """Where the element stands, in pixels of the window."""
        found = await self[hook].bounding_box()
        assert found is not None, f"{hook} is not on the screen"
        return {side: round(found[side], 1) for side in ("x", "y", "width", "height")}

    def pushed(self, kind: str) -> list[dict[str, Any]]:
        """What the service pushed to this page, of one type."""
        return [message for message in self.pushes if message["type"] == kind]

    async def tab(self) -> "Desk":
        """Another tab of the same person."""
        tab = Desk(await self.page.context.new_page())
        await tab.page.goto(self.page.url)
        return tab

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.pushes.append(json.loads(frame)))


@asynccontextmanager
async def window(
    browser: Browser, pictures: Path, name: str, *, scheme: Scheme = "light", viewport: ViewportSize = LAPTOP
) -> AsyncIterator[Desk]:
    """A window of its own (cookies, storage); if the test fails, what its tabs show is kept in `pictures`."""
    context = await browser.new_context(
        viewport=viewport,
        locale="id-ID",
        timezone_id="America/Lima",  # half a day from the office, by whose time every page goes
        color_scheme=scheme,
    )
    await context.add_init_script(WATCH_SCREEN)
    await context.add_init_script(WATCH_LINES)
    try:
        yield Desk(await context.new_page())
    except BaseException:
        await _keep_pictures(context, pictures, name)
        raise
    finally:
        await context.close()


@asynccontextmanager
async def desk(browser: Browser, house: Hotline, username: str, pictures: Path, **look: Any) -> AsyncIterator[Desk]:
    """Somebody who has signed in at the keyboard."""
    async with window(browser, pictures, username, **look) as opened:
        await opened.page.goto(f"http://{house.http}/")
        await expect(opened["login-username"]).to_be_focused(timeout=PATIENCE_MS)
        await opened.type(username)
        await opened.press("Tab")
        await opened.type(PASSWORD)
        await opened.press("Enter")
        await opened.shows("log-out")
        yield opened


async def _keep_pictures(context: BrowserContext, pictures: Path, name: str) -> None:
    pages: Sequence[Page] = context.pages
    for number, page in enumerate(pages, 1):
        await page.screenshot(path=pictures / f"{name}-{number}.png", timeout=5000)
