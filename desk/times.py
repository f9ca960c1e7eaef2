"""Epoch seconds inside, RFC 3339 outside."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import overload

Clock = Callable[[], float]  # Unix epoch seconds


@overload
def rfc3339(at: float, zone: tzinfo = UTC) -> str: ...
@overload
def rfc3339(at: None, zone: tzinfo = UTC) -> None: ...
def rfc3339(at: float | None, zone: tzinfo = UTC) -> str | None:
    """Epoch seconds as `2026-03-02T08:15:00.250+07:00`; None stays None."""
    return None if at is None else _written(at, zone)


@lru_cache(maxsize=4096)  # a ticket has a dozen moments, and most are told again with each save
def _written(at: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")
