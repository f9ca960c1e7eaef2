"""Softphones at the real hotline: readiness follows the phone, the page answers, and a dead phone loses its offer."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.audio import has_tone, tone
from tests.integration.hotline import Hotline, Person, next_message
from tests.integration.phones import UserAgent, caller, started
from tests.integration.workstation.pulse import saved


@asynccontextmanager
async def desk_of(house: Hotline, name: str, folder: Path, *flags: str) -> AsyncIterator[tuple[Person, UserAgent]]:
    """An operator with a page open and a softphone that has signed in."""
    operator = await house.sign_in(name)
    assert (await operator.send("PUT", "/me/phone", {"kind": "softphone"}))[0] == 200
    status, answer = await operator.send("POST", "/me/phone/token")
    assert status == 200, answer
    file = folder / f"token-{name}"
    file.write_text(answer["token"])
    async with started("softphone", "--server", answer["server"], "--token-file", str(file), *flags) as phone:
        await phone.says(f"signed in at the server as {name}")
        yield operator, phone


async def test_nobody_is_ready_without_the_softphone(straight: Hotline, tmp_path: Path) -> None:
    operator = await straight.sign_in("operator1")
    assert (await operator.send("PUT", "/me/phone", {"kind": "softphone"}))[0] == 200
    status, answer = await operator.send("PUT", "/me/presence", {"state": "ready"})
    assert (status, answer["code"]) == (409, "phone_away")
    async with desk_of(straight, "operator1", tmp_path) as (operator, _):
        await operator.ready()


async def test_a_click_answers_and_both_hear_each_other(straight: Hotline, tmp_path: Path) -> None:
    mine, theirs = tone(tmp_path / "mine.wav", 440, 2, 16000), tone(tmp_path / "theirs.wav", 1000, 2, 16000)
    ear, heard = tmp_path / "ear.wav", tmp_path / "heard.wav"
    sound = ("--audio", f"file:{mine},{ear}")
    async with (
        desk_of(straight, "operator1", tmp_path, *sound) as (operator, phone),
        await operator.socket() as page,
    ):
        await operator.ready()
        async with caller(straight.uri, say=theirs, seconds=9, save=heard) as call:
            pop = await next_message(page, "screen_pop")
            await phone.says("ringing")
            status, answer = await operator.send("POST", f"/calls/{pop['call']['id']}/answer")
            assert status == 200, answer
            await phone.says("talking")
            await asyncio.sleep(3)
            status, answer = await operator.send("POST", f"/calls/{pop['call']['id']}/hangup")
            assert status == 200, answer
            await call.says("ended by the hotline")
        await phone.says("ended")
    for file, hz in ((heard, 440), (ear, 1000)):
        samples, rate = saved(file)
        assert has_tone(samples[-int(1.5 * rate) : -int(0.5 * rate)], rate, hz)


async def test_an_offer_whose_softphone_dies_goes_to_the_next_operator(straight: Hotline, tmp_path: Path) -> None:
    async with (
        desk_of(straight, "operator1", tmp_path) as (first, phone),
        desk_of(straight, "operator2", tmp_path) as (second, other_phone),
        await first.socket(),
        await second.socket(),
    ):
        await first.ready()
        await asyncio.sleep(0.2)
        await second.ready()
        async with caller(straight.uri, seconds=30) as call:
            await phone.says("ringing")
            phone.process.send_signal(signal.SIGSTOP)
            since = time.monotonic()
            await other_phone.says("ringing", within_s=4.5)  # before the offer itself would have run out (5 s)
            assert time.monotonic() - since < 3.5
            phone.process.send_signal(signal.SIGCONT)
            call.hang_up()
