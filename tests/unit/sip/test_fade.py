"""Turning sound down before it stops, with stand-ins for the native objects."""

import asyncio
from typing import Any, cast

import pjsua2 as pj

from sip.fade import FADE_S, LEVELS, fade_out
from sip.leg import Leg


class Source:
    """Remembers at which level it was heard; 0 when it was taken off."""

    def __init__(self) -> None:
        self.levels = [1.0]

    def stopTransmit(self, _sink: object) -> None:  # pjsua2's name
        self.levels.append(0.0)

    def startTransmit(self, _sink: object) -> None:
        self.levels[-1] = 1.0

    def startTransmit2(self, _sink: object, parameter: pj.AudioMediaTransmitParam) -> None:
        self.levels[-1] = round(parameter.level, 3)


class Listener:
    def __init__(self) -> None:
        self.port: object | None = object()

    def audio(self) -> object | None:
        return self.port


async def faded(wanted: bool, listener: Listener) -> list[float]:
    source = Source()
    fade_out(cast("Any", source), cast("Leg", listener), lambda: wanted)
    await asyncio.sleep(2 * FADE_S)
    return source.levels


async def test_it_goes_down_step_by_step_and_off() -> None:
    assert await faded(False, Listener()) == [1.0, *LEVELS, 0.0]


async def test_what_is_wanted_again_comes_back_whole() -> None:
    assert await faded(True, Listener()) == [1.0, LEVELS[0], 1.0]


async def test_a_leg_that_ends_meanwhile_breaks_nothing() -> None:
    listener = Listener()
    asyncio.get_running_loop().call_later(FADE_S / 3, setattr, listener, "port", None)
    levels = await faded(False, listener)
    assert levels[1] == LEVELS[0] and levels[-1] > 0
