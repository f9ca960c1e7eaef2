"""How long a caller heard nothing at all."""

from tests.audio import Samples, rms_db

WINDOW_S = 0.1
SILENT_BELOW_DB = -55.0


def longest_silence_s(samples: Samples, rate: int) -> float:
    """The longest time in seconds without any sound, in steps of `WINDOW_S`."""
    size, longest, run = round(WINDOW_S * rate), 0, 0
    for start in range(0, len(samples) - size, size):
        run = run + 1 if rms_db(samples[start : start + size]) < SILENT_BELOW_DB else 0
        longest = max(longest, run)
    return longest * WINDOW_S
