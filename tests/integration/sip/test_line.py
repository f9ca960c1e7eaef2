"""Browser headsets: a real Chromium at the far end of our SIP agent's lines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser

import sip.lines
from sip.errors import SipError
from sip.events import LegEnded, LegId, LegSilent, LineOffer, LineUp
from sip.line_account import ANY, media_address
from sip.mixer import RELEASE_AFTER_S
from sip.options import AgentOptions
from tests.audio import has_tone, longest_gap_s, read, tone
from tests.integration.sip.an_agent import Watched, watched
from tests.integration.sip.browser import Headsets, chromium, headsets, served

HEAR_HZ, SAY_HZ = 1000.0, 440.0
LOOPBACK = AgentOptions(port=0, line_bind="127.0.0.1")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with served() as found:
        yield found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Headsets]:
    async with headsets(browser, address) as opened:
        yield opened


@pytest.fixture
async def ours() -> AsyncIterator[Watched]:
    async with watched(LOOPBACK) as agent:
        yield agent


async def offered(ours: Watched, *, wide: bool = False) -> LineOffer:
    """A new line's offer."""
    leg = ours.agent.open_line("operator1", wide=wide)
    await ours.tells(lambda: any(offer.leg == leg for offer in ours.told(LineOffer)))
    return next(offer for offer in ours.told(LineOffer) if offer.leg == leg)


async def line(ours: Watched, page: Headsets, hz: float = SAY_HZ, *, wide: bool = False) -> LegId:
    """A line that is up; its microphone says a tone."""
    offer = await offered(ours, wide=wide)
    ours.agent.answer_line(offer.leg, await page.answer(offer.leg, offer.sdp, hz), peer="127.0.0.1")
    await ours.tells(lambda: LineUp(offer.leg) in ours.events)
    return offer.leg


async def ended(ours: Watched, leg: LegId) -> LegEnded:
    await ours.tells(lambda: any(end.leg == leg for end in ours.told(LegEnded)))
    return next(end for end in ours.told(LegEnded) if end.leg == leg)


async def hears(page: Headsets, leg: LegId, hz: float, within_s: float = 5) -> None:
    """Wait until the strongest tone that the page hears is this one."""
    async with asyncio.timeout(within_s):
        while (heard := await page.heard(leg)) is None or heard["db"] < -40 or abs(heard["hz"] - hz) > 15:
            await asyncio.sleep(0.1)


@asynccontextmanager
async def recorded(ours: Watched, leg: LegId, file: Path) -> AsyncIterator[None]:
    ours.agent.mixer.record(leg, file)
    yield
    ours.agent.mixer.stop_recording(leg)
    await asyncio.sleep(2 * RELEASE_AFTER_S)


