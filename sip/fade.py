"""Sound that stops without a click: it is turned down over a tenth of a second, while what follows is heard already."""

import asyncio
from collections.abc import Callable

import pjsua2 as pj

from sip.leg import Leg

LEVELS = (0.8, 0.6, 0.4, 0.2)
STEP_S = 0.02  # one frame of the bridge
FADE_S = len(LEVELS) * STEP_S


def fade_out(source: pj.AudioMedia, leg: Leg, is_wanted: Callable[[], bool]) -> None:
    """Take `source` off what the leg hears. If `is_wanted` again meanwhile, it comes back at once."""
    _turn_down(source, leg, is_wanted, 0)


def _turn_down(source: pj.AudioMedia, leg: Leg, is_wanted: Callable[[], bool], step: int) -> None:
    audio = leg.audio()
    if audio is None:
        return  # its port is gone, and the connection with it
    try:
        source.stopTransmit(audio)  # the library knows no other way to change the level of a connection
        if step and is_wanted():
            source.startTransmit(audio)
        elif step < len(LEVELS):
            level = pj.AudioMediaTransmitParam()
            level.level = LEVELS[step]
            source.startTransmit2(audio, level)
            asyncio.get_running_loop().call_later(STEP_S, _turn_down, source, leg, is_wanted, step + 1)
    except pj.Error:
        return  # the playback was over, or the leg ended in the native thread: there is nothing to fade
