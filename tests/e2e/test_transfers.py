"""A caller handed over between two operators' windows by keyboard; tones say who hears whom (PEERS.md 6)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.audio import read, tone, tones_among
from tests.e2e.browser import PATIENCE_MS, Desk, chromium, desk, microphone
from tests.e2e.conftest import OPERATOR_HZ
from tests.e2e.keyboard import go_ready_with_headset, pick_up, reach
from tests.integration.hotline import Hotline
from tests.integration.phones import UserAgent, caller

CALLER_HZ, COLLEAGUE_HZ = 600, 1600
TONES = (CALLER_HZ, OPERATOR_HZ, COLLEAGUE_HZ)
STRETCH_S = 0.4


@asynccontextmanager
async def colleagues(speaking: Browser, office: Hotline, folder: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two operators with browser headsets, each in a browser of their own; only the first is ready yet."""
    said = tone(folder / "colleague.wav", COLLEAGUE_HZ, 5, 48000)
    async with (
        chromium(*microphone(said)) as other,
        desk(speaking, office, "operator1", folder) as first,
        desk(other, office, "operator2", folder) as second,
    ):
        await go_ready_with_headset(first, raw=True)
        yield first, second


@asynccontextmanager
async def in_a_call(first: Desk, second: Desk, office: Hotline, folder: Path) -> AsyncIterator[UserAgent]:
    """The first talks with a caller, who keeps what they hear; the second is ready."""
    said = tone(folder / "caller.wav", CALLER_HZ, 5, 8000)
    async with caller(office.uri, say=said, save=folder / "heard.wav", seconds=120) as call:
        await pick_up(first)
        await go_ready_with_headset(second, raw=True)
        yield call


async def test_a_colleague_is_consulted_swapped_with_joined_and_given_the_caller_by_keyboard(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        colleagues(speaking, office, tmp_path) as (first, second),
        in_a_call(first, second, office, tmp_path) as call,
    ):
        ticket = await first.ticket()
        await reach(first, "operator-operator2", found_by="Bima", key="Enter")
        assert await second.ticket() == ticket, "the colleague sees what it is about"
        await second.shows("call-answer")
        await second.press("F3")
        await first.state("third", "talking")
        await _hear(first, second, {COLLEAGUE_HZ}, {OPERATOR_HZ})
        await asyncio.sleep(2 * STRETCH_S)  # the caller hears the music for long enough to be told from a gap
        await first.press("Shift+F3")
        await first.state("third", "held")
        await _hear(first, second, {CALLER_HZ}, set())
        await first.press("Shift+F6")
        await first.state("third", "conference")
        await _hear(first, second, {CALLER_HZ, COLLEAGUE_HZ}, {CALLER_HZ, OPERATOR_HZ})
        await first.press("Shift+F7")
        await first.state("call-bar", "ended")
        await first.state("presence-state", "wrap_up")
        await second.state("call-bar", "talking")
        await second.comes_to_hear(CALLER_HZ, of=TONES)
        await first.press("4")
        await expect(first["outcomes"]).to_have_attribute("data-chosen", "diteruskan", timeout=PATIENCE_MS)
        await expect(second["outcomes"]).to_have_attribute("data-chosen", "")
        await asyncio.sleep(2 * STRETCH_S)
        await second.press("Shift+F4")
        assert await call.ended() == 0
    turns = _turns_heard(tmp_path / "heard.wav")
    assert set() in turns[turns.index({OPERATOR_HZ}) : turns.index({OPERATOR_HZ, COLLEAGUE_HZ})], "music meanwhile"
    assert _without_music(turns) == [{OPERATOR_HZ}, {OPERATOR_HZ, COLLEAGUE_HZ}, {COLLEAGUE_HZ}]


async def test_a_transfer_that_the_colleague_declines_is_told_and_the_caller_is_back(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        colleagues(speaking, office, tmp_path) as (first, second),
        in_a_call(first, second, office, tmp_path) as call,
    ):
        await reach(first, "operator-operator2", found_by="Bima", key="Control+Enter")
        await second.shows("call-answer")
        await second.press("Shift+F4")
        await first.shows("notice", "gagal: menolak")
        await second.gone("pop")
        await pick_up(first)
        await _hear(first, second, {CALLER_HZ}, set())
        call.hang_up()
        await call.ended()


async def test_a_colleague_who_cannot_be_reached_is_told_and_the_operator_goes_back_to_the_caller(
    speaking: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        colleagues(speaking, office, tmp_path) as (first, second),
        in_a_call(first, second, office, tmp_path) as call,
    ):
        await reach(first, "operator-operator2", found_by="Bima", key="Enter")
        await second.shows("call-answer")
        await second.press("Shift+F4")
        await first.shows("notice", "tidak dapat dihubungi: menolak")
        await first.gone("third")
        await second.gone("pop")
        if await first["call-bar"].get_attribute("data-state") == "hold":
            await first.press("F4")
        await first.state("call-bar", "talking")
        await first.comes_to_hear(CALLER_HZ, of=TONES)
        call.hang_up()
        await call.ended()


async def _hear(first: Desk, second: Desk, one: set[int], other: set[int]) -> None:
    """The first hears these of the tones, the second those, and neither any other."""
    await asyncio.gather(first.comes_to_hear(*one, of=TONES), second.comes_to_hear(*other, of=TONES))


def _turns_heard(file: Path) -> list[set[int]]:
    """Which of the operators' tones the caller heard, one after the other; a stretch between two turns is left out."""
    samples, rate = read(file)
    size = round(STRETCH_S * rate)
    stretches = [samples[start : start + size] for start in range(0, len(samples) - size + 1, size)]
    # On a busy machine a tone stutters, is taken for a voice, and is levelled: up for one, down for the other.
    heard = [tones_among(each, rate, TONES, fainter_db=20) for each in stretches]
    return _once_each([now for before, now in pairwise(heard) if before == now])


def _without_music(turns: list[set[int]]) -> list[set[int]]:
    return _once_each([each for each in turns if each])


def _once_each(turns: list[set[int]]) -> list[set[int]]:
    return [*turns[:1], *(now for before, now in pairwise(turns) if before != now)]
