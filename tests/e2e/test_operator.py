"""The operator's way through a call, in a real browser with a real call under it."""

import asyncio
import re
import time
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone


async def go_ready(window: Desk, phone: str) -> None:
    """Set the phone and press Siap."""
    await window["phone-button"].click()
    await window["phone-uri"].fill(phone)
    await window["phone-save"].click()
    await window["presence-ready"].click()
    await window.state("presence-state", "ready")


async def test_from_log_in_to_a_closed_ticket_by_keyboard(browser: Browser, straight: Hotline, tmp_path: Path) -> None:
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, straight, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(straight.uri, seconds=120) as call:
            await phone.says("ringing")
            rang_at = time.time()
            await window.shows("pop")
            popped = await window.page.evaluate("window.popped")
            assert popped[0]["at"] < rang_at, "the screen pops before the phone rings"
            await window.shows("caller-number", re.compile(r"812.?3456.?7890"))
            await window.state("call-bar", "ringing")
            phone.type()
            await window.state("call-bar", "talking")
            await _fill_in_by_keyboard(window)
            await window["call-hangup"].click()
            await call.ended()
        await window.state("presence-state", "ready")
        await _register_has_it(window)


async def _fill_in_by_keyboard(window: Desk) -> None:
    keys = window.page.keyboard
    await window.step("greeting")
    await expect(window["action-close"]).to_have_count(0)
    await _press_action(window, "greet")
    await window.step("identity")
    await _type(window, "caller_name", "Siti Aminah")
    await _type(window, "plate", "d1234abc")
    await _choose(window, "region", "pajajaran")
    await _press_action(window, "identify")
    await window.step("record")
    await window["kind-informasi"].focus()
    await keys.press("Space")
    await _type(window, "description", "Menanyakan jatuh tempo pajak")
    await _press_action(window, "record")
    await window.step("classify")
    await _choose(window, "category", "PKB")
    await _press_action(window, "classify")
    await window.step("answer")
    await window["insert-standard-answer"].focus()
    await keys.press("Enter")
    await expect(window["field-answer"]).not_to_have_value("")
    await _press_action(window, "close")
    await expect(window["action-close"]).to_have_count(0, timeout=PATIENCE_MS)


async def _type(window: Desk, field: str, text: str) -> None:
    await window[f"field-{field}"].focus()
    await window.page.keyboard.type(text)
    await window.page.keyboard.press("Tab")
    await window.saved(field)


async def _choose(window: Desk, field: str, text: str) -> None:
    """Type to filter, take the first that is left."""
    await window[f"field-{field}"].focus()
    await window.page.keyboard.type(text)
    await window.shows(f"field-{field}-option")
    await window.page.keyboard.press("Enter")
    await window.saved(field)


async def _press_action(window: Desk, action: str) -> None:
    await expect(window[f"action-{action}"]).to_be_enabled(timeout=PATIENCE_MS)
    await window[f"action-{action}"].focus()
    await window.page.keyboard.press("Enter")


async def _register_has_it(window: Desk) -> None:
    """The ticket and the call are listed, and the recording plays and seeks."""
    await window["nav-tickets"].click()
    await window.shows("ticket-row", "Siti Aminah")
    await window["ticket-row"].first.get_by_role("link").first.click()
    await window.shows("ticket-page", "D 1234 ABC")
    await window.shows("player")
    await window["player-toggle"].click()
    audio = "document.querySelector('audio')"
    await window.page.wait_for_function(f"{audio} && {audio}.duration > 0.5 && {audio}.currentTime > 0")
    await window.page.evaluate(f"{audio}.currentTime = {audio}.duration / 2")
    await window.page.wait_for_function(f"{audio}.currentTime >= {audio}.duration / 2 - 0.1 && !{audio}.seeking")


async def test_a_reload_in_the_middle_loses_nothing(browser: Browser, straight: Hotline, tmp_path: Path) -> None:
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, straight, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(straight.uri, seconds=120):
            await phone.says("ringing")
            await window.shows("pop")
            number = await window["pop"].get_attribute("data-ticket")
            await window.page.reload()
            await expect(window["pop"]).to_have_attribute("data-ticket", str(number), timeout=PATIENCE_MS)
            phone.type()
            await window.state("call-bar", "talking")
            await _press_action(window, "greet")
            await window.step("identity")
            await window["field-caller_name"].focus()
            await window.page.keyboard.type("Budi Santoso")
            await window.page.reload()  # at once: before the half second after which the page saves
            await window.state("call-bar", "talking")
            await expect(window["field-caller_name"]).to_have_value("Budi Santoso", timeout=PATIENCE_MS)
            colleague = await straight.sign_in("operator2")
            async with asyncio.timeout(10):
                while (await colleague.get(f"/tickets/{number}"))["caller"]["name"] != "Budi Santoso":
                    await asyncio.sleep(0.1)


async def test_two_tabs_show_the_same_call_and_share_what_is_typed(
    browser: Browser, straight: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone() as (_, uri),
        desk(browser, straight, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        other = await window.tab()
        await window.shows("banner-second-tab")  # the tab that was opened last has the sound
        async with caller(straight.uri, seconds=120):
            await window.state("call-bar", "talking")
            await other.state("call-bar", "talking")
            await _press_action(window, "greet")
            await other.step("identity")
            await _type(window, "caller_name", "Citra Dewi")
            await expect(other["field-caller_name"]).to_have_value("Citra Dewi", timeout=PATIENCE_MS)


async def test_who_leaves_while_the_phone_rings_is_on_the_call_back_list(
    browser: Browser, straight: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, straight, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(straight.uri, seconds=120) as call:
            await phone.says("ringing")
            await window.shows("pop")
            call.hang_up()
            await window.shows("caller-left")
        await phone.says("ended")
        await window["nav-tickets"].click()
        await window["tab-callback"].click()
        await window.shows("ticket-row", re.compile(r"812.?3456.?7890"))


async def test_only_the_operator_whose_phone_rings_sees_the_pop(
    browser: Browser, straight: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone("operator1", auto_answer=False) as (phone, uri),
        softphone("operator2", auto_answer=False) as (_, other_uri),
        desk(browser, straight, "operator1", tmp_path) as first,
        desk(browser, straight, "operator2", tmp_path) as second,
    ):
        await go_ready(first, uri)
        await go_ready(second, other_uri)
        async with caller(straight.uri, seconds=120):
            await phone.says("ringing")
            await first.shows("pop")
            phone.type()
            await first.state("call-bar", "talking")
            assert await second.page.evaluate("window.popped") == []


async def test_a_conflict_shows_both_values_and_a_person_decides(
    browser: Browser, straight: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone() as (_, uri),
        desk(browser, straight, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(straight.uri, seconds=120):
            await window.state("call-bar", "talking")
            await _press_action(window, "greet")
            await window.step("identity")
            number = await window["ticket-form"].get_attribute("data-ticket")
            colleague = await straight.sign_in("operator2")
            await window["field-caller_name"].focus()
            await window.page.route("**/api/v1/tickets/**", lambda route: route.abort())
            await window.page.keyboard.type("Dedi")
            ticket = await colleague.get(f"/tickets/{number}")
            theirs = {"version": ticket["version"], "caller_name": "Dede"}
            assert (await colleague.send("PATCH", f"/tickets/{number}", theirs))[0] == 200
            await window.page.unroute("**/api/v1/tickets/**")
            await window.shows("conflict-caller_name", "Dede")
            await window["conflict-keep-caller_name"].click()
            await window.saved("caller_name")
            assert (await colleague.get(f"/tickets/{number}"))["caller"]["name"] == "Dedi"
