"""When a caller is to be called back: the first time, and again after every try in vain."""

from collections.abc import Callable, Sequence

from hotline.ticket import Callback, TryResult

OpensAt = Callable[[float], float | None]
"""The moment itself while the office is open, else when it opens next (Unix seconds); None if it never does."""


def first_due(at: float, opens_at: OpensAt) -> float:
    """When the first call is due to a caller who is owed one since `at`: at once, but within working hours."""
    return _within_hours(at, opens_at)


def next_due(
    callback: Callback, result: TryResult, at: float, retries_minutes: Sequence[float], opens_at: OpensAt
) -> float | None:
    """When the next call is due after this try, which `callback` does not yet count; None when none is planned.

    None is planned for a caller who answered, nor after the last of `retries_minutes`: then a person decides. A delay
    that ends outside working hours goes on until they begin.
    """
    if result == "answered" or callback.tries_in_vain >= len(retries_minutes):
        return None
    return _within_hours(at + 60 * retries_minutes[callback.tries_in_vain], opens_at)


def tries_left(callback: Callback, max_tries: int) -> int:
    """How many calls are still planned."""
    return 0 if callback.due_at is None else max(0, max_tries - callback.tries_in_vain)


def _within_hours(at: float, opens_at: OpensAt) -> float:
    opens = opens_at(at)
    return at if opens is None else max(at, opens)
