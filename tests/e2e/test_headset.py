"""The browser headset: a whole call through the page; a reload, another tab and a closed page in the middle of one."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser

from tests.audio import has_tone, longest_gap_s, read, tone
from tests.e2e.browser import Desk, desk
from tests.e2e.conftest import OPERATOR_HZ
from tests.e2e.keyboard import go_ready_with_headset, pick_up
from tests.e2e.polling import until
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone
from tests.integration.sip_tools import baresip

CALLER_HZ = 600
WIDE_HZ = 5000  # no telephone line in narrow band carries that
ANSWERS_AFTER_4_S = """() => {
    const answer = RTCPeerConnection.prototype.createAnswer;
    RTCPeerConnection.prototype.createAnswer = async function (...given) {
        await new Promise((done) => setTimeout(done, 4000));
        return answer.apply(this, given);
    };
}"""
"""Of every line from now on."""


async def test_a_call_is_answered_held_and_ended_in_the_browser_and_both_hear_each_other(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    said, heard = tone(tmp_path / "caller.wav", CALLER_HZ, 5, 8000), tmp_path / "heard.wav"
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window, raw=True)
        async with caller(office.uri, say=said, save=heard, seconds=120) as call:
            await pick_up(window)
            await window.comes_to_hear(CALLER_HZ, of=[CALLER_HZ])
            await window.press("F4")
            await window.state("call-bar", "hold")
            await window.comes_to_hear(of=[CALLER_HZ])
            await window.press("F4")
            await window.state("call-bar", "talking")
            await asyncio.sleep(1.5)
            await window.press("Shift+F4")
            assert await call.ended() == 0
        await window.state("presence-state", "wrap_up")
        await window.state("headset", "up")
    samples, rate = read(heard)
    assert has_tone(samples[-rate:], rate, OPERATOR_HZ)


async def test_a_caller_in_wide_band_is_heard_in_wide_band_and_the_next_in_narrow_band_as_well(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    said, heard = tone(tmp_path / "wide.wav", WIDE_HZ, 5, 16000), tmp_path / "heard.wav"
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window, raw=True)
        async with caller(office.uri, say=said, save=heard, seconds=120) as call:
            await pick_up(window)
            await window.comes_to_hear(WIDE_HZ, of=[WIDE_HZ, CALLER_HZ])
            await asyncio.sleep(1)
            await window.press("Shift+F4")
            assert await call.ended() == 0
        await window.state("headset", "up")
        await window["presence-ready"].first.click()
        async with baresip(tmp_path, tone(tmp_path / "narrow.wav", CALLER_HZ, 60)) as phone:
            await phone.dial(office.uri)
            await pick_up(window)
            await window.comes_to_hear(CALLER_HZ, of=[WIDE_HZ, CALLER_HZ])
            await window.press("Shift+F4")
        await window.state("headset", "up")
    samples, rate = read(heard)
    assert has_tone(samples[-rate:], rate, OPERATOR_HZ)


async def test_a_line_that_is_slow_to_be_renewed_carries_the_call_until_then(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    said, heard = tone(tmp_path / "wide.wav", WIDE_HZ, 5, 16000), tmp_path / "heard.wav"
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window, raw=True)
        await window.page.evaluate(ANSWERS_AFTER_4_S)
        async with caller(office.uri, say=said, save=heard, seconds=120) as call:
            await pick_up(window)
            await asyncio.sleep(3)  # a phone that is gone would have been noticed
            await window.state("call-bar", "talking")
            await window.comes_to_hear(WIDE_HZ, of=[WIDE_HZ, CALLER_HZ])
            await window.state("call-bar", "talking")
            await asyncio.sleep(1)
            await window.press("Shift+F4")
            assert await call.ended() == 0
    samples, rate = read(heard)
    assert longest_gap_s(samples[-4 * rate :], rate, OPERATOR_HZ) < 1


async def test_a_reload_in_the_middle_of_a_call_comes_back_into_it(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    said, heard = tone(tmp_path / "caller.wav", CALLER_HZ, 5, 8000), tmp_path / "heard.wav"
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window, raw=True)
        async with caller(office.uri, say=said, save=heard, seconds=120) as call:
            await pick_up(window)
            await window.page.reload()
            await window.state("headset", "up")
            await window.state("call-bar", "talking")
            await window.comes_to_hear(CALLER_HZ, of=[CALLER_HZ])
            await asyncio.sleep(1)
            call.hang_up()
            await call.ended()
    samples, rate = read(heard)
    assert has_tone(samples[-rate:], rate, OPERATOR_HZ)


async def test_another_tab_takes_the_headset_over_in_the_middle_of_a_call_and_the_first_says_so(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    said, heard = tone(tmp_path / "caller.wav", CALLER_HZ, 5, 8000), tmp_path / "heard.wav"
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window)
        async with caller(office.uri, say=said, save=heard, seconds=120) as call:
            await pick_up(window)
            second = await window.tab()
            await window.shows("desk-elsewhere")
            await second.state("headset", "up")
            await second.state("call-bar", "talking")
            await second.comes_to_hear(CALLER_HZ, of=[CALLER_HZ])
            await window["desk-use-here"].first.click()
            await second.shows("desk-elsewhere")
            await window.state("call-bar", "talking")
            await window.state("headset", "up")
            await window.comes_to_hear(CALLER_HZ, of=[CALLER_HZ])
            call.hang_up()
            await call.ended()


async def test_a_page_that_is_closed_in_mid_call_gives_its_caller_to_the_next_operator(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    second = await office.sign_in("operator2")
    async with softphone("operator2") as (phone, uri), desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window)
        async with caller(office.uri, seconds=120) as call:
            await pick_up(window)
            await second.ready(uri)
            await window.page.close()
            await phone.says("talking")
            live = await second.get("/live")
            states = {each["operator"]: (each["state"], each["phone_state"]) for each in live["operators"]}
            assert live["calls"][0]["operator"] == "operator2"
            assert states["operator1"][0] in ("wrap_up", "paused") and states["operator1"][1] == "away"
            call.hang_up()
            await call.ended()


async def test_an_offered_caller_goes_to_the_next_operator_when_the_page_dies_while_it_rings(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    second = await office.sign_in("operator2")
    async with softphone("operator2") as (phone, uri), desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window)
        async with caller(office.uri, seconds=120) as call:
            await window.shows("call-answer")
            await second.ready(uri)
            await window.page.close()
            async with asyncio.timeout(5):
                await phone.says("ringing")
            call.hang_up()
            await call.ended()


async def test_the_echo_test_lets_the_operator_hear_what_callers_will_hear(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window, raw=True)
        await window.press("Alt+9")
        await window["headset-test"].click()
        await window.state("headset-echo-state", "listen")
        await window.comes_to_hear(OPERATOR_HZ, of=[OPERATOR_HZ])
        await window.state("headset-echo-state", "done")


async def test_a_switch_of_the_sound_processing_is_what_the_microphone_does_and_the_rest_stays(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with desk(speaking, office, "operator1", tmp_path) as window:
        await go_ready_with_headset(window)
        assert await _processing(window) == {"echo": True, "noise": True, "gain": True}
        await window.press("Alt+9")
        await window["headset-noise"].uncheck()
        await window["headset-gain"].uncheck()

        async def switched() -> bool:
            return await _processing(window) == {"echo": True, "noise": False, "gain": False}

        await until(switched)


async def _processing(window: Desk) -> dict[str, bool]:
    """What the browser does to the sound that the line sends."""
    found: dict[str, bool] = await window.page.evaluate("""() => {
      const now = window.lines.at(-1).getSenders()[0].track.getSettings();
      return {echo: now.echoCancellation, noise: now.noiseSuppression, gain: now.autoGainControl};
    }""")
    return found
