"""What another site's page could send in a signed-in person's name, and what it gets."""

import pytest
from aiohttp import WSServerHandshakeError

from tests.integration.desk.conftest import Arrive
from tests.integration.desk.people import Person

CHANGES = [
    ("POST", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("PUT", "/api/v1/me/presence"),
    ("PATCH", "/api/v1/tickets/HTL-2026-000001"),
    ("POST", "/api/v1/tickets"),
    ("POST", "/api/v1/calls/abc/hangup"),
    ("POST", "/api/v1/accounts"),
]


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
async def test_a_change_from_elsewhere_is_refused(arrive: Arrive, method: str, path: str, origin: str | None) -> None:
    admin = await arrive("admin")
    headers = {"Content-Type": "application/json"} | ({} if origin is None else {"Origin": origin})
    reply = await admin.send(method, path, headers=headers, data="{}")
    assert (reply.status, reply.code) == (403, "wrong_origin")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
async def test_what_a_plain_form_can_send_is_refused(arrive: Arrive, kind: str) -> None:
    operator = await arrive("operator1")
    headers = {"Origin": operator.base, "Content-Type": kind}
    reply = await operator.send("PUT", "/api/v1/me/presence", headers=headers, data='{"state": "ready"}')
    assert (reply.status, reply.code) == (415, "not_json")


async def test_a_change_without_a_content_type_is_refused(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    reply = await operator.send("DELETE", "/api/v1/session", headers={"Origin": operator.base})
    assert reply.code == "not_json"


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
async def test_another_sites_page_cannot_open_the_websocket(arrive: Arrive, origin: str | None) -> None:
    operator = await arrive("operator1")
    headers = {} if origin is None else {"Origin": origin}
    with pytest.raises(WSServerHandshakeError) as refused:
        async with operator.session.ws_connect(operator.base + "/ws", headers=headers):
            pass
    assert refused.value.status == 403


async def test_the_websocket_needs_a_session(stranger: Person) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        async with stranger.session.ws_connect(stranger.base + "/ws", headers={"Origin": stranger.base}):
            pass
    assert refused.value.status == 401


@pytest.mark.parametrize("path", ["/", "/api/v1/session", "/healthz", "/assets/app-1a2b3c.js", "/nothing.here"])
async def test_every_answer_tells_the_browser_what_it_may_not_do(stranger: Person, path: str) -> None:
    headers = (await stranger.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "aiohttp" not in headers["Server"]


async def test_nothing_of_the_api_is_kept_by_a_browser(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    for path in ("/api/v1/session", "/api/v1/tickets", "/api/v1/nothing", "/api/openapi.json"):
        assert (await operator.get(path)).headers["Cache-Control"] == "no-store"
