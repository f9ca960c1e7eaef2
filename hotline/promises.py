"""Which times a caller may be promised to be called at (SOP step 5b): such at which somebody is there to call."""

from itertools import pairwise

from hotline.working_time import WorkingTime

_AHEAD_S = (1800.0, 3600.0, 7200.0)
"""Half an hour, one hour, two: what operators say. Of working time, so that the night does not count."""

_QUARTER_S = 900.0
_NIGHT_S = 4 * 3600.0
"""A longer stretch in which nobody works is a night or a holiday, a shorter one lunch."""

_SOON_AFTER_OPENING_S = 3600.0
_LOOK_AHEAD_S = 14 * 86400.0


def promises(office: WorkingTime, now: float) -> tuple[float, ...]:
    """Times to offer, in order and each once (Unix seconds): quarters of an hour ahead, and one on the next morning.

    Empty for an office that does not open any more.
    """
    ahead = (office.add(now, seconds) for seconds in _AHEAD_S)
    rounded = (-(-moment // _QUARTER_S) * _QUARTER_S for moment in ahead if moment is not None)
    offered = {moment for moment in rounded if may_be_promised(office, moment, now)}
    return tuple(sorted(offered | _next_morning(office, now)))


def may_be_promised(office: WorkingTime, at: float, now: float) -> bool:
    """Whether it is still to come, and the office works then or has worked until then."""
    return at > now and office.between(at - 1, at) > 0


def next_promise(office: WorkingTime, at: float) -> float | None:
    """The first time after `at` that may be promised, a quarter of an hour's work on; None if the office stays closed.

    By opening time nobody has worked yet, so a promise by then would be late at once.
    """
    return office.add(at, _QUARTER_S)


def _next_morning(office: WorkingTime, now: float) -> set[float]:
    for (_, closed), (opened, closes) in pairwise(office.stretches(now, now + _LOOK_AHEAD_S)):
        if opened - closed > _NIGHT_S:
            return {min(opened + _SOON_AFTER_OPENING_S, closes)}
    return set()
