"""What docs/failures.md says of a server that stops or dies, of trunks that are gone, of callers who fall silent."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.audio import has_tone, read, sounding_s, tone
from tests.integration.calls.heard import longest_silence_s
from tests.integration.calls.test_calls_out import NUMBER, a_missed_caller, calling_house, outside_phone, owed
from tests.integration.calls.test_transfers import Trio, colleague, trio
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, Person, hotline, next_message
from tests.integration.phones import caller, softphone

LAST_WORDS_HZ, LAST_WORDS_S = 1700, 3.0
NEVER_SILENT_S = 3.0
MESSAGE_FLOW = """
start: message
nodes:
  message: {type: message, prompt: message, thanks: message_thanks, max_s: 60}
  timeout: {type: hangup, prompt: goodbye, reason: no_input}
"""


@pytest.fixture
async def telling(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A hotline whose last words are a tone, and whose drain is short."""
    folder = tmp_path / "house"
    words = folder / "data" / "prompts" / "id"
    words.mkdir(parents=True)
    tone(words / "service_stopping.wav", LAST_WORDS_HZ, LAST_WORDS_S)
    async with hotline(folder, spoken_prompts, files={"flow.yaml": STRAIGHT_FLOW}) as running:
        yield running


# --- told to stop -----------------------------------------------------------------------------------------------------


async def _talk(_three: Trio) -> None:
    pass


async def _hold(three: Trio) -> None:
    await three.does(three.first, "hold")


async def _consult(three: Trio) -> None:
    await three.does(three.first, "consult", **colleague())
    await three.phones[1].says("talking")


async def _swap(three: Trio) -> None:
    await _consult(three)
    await three.does(three.first, "swap")


async def _confer(three: Trio) -> None:
    await _consult(three)
    await three.does(three.first, "conference")


async def _transfer(three: Trio) -> None:
    await three.does(three.first, "transfer", **colleague())
    await three.phones[1].says("ringing")


Act = Callable[[Trio], Awaitable[None]]
STATES: dict[str, Act] = {
    "talking": _talk,
    "hold": _hold,
    "consulting": _consult,
    "third_held": _swap,
    "conference": _confer,
    "transferring": _transfer,
}


@pytest.mark.parametrize("state", STATES)
async def test_sigterm_tells_the_caller_in_every_state_of_a_call_and_a_call_is_owed(
    state: str, telling: Hotline, tmp_path: Path
) -> None:
    async with trio(telling, tmp_path, answers=state != "transferring") as three:
        await STATES[state](three)
        await asyncio.sleep(1)
        assert await telling.stop() == 0
        await three.call.says("ended by the hotline")
        await three.call.ended()
        for phone in three.phones:
            if any("talking" in line or "ringing" in line for line in phone.lines):
                await phone.says("ended")
    _heard_the_last_words(three.parties["caller"].heard)
    await _came_back_with_the_caller_on_the_list(telling)


