"""When to try again what has failed: longer and longer pauses, spread so that not everybody comes back at once."""

FIRST_S = 10.0
LONGEST_S = 4 * 3600.0


def pause_s(tries: int, luck: float, *, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> float:
    """Seconds until the next try after `tries` in vain (at least 1): doubled each time, up to `longest_s`.

    `luck` is from 0 up to 1, drawn anew each time; it takes up to half of the pause away ("equal jitter").
    """
    doublings = min(tries - 1, 40)  # far beyond any longest pause, and still a finite number
    pause = min(first_s * 2.0**doublings, longest_s)
    return pause * (1 - luck / 2)
