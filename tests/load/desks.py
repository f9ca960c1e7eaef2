"""One operator's desk for each kind of phone: answers as a person would, knows when the operator heard something."""

import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from playwright.async_api import Page

from storage import PhoneKind
from tests.audio import tone
from tests.e2e.browser import Desk, chromium, microphone, window
from tests.load.hearing import Heard
from tests.load.pages import Pages, Pop, open_pages
from tests.load.processes import running
from tests.load.subjects import Person, Subject
from tests.load.talkers import CALLER_HZ, FIRST_HZ, TONE_S

EAR = Path(__file__).with_name("ear.js")
MICROPHONE_RATE = 48_000
# What the page keeps for its workstation: the headset on, and nothing that takes a steady tone for noise.
HEADSET = 'localStorage.setItem("sambut.headset", JSON.stringify({on: true, echo: false, noise: false, gain: false}))'

JITTER_BUFFER_MS = """async () => {
  for (const report of (await window.lines.at(-1).getStats()).values())
    if (report.type === "inbound-rtp") return (1000 * report.jitterBufferDelay) / report.jitterBufferEmittedCount;
}"""
"""How long the last line's packets lay in Chromium's jitter buffer, on average since it came up."""


class Station(Protocol):
    """Where an operator sits."""

    async def offered(self, number: int) -> Pop:
        """Wait for the call after so many others. Raises `TimeoutError`."""

    async def answer(self, pop: Pop) -> float:
        """Click on "answer"; when that was, Unix seconds."""

    async def heard_since(self, wire: Heard, begin: float, end: float) -> float | None:
        """When the operator first heard the caller between two moments."""

    async def remark(self) -> str:
        """What else is worth knowing about the figures of this desk."""


class PhoneStation:
    """A softphone or SIP phone beside a page: what the operator hears is on the wire."""

    def __init__(self, pages: Pages, person: Person) -> None:
        self._pages = pages
        self._person = person

    async def offered(self, number: int) -> Pop:
        return await self._pages.pop_after(number)

    async def answer(self, pop: Pop) -> float:
        clicked = time.time()
        await self._pages.ask(self._person, "POST", f"/calls/{pop.call}/answer")
        return clicked

    async def heard_since(self, wire: Heard, begin: float, end: float) -> float | None:
        caller = wire.port_with(FIRST_HZ, begin, end)  # there goes music, with some of the tone in it
        return wire.since(CALLER_HZ, begin, end, other_than=caller)

    async def remark(self) -> str:
        return ""


class BrowserStation:
    """The product's own page in Chromium, answered by F3; what the operator hears is measured within the page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def offered(self, number: int) -> Pop:
        """The page's own message, since nobody else is signed in as this operator."""
        await self._desk.shows("call-answer")
        call = self._desk.pushed("screen_pop")[number]["call"]
        return Pop(time.time(), "", call["id"], call["queued_at"])

    async def answer(self, pop: Pop) -> float:
        await self._desk.press("F3")
        await self._desk.state("call-bar", "talking")
        return float((await self._times("pressed"))[-1])

    async def heard_since(self, wire: Heard, begin: float, end: float) -> float | None:
        return next((at for at in await self._times("heard") if begin <= at < end), None)

    async def remark(self) -> str:
        buffered_ms = await self._desk.page.evaluate(JITTER_BUFFER_MS)
        return f"; the browser's own jitter buffer held {buffered_ms:.0f} ms"

    async def _times(self, what: str) -> list[float]:
        return [float(ms) / 1000 for ms in await self._desk.page.evaluate(f"ear.{what}")]


@asynccontextmanager
async def sip_station(subject: Subject, person: Person, _folder: Path) -> AsyncIterator[Station]:
    """A SIP phone that picks up by itself, called only once the page says "answer"."""
    async with open_pages(subject, [person]) as pages:
        yield PhoneStation(pages, person)


@asynccontextmanager
async def softphone_station(subject: Subject, person: Person, folder: Path) -> AsyncIterator[Station]:
    """`sambut softphone`, signed in with a token of its own, with a file for a microphone."""
    said, token = tone(folder / "operator.wav", FIRST_HZ, TONE_S, 16_000), folder / "token"
    command: list[str | Path] = [Path(sys.executable).parent / "sambut", "softphone", "--audio", f"file:{said},"]
    command += ["--server", f"http://{subject.http}", "--token-file", token]
    async with open_pages(subject, [person], ready=False) as pages:
        token.write_text((await pages.ask(person, "POST", "/me/phone/token"))["token"])
        async with running(command, folder / "softphone.log", environment={"PYTHONUNBUFFERED": "1"}) as phone:
            await phone.line("signed in at the server", 20)
            await pages.ready(person)
            yield PhoneStation(pages, person)


@asynccontextmanager
async def browser_station(subject: Subject, person: Person, folder: Path) -> AsyncIterator[Station]:
    """A page that comes up with its headset, as on the second day of an operator."""
    said = tone(folder / "operator.wav", FIRST_HZ, TONE_S, MICROPHONE_RATE)
    async with (
        chromium(*microphone(said)) as browser,
        window(browser, _pictures(folder), person.username) as desk,
    ):
        await _sit_down(desk.page, subject, person)
        await desk.state("headset", "up")
        await desk.press("F8")
        await desk.state("presence-state", "ready")
        yield BrowserStation(desk)


STATIONS = {
    PhoneKind.BROWSER: browser_station,
    PhoneKind.SOFTPHONE: softphone_station,
    PhoneKind.SIP: sip_station,
}


async def _sit_down(page: Page, subject: Subject, person: Person) -> None:
    address = f"http://{subject.http}/"
    await page.context.grant_permissions(["microphone"], origin=address)
    await page.context.add_cookies([{"name": "sambut", "value": person.token, "url": address}])
    await page.add_init_script(HEADSET)
    await page.add_init_script(EAR.read_text().replace("@hz@", str(CALLER_HZ)))
    await page.goto(address)


def _pictures(folder: Path) -> Path:
    """Outlives the benchmark's own folder, should the page not do what is expected."""
    pictures = folder.with_name(f"{folder.name}-pictures")
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir()
    return pictures
