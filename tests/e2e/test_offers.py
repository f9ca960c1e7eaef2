"""Whose screen an offer reaches, and what becomes of one that the caller or the operator lets go."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, desk
from tests.e2e.keyboard import go_ready
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone


async def test_who_hangs_up_while_the_phone_rings_is_told_to_the_operator_and_is_to_be_called_back(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120) as call:
            ticket = await window.ticket()
            await phone.says("ringing")
            call.hang_up()
            await window.shows("caller-left", "hubungi kembali")
        await phone.says("ended")
        await window.state("call-bar", "ended")
        await window.state("presence-state", "ready")
        await window["caller-left-close"].click()
        await window.shows("idle")
        await window["nav-tickets"].click()
        await window["tab-callback"].click()
        await window.shows("ticket-row", ticket)
        await window.shows("ticket-row", "+62 812-3456-7890")
        await expect(window["callback-count"]).to_have_text("1", timeout=PATIENCE_MS)


async def test_only_the_operator_whose_phone_rings_ever_sees_the_pop(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone("operator1", auto_answer=False) as (phone, uri),
        softphone("operator2", auto_answer=False) as (other_phone, other_uri),
        desk(browser, office, "operator1", tmp_path) as rung,
        desk(browser, office, "operator2", tmp_path) as other,
    ):
        await go_ready(rung, uri)
        await go_ready(other, other_uri)
        await expect(other["queue-operators"]).to_have_text("2 / 2", timeout=PATIENCE_MS)
        async with caller(office.uri, seconds=120):
            await rung.ticket()
            await phone.says("ringing")
            phone.type()
            await rung.state("call-bar", "talking")
            await expect(other["queue-operators"]).to_have_text("1 / 2", timeout=PATIENCE_MS)  # it hears of the call
        assert await other.pops_shown() == [] == other.pushed("screen_pop")
        assert not any("ringing" in line for line in other_phone.lines)
        assert "812-3456-7890" not in await other.page.inner_text("body"), "nor does a list show the whole number"


async def test_an_offer_that_is_refused_at_the_phone_moves_to_the_next_operators_screen(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone("operator1", auto_answer=False) as (phone, uri),
        softphone("operator2", auto_answer=False) as (other_phone, other_uri),
        desk(browser, office, "operator1", tmp_path) as first,
        desk(browser, office, "operator2", tmp_path) as second,
    ):
        await go_ready(first, uri)
        async with caller(office.uri, seconds=120):
            ticket = await first.ticket()
            await phone.says("ringing")
            await go_ready(second, other_uri)
            await first.press("F9")  # a pause while it rings sends the offer on
            await first.shows("pause-reasons")
            await first.press("1")
            await first.state("presence-state", "paused")
            await first.shows("idle")
            await first.shows("notice", "tidak lagi siap")
            assert await second.ticket() == ticket
            await other_phone.says("ringing")
            other_phone.type()
            await second.state("call-bar", "talking")
