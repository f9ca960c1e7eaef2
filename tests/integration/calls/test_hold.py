"""Hold: the caller hears music instead of the operator, and the operator again after it."""

import asyncio
from pathlib import Path

from tests.audio import has_tone, read, rms_db, tone
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone

OPERATOR_HZ = 700
TURN_S = 3.0


async def test_hold_plays_music_to_the_caller_and_resume_brings_the_operator_back(
    straight: Hotline, tmp_path: Path
) -> None:
    operator = await straight.sign_in("operator1")
    said, heard = tone(tmp_path / "operator.wav", OPERATOR_HZ, 60, 8000), tmp_path / "heard.wav"
    async with softphone(audio=f"file:{said},") as (phone, uri):
        await operator.ready(uri)
        async with caller(straight.uri, save=heard, seconds=120) as call:
            await phone.says("talking")
            call_id = (await operator.get("/live"))["calls"][0]["id"]
            await asyncio.sleep(TURN_S)
            assert (await operator.send("POST", f"/calls/{call_id}/hold"))[0] == 200
            assert (await operator.get("/live"))["calls"][0]["state"] == "hold"
            await asyncio.sleep(TURN_S)
            assert (await operator.send("POST", f"/calls/{call_id}/resume"))[0] == 200
            await asyncio.sleep(TURN_S)
            call.hang_up()
            await call.ended()
    samples, rate = read(heard)
    end = len(samples)
    turns = [samples[end - int((n + 0.75) * TURN_S * rate) : end - int((n + 0.25) * TURN_S * rate)] for n in (2, 1, 0)]
    talking, held, again = turns
    assert has_tone(talking, rate, OPERATOR_HZ) and has_tone(again, rate, OPERATOR_HZ)
    assert not has_tone(held, rate, OPERATOR_HZ) and rms_db(held) > -45, "music, not silence"
    today = (await operator.get("/live"))["today"]
    assert today["answered"] == 1
