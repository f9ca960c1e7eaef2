"""The operator's way from log-in to a recording that plays, in a real browser with a real call under it."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, expect

from tests.audio import tone
from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.e2e.keyboard import advance, enter, go_ready, pick, pick_by_digit
from tests.e2e.polling import until
from tests.integration.hotline import Hotline, Person
from tests.integration.phones import caller, softphone

A_HAND_NEEDS_S = 0.25
"""Nobody lifts a handset faster than that after it began to ring, in seconds."""

LONG_ENOUGH_TO_SEEK = re.compile(r"0:[1-5]\d")
"""Chromium cannot seek into the last second of a FLAC file of some six seconds or less."""


async def test_a_call_is_popped_answered_and_closed_by_keyboard_and_its_recording_plays(
    browser: Browser, office_with_menus: Hotline, tmp_path: Path
) -> None:
    said = tmp_path / "caller.wav"
    tone(said, 1300, 3, 8000)
    operator = await office_with_menus.sign_in("operator1")
    async with (
        softphone(audio=f"file:{said},", auto_answer=False) as (phone, uri),
        desk(browser, office_with_menus, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office_with_menus.uri, keys=",1", say=said, seconds=180) as call:
            ticket = await window.ticket()
            await phone.says("ringing")
            await _popped_before_a_hand_could_lift(window, ticket, phone.said_at("ringing"))
            await window.shows("ivr-choice", "Permintaan informasi")
            await window.shows("caller-number", "+62 812-3456-7890")
            assert await _actions(window) == [], "before the phone is picked up there is nothing to press"
            phone.type()
            await window.state("call-bar", "talking")
            await _runs(window["call-timer"])
            await _walk_the_procedure(window)
            await expect(window["call-timer"]).to_have_text(LONG_ENOUGH_TO_SEEK, timeout=PATIENCE_MS)
            await window.press("Shift+F4")
            await window.state("presence-state", "wrap_up")
            await _runs(window["wrap-up-left"])
            assert await call.ended() == 0
        await window.state("presence-state", "ready")
        await _is_in_the_registers(window, operator, ticket)


async def _popped_before_a_hand_could_lift(window: Desk, ticket: str, rang_at: float) -> None:
    """The pop left before the phone was rung, and stood on the screen before a hand could be at the phone."""
    (shown,), (pushed,) = await window.pops_shown(), window.pushed("screen_pop")
    assert shown["ticket"] == pushed["ticket"]["number"] == ticket
    assert datetime.fromisoformat(pushed["at"]).timestamp() < rang_at
    assert shown["at"] < rang_at + A_HAND_NEEDS_S


async def _walk_the_procedure(window: Desk) -> None:
    """Steps 1 to 6 without a mouse; at each step only its own buttons are there."""
    assert await _actions(window) == ["greet"]
    await _runs(window["step-clock-greeting"])
    await advance(window, "identity")
    assert await _actions(window) == ["back", "identify"]
    await enter(window, "caller_name", "Siti Aminah")
    await enter(window, "plate", "d1234abc")
    await pick(window, "region", "pajajaran")
    await advance(window, "record")
    assert await _actions(window) == ["back", "record"]
    await enter(window, "description", "Menanyakan jatuh tempo pajak")
    await advance(window, "classify")
    assert await _actions(window) == ["back", "classify"]
    await pick_by_digit(window, "category", "1")
    await advance(window, "answer")
    assert await _actions(window) == ["escalate", "back", "close"]
    await window.press("Alt+s")
    await window.saved("answer")
    assert "D 1234 ABC" in await window["field-answer"].input_value(), "the plate is in the standard answer"
    await advance(window, "closed")


async def _actions(window: Desk) -> list[str]:
    """The step buttons that are on the screen."""
    hooks = (
        await window["ticket-actions"]
        .locator("[data-testid^=action-]")
        .evaluate_all("buttons => buttons.map(each => each.dataset.testid)")
    )
    return [str(hook).removeprefix("action-") for hook in hooks]


async def _runs(clock: Locator) -> None:
    """Wait until what it shows has changed by itself."""
    before = await clock.inner_text()

    async def changed() -> bool:
        return await clock.inner_text() != before

    await until(changed)


async def _is_in_the_registers(window: Desk, operator: Person, ticket: str) -> None:
    async def recorded() -> Any:
        return (await operator.get("/calls"))["items"][0]["recording"]

    await until(recorded)
    await window["nav-tickets"].click()
    row = window["ticket-row"].and_(window.page.locator(f"[data-ticket={ticket}]"))
    await row.get_by_text("Siti Aminah").wait_for()
    await row.get_by_role("link").first.click()
    await window.shows("ticket-page", re.compile("D 1234 ABC|Siti Aminah"))
    await _plays_and_seeks(window)
    await window["nav-calls"].click()
    await window.shows("call-row", ticket)
    await window["recording-open"].first.click()
    await _plays_and_seeks(window)


async def _plays_and_seeks(window: Desk) -> None:
    await window["player-toggle"].first.click()
    audio = window.page.locator("audio").first

    async def position() -> float:
        problem = await audio.evaluate("audio => audio.error && `${audio.error.code} ${audio.error.message}`")
        assert problem is None, f"the recording does not play: {problem}"
        return float(await audio.evaluate("audio => audio.currentTime"))

    await until(position)
    await window["player-toggle"].first.click()
    length = float(await audio.evaluate("audio => audio.duration"))
    assert 1 < length < 180
    await window["player-seek"].first.focus()
    await window.press("End")

    async def at_the_end() -> bool:
        return await position() > length - 1.5

    await until(at_the_end)
    await window.press("Home")

    async def at_the_start() -> bool:
        return await position() == 0

    await until(at_the_start)  # a seek takes a moment, and playing before it is over would be another test
    await window["player-toggle"].first.click()

    async def plays_from_the_start() -> bool:
        return 0 < await position() < length - 0.5

    await until(plays_from_the_start)
