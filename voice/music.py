"""Sound made by code: calm music for those who wait, and the beep before a message. The same bytes every time.

The music is ours, so no licence and no fee comes with it. Everything wraps around: a note that is still sounding at
the end goes on at the beginning, so the loop has no seam.
"""

from collections.abc import Sequence

import numpy as np

from voice.levels import SPEECH_DBFS, Samples, dbfs

MUSIC_DBFS = -21.0  # as loud as speech at SPEECH_DBFS: both are -21 LUFS (docs/sound.md)
MUSIC_S = 48.0

_A4_HZ = 440.0
_HIGHEST_HZ = 3300.0  # partials above do not pass a telephone line (300 to 3,400 Hz)
_PARTIALS = (1.0, 0.35, 0.12, 0.05)  # amplitudes of the harmonics: soft, a little like a marimba over a pad

# MIDI note numbers of one chord each, six seconds long: Cmaj9, Am9, Fmaj9, G6 and back another way.
_CHORDS = (
    (60, 64, 67, 71, 74),
    (57, 60, 64, 67, 71),
    (53, 57, 60, 64, 67),
    (55, 59, 62, 64, 69),
    (60, 64, 67, 71, 74),
    (52, 59, 62, 64, 67),
    (53, 57, 60, 64, 69),
    (55, 60, 62, 65, 69),
)
_ARPEGGIO = (0, 2, 3, 4, 3, 2, 1, 2)  # which note of the chord, one after the other
_NOTE_DECAY_S = 0.9


def comfort_music(rate: int) -> Samples:
    """A loop of `MUSIC_S` seconds at `MUSIC_DBFS`, without a seam, within what a telephone carries."""
    loop = np.zeros(round(MUSIC_S * rate))
    chord_s = MUSIC_S / len(_CHORDS)
    for index, chord in enumerate(_CHORDS):
        _add_chord(loop, chord, index * chord_s, chord_s, rate)
        _add_arpeggio(loop, chord, index * chord_s, chord_s, rate)
    return np.asarray(loop * 10 ** ((MUSIC_DBFS - dbfs(loop)) / 20))


def ringback(rate: int) -> Samples:
    """What a caller hears while the far end rings in Indonesia: 425 Hz, one second on, four off (ITU-T E.180)."""
    tone = beep(rate, 425.0, 1.0)
    return np.concatenate([tone, np.zeros(4 * rate)])


def beep(rate: int, hz: float = 1000.0, seconds: float = 0.4) -> Samples:
    """The tone after which a caller speaks, with ends that do not click; then a moment of silence."""
    sound = _sine(hz, seconds, rate) * _envelope(seconds, 0.02, 0.02, rate)
    level = 10 ** ((SPEECH_DBFS - dbfs(sound)) / 20)
    return np.concatenate([sound * level, np.zeros(round(0.1 * rate))])


def _add_chord(loop: Samples, chord: Sequence[int], start_s: float, length_s: float, rate: int) -> None:
    """A pad that swells and fades into the next chord."""
    seconds = length_s * 1.5
    swell = _envelope(seconds, length_s / 2, length_s / 2, rate)
    for note in chord[:4]:
        _add(loop, 0.25 * swell * _voice(note, seconds, rate), start_s, rate)


def _add_arpeggio(loop: Samples, chord: Sequence[int], start_s: float, length_s: float, rate: int) -> None:
    step_s = length_s / len(_ARPEGGIO)
    seconds = 3.0
    t = np.arange(round(seconds * rate)) / rate
    pluck = _envelope(seconds, 0.03, 0.3, rate) * np.exp(-t / _NOTE_DECAY_S)
    for step, index in enumerate(_ARPEGGIO):
        accent = 0.5 if step % 4 == 0 else 0.35
        _add(loop, accent * pluck * _voice(chord[index] + 12, seconds, rate), start_s + step * step_s, rate)


def _voice(note: int, seconds: float, rate: int) -> Samples:
    """One note of MIDI number `note` with its harmonics, as far as a telephone carries them."""
    base = _A4_HZ * 2 ** ((note - 69) / 12)
    limit = min(_HIGHEST_HZ, 0.42 * rate)
    partials = [(base * n, weight) for n, weight in enumerate(_PARTIALS, start=1) if base * n < limit]
    return np.asarray(sum(weight * _sine(hz, seconds, rate) for hz, weight in partials))


def _sine(hz: float, seconds: float, rate: int) -> Samples:
    return np.asarray(np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate))


def _envelope(seconds: float, attack_s: float, release_s: float, rate: int) -> Samples:
    """Rises from 0 to 1 and falls to 0 again along a raised cosine."""
    t = np.arange(round(seconds * rate)) / rate
    edge = np.minimum(np.minimum(t / attack_s, (seconds - t) / release_s), 1.0)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * edge))


def _add(loop: Samples, sound: Samples, start_s: float, rate: int) -> None:
    """Adds `sound` at `start_s`; what does not fit before the end of `loop` goes on at its beginning."""
    places = (round(start_s * rate) + np.arange(len(sound))) % len(loop)
    loop[places] += sound