async def speaks(ours: Watched, leg: LegId, file: Path, hz: float = SAY_HZ) -> None:
    """The leg's microphone is heard, with no more than a few packets late on a busy machine."""
    async with recorded(ours, leg, file):
        await asyncio.sleep(1.5)
    samples, rate = read(file)
    samples = samples[rate // 4 :]
    assert has_tone(samples, rate, hz)
    assert longest_gap_s(samples, rate, hz) <= 0.1


async def test_a_browser_hears_what_is_played_and_is_heard(ours: Watched, page: Headsets, tmp_path: Path) -> None:
    leg = await line(ours, page)
    ours.agent.mixer.play(leg, [tone(tmp_path / "tone.wav", HEAR_HZ, 20)], 1)
    await hears(page, leg, HEAR_HZ)
    await speaks(ours, leg, tmp_path / "heard.wav")
    assert (await page.received(leg))["lost"] == 0


async def test_sound_is_encrypted_by_the_cheapest_cipher_that_browsers_speak(ours: Watched, page: Headsets) -> None:
    assert await page.cipher(await line(ours, page)) == "SRTP_AEAD_AES_128_GCM"


async def test_two_browsers_that_are_bridged_hear_each_other(ours: Watched, page: Headsets) -> None:
    one, other = await line(ours, page, 440), await line(ours, page, 660)
    ours.agent.mixer.bridge(one, other)
    await hears(page, one, 660)
    await hears(page, other, 440)


@pytest.mark.parametrize("codec", ["opus", "G722", "PCMA"])
async def test_a_browser_and_a_wide_bridge_speak(codec: str, page: Headsets, tmp_path: Path) -> None:
    options = AgentOptions(port=0, line_bind="127.0.0.1", line_codecs=(codec,), clock_rate=16000)
    async with watched(options) as ours:
        leg = await line(ours, page)
        ours.agent.mixer.play(leg, [tone(tmp_path / "tone.wav", HEAR_HZ, 20, rate=16000)], 1)
        await hears(page, leg, HEAR_HZ)
        await speaks(ours, leg, tmp_path / "heard.wav")


async def test_a_line_carries_wide_band_where_that_is_wanted(page: Headsets, tmp_path: Path) -> None:
    codecs = {"line_codecs": ("PCMU",), "wide_line_codecs": ("G722", "PCMU")}
    async with watched(AgentOptions(port=0, line_bind="127.0.0.1", clock_rate=16000, **codecs)) as ours:
        usual, wide = await line(ours, page), await line(ours, page, wide=True)
        assert (ours.agent.is_wide(usual), ours.agent.is_wide(wide)) == (False, True)
        ours.agent.mixer.play(wide, [tone(tmp_path / "tone.wav", 5000, 20, rate=16000)], 1)
        await hears(page, wide, 5000)


async def test_lines_that_are_opened_all_at_once_all_come_up(ours: Watched, page: Headsets) -> None:
    legs = await asyncio.gather(*(line(ours, page, 300 + 50 * each) for each in range(10)))
    for one, other in zip(legs[::2], legs[1::2], strict=True):
        ours.agent.mixer.bridge(one, other)
    for place, leg in enumerate(legs):
        await hears(page, leg, 300 + 50 * (place ^ 1))


async def test_a_page_that_does_not_answer_ends_the_line(ours: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip.lines, "ANSWER_WITHIN_S", 0.5)
    offer = await offered(ours)
    end = await ended(ours, offer.leg)
    assert (end.status, end.reason, end.by_us) == (408, "the page did not answer", True)


async def test_a_browser_of_which_nothing_is_heard_ends_the_line(
    ours: Watched, page: Headsets, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await offered(ours)
    answer = await page.answer(offer.leg, offer.sdp, SAY_HZ)
    await page.close(offer.leg)
    monkeypatch.setattr(sip.lines, "ANSWER_WITHIN_S", 0.5)
    ours.agent.answer_line(offer.leg, answer)
    end = await ended(ours, offer.leg)
    assert (end.status, end.reason, end.by_us) == (480, "no sound from the browser", True)
    assert not ours.told(LineUp)


async def test_a_line_is_refused_by_the_page(ours: Watched) -> None:
    offer = await offered(ours)
    ours.agent.refuse_line(offer.leg)
    end = await ended(ours, offer.leg)
    assert (end.status, end.reason, end.by_us) == (480, "refused by the page", False)


async def test_a_line_that_is_up_is_ended_by_the_page(ours: Watched, page: Headsets) -> None:
    leg = await line(ours, page)
    ours.agent.refuse_line(leg)
    assert (await ended(ours, leg)).reason == "refused by the page"


async def test_an_answer_that_cannot_be_used_is_told_and_the_right_one_still_taken(
    ours: Watched, page: Headsets
) -> None:
    offer = await offered(ours)
    with pytest.raises(SipError, match="no a=ice-ufrag"):
        ours.agent.answer_line(offer.leg, "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVP 0\r\n")
    ours.agent.answer_line(offer.leg, await page.answer(offer.leg, offer.sdp, SAY_HZ))
    await ours.tells(lambda: LineUp(offer.leg) in ours.events)


async def test_an_answer_for_a_line_that_is_over_does_nothing(ours: Watched, page: Headsets) -> None:
    offer = await offered(ours)
    ours.agent.hang_up(offer.leg)
    await ended(ours, offer.leg)
    ours.agent.answer_line(offer.leg, await page.answer(offer.leg, offer.sdp, SAY_HZ))
    ours.agent.refuse_line(offer.leg)
    assert not ours.told(LineUp)


async def test_the_pages_address_stands_in_where_the_browser_hides_its_own(ours: Watched, page: Headsets) -> None:
    offer = await offered(ours)
    answer = await page.answer(offer.leg, offer.sdp, SAY_HZ)
    hidden = "\r\n".join(_hidden(each) for each in answer.split("\r\n"))
    ours.agent.answer_line(offer.leg, hidden, peer="127.0.0.1")
    await ours.tells(lambda: LineUp(offer.leg) in ours.events)


async def test_a_page_that_is_loaded_again_gets_a_new_line_into_the_same_call(
    ours: Watched, page: Headsets, browser: Browser, address: str
) -> None:
    async with headsets(browser, address) as other_page:
        other = await line(ours, other_page, 660)
        before = await line(ours, page)
        ours.agent.mixer.bridge(before, other)
        await page.page.reload()
        after = await line(ours, page)
        ours.agent.hang_up(before)
        ours.agent.mixer.bridge(after, other)
        await hears(page, after, 660)
        await hears(other_page, other, SAY_HZ)
        assert (await ended(ours, before)).by_us


async def test_a_browser_that_dies_falls_silent(ours: Watched, page: Headsets) -> None:
    leg = await line(ours, page)
    session = await page.page.context.new_cdp_session(page.page)
    died = asyncio.get_running_loop().time()
    crash = asyncio.create_task(session.send("Page.crash"))
    await ours.tells(lambda: any(silent.leg == leg for silent in ours.told(LegSilent)), within_s=5)
    assert asyncio.get_running_loop().time() - died <= 3.5
    crash.cancel()
    await asyncio.gather(crash, return_exceptions=True)
    ours.agent.hang_up(leg)
    assert (await ended(ours, leg)).by_us


@pytest.mark.skipif(media_address("") != ANY, reason="an ordinary Chromium wants a network, and this machine has none")
async def test_a_chromium_without_switches_reaches_a_line_by_the_machines_own_address(address: str) -> None:
    async with watched(AgentOptions(port=0)) as ours, chromium(()) as ordinary, headsets(ordinary, address) as page:
        await line(ours, page)


def _hidden(of_sdp: str) -> str:
    """As browsers write it before the microphone is allowed (RFC 8828)."""
    if not of_sdp.startswith("a=candidate:"):
        return of_sdp
    parts = of_sdp.split(" ")
    parts[4] = "9b36eaac-bb2e-49bb-bb78-21c41c499900.local"
    return " ".join(parts)
