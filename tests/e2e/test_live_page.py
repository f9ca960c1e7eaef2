"""The supervisor's live page."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.e2e.polling import until
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone

FORMULAS = {
    "service_level": "÷ (dijawab + tidak terjawab − tutup singkat)",
    "asa_s": "÷ dijawab",
    "abandon_rate": "÷ masuk antrean",
    "aht_s": "÷ dijawab",
}


async def test_it_shows_who_waits_what_operators_do_and_figures_with_their_formulas(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    operator = await office.sign_in("operator1")
    on_a_break = await office.sign_in("operator2")
    pauses = (await on_a_break.get("/reference"))["pauses"]
    await on_a_break.send("PUT", "/me/presence", {"state": "paused", "reason": pauses[0]["code"]})
    async with softphone() as (_, uri), desk(browser, office, "supervisor", tmp_path) as window:
        await _operator(window, "operator2", "paused", pauses[0]["label"]["id"])
        async with caller(office.uri, seconds=120):
            await window.shows("waiting-row", "+62 812-3456-7890")
            await _the_wait_runs(window)
            await operator.ready(uri)
            await _operator(window, "operator1", "talking")
            await window.gone("waiting-row")
            await expect(window["live-calls"].get_by_test_id("call-row")).to_contain_text("Ayu Lestari")
        await _operator(window, "operator1", "ready")
        await expect(window["live-answered"]).to_have_text("1", timeout=PATIENCE_MS)
        now = datetime.now(ZoneInfo("Asia/Jakarta"))
        hours = "|".join(f"{each:%H}" for each in (now, now - timedelta(minutes=1)))
        await expect(window["live-as-of"]).to_contain_text(re.compile(rf"(?:{hours}):\d\d:\d\d"))
        for figure, formula in FORMULAS.items():
            card = window.page.locator(".big-figure").filter(has=window[f"live-{figure}"])
            await expect(card).to_contain_text(formula)
            await expect(window[f"live-{figure}"]).not_to_have_text("–")


async def test_it_turns_loudly_stale_when_the_service_dies_and_recovers_by_itself(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, office, "supervisor", tmp_path) as window:
        await expect(window["live-page"]).to_have_attribute("data-stale", "false", timeout=PATIENCE_MS)
        await office.kill()
        await expect(window["live-page"]).to_have_attribute("data-stale", "true", timeout=PATIENCE_MS)
        await window.shows("live-stale", "tidak lagi terbarui")
        await expect(window["live-stale"]).to_have_role("alert")
        await window.shows("banner-link-down")
        await office.start()
        await expect(window["live-page"]).to_have_attribute("data-stale", "false", timeout=2 * PATIENCE_MS)
        await window.gone("live-stale")


async def _operator(window: Desk, username: str, state: str, text: str = "") -> None:
    row = window.page.locator(f"[data-testid=operator-row][data-operator={username}]")
    await expect(row).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
    await expect(row).to_contain_text(text)


async def _the_wait_runs(window: Desk) -> None:
    timer = window["waiting-row"].get_by_role("timer")
    before = await timer.inner_text()

    async def moved() -> bool:
        return await timer.inner_text() != before

    await until(moved)
