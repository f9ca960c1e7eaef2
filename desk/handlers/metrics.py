"""Figures of a span, for reports."""

from datetime import datetime

from desk import shapes
from desk.context import Ask, Nothing
from desk.field_errors import field_error, words
from desk.handlers.spans import SpanQuery, midnight
from desk.problems import Problem
from desk.reporting import LEAD_S, TAIL_S, By, Cut, count, cuts
from desk.roles import Permission
from desk.routing import route
from desk.serialise import figures

_LONGEST_DAYS = {"hour": 31, "day": 366, "queue": 366}


class MetricsQuery(SpanQuery):
    """Without `from`: today; without `to`: until now."""

    by: By = "day"


async def metrics(ask: Ask[Nothing, MetricsQuery]) -> shapes.Metrics:
    desk, by = ask.desk, ask.query.by
    since, until = _span(ask)
    rules = desk.installation.queues
    parts = [Cut("total", since, until), *cuts(by, since, until, desk.zone, rules)]
    total, *counted = await count(desk.store.events.between(since - LEAD_S, until + TAIL_S), rules, parts)
    spans: list[shapes.Span] = [
        {
            "key": part.key,
            "since": desk.json.at(part.since),
            "until": desk.json.at(part.until),
            "figures": figures(of_part),
        }
        for part, of_part in zip(parts[1:], counted, strict=True)
    ]
    return {
        "since": desk.json.at(since),
        "until": desk.json.at(until),
        "by": by,
        "spans": spans,
        "total": figures(total),
    }


def _span(ask: Ask[Nothing, MetricsQuery]) -> tuple[float, float]:
    now, zone = ask.desk.clock(), ask.desk.zone
    since, until = ask.query.bounds(zone)
    begin = midnight(datetime.fromtimestamp(now, zone).date(), zone).timestamp() if since is None else since
    end = now if until is None else min(until, now)
    days = _LONGEST_DAYS[ask.query.by]
    if not 0 <= end - begin <= days * 86_400:
        message = words(
            f"Rentang waktu harus maju dan paling panjang {days} hari.",
            f"The span must run forward, {days} days at the most.",
        )
        raise Problem("invalid", errors=[field_error("from", "bad_span", message)])
    return begin, end


ROUTES = (
    route("GET", "/metrics", metrics, "Figures of a span, by hour, day or queue", permission=Permission.READ_METRICS),
)
