"""A browser telephone that misses no call: second tab, sleeping tab, no permission for the microphone (PEERS.md 15)."""

import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, chromium, desk
from tests.e2e.keyboard import go_ready_with_headset
from tests.e2e.polling import until
from tests.integration.hotline import Hotline, Person
from tests.integration.phones import caller, softphone

GONE_WITHIN_S = 3.0
POLLED_S = 0.5

WATCH_SOUND = """
window.sounding = new Set();
for (const name of ["play", "pause"]) {
  const own = HTMLMediaElement.prototype[name];
  HTMLMediaElement.prototype[name] = function () {
    if (this.loop) window.sounding[name === "play" ? "add" : "delete"](this);
    return own.call(this);
  };
}
window.notified = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, options) { window.notified.push([title, options.body]); }
  close() {}
};
Object.defineProperty(document, "hidden", {get: () => true});
"""
"""Runs before the page's own scripts: what rings over and over, and what the desktop was told, behind other windows."""


async def test_of_two_tabs_only_the_one_that_has_the_desk_rings_notifies_and_answers(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(speaking, office, "operator1", tmp_path) as first:
        await first.page.context.add_init_script(WATCH_SOUND)
        await first.page.reload()
        await go_ready_with_headset(first)
        second = await first.tab()
        await first.shows("desk-elsewhere", "tab lain")
        await second.state("headset", "up")
        async with caller(office.uri, seconds=120) as call:
            ticket = await second.ticket()
            await second.shows("call-answer")
            assert await first.ticket() == ticket, "both show the ticket"
            assert (await _rings(first), await _rings(second)) == (0, 1)
            assert await first.page.evaluate("window.notified") == []
            assert await second.page.evaluate("window.notified") == [["Panggilan masuk", ticket]], "no name, no number"
            await first.gone("call-answer")
            await first.press("F3", "Shift+F4")
            await second.state("call-bar", "ringing")
            await second.press("F3")
            await second.state("call-bar", "talking")
            assert await _rings(second) == 0
            call.hang_up()
            await call.ended()


async def test_a_sleeping_tab_is_unavailable_in_three_seconds_its_caller_moves_on_and_it_comes_back_by_itself(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    colleague = await office.sign_in("operator2")
    async with softphone("operator2") as (phone, uri), desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window)
        async with caller(office.uri, seconds=120) as call:
            await window.shows("call-answer")
            await colleague.ready(uri)
            async with _asleep(speaking):
                slept_at = time.monotonic()
                await until(lambda: _phone_is(colleague, "operator1", "away"))
                assert time.monotonic() - slept_at < GONE_WITHIN_S + POLLED_S
                await phone.says("ringing")
                await phone.says("talking")
            await window.state("headset", "up")
            await until(lambda: _phone_is(colleague, "operator1", "up"))
            await window.gone("call-answer")
            live = await colleague.get("/live")
            assert [each["operator"] for each in live["calls"]] == ["operator2"]
            call.hang_up()
            await call.ended()


async def test_without_the_microphones_permission_the_desk_says_what_helps_and_nobody_goes_ready(
    office: Hotline, tmp_path: Path
) -> None:
    operator = await office.sign_in("operator1")
    assert (await operator.send("PUT", "/me/phone", {"kind": "browser"}))[0] == 200
    async with (
        chromium("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser,
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await window["phone-card-on"].click()
        await window.state("headset", "down")
        await window.shows("phone-card", "tidak mengizinkan mikrofon")
        await window.shows("phone-card", "gembok")
        await window.press("F8")
        await window.shows("notice", "Telepon Anda belum tersambung")
        await window.shows("phone-panel", "tidak mengizinkan mikrofon")
        await window.state("presence-state", "offline")
        async with caller(office.uri, seconds=120):
            await expect(window["queue-waiting"]).to_have_text("1", timeout=PATIENCE_MS)
            assert await window.pops_shown() == []
            await window.page.context.grant_permissions(["microphone"])
            await window.state("headset", "up")
            await window.press("Escape", "F8")
            await window.shows("call-answer")


async def _rings(window: Desk) -> int:
    return int(await window.page.evaluate("window.sounding.size"))


async def _phone_is(someone: Person, operator: str, state: str) -> bool:
    operators = (await someone.get("/live"))["operators"]
    return any(each["operator"] == operator and each["phone_state"] == state for each in operators)


@asynccontextmanager
async def _asleep(browser: Browser) -> AsyncIterator[None]:
    """Every page of this browser stands still, as when the computer sleeps or the system freezes a tab."""
    session = await browser.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    renderers = [int(each["id"]) for each in processes if each["type"] == "renderer"]
    for process in renderers:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in renderers:
            os.kill(process, signal.SIGCONT)
