"""Consultation, conference and transfers with real phones: tones say who hears whom in each turn (PEERS.md 6)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.audio import read, rms_db, tone, tones_among
from tests.integration.hotline import Hotline, Person, next_message
from tests.integration.phones import UserAgent, caller, softphone

CALLER_HZ, FIRST_HZ, SECOND_HZ = 600, 900, 1300
TURN_S = 2.0


@dataclass(frozen=True)
class Party:
    """Somebody in the call: what they hear is in `heard` when they hang up."""

    heard: Path
    hz: int


@dataclass(frozen=True)
class Trio:
    """A caller whom operator1 has, and operator2 who is ready."""

    house: Hotline
    first: Person
    second: Person
    call: UserAgent
    call_id: str
    phones: tuple[UserAgent, UserAgent]
    parties: dict[str, Party]

    async def control(self, who: Person, action: str, **arguments: Any) -> tuple[int, Any]:
        return await who.send("POST", f"/calls/{self.call_id}/{action}", arguments)

    async def does(self, who: Person, action: str, **arguments: Any) -> None:
        status, answer = await self.control(who, action, **arguments)
        assert status == 200, answer

    async def state(self) -> dict[str, Any]:
        live = await self.first.get("/live")
        return next(call for call in live["calls"] if call["id"] == self.call_id)


@asynccontextmanager
async def trio(house: Hotline, folder: Path, *, answers: bool = True) -> AsyncIterator[Trio]:
    parties = {
        name: Party(folder / f"heard-{name}.wav", hz)
        for name, hz in (("caller", CALLER_HZ), ("first", FIRST_HZ), ("second", SECOND_HZ))
    }
    said = {name: tone(folder / f"said-{name}.wav", party.hz, 60, 8000) for name, party in parties.items()}
    first, second = await house.sign_in("operator1"), await house.sign_in("operator2")
    async with (
        softphone("operator1", audio=f"file:{said['first']},{parties['first'].heard}") as (one, one_uri),
        softphone("operator2", audio=f"file:{said['second']},{parties['second'].heard}", auto_answer=answers) as (
            two,
            two_uri,
        ),
    ):
        await first.ready(one_uri)
        async with caller(house.uri, say=said["caller"], save=parties["caller"].heard, seconds=120) as call:
            await one.says("talking")
            await second.ready(two_uri)
            call_id = (await first.get("/live"))["calls"][0]["id"]
            yield Trio(house, first, second, call, call_id, (one, two), parties)


def colleague(name: str = "operator2") -> dict[str, dict[str, str]]:
    return {"to": {"kind": "operator", "id": name}}


def turns_of(party: Party, count: int, cut_s: float = 0.0) -> list[tuple[np.ndarray, int]]:
    """The middle of each of the last `count` turns that this party heard, oldest first; `cut_s` came after them."""
    samples, rate = read(party.heard)
    end = len(samples) - round(cut_s * rate)
    middles = [(end - round((n + 0.7) * TURN_S * rate), end - round((n + 0.3) * TURN_S * rate)) for n in range(count)]
    return [(samples[start:stop], rate) for start, stop in reversed(middles)]


def hears(turn: tuple[np.ndarray, int], *hz: int) -> bool:
    """These tones, and none of the others."""
    samples, rate = turn
    return tones_among(samples, rate, (CALLER_HZ, FIRST_HZ, SECOND_HZ)) == set(hz)


async def test_a_consultation_a_swap_and_a_conference_let_the_right_people_hear_each_other(
    straight: Hotline, tmp_path: Path
) -> None:
    async with trio(straight, tmp_path) as three:
        await asyncio.sleep(TURN_S)
        await three.does(three.first, "consult", **colleague())
        await three.phones[1].says("talking")
        assert (await three.state())["third"]["state"] == "talking"
        await asyncio.sleep(TURN_S)
        await three.does(three.first, "swap")
        await asyncio.sleep(TURN_S)
        await three.does(three.first, "conference")
        await asyncio.sleep(TURN_S)
        three.call.hang_up()
        await three.call.ended()
        for phone in three.phones:
            await phone.says("ended")
    consulted, swapped, conference = turns_of(three.parties["caller"], 3)
    assert hears(consulted) and rms_db(consulted[0]) > -45, "music for the caller meanwhile"
    assert hears(swapped, FIRST_HZ)
    assert hears(conference, FIRST_HZ, SECOND_HZ)
    consulted, swapped, conference = turns_of(three.parties["first"], 3)
    assert hears(consulted, SECOND_HZ) and hears(swapped, CALLER_HZ) and hears(conference, CALLER_HZ, SECOND_HZ)
    consulted, swapped, conference = turns_of(three.parties["second"], 3)
    assert hears(consulted, FIRST_HZ) and hears(conference, CALLER_HZ, FIRST_HZ)
    assert hears(swapped) and rms_db(swapped[0]) > -45, "the colleague on hold hears music"


async def test_an_attended_transfer_leaves_the_caller_with_the_colleague_and_each_time_with_who_had_it(
    straight: Hotline, tmp_path: Path
) -> None:
    async with trio(straight, tmp_path) as three:
        await asyncio.sleep(TURN_S)
        socket = await three.second.socket()
        await three.does(three.first, "consult", **colleague())
        pop = await next_message(socket, "screen_pop")
        assert pop["call"]["id"] == three.call_id, "the colleague sees the ticket"
        await three.phones[1].says("talking")
        await three.does(three.first, "complete")
        await three.phones[0].says("ended")
        assert (await three.state())["operator"] == "operator2"
        await asyncio.sleep(TURN_S)
        three.call.hang_up()
        await three.call.ended()
        await three.phones[1].says("ended")
    (last,) = turns_of(three.parties["caller"], 1)
    assert hears(last, SECOND_HZ)
    (last,) = turns_of(three.parties["second"], 1)
    assert hears(last, CALLER_HZ)
    ticket = await three.second.get(f"/tickets/{pop['ticket']['number']}")
    assert ticket["operator"] == "operator2"
    today = (await three.second.get("/live"))["today"]
    assert (today["offered"], today["answered"]) == (1, 1)
    parts = await _parts(three)
    assert [part["operator"] for part in parts] == ["operator1", "operator2"]
    assert all(part["duration_s"] > TURN_S / 2 for part in parts)


async def test_each_who_had_the_caller_says_what_came_of_their_part_and_nobody_else_does(
    straight: Hotline, tmp_path: Path
) -> None:
    async with trio(straight, tmp_path) as three:
        await three.does(three.first, "consult", **colleague())
        await three.phones[1].says("talking")
        assert (await three.control(three.second, "outcome", code="diteruskan"))[0] == 403, "it is only asked"
        await three.does(three.first, "complete")
        await three.phones[0].says("ended")
        assert (await three.first.get("/session"))["presence"]["state"] == "wrap_up"
        await three.does(three.first, "outcome", code="diteruskan")
        await three.does(three.second, "outcome", code="tindak_lanjut")
        running = await three.state()
        three.call.hang_up()
        await three.call.ended()
        await three.phones[1].says("ended")
        await three.does(three.second, "outcome", code="selesai_dijawab")
        await three.does(three.first, "outcome", code="pengaduan_diterima")
        other = await straight.sign_in("operator3")
        status, answer = await three.control(other, "outcome", code="selesai_dijawab")
        assert (status, answer["code"]) == (403, "not_your_call")
        over = await three.first.get(f"/calls/{three.call_id}")
    assert running["outcomes"] == {"operator1": "diteruskan", "operator2": "tindak_lanjut"}
    assert over["outcomes"] == {"operator1": "pengaduan_diterima", "operator2": "selesai_dijawab"}
    assert (running["outcome"], over["outcome"]) == ("tindak_lanjut", "selesai_dijawab"), "that of who had it last"


async def test_a_blind_transfer_that_nobody_answers_brings_the_caller_back_to_who_sent_them(
    straight: Hotline, tmp_path: Path
) -> None:
    async with trio(straight, tmp_path, answers=False) as three:
        socket = await three.first.socket()
        await three.does(three.first, "transfer", **colleague())
        await three.phones[1].says("ringing")
        three.phones[1].lines.clear()
        three.phones[0].lines.clear()
        assert (await three.second.send("POST", f"/calls/{three.call_id}/hangup"))[0] == 200, "the colleague declines"
        notice = await next_message(socket, "notice")
        assert (notice["code"], notice["reason"]) == ("transfer_failed", "declined")
        await three.phones[0].says("talking")
        assert (await three.state())["operator"] == "operator1"


async def test_a_blind_transfer_to_the_queue_goes_to_the_next_operator(straight: Hotline, tmp_path: Path) -> None:
    async with trio(straight, tmp_path) as three:
        await three.does(three.first, "transfer", to={"kind": "queue", "id": "utama"})
        await three.phones[1].says("talking")
        assert (await three.state())["operator"] == "operator2"


async def test_who_consults_can_come_back_to_the_caller(straight: Hotline, tmp_path: Path) -> None:
    async with trio(straight, tmp_path, answers=False) as three:
        await three.does(three.first, "consult", **colleague())
        await three.phones[1].says("ringing")
        assert (await three.state())["actions"] == ["hangup", "digits", "mute", "complete", "cancel"]
        await three.does(three.first, "cancel")
        await three.phones[1].says("ended")
        state = await three.state()
        assert (state["state"], state["third"]) == ("talking", None)
        assert (await three.second.get("/session"))["presence"]["state"] == "ready"


async def test_what_is_impossible_is_refused_with_the_reason(straight: Hotline, tmp_path: Path) -> None:
    async with trio(straight, tmp_path) as three:
        status, answer = await three.control(three.first, "swap")
        assert (status, answer["code"]) == (409, "not_allowed_now")
        status, answer = await three.control(three.first, "consult", to={"kind": "operator", "id": "nobody"})
        assert (status, answer["code"]) == (409, "no_such_target")
        status, answer = await three.control(three.first, "consult", **colleague("operator3"))
        assert (status, answer["code"]) == (409, "target_away")
        status, answer = await three.control(three.second, "hold")
        assert (status, answer["code"]) == (403, "not_your_call")
        status, answer = await three.control(three.first, "transfer", to={"kind": "number", "id": "+18005551234"})
        assert (status, answer["code"]) == (409, "number_not_allowed")


async def test_mute_silences_the_operator_and_nobody_else(straight: Hotline, tmp_path: Path) -> None:
    async with trio(straight, tmp_path) as three:
        await asyncio.sleep(TURN_S)
        await three.does(three.first, "mute")
        assert (await three.state())["muted"] is True
        await asyncio.sleep(TURN_S)
        await three.does(three.first, "unmute")
        await asyncio.sleep(TURN_S)
        three.call.hang_up()
        await three.call.ended()
        await three.phones[0].says("ended")
    muted, again = turns_of(three.parties["caller"], 2)
    assert hears(muted) and hears(again, FIRST_HZ)
    muted, again = turns_of(three.parties["first"], 2)
    assert hears(muted, CALLER_HZ) and hears(again, CALLER_HZ)


async def _parts(three: Trio) -> list[dict[str, Any]]:
    """The recordings of the call, once the compressor is done with them."""
    async with asyncio.timeout(15):
        while True:
            call = await three.first.get(f"/calls/{three.call_id}")
            if len(call["recordings"]) == 2:
                recordings: list[dict[str, Any]] = call["recordings"]
                return recordings
            await asyncio.sleep(0.2)
