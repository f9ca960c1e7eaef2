"""In a call: digits for the far end, a mute that nobody overlooks, and buttons that stay where they are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.audio import has_tone, read, sounding_s, tone
from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.e2e.conftest import OPERATOR_HZ
from tests.e2e.keyboard import go_ready_with_headset, pick_up, reach
from tests.integration.hotline import Hotline, Person
from tests.integration.phones import UserAgent, softphone

CONTROLS = ("call-hold", "call-mute", "call-keypad", "call-transfer", "call-hangup")
CALLER_HZ = 600
MUTED_S = 2.0


@asynccontextmanager
async def far_end(office: Hotline, folder: Path) -> AsyncIterator[UserAgent]:
    """A caller whose telephone prints the digits that it is sent, and keeps what it hears."""
    said = tone(folder / "caller.wav", CALLER_HZ, 5, 8000)
    async with softphone("caller", audio=f"file:{said},{folder / 'heard.wav'}", auto_answer=False) as (phone, _):
        phone.type(f"call {office.uri}")
        yield phone


async def test_digits_typed_at_the_open_keypad_reach_the_far_end_and_nothing_else(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window)
        async with far_end(office, tmp_path) as phone:
            await pick_up(window)
            await window.press("Alt+1", "F7")
            await window.shows("keypad")
            for digit in "4*0#":
                await window.press(digit)
                await phone.says(f"digit {digit}")
            await window["keypad-7"].click()
            await phone.says("digit 7")
            await expect(window["keypad"]).to_contain_text("4*0#7")
            await window.press("Escape", "Escape", "8")
            await window.gone("keypad")
            assert await window["field-caller_name"].input_value() == "", "digits for the far end are in no field"
            assert [line[-1] for line in phone.lines if "digit " in line] == list("4*0#7"), "each once, none afterwards"


async def test_mute_silences_only_the_operator_and_the_whole_row_says_so(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window, raw=True)
        async with far_end(office, tmp_path) as phone:
            await pick_up(window)
            await asyncio.sleep(MUTED_S)
            plain = await _frame(window)
            await window.press("F6")
            await expect(window["call-bar"]).to_have_attribute("data-muted", "true", timeout=PATIENCE_MS)
            await window.shows("call-bar", "Anda bisu: tidak terdengar")
            await expect(window["call-mute"]).to_have_attribute("aria-pressed", "true")
            assert await _frame(window) != plain, "the row has another frame"
            await window.comes_to_hear(CALLER_HZ, of=[CALLER_HZ])
            await asyncio.sleep(MUTED_S)
            await window.press("F6")
            await expect(window["call-bar"]).to_have_attribute("data-muted", "false", timeout=PATIENCE_MS)
            await asyncio.sleep(1.5)
            await window.press("Shift+F4")
            await phone.says("ended")
    samples, rate = read(tmp_path / "heard.wav")
    assert has_tone(samples[-rate:], rate, OPERATOR_HZ), "heard again after the mute"
    muted = samples[-round((1.5 + MUTED_S) * rate) : -round(2.0 * rate)]
    assert sounding_s(muted, rate, OPERATOR_HZ) < 0.1 < sounding_s(samples[: -round(5.0 * rate)], rate, OPERATOR_HZ)


async def test_the_buttons_of_a_call_stay_where_they_are_whatever_the_call_does(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    colleague = await office.sign_in("operator2")
    async with (
        desk(speaking, office, "operator1", tmp_path) as window,
        softphone("operator2", auto_answer=False) as (phone, uri),
    ):
        await go_ready_with_headset(window)
        async with far_end(office, tmp_path):
            await _every_state(window, colleague, phone, uri)


async def _every_state(window: Desk, colleague: Person, phone: UserAgent, uri: str) -> None:
    await window.shows("call-answer")
    ringing = await _boxes(window)
    await pick_up(window)
    await colleague.ready(uri)
    assert await _boxes(window) == ringing
    await window.press("F4")
    await window.state("call-bar", "hold")
    assert await _boxes(window) == ringing
    await window.press("F4")
    await window.state("call-bar", "talking")
    await window.press("F6")
    await expect(window["call-bar"]).to_have_attribute("data-muted", "true", timeout=PATIENCE_MS)
    assert await _boxes(window) == ringing
    await reach(window, "operator-operator2", found_by="Bima", key="Enter")
    await window.state("third", "ringing")
    assert await _boxes(window) == ringing
    phone.type()
    await window.state("third", "talking")
    assert await _boxes(window) == ringing
    await window.press("Shift+F6")
    await window.state("third", "conference")
    assert await _boxes(window) == ringing
    await window.press("Shift+F2")
    await window.gone("third")
    await window.press("Shift+F4")
    await window.state("call-bar", "ended")
    assert await _boxes(window) == ringing


async def test_nothing_moves_under_the_cursor_when_a_pop_comes(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window)
        await window.shows("idle")
        before = await _what_a_click_meets(window)
        assert len(before) > len(CONTROLS)
        async with far_end(office, tmp_path):
            await window.shows("call-answer")
            await window.ticket()
            assert await _moved(window, before) == {}


async def _boxes(window: Desk) -> dict[str, dict[str, float]]:
    return {hook: await window.box(hook) for hook in CONTROLS}


async def _frame(window: Desk) -> str:
    """The look of the call's row: its frame and its ground."""
    look = "row => { const s = getComputedStyle(row); return [s.borderColor, s.boxShadow, s.outline].join() }"
    return str(await window["call-bar"].evaluate(look))


UNDER = """() => void (window.under = (x, y) => {
  const met = document.elementFromPoint(x, y)?.closest("button, a, input[type=checkbox], select");
  return met == null || met.disabled ? null : met.dataset.testid ?? met.textContent;
})"""
"""What a click at a place of the window would press; a button that is off takes no click."""


async def _what_a_click_meets(window: Desk) -> dict[str, list[float]]:
    """The middle of everything that can be clicked on this screen."""
    await window.page.evaluate(UNDER)
    found: dict[str, list[float]] = await window.page.evaluate("""() => Object.fromEntries(
      [...document.querySelectorAll("button, a, input[type=checkbox], select")].flatMap((each) => {
        const {x, y, width, height} = each.getBoundingClientRect();
        const [cx, cy] = [x + width / 2, y + height / 2];
        const met = window.under(cx, cy);
        return met === null ? [] : [[met, [cx, cy]]];
      }))""")
    return found


async def _moved(window: Desk, before: dict[str, list[float]]) -> dict[str, str]:
    """What a click in those places would press now instead. Nothing at all is no harm: the click does nothing."""
    moved: dict[str, str] = await window.page.evaluate(
        """(before) => Object.fromEntries(Object.entries(before)
          .map(([was, [x, y]]) => [was, window.under(x, y)])
          .filter(([was, now]) => now !== null && now !== was))""",
        before,
    )
    return moved
