"""An operator's SIP phone at the end of a cable that loses packets, or is pulled in mid-call (docs/failures.md)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.audio import has_tone, longest_gap_s, read, sounding_s, tone
from tests.integration.calls.heard import longest_silence_s
from tests.integration.hotline import PASSWORD, STRAIGHT_FLOW, Hotline, Person, hotline, next_message
from tests.integration.network import Machine, another_machine
from tests.integration.phones import UserAgent, caller, softphone, started

FIRST_HZ, SECOND_HZ, PROMPT_HZ = 900, 1300, 2100
TOLD_WITHIN_S = 3.0
SETTINGS = """
trunks:
  - {{name: here, peers: ["127.0.0.0/8", "{network}"]}}
phone_networks: ["127.0.0.0/8", "{network}"]
"""


@asynccontextmanager
async def house_on(machine: Machine, folder: Path, prompts: Path) -> AsyncIterator[Hotline]:
    """A hotline that the other machine reaches, with two operators. Back in line, a caller hears a tone."""
    words = folder / "house" / "data" / "prompts" / "id"
    words.mkdir(parents=True)
    tone(words / "back_in_line.wav", PROMPT_HZ, 1.0)
    files = {"settings.yaml": SETTINGS.format(network=machine.network), "flow.yaml": STRAIGHT_FLOW}
    async with hotline(folder / "house", prompts, files=files, demo=False, SIP_BIND=machine.ours) as house:
        for name in ("operator1", "operator2"):
            phone = ("--phone", f"sip:{name}@127.0.0.1:9")
            person = ("--name", name, "--role", "operator", *phone, "--password-stdin")
            await house.command("user", "add", name, *person, typed=PASSWORD)
        yield house


@asynccontextmanager
async def phone_there(machine: Machine, said: Path, heard: Path) -> AsyncIterator[tuple[UserAgent, str]]:
    """operator1's phone, on the other machine."""
    flags = ("--name", "operator1", "--port", "0", "--bind", machine.address, "--auto-answer")
    audio = ("--audio", f"file:{said},{heard}")
    async with started("softphone", *flags, *audio, inside=machine.inside) as phone:
        ready = await phone.says("ready sip=")
        yield phone, "sip:" + ready.split("sip=", 1)[1].split(";", 1)[0]


async def _quality(person: Person) -> dict[str, float]:
    async with asyncio.timeout(15):
        while (quality := (await person.get("/live"))["calls"][0]["quality"]) is None:
            await asyncio.sleep(0.2)
    found: dict[str, float] = quality
    return found


async def test_a_phone_that_loses_a_tenth_of_its_packets_is_understood_and_one_that_loses_more_is_called_bad(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    said, heard, ear = tone(tmp_path / "said.wav", FIRST_HZ, 60), tmp_path / "heard.wav", tmp_path / "ear.wav"
    with another_machine() as machine:
        async with (
            house_on(machine, tmp_path, spoken_prompts) as house,
            phone_there(machine, said, ear) as (phone, uri),
        ):
            operator = await house.sign_in("operator1")
            await operator.ready(uri)
            socket = await operator.socket()
            async with caller(house.uri, say=said, save=heard, seconds=60) as call:
                await phone.says("talking")
                machine.lose(10)
                async with asyncio.timeout(30):
                    while (quality := await _quality(operator))["loss_percent"] < 6:
                        await asyncio.sleep(0.5)
                assert quality["loss_percent"] <= 16 and quality["mos"] > 3
                await asyncio.sleep(5)
                heard_until_here = time.monotonic()
                machine.lose(20)
                notice = await next_message(socket, "notice", within_s=30)
                assert (notice["code"], notice["who"]) == ("line_bad", "line")
                assert (await operator.get("/live"))["calls"][0]["state"] == "talking"
                worse_s = time.monotonic() - heard_until_here
                call.hang_up()
                await call.ended()
            await phone.says("ended", within_s=40)
            await socket.close()
    for file in (heard, ear):
        samples, rate = read(file)
        end = len(samples) - round((worse_s + 1) * rate)
        last = samples[end - 5 * rate : end]
        assert sounding_s(last, rate, FIRST_HZ) > 4.0, "what is lost is concealed"
        assert longest_gap_s(last, rate, FIRST_HZ) < 0.5
        assert longest_silence_s(samples, rate) < TOLD_WITHIN_S


async def test_a_phone_whose_cable_is_pulled_in_mid_call_costs_the_caller_three_seconds_and_the_next_operator_is_there(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    said, heard = tone(tmp_path / "said.wav", FIRST_HZ, 60), tmp_path / "heard.wav"
    second_says = tone(tmp_path / "second.wav", SECOND_HZ, 60)
    with another_machine() as machine:
        async with (
            house_on(machine, tmp_path, spoken_prompts) as house,
            phone_there(machine, said, tmp_path / "ear.wav") as (phone, uri),
            softphone("operator2", audio=f"file:{second_says},") as (other, other_uri),
        ):
            first, second = await house.sign_in("operator1"), await house.sign_in("operator2")
            await first.ready(uri)
            socket = await first.socket()
            async with caller(house.uri, save=heard, seconds=60) as call:
                await phone.says("talking")
                await asyncio.sleep(2)
                machine.pull_the_cable()
                notice = await next_message(socket, "notice", within_s=TOLD_WITHIN_S)
                assert notice["code"] == "phone_lost"
                await second.ready(other_uri)
                await other.says("talking", within_s=15)
                await asyncio.sleep(2)
                states = {each["operator"]: each for each in (await second.get("/live"))["operators"]}
                assert states["operator1"]["state"] in ("wrap_up", "paused"), "offered nothing more"
                call.hang_up()
                await call.ended()
            await socket.close()
    samples, rate = read(heard)
    assert has_tone(samples[-rate:], rate, SECOND_HZ)
    assert sounding_s(samples, rate, PROMPT_HZ) > 0.7, "the caller is told"
    assert longest_silence_s(samples, rate) < TOLD_WITHIN_S


async def test_a_phone_whose_cable_is_pulled_while_it_rings_keeps_the_caller_in_music_until_the_next_one_rings(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    said, heard = tone(tmp_path / "said.wav", FIRST_HZ, 60), tmp_path / "heard.wav"
    with another_machine() as machine:
        async with (
            house_on(machine, tmp_path, spoken_prompts) as house,
            phone_there(machine, said, tmp_path / "ear.wav") as (_phone, uri),
            softphone("operator2", audio=f"file:{said},") as (other, other_uri),
        ):
            first, second = await house.sign_in("operator1"), await house.sign_in("operator2")
            await first.ready(uri)
            machine.pull_the_cable()
            async with caller(house.uri, save=heard, seconds=60) as call:
                await asyncio.sleep(1)
                await second.ready(other_uri)
                await other.says("talking", within_s=30)
                await asyncio.sleep(2)
                call.hang_up()
                await call.ended()
    samples, rate = read(heard)
    assert has_tone(samples[-rate:], rate, FIRST_HZ)
    assert longest_silence_s(samples, rate) < TOLD_WITHIN_S
