"""Everybody equally loud: a slow gain for each leg brings people to the level of the prompts (docs/sound.md)."""

import asyncio
import math
from collections import deque
from collections.abc import Mapping

import pjsua2 as pj

from sip.events import LegId
from sip.leg import Leg
from sip.levels import SILENCE_DB, level_db

LOOK_EVERY_S = 0.1
TARGET_DBFS = -20.0
"""Of active speech by root mean square, as voice.levels.SPEECH_DBFS; a test holds the two together."""
MOST_LOUDER_DB, MOST_QUIETER_DB = 18.0, 12.0
STEP_UP_DB, STEP_DOWN_DB = 1.0, 2.0
"""At most, per look that found speech: 10 dB in a second of it upwards, 20 dB downwards."""
NEAR_ENOUGH_DB = 1.5
METER_DB = -1.5
"""From the meter to dBFS by root mean square: -3 for a sine, but speech is more peaked (1.5 dB, measured)."""

NOISE_RISES_DB = 0.1  # per look: what goes on and on without a pause is noise after ten seconds or so, not speech
SPEECH_OVER_NOISE_DB = 10.0
ECHO_LOOKS = 5  # how long after what was heard an echo of it may come: 0.5 s
ECHO_BELOW_DB = 15.0
TRUSTED_AFTER = 5  # looks with speech before the level is believed
REMEMBERED = 50  # looks with speech in the mean: five seconds of talking


class SpeechLevel:
    """The active speech level of a talker, from the levels of single frames. Pauses, noise and echo do not count."""

    def __init__(self) -> None:
        self._noise_db = 0.0
        self._power = 0.0
        self._count = 0
        self._heard = deque([SILENCE_DB], maxlen=ECHO_LOOKS)

    @property
    def db(self) -> float | None:
        """None until it is known."""
        return 10 * math.log10(self._power) if self._count >= TRUSTED_AFTER else None

    def look(self, said_db: float, heard_db: float) -> bool:
        """One frame from the talker and one towards them. Returns whether there was speech in the first."""
        self._heard.append(heard_db)
        if said_db <= SILENCE_DB:
            return False
        self._noise_db = min(self._noise_db + NOISE_RISES_DB, said_db)
        if said_db < self._noise_db + SPEECH_OVER_NOISE_DB or said_db < max(self._heard) - ECHO_BELOW_DB:
            return False
        self._count += 1
        self._power += (10 ** (said_db / 10) - self._power) / min(self._count, REMEMBERED)
        return True


class Gain:
    """What is done to a talker's sound, in dB. It moves in small steps, and only while they speak: nobody notices."""

    def __init__(self) -> None:
        self.db = 0.0
        self._speech = SpeechLevel()

    def look(self, said_db: float, heard_db: float) -> bool:
        """One frame's levels in dBFS: `said_db` with the gain in it, `heard_db` of what the talker hears meanwhile.

        Returns whether the gain moved.
        """
        raw_db = said_db - self.db if said_db > SILENCE_DB else said_db
        if not self._speech.look(raw_db, heard_db) or self._speech.db is None:
            return False
        wanted = min(max(TARGET_DBFS - self._speech.db, -MOST_QUIETER_DB), MOST_LOUDER_DB)
        if abs(wanted - self.db) < NEAR_ENOUGH_DB:
            return False
        self.db += min(max(wanted - self.db, -STEP_DOWN_DB), STEP_UP_DB)
        return True


class Leveller:
    """Looks at every answered leg ten times a second, from `start` to `stop`."""

    def __init__(self, legs: Mapping[LegId, Leg]) -> None:
        self._legs = legs
        self._gains: dict[LegId, Gain] = {}
        self._ports: dict[LegId, pj.AudioMedia] = {}
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._timer = self._loop.call_later(LOOK_EVERY_S, self._turn)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def connect(self, leg: Leg) -> None:
        """The leg has a port on the bridge, or another one than before: its gain goes with it."""
        port = leg.audio()
        if port is None:
            self._ports.pop(leg.number, None)
            return
        self._ports[leg.number] = port
        _adjust(port, self._gains.setdefault(leg.number, Gain()).db)

    def inherit(self, old: LegId, new: Leg) -> None:
        """The same person speaks on another leg: what was learnt of them goes on there."""
        if old in self._gains:
            self._gains[new.number] = self._gains[old]
            self.connect(new)

    def forget(self, leg: Leg) -> None:
        """The leg is over."""
        self._ports.pop(leg.number, None)
        self._gains.pop(leg.number, None)

    def _turn(self) -> None:
        self.start()
        for number, port in list(self._ports.items()):
            self._look(number, port)

    def _look(self, number: LegId, port: pj.AudioMedia) -> None:
        try:
            said, heard = port.getTxLevel(), port.getRxLevel()  # pjsua2 sees both from the bridge
        except pj.Error:
            return  # the port is gone with its call, or with its stream; `connect` or `forget` follows
        if said and self._gains[number].look(_dbfs(said), _dbfs(heard)):
            self.connect(self._legs[number])  # by a port asked for anew: another leg may have this number by now


def _dbfs(percent: int) -> float:
    return level_db(percent) + METER_DB if percent else SILENCE_DB


def _adjust(port: pj.AudioMedia, gain_db: float) -> None:
    try:
        port.adjustTxLevel(10 ** (gain_db / 20))
    except pj.Error:
        return  # as above
