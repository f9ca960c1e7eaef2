"""Times that an operator may promise a caller to be called back at (SOP step 5b)."""

from pydantic import BaseModel

from desk.context import Ask, Nothing
from desk.handlers.fields import Moment
from desk.roles import Permission
from desk.routing import route
from desk.validation_shapes import Promises
from hotline.promises import may_be_promised, promises
from hotline.working_time import WorkingTime


class PromiseQuery(BaseModel, extra="forbid"):
    """`at`: a time of the operator's own choice, to be judged."""

    at: Moment | None = None


async def offer(ask: Ask[Nothing, PromiseQuery]) -> Promises:
    desk, now, chosen = ask.desk, ask.desk.clock(), ask.query.at
    office = WorkingTime(desk.installation.hours)
    return {
        "items": [desk.json.at(moment) for moment in promises(office, now)],
        "works": None if chosen is None else may_be_promised(office, chosen.timestamp(), now),
    }


ROUTES = (
    route(
        "GET",
        "/promises",
        offer,
        "When a caller may be promised a call: times in working hours, and whether `at` is one",
        permission=Permission.TAKE_CALLS,
    ),
)
