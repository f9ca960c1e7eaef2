"""The level meters' figures: from the library's scale to dB."""

import math
from functools import cache

SILENCE_DB = -90.0
FULL_SCALE = 32767 * 2 / math.pi  # the mean of a full-scale sine's magnitude


@cache  # each leg asks ten times a second, and there are 101 answers
def level_db(percent: int) -> float:
    """pjsua2's signal level (0 to 100) in dB of a full-scale sine.

    The library takes a frame's mean magnitude, companded by G.711's µ-law into 0..255 and scaled to 100: about 1 dB
    fine at the loud end.
    """
    code = min(percent * 255 // 100 + (percent > 0), 127)  # µ-law's magnitude has seven bits
    magnitude = (((code & 15) * 8 + 132) << (code >> 4)) - 132
    return SILENCE_DB if magnitude <= 0 else round(max(20 * math.log10(magnitude / FULL_SCALE), SILENCE_DB), 1)