async def test_sigterm_tells_a_waiting_caller_whom_nobody_is_offered_any_more(telling: Hotline, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    operator = await telling.sign_in("operator1")
    async with softphone("operator1") as (phone, uri), caller(telling.uri, save=heard, seconds=60) as call:
        await _until(operator, lambda live: any(each["state"] == "waiting" for each in live["calls"]))
        stopping = asyncio.create_task(telling.stop())
        await asyncio.sleep(2)  # the drain of a second is over: the last words are on
        await operator.ready(uri)
        assert await stopping == 0
        await call.says("ended by the hotline")
        await call.ended()
        assert "talking" not in phone.lines
    _heard_the_last_words(heard)
    await _came_back_with_the_caller_on_the_list(telling)


async def test_sigterm_while_a_place_holder_waits_leaves_its_caller_on_the_list(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    async with (
        outside_phone(tmp_path, answers=True) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
    ):
        operator = await house.sign_in("operator1")
        await _a_place_holder(house, operator)
        assert await house.stop() == 0
        await house.start()
        await _only_the_place_holder_is_owed(house)
        assert not any("ringing" in line for line in outside.lines)


async def test_sigterm_while_a_call_back_rings_ends_it_and_does_not_count_it_as_tried(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    async with (
        outside_phone(tmp_path, answers=False) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        ticket = await a_missed_caller(house, operator)
        await operator.ready(uri)
        assert (await operator.send("POST", f"/tickets/{ticket}/call"))[0] == 200
        await outside.says("ringing")
        assert await house.stop() == 0
        await outside.says("ended")
        await phone.says("ended")
        await house.start()
        (entry,) = await owed(await house.sign_in("operator1"))
        assert entry["tries"] == []


# --- killed -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["consulting", "conference", "transferring"])
async def test_after_kill_9_with_three_in_a_call_its_caller_is_owed_one_call_and_nobody_is_busy(
    state: str, straight: Hotline, tmp_path: Path
) -> None:
    async with trio(straight, tmp_path, answers=state != "transferring") as three:
        await STATES[state](three)
        await asyncio.sleep(1)
        await straight.kill()
        three.call.hang_up()
        await three.call.ended()
    await straight.start()
    operator = await straight.sign_in("operator1")
    stored = (await operator.get("/calls"))["items"]
    assert [(each["ended_by"], each["end_reason"]) for each in stored] == [("system", "interrupted")]
    (entry,) = await owed(operator)
    assert entry["reason"] == "interrupted"
    live = await operator.get("/live")
    assert live["calls"] == [] and all(each["state"] == "offline" for each in live["operators"])
    async with asyncio.timeout(10):
        while not (await operator.get(f"/calls/{stored[0]['id']}"))["recordings"]:
            await asyncio.sleep(0.2)


async def test_after_kill_9_a_place_holders_caller_is_on_the_list_once(tmp_path: Path, spoken_prompts: Path) -> None:
    async with (
        outside_phone(tmp_path, answers=True) as (_, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
    ):
        operator = await house.sign_in("operator1")
        await _a_place_holder(house, operator)
        await asyncio.sleep(0.5)
        await house.kill()
        await house.start()
        await _only_the_place_holder_is_owed(house)


async def test_a_message_cut_short_by_kill_9_is_on_its_ticket_and_on_the_list(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    said = tone(tmp_path / "said.wav", 600, 60)
    async with hotline(tmp_path, spoken_prompts, files={"flow.yaml": MESSAGE_FLOW}) as house:
        operator = await house.sign_in("operator1")
        async with caller(house.uri, number=NUMBER, say=said, keys="1", seconds=60) as call:  # 1 skips the prompt
            await _until(operator, lambda live: any(each["state"] == "message" for each in live["calls"]))
            await asyncio.sleep(3)
            await house.kill()
            call.hang_up()
            await call.ended()
        await house.start()
        operator = await house.sign_in("operator1")
        async with asyncio.timeout(10):
            while not (entries := await owed(operator)):
                await asyncio.sleep(0.1)
        (entry,) = entries
        assert (entry["reason"], entry["number"]) == ("message", NUMBER)
        ticket = await operator.get(f"/tickets/{entry['ticket']['number']}")
        assert ticket["message"]["duration_s"] > 1


# --- trunks -----------------------------------------------------------------------------------------------------------


class _Trunk(asyncio.DatagramProtocol):
    """Answers every INVITE with this status, or with nothing."""

    def __init__(self, status: str | None) -> None:
        self._status = status
        self.invites = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        request, *headers = data.decode().split("\r\n\r\n", 1)[0].split("\r\n")
        if not request.startswith("INVITE "):
            return
        self.invites += 1
        if self._status is not None:
            same = [line for line in headers if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
            answer = [f"SIP/2.0 {self._status}", *same, "Content-Length: 0", "", ""]
            self._transport.sendto("\r\n".join(answer).encode(), source)


@pytest.mark.parametrize("status", ["503 Service Unavailable", None])
async def test_a_trunk_that_refuses_or_says_nothing_is_told_to_the_operator_and_the_call_stays_owed(
    status: str | None, tmp_path: Path, spoken_prompts: Path
) -> None:
    loop = asyncio.get_running_loop()
    transport, trunk = await loop.create_datagram_endpoint(lambda: _Trunk(status), ("127.0.0.1", 0))
    address = "{}:{}".format(*transport.get_extra_info("sockname"))
    with closing(transport):
        async with calling_house(tmp_path, spoken_prompts, address) as house, softphone("operator1") as (phone, uri):
            operator = await house.sign_in("operator1")
            ticket = await a_missed_caller(house, operator)
            await operator.ready(uri)
            socket = await operator.socket()
            assert (await operator.send("POST", f"/tickets/{ticket}/call"))[0] == 200
            notice = await next_message(socket, "notice")
            assert (notice["code"], notice["reason"]) == ("callback_failed", "failed")
            await phone.says("ended")
            assert trunk.invites > 0
            (entry,) = await owed(operator)
            assert [each["result"] for each in entry["tries"]] == ["failed"]
            await socket.close()


# --- callers and databases --------------------------------------------------------------------------------------------


async def test_a_caller_whose_network_is_gone_is_ended_and_the_operator_is_told_and_free(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    async with (
        hotline(tmp_path, spoken_prompts, files={"flow.yaml": STRAIGHT_FLOW}, CALLER_SILENT_S="5") as house,
        softphone("operator1") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        await operator.ready(uri)
        socket = await operator.socket()
        async with caller(house.uri, seconds=120) as call:
            await phone.says("talking")
            await asyncio.sleep(1)
            os.kill(call.process.pid, signal.SIGSTOP)
            try:
                notice = await next_message(socket, "notice", within_s=3.5)
                assert (notice["code"], notice["who"]) == ("line_bad", "caller")
                await phone.says("ended", within_s=5 + 3)
                async with asyncio.timeout(3):
                    while (await operator.get("/live"))["calls"]:
                        await asyncio.sleep(0.1)
            finally:
                os.kill(call.process.pid, signal.SIGCONT)
        stored = (await operator.get("/calls"))["items"][0]
        assert (stored["ended_by"], stored["end_reason"]) == ("system", "no_sound")
        (entry,) = await owed(operator)
        assert entry["reason"] == "interrupted"
        await socket.close()


async def test_a_call_is_served_from_beginning_to_end_while_the_database_is_locked(
    straight: Hotline, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.wav"
    operator = await straight.sign_in("operator1")
    async with softphone("operator1") as (phone, uri):
        await operator.ready(uri)
        with closing(sqlite3.connect(straight.folder / "data" / "sambut.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            async with caller(straight.uri, save=heard, seconds=8) as call:
                await phone.says("talking", 15)
                await call.ended()
            await phone.says("ended")
            other.execute("ROLLBACK")
        async with asyncio.timeout(30):
            while not (items := (await operator.get("/calls"))["items"]) or items[0]["state"] != "ended":
                await asyncio.sleep(0.2)
        assert items[0]["operator"] == "operator1" and items[0]["ticket"] is not None


# --- helpers ----------------------------------------------------------------------------------------------------------


async def _until(operator: Person, holds: Callable[[Any], bool], within_s: float = 20) -> None:
    async with asyncio.timeout(within_s):
        while not holds(await operator.get("/live")):
            await asyncio.sleep(0.05)


def _heard_the_last_words(file: Path) -> None:
    samples, rate = read(file)
    last = samples[-round(4 * rate) :]
    assert sounding_s(last, rate, LAST_WORDS_HZ) > LAST_WORDS_S - 0.5
    assert has_tone(last[: 2 * rate], rate, LAST_WORDS_HZ) or has_tone(last[-2 * rate :], rate, LAST_WORDS_HZ)
    assert longest_silence_s(samples, rate) < NEVER_SILENT_S


async def _came_back_with_the_caller_on_the_list(house: Hotline) -> None:
    await house.start()
    operator = await house.sign_in("operator1")
    stored = (await operator.get("/calls"))["items"][0]
    assert (stored["ended_by"], stored["end_reason"]) == ("system", "shutdown")
    (entry,) = await owed(operator)
    assert entry["reason"] == "interrupted"


async def _a_place_holder(house: Hotline, operator: Person) -> None:
    async with caller(house.uri, number=NUMBER, keys=",1,,,,1", seconds=60) as call:
        assert await call.ended() == 0
    live = await operator.get("/live")
    assert [(each["direction"], each["state"]) for each in live["calls"]] == [("out", "waiting")]


async def _only_the_place_holder_is_owed(house: Hotline) -> None:
    operator = await house.sign_in("operator1")
    (entry,) = await owed(operator)
    assert (entry["number"], entry["reason"], entry["tries"]) == (NUMBER, "requested", [])
    assert (await operator.get("/live"))["calls"] == []
