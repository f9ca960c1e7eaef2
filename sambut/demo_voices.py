"""What the demo's people say, so that a trial call is heard on both sides and its recording is not silent."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from config import Voice
from voice.speech import spoken
from voice.synthesis import synthesize
from voice.wav import write_wav

RATE = 16000
PAUSE_S = 4.0  # between two times of the same sentence: time for the other side


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a trial call: its sentence and the voice of espeak-ng that says it."""

    sentence: str
    voice: Voice


CALLER = Part(
    f"Selamat pagi. Berapa pajak tahun ini untuk kendaraan {spoken('plate', 'D 1234 ABC', 'id')}? Terima kasih.",
    Voice(voice="id+m3", speed=150),
)
OPERATOR = Part(
    "Selamat pagi, terima kasih telah menghubungi kami. Ada yang bisa kami bantu?", Voice(voice="id+f3", speed=150)
)


async def say(part: Part, out: Path) -> Path:
    """Writes the part's sentence and a pause, to be played again and again. Takes 0.2 s. Raises `SynthesisError`."""
    speech = await synthesize(part.sentence, part.voice, RATE)
    write_wav(out, np.concatenate([speech, np.zeros(round(PAUSE_S * RATE), speech.dtype)]), RATE)
    return out
