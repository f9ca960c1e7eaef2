"""The browsers in which somebody is signed in: their own to see and end, anybody's for the admin."""

from desk import shapes
from desk.context import Ask, Desk, Nothing
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from storage.sessions import Session


async def list_mine(ask: Ask[Nothing, Nothing]) -> shapes.SignedInBrowsers:
    return await _list(ask.desk, ask.me.username, ask.session.session.id)


async def end_mine(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    """As everything about signing in: with the password once more, unless it was given just now."""
    ask.desk.sign_in.want_proof(ask.session)
    return await _end(ask.desk, ask.me.username, ask.path("id"))


async def end_my_others(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    """All but the one that asks, which can sign out. Known devices are forgotten, too."""
    ask.desk.sign_in.want_proof(ask.session)
    mine = ask.session.session
    await ask.desk.sign_in.end_all(mine.username, "ended by its owner", but=mine.token_hash)
    await ask.desk.store.devices.forget(mine.username)
    return {"ok": True}


async def list_of(ask: Ask[Nothing, Nothing]) -> shapes.SignedInBrowsers:
    username = await _known(ask)
    return await _list(ask.desk, username, ask.session.session.id)


async def end_of(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    return await _end(ask.desk, await _known(ask), ask.path("id"))


async def end_all_of(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    username = await _known(ask)
    await ask.desk.sign_in.end_all(username, "ended by the admin")
    await ask.desk.store.devices.forget(username)
    return {"ok": True}


async def _known(ask: Ask[Nothing, Nothing]) -> str:
    username = ask.path("username")
    if await ask.desk.store.accounts.get(username) is None:
        raise Problem("not_found", f"there is no account {username}")
    return username


async def _list(desk: Desk, username: str, current: str) -> shapes.SignedInBrowsers:
    now, idle_s = desk.clock(), None
    account = await desk.store.accounts.get(username)
    if account is not None:
        idle_s = desk.sign_in.idle_s(account)
    running = [
        each
        for each in await desk.store.sessions.of(username)
        if each.expires_at > now and (idle_s is None or now - each.seen_at < idle_s or each.id == current)
    ]
    return {"items": [_shown(desk, each, current) for each in running]}


def _shown(desk: Desk, session: Session, current: str) -> shapes.SignedInBrowser:
    return {
        "id": session.id,
        "since": desk.json.at(session.created_at),
        "seen_at": desk.json.at(session.seen_at),
        "expires_at": desk.json.at(session.expires_at),
        "address": session.address,
        "browser": session.browser,
        "factor": session.factor,
        "current": session.id == current,
    }


async def _end(desk: Desk, username: str, id: str) -> shapes.Done:
    for session in await desk.store.sessions.of(username):
        if session.id == id:
            await desk.sign_in.end(session, "ended from another browser")
            return {"ok": True}
    raise Problem("not_found", "this browser is not signed in any more")


_ADMIN = Permission.MANAGE_ACCOUNTS

ROUTES = (
    route("GET", "/me/sessions", list_mine, "The browsers in which I am signed in"),
    route(
        "DELETE", "/me/sessions/{id}", end_mine, "Sign me out of one browser", problems=("proof_needed", "not_found")
    ),
    route(
        "DELETE",
        "/me/sessions",
        end_my_others,
        "Sign me out of every browser but this one",
        problems=("proof_needed",),
    ),
    route(
        "GET",
        "/accounts/{username}/sessions",
        list_of,
        "The browsers in which a person is signed in",
        permission=_ADMIN,
        problems=("not_found",),
    ),
    route(
        "DELETE",
        "/accounts/{username}/sessions/{id}",
        end_of,
        "Sign a person out of one browser",
        permission=_ADMIN,
        problems=("not_found",),
    ),
    route(
        "DELETE",
        "/accounts/{username}/sessions",
        end_all_of,
        "Sign a person out everywhere",
        permission=_ADMIN,
        problems=("not_found",),
    ),
)
