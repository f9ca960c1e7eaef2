"""What `--audio` and `--ring` mean, and the tone that rings."""

from pathlib import Path

import numpy as np
import soundfile

from sambut import demo_voices
from sip.softphone import Audio

# Ringing current of Indonesia (ITU-T E.180 supplement 2): one second on, four off; an octave above makes it audible
# on small loudspeakers.
RING_HZ, RING_ON_S, RING_OFF_S = (425, 850), 1.0, 4.0
RING_LEVEL = 0.2
RATE = 16000


async def parse_audio(text: str, folder: Path) -> Audio:
    """`alsa:NAME`, `null`, `file:IN,OUT` or `greeting`; what is said is made or converted into `folder`.

    Raises `ValueError`, `LibsndfileError` for a file that cannot be read, and `SynthesisError`.
    """
    kind, _, rest = text.partition(":")
    match kind:
        case "null":
            return Audio()
        case "greeting":
            return Audio(say=await demo_voices.say(demo_voices.OPERATOR, folder / "say.wav"))
        case "alsa" if rest:
            return Audio(alsa=rest)
        case "file" if rest:
            said, _, heard = rest.partition(",")
            say = as_wav(Path(said), folder / "say.wav") if said else None
            return Audio(say=say, record=Path(heard) if heard else None)
    raise ValueError(f"--audio {text!r}: give alsa:NAME, null, file:IN,OUT, or greeting")


def parse_ring(text: str) -> str | None:
    """The ALSA device to ring on besides the headset: `alsa:NAME`; `None` for `headset` and `none`. `ValueError`."""
    kind, _, name = text.partition(":")
    if text in ("headset", "none"):
        return None
    if kind == "alsa" and name:
        return name
    raise ValueError(f"--ring {text!r}: give headset, alsa:NAME, or none")


def as_wav(file: Path, out: Path) -> Path:
    """Any sound file as 16-bit mono WAV; the engine resamples it. Raises `LibsndfileError`."""
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    soundfile.write(out, np.mean(samples, axis=1), rate, subtype="PCM_16")
    return out


def ringing_tone(out: Path) -> Path:
    """Writes one period of the ringing tone."""
    time = np.arange(round(RING_ON_S * RATE)) / RATE
    on = RING_LEVEL * np.sum([np.sin(2 * np.pi * hz * time) for hz in RING_HZ], axis=0)
    soundfile.write(out, np.concatenate([on, np.zeros(round(RING_OFF_S * RATE))]), RATE, subtype="PCM_16")
    return out
