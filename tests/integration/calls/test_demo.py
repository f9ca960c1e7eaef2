"""The demo as the README tells it: nobody has a headset, and yet both sides are heard."""

import asyncio
from pathlib import Path

import soundfile

from tests.audio import rms_db
from tests.integration.hotline import Hotline
from tests.integration.phones import started

TALK_S = 12  # longer than either side's sentence and pause


async def test_a_trial_call_is_heard_on_both_sides_and_so_is_its_recording(straight: Hotline, tmp_path: Path) -> None:
    operator = await straight.sign_in("operator1")
    heard = tmp_path / "heard.wav"
    async with started("softphone", "--port", "0", "--auto-answer") as phone:
        ready = await phone.says("ready sip=")
        await operator.ready("sip:" + ready.split("sip=")[1].split(";")[0])
        async with started("call", "--to", straight.uri, "--save", str(heard), "--seconds", "60") as caller:
            await phone.says("talking")
            await asyncio.sleep(TALK_S)
            caller.hang_up()
            assert await caller.ended() == 0
    assert rms_db(soundfile.read(heard)[0][-16000 * TALK_S :]) > -40, "the caller hears the operator"
    async with asyncio.timeout(10):
        while (recording := (await operator.get("/calls"))["items"][0]["recording"]) is None:
            await asyncio.sleep(0.1)
    async with operator.http.get(operator.base + recording["url"]) as response:
        (tmp_path / "recording").write_bytes(await response.read())
    samples, _ = soundfile.read(tmp_path / "recording")
    assert samples.shape[1] == 2
    assert all(rms_db(samples[:, side]) > -40 for side in (0, 1)), "caller left, operator right"
