"""SIGHUP: the data files are read again in a running service."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from config import DEFAULTS
from tests.integration.desk.people import eventually
from tests.integration.hotline import CALM_RULES, STRAIGHT_FLOW, Hotline, Person, next_message
from tests.integration.phones import caller

FAREWELL_FLOW = """
start: farewell
nodes:
  farewell: {type: hangup, prompt: farewell, reason: no_input}
  timeout: {type: hangup, prompt: goodbye, reason: no_input}
"""
PROMPTS = (DEFAULTS / "prompts.yaml").read_text() + "  farewell: {id: Sampai jumpa., en: Until then.}\n"
QUEUES = CALM_RULES.replace("ring_s: 5", "ring_s: 6")


async def test_new_calls_go_by_the_new_files_and_running_ones_by_theirs(straight: Hotline) -> None:
    admin = await straight.sign_in("admin")
    async with caller(straight.uri, seconds=60) as first:
        await _live(admin, lambda live: len(live["calls"]) == 1 and live["calls"][0]["state"] == "waiting")
        _reload(straight, flow=FAREWELL_FLOW, prompts=PROMPTS, queues=QUEUES)
        await eventually(lambda: "configuration_reloaded" in straight.log_text)
        async with caller(straight.uri, seconds=60) as second:
            assert await second.ended() == 0
            assert "ended by the hotline" in "\n".join(second.lines)
        live = await admin.get("/live")
        assert [call["state"] for call in live["calls"]] == ["waiting"], "the first caller still stands in the queue"
        assert (await admin.get("/status"))["warnings"] == ["queues: changed, counts after a restart"]
        first.hang_up()


async def test_a_file_with_a_mistake_is_told_by_line_and_the_old_ones_stay(straight: Hotline) -> None:
    admin = await straight.sign_in("admin")
    socket = await admin.socket()
    _reload(straight, flow=STRAIGHT_FLOW.replace("queue: utama", "queue: utana"))
    assert (await next_message(socket, "notice"))["code"] == "configuration_refused"
    assert "configuration_refused" in straight.log_text
    (warning,) = (await admin.get("/status"))["warnings"]
    assert "flow.yaml:4: " in warning and "utana" in warning
    async with caller(straight.uri, seconds=60) as call:
        await _live(admin, lambda live: any(call["state"] == "waiting" for call in live["calls"]))
        call.hang_up()
    _reload(straight, flow=STRAIGHT_FLOW)
    await eventually(lambda: "configuration_reloaded" in straight.log_text)
    assert (await admin.get("/status"))["warnings"] == []
    await socket.close()


def _reload(house: Hotline, **files: str) -> None:
    for name, text in files.items():
        (house.folder / "config" / f"{name}.yaml").write_text(text)
    assert house.process is not None
    house.process.send_signal(signal.SIGHUP)


async def _live(person: Person, holds: Callable[[Any], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds(await person.get("/live")):
            await asyncio.sleep(0.05)
