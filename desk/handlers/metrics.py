"""Figures of a span, for reports."""

from desk import shapes
from desk.context import Ask, Nothing
from desk.handlers.spans import SpanQuery, within
from desk.reporting import TAIL_S, By, Cut, count, cuts
from desk.roles import Permission
from desk.routing import route
from desk.serialise import figures
from hotline.counting import LEAD_S

_LONGEST_DAYS = {"hour": 31, "day": 366, "queue": 366}


class MetricsQuery(SpanQuery):
    """Without `from`: today; without `to`: until now."""

    by: By = "day"


async def metrics(ask: Ask[Nothing, MetricsQuery]) -> shapes.Metrics:
    desk, by = ask.desk, ask.query.by
    since, until = within(ask.query, desk.clock(), desk.zone, _LONGEST_DAYS[by])
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


ROUTES = (
    route("GET", "/metrics", metrics, "Figures of a span, by hour, day or queue", permission=Permission.READ_METRICS),
)
