"""The register of calls, control of one's own call, and recordings."""

from collections.abc import Sequence
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field

from desk import shapes
from desk.audit import What, searched, seen
from desk.context import Ask, Desk, Nothing
from desk.handlers.fields import Line
from desk.handlers.playback import play
from desk.handlers.spans import SpanQuery
from desk.privacy import masked
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from hotline.numbers import normalise
from storage.calls import Call, CallQuery, CallState


class CallSearch(SpanQuery):
    state: CallState | None = None
    number: Line | None = None
    operator: Line | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Line | None = None


class ControlArguments(BaseModel, extra="allow"):
    """What an action needs besides the call, such as `to` for a transfer; the switchboard checks it."""


async def search(ask: Ask[Nothing, CallSearch]) -> shapes.CallPage:
    query, desk = ask.query, ask.desk
    since, until = query.bounds(desk.zone)
    await searched(ask, query.number or "", "calls")
    page = await desk.store.calls.search(
        CallQuery(
            state=query.state,
            number=normalise(query.number) if query.number else None,
            operator=query.operator,
            since=since,
            until=until,
            limit=query.limit,
            cursor=query.cursor,
        )
    )
    items = await with_parts(desk, page.items)
    return {"items": for_eyes_of(ask, items), "next": page.next, "total": page.total}


async def read(ask: Ask[Nothing, Nothing]) -> shapes.Call:
    call = await find(ask)
    await seen(ask, What.CALL, call.id)
    (shown,) = for_eyes_of(ask, await with_parts(ask.desk, [call]))
    return shown


async def control(ask: Ask[ControlArguments, Nothing]) -> shapes.Done:
    arguments = ask.body.model_dump()
    await ask.desk.switchboard.control(ask.path("id"), ask.me.username, ask.path("action"), arguments)
    return {"ok": True}


async def directory(ask: Ask[Nothing, Nothing]) -> shapes.Directory:
    return ask.desk.switchboard.directory(ask.me.username)


async def play_recording(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    call = await find(ask)
    if not _may_hear(ask, call):
        raise Problem("forbidden")
    first = next(iter(ask.desk.json.parts(call, await ask.desk.store.recordings.of_call(call.id))), None)
    return await play(ask, await ask.desk.store.recordings.get(first["id"]) if first else None)


async def play_part(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    call = await find(ask)
    part = await ask.desk.store.recordings.get(ask.path("recording"))
    if part is None or part.call != call.id or part.kind != "call":
        raise Problem("not_found", f"call {call.id} has no such recording")
    own = part.operator == ask.me.username and ask.may(Permission.PLAY_OWN_RECORDINGS)
    if not (own or _may_hear(ask, call)):
        raise Problem("forbidden")
    return await play(ask, part)


def _may_hear(ask: Ask[Any, Any], call: Call) -> bool:
    """Everything, or the calls one had oneself. A ticket can be taken over by a click, and so gives no right here."""
    if ask.may(Permission.PLAY_ALL_RECORDINGS):
        return True
    return ask.may(Permission.PLAY_OWN_RECORDINGS) and call.operator == ask.me.username


async def find(ask: Ask[Any, Any]) -> Call:
    call = await ask.desk.store.calls.get(ask.path("id"))
    if call is None:
        raise Problem("not_found", f"there is no call {ask.path('id')}")
    return call


async def with_parts(desk: Desk, calls: Sequence[Call]) -> list[shapes.Call]:
    """The calls with what was recorded and said of each part; those that are up as the switchboard knows them."""
    ids = tuple(call.id for call in calls)
    recordings, outcomes = await desk.store.recordings.of_calls(ids), await desk.store.events.outcomes_of(ids)
    running = any(call.ended_at is None for call in calls)
    up = {call["id"]: call for call in desk.switchboard.live()["calls"]} if running else {}
    shown: list[shapes.Call] = []
    for call in calls:
        stored = desk.json.call(call, recordings.get(call.id, ()), outcomes.get(call.id))
        if call.id in up:
            shown.append({**up[call.id], "recording": stored["recording"], "recordings": stored["recordings"]})
        else:
            shown.append(stored)
    return shown


def for_eyes_of(ask: Ask[Any, Any], calls: list[shapes.Call]) -> list[shapes.Call]:
    """Numbers masked for whoever may see only those of their own calls."""
    if ask.may(Permission.SEE_NUMBERS):
        return calls
    shown: list[shapes.Call] = masked(calls, ask.me.username)
    return shown


ROUTES = (
    route(
        "GET",
        "/directory",
        directory,
        "Whom a call can be passed to, and who could be reached now",
        permission=Permission.TAKE_CALLS,
    ),
    route(
        "GET",
        "/calls",
        search,
        "Calls, newest first",
        permission=Permission.READ_CALLS,
    ),
    route(
        "GET",
        "/calls/{id}",
        read,
        "One call",
        permission=Permission.READ_CALLS,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/calls/{id}/recording",
        play_recording,
        "The recording of a call (Range requests are answered with 206)",
        permission=Permission.READ_CALLS,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/calls/{id}/recordings/{recording}",
        play_part,
        "What one operator had of a call",
        permission=Permission.READ_CALLS,
        problems=("not_found",),
    ),
    route(
        "POST",
        "/calls/{id}/{action}",
        control,
        "Control a call that I have: answer, hold, resume, hangup, …",
        permission=Permission.TAKE_CALLS,
    ),
)
