"""The description of the API is valid, complete, and true of what is answered."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from desk.routes import ROUTES
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person


@pytest.fixture
async def description(stranger: Person) -> dict[str, Any]:
    reply = await stranger.get("/api/openapi.json")
    assert reply.status == 200
    return dict(reply.body)


async def test_the_description_is_valid_openapi(description: dict[str, Any]) -> None:
    validate(description)


async def test_every_route_is_described(description: dict[str, Any]) -> None:
    described = {(method.upper(), path) for path, item in description["paths"].items() for method in item}
    assert described == {(row.method, "/api/v1" + row.path) for row in ROUTES}


async def test_what_is_answered_has_the_described_shape(
    built: House, arrive: Arrive, description: dict[str, Any]
) -> None:
    call = await built.switchboard.incoming("+6281234567890")
    await built.switchboard.offer(call, "operator1")
    await built.switchboard.answer(call)
    number = built.switchboard.calls[call].ticket.number
    await built.switchboard.end(call, "operator")
    await built.switchboard.incoming("+6281234567891")
    supervisor = await arrive("supervisor")
    operator = await arrive("operator1")
    admin = await arrive("admin")
    label = {"id": "Opsen", "en": "Surcharge"}
    await admin.ask("POST", "/api/v1/categories", {"kind": "informasi", "subject": "opsen", "label": label})
    asked = [
        (operator, "/session", "/session"),
        (operator, "/live", "/live"),
        (supervisor, "/status", "/status"),
        (supervisor, "/calls", "/calls"),
        (supervisor, "/calls/{id}", f"/calls/{call}"),
        (operator, "/tickets", "/tickets"),
        (operator, "/tickets/{number}", f"/tickets/{number}"),
        (supervisor, "/metrics", "/metrics"),
        (operator, "/categories", "/categories"),
        (operator, "/offices", "/offices"),
        (operator, "/reference", "/reference"),
        (operator, "/callbacks", "/callbacks"),
        (operator, "/directory", "/directory"),
        (admin, "/accounts", "/accounts"),
        (admin, "/categories/history", "/categories/history"),
        (admin, "/suggestions/model", "/suggestions/model"),
    ]
    for person, pattern, path in asked:
        reply = await person.get("/api/v1" + path)
        assert reply.status == 200, (path, reply.body)
        check(description, pattern, reply.body)


def check(description: dict[str, Any], pattern: str, body: Any) -> None:
    answer = description["paths"]["/api/v1" + pattern]["get"]["responses"]["200"]
    schema = {**answer["content"]["application/json"]["schema"], "components": description["components"]}
    errors = [f"{pattern}: {error.json_path}: {error.message}" for error in _validator(schema).iter_errors(body)]
    assert errors == []


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema)
