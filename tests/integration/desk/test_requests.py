"""Requests that no page of ours would send."""

import json
from typing import Any

import pytest

from tests.integration.desk.conftest import Arrive
from tests.integration.desk.people import Person


async def send(person: Person, data: str | bytes, path: str = "/api/v1/tickets", method: str = "POST") -> Any:
    headers = {"Origin": person.base, "Content-Type": "application/json"}
    return await person.send(method, path, headers=headers, data=data)


@pytest.mark.parametrize("data", ["{", "nul", "[]", '"x"', "1", b"\xff\xfe", '{"a": }', "[" * 50_000, "{}{}"])
async def test_malformed_json_is_refused_as_such(arrive: Arrive, data: str | bytes) -> None:
    reply = await send(await arrive("operator1"), data)
    assert (reply.status, reply.code) == (400, "malformed")


@pytest.mark.parametrize(
    "body", [{"caller_name": 1}, {"caller_name": {}}, {"kind": ["pengaduan"]}, {"language": "fr"}, {"plate": "\ud800"}]
)
async def test_wrong_types_are_refused_field_by_field(arrive: Arrive, body: dict[str, Any]) -> None:
    reply = await send(await arrive("operator1"), json.dumps(body))
    assert (reply.status, reply.code) == (422, "invalid")
    assert [error["field"] for error in reply.body["errors"]] == list(body)


async def test_a_body_over_the_limit_is_refused_and_the_connection_still_works(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    reply = await send(operator, json.dumps({"description": "x" * 100_000}))
    assert (reply.status, reply.code) == (413, "too_large")
    assert (await operator.get("/api/v1/session")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tickets/%00",
        "/api/v1/tickets/HTL%0A1",
        "/api/v1/calls/%00/recording",
        "/api/v1/tickets?q=%00",
        "/api/v1/tickets?operator=%00",
        "/api/v1/calls?number=%00",
        "/api/v1/tickets?limit=9999",
        "/api/v1/tickets?step=nonsense",
        "/api/v1/tickets?from=yesterday",
        "/api/v1/tickets?surprise=1",
        "/api/v1/calls?state=nonsense",
    ],
)
async def test_strange_addresses_are_refused_and_never_an_internal_error(arrive: Arrive, path: str) -> None:
    reply = await (await arrive("operator1")).get(path)
    assert reply.status in (404, 422), reply.body


async def test_control_characters_in_a_name_to_sign_in_with_are_refused(stranger: Person) -> None:
    assert (await stranger.sign_in("oper\0ator")).code == "invalid"


async def test_a_method_that_an_address_does_not_have_is_refused_with_those_it_has(arrive: Arrive) -> None:
    reply = await (await arrive("operator1")).ask("PUT", "/api/v1/tickets")
    assert (reply.status, reply.code) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= set(reply.headers["Allow"].split(","))


async def test_problem_documents_follow_rfc_9457_and_carry_the_requests_number(stranger: Person) -> None:
    reply = await stranger.get("/api/v1/session")
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert {"type", "title", "status", "code", "instance", "message"} <= set(reply.body)
    assert reply.body["status"] == reply.status
    assert reply.body["instance"].removeprefix("urn:uuid:") == reply.headers["X-Request-Id"]


async def test_an_unforeseen_failure_is_a_problem_with_a_number_and_without_details(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = await arrive("operator1")
    from storage.tickets import Tickets

    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Tickets, "search", broken)
    reply = await operator.get("/api/v1/tickets")
    assert (reply.status, reply.code) == (500, "internal")
    assert "secret" not in reply.raw.decode()


async def test_a_database_that_is_away_is_said_to_be_so(arrive: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = await arrive("operator1")
    from storage import StoreUnavailable
    from storage.tickets import Tickets

    async def away(*_: object) -> None:
        raise StoreUnavailable("connection refused")

    monkeypatch.setattr(Tickets, "search", away)
    reply = await operator.get("/api/v1/tickets")
    assert (reply.status, reply.code) == (503, "unavailable")
    assert "Retry-After" in reply.headers
