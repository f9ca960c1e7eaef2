"""Whatever stands in an address, the answer is one of ours: every parameter of every GET by the API's own list.

The values are the ends of every kind there is (calendar, numbers, text, encodings); which parameter takes which is for
the service to find out, so each one meets them all.
"""

from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientTimeout

import config
from desk.open311.endpoint import PREFIX as OPEN311
from desk.routing import PREFIX
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

DEFAULT = config.load(environ={})
DAYS = ("0001-01-01", "1969-12-31", "1999-12-31", "2026-02-30", "2199-12-31", "2200-01-01", "9999-12-31", "-0001-01-01")
CLOCKS = ("T00:00:00Z", "T23:59:59+14:00", "T00:00:00-23:59", "T00:00:00", "T24:00:00Z", "T12:00:00.999999999+07:00")
NUMBERS = ("0", "-1", "1", "200", "2147483648", "9223372036854775808", "1e309", "NaN", "0x10", "1_0", "٣", "9" * 400)
TEXTS = ("a", "\x00", "\ud7ff\ue000", "%", "%00", "'\"--", "\\", "*", "a" * 4000, "\u202e", "{}", "null", "true", "(")
MOMENTS = tuple(day + clock for day, clock in product(DAYS, ("", *CLOCKS[:3]))) + tuple(
    "2026-11-30" + c for c in CLOCKS
)
VALUES = (*MOMENTS, *NUMBERS, *TEXTS)
SPANS = tuple(product(("0001-01-01", "2000-01-01", "2026-11-30", "9999-12-31"), repeat=2))
NAMED = {"from": "2026-11-01", "to": "2026-11-30"}


def reading(document: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Address and query parameters of every GET; `{…}` in an address stands for an odd name."""
    found = []
    for path, operations in document["paths"].items():
        if "get" in operations:
            names = [each["name"] for each in operations["get"]["parameters"] if each["in"] == "query"]
            found.append((path, names))
    return found


async def failures(person: Person, addresses: list[str]) -> list[tuple[int, str]]:
    return [(reply.status, each) for each in addresses if (reply := await person.get(each)).status >= 500]


@pytest.fixture
async def routes(arrive: Arrive) -> list[tuple[str, list[str]]]:
    document = (await (await arrive("admin")).get("/api/openapi.json")).body
    found = reading(document)
    assert len(found) > 40 and sum(len(names) for _, names in found) > 60
    return found


@pytest.mark.parametrize("who", ["supervisor", "admin", "operator1"])
async def test_no_value_of_any_parameter_ends_in_an_error_of_ours(
    arrive: Arrive, routes: list[tuple[str, list[str]]], who: str
) -> None:
    person = await arrive(who)
    values = VALUES if who == "supervisor" else VALUES[::5]
    addresses = [
        f"{path.replace('{', '').replace('}', '')}?{name}={quote(value)}"
        for path, names in routes
        for name in names
        for value in values
    ]
    assert await failures(person, addresses) == []


@pytest.mark.parametrize("who", ["supervisor", "admin", "coordinator"])
async def test_no_span_of_time_ends_in_an_error_of_ours(
    arrive: Arrive, routes: list[tuple[str, list[str]]], who: str
) -> None:
    person = await arrive(who)
    person.session._timeout = ClientTimeout(total=60)  # registers are printed where others work too
    spanned = [path for path, names in routes if {"from", "to"} <= set(names)]
    assert f"{PREFIX}/metrics" in spanned and len(spanned) >= 7
    addresses = [f"{path}?from={since}&to={until}" for path in spanned for since, until in SPANS]
    assert await failures(person, addresses) == []


async def test_a_span_at_the_end_of_the_calendar_is_refused_at_its_fields(arrive: Arrive) -> None:
    reply = await (await arrive("supervisor")).get(f"{PREFIX}/metrics?from=0001-01-01&to=9999-12-31")
    assert reply.status == 422
    assert {error["field"].split(".")[0] for error in reply.body["errors"]} == {"from", "to"}


async def test_no_part_of_an_address_ends_in_an_error_of_ours(
    arrive: Arrive, routes: list[tuple[str, list[str]]]
) -> None:
    person = await arrive("supervisor")
    parts = [quote(value, safe="") for value in (*TEXTS, *NUMBERS, *DAYS[:2], "HTL-2026-000001", "..", "2026-13")]
    addresses = [
        "/".join(part if each.startswith("{") else each for each in path.split("/"))
        for path, _ in routes
        if "{" in path
        for part in parts
    ]
    assert await failures(person, addresses) == []


@pytest.mark.parametrize("parts", [{"open311": DEFAULT.open311.model_copy(update={"reads_per_minute": 100_000})}])
async def test_no_value_of_the_open_standards_parameters_ends_in_an_error_of_ours(
    built: House, stranger: Person, parts: object
) -> None:
    names = ("start_date", "end_date", "status", "service_request_id", "service_code", "page_size", "page", "lat", "q")
    paths = [f"{OPEN311}/{name}" for name in ("requests.json", "requests.xml", "services.json", "services/x.xml")]
    addresses = [f"{path}?{name}={quote(value)}" for path in paths for name in names for value in VALUES[::3]]
    assert await failures(stranger, addresses) == []
