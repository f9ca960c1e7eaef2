"""Calls out from the page: a missed caller called back by one click, and the turn of a caller who does not wait."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.audio import tone
from tests.e2e.browser import PATIENCE_MS, desk
from tests.e2e.keyboard import go_ready_with_headset, take_headset
from tests.integration.calling import NUMBER, a_missed_caller, calling_house, outside_phone
from tests.integration.phones import caller

OUTSIDE_HZ = 1300
WIDE_HZ = 5000  # no telephone line in narrow band carries that
SHOWN_NUMBER = "+62 812-3456-7890"


async def test_a_missed_caller_is_listed_and_called_back_by_one_click_until_reached(
    speaking: Browser, spoken_prompts: Path, tmp_path: Path
) -> None:
    said = tone(tmp_path / "outside-says.wav", WIDE_HZ, 30, 16000)
    async with (
        outside_phone(tmp_path, answers=False, say=said) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address, HEADSET_BIND="127.0.0.1") as house,
        desk(speaking, house, "operator1", tmp_path) as window,
    ):
        await go_ready_with_headset(window, raw=True)
        await window.press("F9", "1")  # on a break, else the caller would be answered
        await window.state("presence-state", "paused")
        ticket = await a_missed_caller(house, await house.sign_in("supervisor"))
        await window["nav-callbacks"].click()
        row = window["callback-row"]
        await expect(row).to_contain_text(SHOWN_NUMBER, timeout=PATIENCE_MS)
        await expect(row).to_contain_text("Belum dicoba")
        await expect(window["callbacks-open"]).to_have_text("1", timeout=PATIENCE_MS)
        await window[f"callback-call-{ticket}"].click()
        assert await window.ticket() == ticket
        await outside.says("ringing")
        await window.shows("call-bar", "Menelepon")
        await window.shows("notice", "tidak diangkat")  # dialling.yaml: ring_s
        await window["nav-callbacks"].click()
        await expect(row).to_contain_text("Tidak diangkat", timeout=PATIENCE_MS)
        await expect(row).to_contain_text("sisa 2")
        outside.lines.clear()
        await window[f"callback-call-{ticket}"].click()
        await outside.says("ringing")
        outside.type()
        await window.state("call-bar", "talking")
        await window.comes_to_hear(WIDE_HZ, of=[WIDE_HZ])
        await window.press("Shift+F4")
        await outside.says("ended")
        await window["nav-callbacks"].click()
        await window.gone("callback-row")
        await window.gone("callbacks-open")


async def test_the_turn_of_a_caller_who_does_not_wait_pops_and_the_caller_is_rung_once_it_is_answered(
    speaking: Browser, spoken_prompts: Path, tmp_path: Path
) -> None:
    said = tone(tmp_path / "outside-says.wav", OUTSIDE_HZ, 30, 8000)
    async with (
        outside_phone(tmp_path, answers=True, say=said) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address, HEADSET_BIND="127.0.0.1") as house,
        desk(speaking, house, "operator1", tmp_path) as window,
    ):
        async with caller(house.uri, number=NUMBER, keys=",1,,1", seconds=60) as call:
            assert await call.ended() == 0
        await take_headset(window)
        await window.press("F8")
        await window.shows("pop")
        await window.shows("caller-number", SHOWN_NUMBER)
        await window.shows("call-answer")
        assert not any("ringing" in line for line in outside.lines), "first the operator, then the caller"
        await window.press("F3")
        await outside.says("talking")
        await window.state("call-bar", "talking")
        await window.comes_to_hear(OUTSIDE_HZ, of=[OUTSIDE_HZ])
        await window.press("Shift+F4")
        await outside.says("ended")
