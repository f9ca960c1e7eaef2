"""The softphone on a sound device. ALSA's null plug-in has no clock of its own, so what is tested is the device's way
into a call, not how it sounds."""

from pathlib import Path

from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone, started

HEADSET = """
pcm.nothing { type null }
pcm.headset {
  type asym
  playback.pcm nothing
  capture.pcm nothing
  hint { show on description "Uji" }
}
"""


async def test_a_call_is_taken_on_a_sound_device(straight: Hotline, tmp_path: Path) -> None:
    (tmp_path / ".asoundrc").write_text(HEADSET)
    operator = await straight.sign_in("operator1")
    async with softphone(audio="alsa:headset", home=tmp_path) as (phone, uri):
        await operator.ready(uri)
        async with caller(straight.uri, seconds=2) as call:
            await phone.says("talking")
            assert await call.ended() == 0
        await phone.says("ended")


async def test_a_headset_that_is_not_there_is_told_with_the_ones_that_are(tmp_path: Path) -> None:
    (tmp_path / ".asoundrc").write_text(HEADSET)
    async with started("softphone", "--port", "0", "--audio", "alsa:Jabra", home=tmp_path) as phone:
        assert "headset" in await phone.says("no sound device is named like 'Jabra'")
        assert await phone.ended() == 1
