"""When the call is over: its outcome, the break that was announced, and the break's limit."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, desk
from tests.e2e.conftest import UNHURRIED_RULES
from tests.e2e.keyboard import go_ready
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline
from tests.integration.phones import caller, softphone

SHORT_BREAKS = """
pauses:
  - {code: istirahat, label: {id: Istirahat, en: Break}, limit_s: 5}
  - {code: teknis, label: {id: Gangguan teknis, en: Technical trouble}, limit_s: null}
"""


@pytest.fixture
async def office_of_short_breaks(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    files = {"queues.yaml": UNHURRIED_RULES, "flow.yaml": STRAIGHT_FLOW, "pauses.yaml": SHORT_BREAKS}
    async with hotline(tmp_path, spoken_prompts, files=files) as running:
        yield running


async def test_the_outcome_is_picked_by_its_digit_while_the_ticket_is_finished_and_stays_on_the_call(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    operator = await office.sign_in("operator1")
    async with softphone() as (_, uri), desk(browser, office, "operator1", tmp_path) as window:
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120) as call:
            await window.state("call-bar", "talking")
            await window.press("2")
            await expect(window["outcomes"]).to_have_attribute("data-chosen", "")
            await window.press("Shift+F4")
            await call.ended()
        await window.state("presence-state", "wrap_up")
        await window.press("2")
        await expect(window["outcomes"]).to_have_attribute("data-chosen", "tindak_lanjut", timeout=PATIENCE_MS)
        await expect(window["outcome-tindak_lanjut"]).to_have_attribute("aria-pressed", "true")
        stored = (await operator.get("/calls"))["items"][0]
        assert stored["outcome"] == "tindak_lanjut"
        await window.press("Alt+1")
        await window.type("1")
        await window.holds("caller_name", "1")
        await expect(window["outcomes"]).to_have_attribute("data-chosen", "tindak_lanjut")
        await window["nav-calls"].click()
        await window.shows("call-outcome", "Perlu tindak lanjut")


async def test_one_more_call_and_then_the_break_which_runs_against_its_limit(
    browser: Browser, office_of_short_breaks: Hotline, tmp_path: Path
) -> None:
    office = office_of_short_breaks
    async with softphone() as (_, uri), desk(browser, office, "operator1", tmp_path) as window:
        await go_ready(window, uri)
        await window.press("F9")
        await window.shows("pause-istirahat")
        await window.press("0", "1")
        await window.shows("last-call-on", "satu panggilan lagi")
        await window.state("presence-state", "ready")
        async with caller(office.uri, seconds=120) as call:
            await window.state("call-bar", "talking")
            await window.press("Shift+F4")
            await call.ended()
        await window.state("presence-state", "wrap_up")
        await window.state("presence-state", "paused")
        break_timer = window["pause-timer"]
        await window.shows("presence-timer", re.compile(r"0:0[0-3]"))
        await expect(break_timer).to_contain_text("/ 0:05")
        await expect(break_timer).to_have_attribute("data-urgency", "over", timeout=PATIENCE_MS)
        await expect(break_timer).to_contain_text("lewat batas")
        await window.shows("notice", "Waktu jeda habis")
        async with caller(office.uri, seconds=3) as second:
            await second.ended()
        await window.state("presence-state", "paused")
        assert len(await window.pops_shown()) == 1, "the second caller is nobody's on a break"
