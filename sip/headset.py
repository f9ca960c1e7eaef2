"""A softphone's sound device: found by name, kept open, lost when the headset is pulled, opened again when it is back.

It stays open between calls too: opening a device takes longer than an operator should wait after a click, and only an
open device tells at once that it is gone.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pjsua2 as pj
import structlog

from sip.levels import level_db
from sip.media import SharedLoop
from sip.mixer import RELEASE_AFTER_S

log = structlog.get_logger(__name__)

ECHO_TAIL_MS = 200
LOOK_EVERY_S = 1.0
PLAY_AHEAD_MS = 60  # the library's 140 would be heard as hesitation
# Some ALSA plug-ins open for a device that is not there, and fail with the first frame.
PROVEN_AFTER_S = 0.4
OPEN_NOW = 0  # of `setSndDevMode`: no PJSUA_SND_DEV_NO_IMMEDIATE_OPEN


@dataclass(frozen=True, slots=True)
class Levels:
    """In dB of a full-scale sine: the microphone, and what the operator hears."""

    in_db: float
    out_db: float


def names(devices: pj.AudDevManager) -> list[str]:
    """Every device that can be spoken into and listened to, as `alsa:NAME` takes it.

    None before the first `refreshDevs`: our engine does not look for devices by itself (scripts/build-engine.sh).
    """
    return [device.name for device in devices.enumDev2() if device.inputCount and device.outputCount]


class Headset:
    """`changed` is told whenever `present` changes. All methods belong to the loop's thread."""

    def __init__(
        self,
        name: str,
        devices: pj.AudDevManager,
        clock_rate: int,
        *,
        cancel_echo: bool,
        plugged: Callable[[], bool],
        changed: Callable[[], None],
    ) -> None:
        self._name = name
        self._devices = devices
        self._plugged = plugged
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.TimerHandle | None = None
        self._opened = False
        self._ringing: SharedLoop | None = None
        # A microphone that nobody listens to has no level, and its device would be closed: this port listens.
        self._listener = pj.ToneGenerator()
        self._listener.createToneGenerator(clock_rate, 1)
        self._microphone().startTransmit(self._listener)
        devices.setOutputLatency(PLAY_AHEAD_MS)
        devices.setEcOptions(ECHO_TAIL_MS if cancel_echo else 0, 0)
        self.present = False

    def look(self) -> None:
        """Open the device if it is there, otherwise look again in `LOOK_EVERY_S`."""
        if self._plugged() and self._found_and_opened():
            self._next = self._loop.call_later(PROVEN_AFTER_S, self._proven)
        else:
            self._next = self._loop.call_later(LOOK_EVERY_S, self.look)

    def lost(self) -> None:
        """The open device failed: a software clock takes over, so that a running call goes on in silence."""
        if not self._opened:
            return
        self._opened = False
        self._devices.setNullDev()
        if self._next is not None:
            self._next.cancel()
        self._next = self._loop.call_later(LOOK_EVERY_S, self.look)
        self._set_present(False)

    def mute(self, muted: bool) -> None:
        """Close or open the microphone; it stays so over a loss of the device.

        The library's "tx" is what a port brings into the bridge, "rx" what it takes out.
        """
        self._microphone().adjustTxLevel(0.0 if muted else 1.0)

    def levels(self) -> Levels:
        """Of the last 20 ms; "tx" and "rx" as in `mute`."""
        port = self._microphone()
        return Levels(level_db(port.getTxLevel()), level_db(port.getRxLevel()))

    def ring(self, tone: Path) -> None:
        """Play a ringing tone into the headset, on and on."""
        if self._ringing is None:
            self._ringing = SharedLoop(tone)
            self._ringing.startTransmit(self._devices.getPlaybackDevMedia())

    def stop_ringing(self) -> None:
        if self._ringing is not None:
            self._ringing.stopTransmit(self._devices.getPlaybackDevMedia())
            self._loop.call_later(RELEASE_AFTER_S, _drop, self._ringing)
            self._ringing = None

    async def close(self) -> None:
        """Before the library is freed."""
        if self._next is not None:
            self._next.cancel()
        self.stop_ringing()
        self._microphone().stopTransmit(self._listener)
        self._devices.setNullDev()
        await asyncio.sleep(RELEASE_AFTER_S * 2)
        del self._listener

    def _microphone(self) -> pj.AudioMedia:
        return self._devices.getCaptureDevMedia()

    def _index(self) -> int | None:
        """The device of exactly this name, or the first whose name holds it."""
        found = [(device.name, index) for index, device in enumerate(self._devices.enumDev2())
                 if self._name in device.name and device.inputCount and device.outputCount]  # fmt: skip
        return min(found, key=lambda each: each[0] != self._name)[1] if found else None

    def _found_and_opened(self) -> bool:
        self._devices.refreshDevs()
        index = self._index()
        return index is not None and self._open(index)

    def _open(self, index: int) -> bool:
        """Both ways at once: from the null device, setting one would open the other way on ALSA's default."""
        try:
            self._devices.setNoDev()
            self._devices.setCaptureDev(index)
            self._devices.setPlaybackDev(index)
            self._devices.setSndDevMode(OPEN_NOW)
        except pj.Error as error:
            log.info("headset_does_not_open", reason=error.reason)
            self._devices.setNullDev()
            return False
        self._opened = True
        return True

    def _proven(self) -> None:
        self._next = None
        self._set_present(True)

    def _set_present(self, present: bool) -> None:
        if present != self.present:
            self.present = present
            self._changed()


def _drop(_native: object) -> None:
    """The scheduled call held the last reference."""
