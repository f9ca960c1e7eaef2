"""The sound card behind an ALSA device, as the kernel shows it under /sys."""

import re
from contextlib import suppress
from pathlib import Path

SYSTEM = Path("/sys")
CARD = re.compile(r"CARD=([^,:]+)|^(?:plug)?hw:([^,=]+)(?:,|$)")


def card_of(device: str) -> str | None:
    """The sound card in an ALSA device's name, by its id or number: `plughw:CARD=Headset,DEV=0`, `hw:1,0`."""
    found = CARD.search(device)
    return (found[1] or found[2]) if found else None


def sound_card(card: str, system: Path = SYSTEM) -> Path | None:
    """Its folder under /sys/class/sound, while it is plugged in."""
    for each in sorted((system / "class" / "sound").glob("card[0-9]*")):
        with suppress(OSError):
            if card in ((each / "id").read_text().strip(), each.name.removeprefix("card")):
                return each
    return None
