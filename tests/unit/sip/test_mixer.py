"""The bridge's wiring while legs end under its hands, with stand-ins for the native objects."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pjsua2 as pj
import pytest

from sip import mixer as mixer_module
from sip.errors import SipError
from sip.leg import Leg, Wiring
from sip.mixer import Mixer


class Port:
    """A port of the conference bridge; one that is gone refuses every connection."""

    def __init__(self, *, gone: bool = False) -> None:
        self.gone = gone
        self.hears: list[Port] = []

    def startTransmit(self, sink: "Port") -> None:  # pjsua2's name
        if self.gone or sink.gone:
            raise pj.Error()
        sink.hears.append(self)

    def stopTransmit(self, sink: "Port") -> None:
        if self not in sink.hears:
            raise pj.Error()
        sink.hears.remove(self)


def leg(number: int, port: Port) -> Any:
    return SimpleNamespace(number=number, wiring=Wiring(), ended=False, audio=lambda: port)


def mixer_of(*legs: Any) -> Mixer:
    return Mixer(cast("dict[int, Leg]", {each.number: each for each in legs}), lambda event: None, lambda: None)


async def test_a_leg_that_ends_while_it_is_bridged_breaks_nothing() -> None:
    ours, theirs = Port(), Port(gone=True)
    mixer = mixer_of(leg(1, ours), leg(2, theirs))
    mixer.bridge(1, 2)
    assert ours.hears == theirs.hears == []


async def test_two_legs_hear_each_other_until_they_are_parted() -> None:
    ours, theirs = Port(), Port()
    mixer = mixer_of(leg(1, ours), leg(2, theirs))
    mixer.bridge(1, 2)
    assert ours.hears == [theirs] and theirs.hears == [ours]
    mixer.unbridge(1, 2)
    assert ours.hears == theirs.hears == []


async def test_music_that_cannot_be_read_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(_file: Path) -> None:
        raise pj.Error()

    monkeypatch.setattr(mixer_module, "SharedLoop", unreadable)
    with pytest.raises(SipError, match=r"gone\.wav"):
        mixer_of(leg(1, Port())).play_music(1, Path("gone.wav"))


async def test_a_recorder_that_is_replaced_is_kept_until_the_media_thread_is_done_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Port] = []

    def recorder(_file: Path) -> Port:
        made.append(Port())
        return made[-1]

    monkeypatch.setattr(mixer_module, "recorder", recorder)
    released: list[object] = []
    mixer = mixer_of(leg(1, Port()))
    monkeypatch.setattr(mixer, "release", released.append)
    mixer.record(1, Path("first.wav"))
    mixer.record(1, Path("second.wav"))
    await asyncio.sleep(0)
    assert released == [made[0]] and made[0].hears == [] and len(made[1].hears) == 1
