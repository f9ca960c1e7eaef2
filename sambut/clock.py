"""The one clock: Unix epoch seconds that never go back, also when the machine's time is set."""

import time
from collections.abc import Callable

Clock = Callable[[], float]


def steady_clock() -> Clock:
    """A clock that starts at the wall's time and advances by the monotonic clock."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset
