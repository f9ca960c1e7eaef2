"""The IVR on real calls: closed hours, messages, and a call back instead of waiting."""

import asyncio
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import soundfile

from tests.audio import has_tone, tone
from tests.integration.hotline import PASSWORD, Hotline, Person, hotline
from tests.integration.phones import caller
from tests.integration.sip_tools import sipp

CLOSED = """
timezone: Asia/Jakarta
week: {mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: ["23:58-23:59"]}
holidays: false
"""
BRIEF_CLOSED_FLOW = """
start: hours
nodes:
  hours: {type: hours, open: operator, closed: closed}
  closed: {type: menu, prompt: closed_menu, choices: {1: message, 2: callback}, otherwise: goodbye, wait: 3, tries: 1}
  message: {type: message, prompt: message, thanks: message_thanks, max_s: 30, min_s: 1}
  callback: {type: callback, prompt: callback, thanks: callback_thanks, otherwise: goodbye}
  goodbye: {type: hangup, prompt: closed_goodbye, reason: closed}
  operator: {type: queue, queue: utama}
  timeout: {type: hangup, prompt: goodbye, reason: no_input}
"""


async def owed_ticket(person: Person, holds: Any = lambda ticket: True) -> Mapping[str, Any]:
    """The one ticket on the call-back list, once it is as wanted."""
    async with asyncio.timeout(20):
        while True:
            items = (await person.get("/tickets", callback="true"))["items"]
            if items and holds(items[0]):
                assert len(items) == 1
                return items[0]
            await asyncio.sleep(0.1)


async def as_admin(house: Hotline) -> Person:
    await house.command(
        "user", "add", "admin", "--name", "Admin", "--role", "admin", "--password-stdin", typed=PASSWORD + "\n"
    )
    return await house.sign_in("admin")


async def test_outside_hours_a_message_becomes_a_ticket_to_call_back(tmp_path: Path, spoken_prompts: Path) -> None:
    said = tone(tmp_path / "said.wav", 900, 3, 8000)
    files = {"hours.yaml": CLOSED, "flow.yaml": BRIEF_CLOSED_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files, demo=False) as house:
        admin = await as_admin(house)
        async with caller(house.uri, keys="1,,,,#", say=said, seconds=40) as call:
            assert await call.ended() == 0
            assert "ended by the hotline" in "\n".join(call.lines)
        ticket = await owed_ticket(admin, lambda ticket: ticket["message"] is not None)
        assert ticket["callback"]["reason"] == "message"
        assert ticket["caller"]["number"] == "+6281234567890"
        async with admin.http.get(admin.base + ticket["message"]["url"]) as response:
            assert response.status == 200
            file = tmp_path / "message.flac"
            file.write_bytes(await response.read())
        samples, rate = soundfile.read(file)
        assert samples.ndim == 1 and has_tone(samples[rate // 2 : -rate // 2], rate, 900)


async def test_what_a_message_says_is_written_into_its_ticket_by_the_program_of_the_settings(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    """The program here only measures the message: a recognizer's models cannot be had on every machine."""
    program = tmp_path / "recognizer.py"
    program.write_text(
        "import soundfile, sys\nprint('pajak', round(soundfile.info(sys.argv[1]).duration, 1), ' detik')\n"
    )
    files = {"hours.yaml": CLOSED, "flow.yaml": BRIEF_CLOSED_FLOW}
    environ = {"TRANSCRIBER": shlex.join([sys.executable, str(program), "{file}"])}
    async with hotline(tmp_path, spoken_prompts, files=files, demo=False, **environ) as house:
        admin = await as_admin(house)
        async with caller(house.uri, keys="1,,,,#", say=tone(tmp_path / "said.wav", 900, 3, 8000), seconds=40) as call:
            assert await call.ended() == 0
        ticket = await owed_ticket(admin, lambda ticket: ticket["description"])
        written = re.fullmatch(r"\[Transkrip otomatis\] pajak ([0-9.]+) detik", ticket["description"])
        assert written is not None and float(written[1]) > 1


async def test_outside_hours_a_silent_caller_hears_the_hours_and_a_goodbye(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    async with hotline(tmp_path, spoken_prompts, files={"hours.yaml": CLOSED}, demo=False) as house:
        admin = await as_admin(house)
        async with caller(house.uri, seconds=90) as call:
            assert await call.ended(120) == 0
            assert "ended by the hotline" in "\n".join(call.lines)
        assert (await admin.get("/tickets"))["total"] == 0
        ended = (await admin.get("/calls"))["items"][0]
        assert (ended["ended_by"], ended["end_reason"]) == ("system", "closed")
        assert (await admin.get("/live"))["today"]["closed"] == 1


async def test_a_waiting_caller_may_choose_to_be_called_back(straight: Hotline) -> None:
    operator = await straight.sign_in("operator1")
    async with caller(straight.uri, keys=",1,,1", seconds=60) as call:
        assert await call.ended() == 0
        assert "ended by the hotline" in "\n".join(call.lines)
    ticket = await owed_ticket(operator)
    assert ticket["callback"]["reason"] == "requested"
    today = (await operator.get("/live"))["today"]
    assert (today["flow_out"], today["abandoned"]) == (1, 0), "a call back is not an abandon"


async def test_who_waits_longest_allowed_is_led_out_of_the_queue(tmp_path: Path, spoken_prompts: Path) -> None:
    rules = """
queues:
  - {name: utama, label: {id: Uji, en: Test}, max_wait_s: 5, on_timeout: timeout}
"""
    flow = """
start: operator
nodes:
  operator: {type: queue, queue: utama}
  timeout: {type: hangup, prompt: goodbye, reason: no_input}
"""
    async with hotline(tmp_path, spoken_prompts, files={"queues.yaml": rules, "flow.yaml": flow}) as house:
        operator = await house.sign_in("operator1")
        async with sipp(tmp_path, "caller_waits_for_bye.xml", house.sip, milliseconds=30_000) as call:
            assert (await call.result(30)).passed
        assert (await owed_ticket(operator))["callback"]["reason"] == "missed"
        assert (await operator.get("/live"))["today"]["flow_out"] == 1
