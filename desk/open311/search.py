"""Which tickets a portal asks for: the arguments of GET requests (GeoReport v2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desk.open311.errors import Refused, refused
from desk.open311.visit import Visit
from storage.api_keys import ApiKey
from storage.filings import PublishedQuery

LONGEST_SPAN_S = 90 * 86_400.0
_MILLISECOND_S = 0.001
MOST = 1000
"""Requests in one answer (GeoReport v2, Response Volume)."""
MOST_WITHOUT_KEY = 200
"""The same for whom nobody knows: a list costs the service more than whoever asks for it."""


def query_of(visit: Visit, key: ApiKey | None) -> PublishedQuery:
    """What to look for. Raises `Refused`."""
    numbers = _several(visit.given, "service_request_id")
    visible, most = _visible(visit, key), MOST if key else MOST_WITHOUT_KEY
    if numbers:  # overrides all other arguments
        return PublishedQuery(numbers=numbers[:most], limit=most, **visible)
    since, until = _span(visit.given, visit.desk.clock())
    return PublishedQuery(
        categories=_several(visit.given, "service_code"),
        closed=_closed(visit.given),
        since=since,
        until=until + _MILLISECOND_S,  # the end is included, and told in whole milliseconds
        limit=most,
        **visible,
    )


def one(visit: Visit, number: str, key: ApiKey | None) -> PublishedQuery:
    """A single ticket, under the same rules."""
    return PublishedQuery(numbers=(number,), limit=1, **_visible(visit, key))


def _visible(visit: Visit, key: ApiKey | None) -> dict[str, Any]:
    return {"publish": visit.rules.publish, "api_key": key.id if key else None}


def _several(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.get(name, "").split(",") if part.strip())


def _closed(given: Mapping[str, str]) -> bool | None:
    wanted = set(_several(given, "status"))
    if unknown := wanted - {"open", "closed"}:
        raise refused(
            400,
            f"status {', '.join(sorted(unknown))} tidak dikenal: open atau closed.",
            f"There is no status {', '.join(sorted(unknown))}: open or closed.",
        )
    return "closed" in wanted if len(wanted) == 1 else None


def _span(given: Mapping[str, str], now: float) -> tuple[float, float]:
    """90 days: those up to now, unless one or both ends are given."""
    since, until = _moment(given, "start_date"), _moment(given, "end_date")
    if since is not None and until is not None and until - since > LONGEST_SPAN_S:
        raise refused(400, "Rentang paling panjang 90 hari.", "The span is 90 days at most.")
    if since is None:
        until = now if until is None else until
        return until - LONGEST_SPAN_S, until
    return since, since + LONGEST_SPAN_S if until is None else until


def _moment(given: Mapping[str, str], name: str) -> float | None:
    text = given.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that was not encoded
        if moment.tzinfo is None or not 2000 <= moment.year < 2200:  # years 1 and 9999 are no years elsewhere
            raise _not_a_moment(name)
        return moment.timestamp()
    except (ValueError, OverflowError) as error:
        raise _not_a_moment(name) from error


def _not_a_moment(name: str) -> Refused:
    return refused(
        400,
        f"{name} harus berbentuk 2026-03-02T08:00:00+07:00.",
        f"{name} has to look like 2026-03-02T08:00:00+07:00.",
    )
