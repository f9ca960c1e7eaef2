"""The headset's own button, which Linux shows as a small keyboard under /dev/input.

Only the documented record is read: `struct input_event` of linux/input.h, codes of linux/input-event-codes.h.
"""

import asyncio
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from sambut.workstation.cards import SYSTEM, sound_card
from sip.softphone import State

Press = Literal["phone", "hangup", "mute"]
Meaning = Literal["answer", "hangup", "mute"]

EVENT = struct.Struct("llHHi")  # seconds, microseconds, type, code, value
EV_KEY = 1
PRESSED = 1  # 0 is its release, 2 its repetition while it is held
KEYS: dict[int, Press] = {
    113: "mute",  # KEY_MUTE
    164: "phone",  # KEY_PLAYPAUSE
    169: "phone",  # KEY_PHONE
    0x1BD: "phone",  # KEY_PICKUP_PHONE
    0x1BE: "hangup",  # KEY_HANGUP_PHONE
    248: "mute",  # KEY_MICMUTE
}
LOOK_EVERY_S = 2.0
READ_AT_ONCE = 64 * EVENT.size


def presses(records: bytes) -> Iterator[Press]:
    """What was pressed, of whole records."""
    for _, _, kind, code, value in EVENT.iter_unpack(records):
        if kind == EV_KEY and value == PRESSED and code in KEYS:
            yield KEYS[code]


def meaning(press: Press, state: State) -> Meaning | None:
    """What a press means just now, if anything: one button answers and hangs up."""
    match press, state:
        case "phone", "ringing":
            return "answer"
        case "phone" | "hangup", "talking":
            return "hangup"
        case "hangup", "ringing":
            return "hangup"
        case "mute", "talking":
            return "mute"
    return None


def inputs_of(card: str, system: Path = SYSTEM, devices: Path = Path("/dev/input")) -> list[Path]:
    """The input devices on the same USB device as a sound card: the headset's buttons, and nobody's keyboard."""
    sound = sound_card(card, system)
    if sound is None:
        return []
    usb = (sound / "device").resolve().parent  # .../1-2/1-2:1.0 is the sound's interface, .../1-2 the headset
    events = sorted((system / "class" / "input").glob("event*"))
    return [devices / each.name for each in events if (each / "device").resolve().is_relative_to(usb)]


class Buttons:
    """Listens to input devices while they are there: a headset that is pulled takes its buttons along."""

    def __init__(self, find: Callable[[], list[Path]], pressed: Callable[[Press], None]) -> None:
        self._find = find
        self._pressed = pressed
        self._open: dict[Path, int] = {}

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                for path in self._find():
                    self._listen(path)
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            for path in list(self._open):
                self._close(path)

    def _listen(self, path: Path) -> None:
        if path in self._open:
            return
        with suppress(OSError):  # gone again, or no right to read it: docs/headset-softphone.md says how to give it
            self._open[path] = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            asyncio.get_running_loop().add_reader(self._open[path], self._read, path)

    def _read(self, path: Path) -> None:
        try:
            records = os.read(self._open[path], READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:  # ENODEV: it was pulled
            records = b""
        if not records:
            self._close(path)
            return
        for press in presses(records[: len(records) // EVENT.size * EVENT.size]):
            self._pressed(press)

    def _close(self, path: Path) -> None:
        number = self._open.pop(path)
        asyncio.get_running_loop().remove_reader(number)
        os.close(number)
