"""The vehicle behind a plate at the operator's desk, and the admin's import of the table."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from config.vehicles import VehicleSource
from tests.file_work import on_the_loop
from tests.integration.desk.conftest import Arrive, TestClock, running
from tests.integration.desk.house import House, house
from tests.integration.desk.people import PASSWORD, Person, Reply
from tests.integration.vehicles.files import GOOD, lines, row

IMPORT = "/api/v1/vehicles/import"


class Service:
    """The vehicle service of the installation; `status` may be changed while it runs."""

    def __init__(self) -> None:
        self.status = 200

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["plate"] != "D1234ABC" or self.status != 200:
            return web.Response(status=404 if self.status == 200 else self.status)
        data = {"pokok": 250_000, "denda": 5_000, "total": 255_000, "due_date": "24-11-2026", "make": "HONDA"}
        return web.json_response({"data": data})


@pytest.fixture
async def service() -> Service:
    return Service()


@pytest.fixture
async def service_address(service: Service) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{plate}", service.answer)
    async with running(app) as base:
        yield base


@pytest.fixture
def source(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What vehicles.yaml says; `@pytest.mark.parametrize("source", …)` says otherwise."""
    return {"source": "table"}


@pytest.fixture
async def built(
    tmp_path: Path,
    prepared: Path,
    pages: Path,
    clock: TestClock,
    source: dict[str, Any],
    service_address: str,
) -> AsyncIterator[House]:
    folder = shutil.copytree(prepared, tmp_path / "data")
    if "service" in source:
        source = {**source, "service": {**source["service"], "url": f"{service_address}/{{plate}}"}}
    parts = {"vehicles": VehicleSource.model_validate(source)}
    async with house(folder, PASSWORD, clock, static=pages, prepared=True, parts=parts) as opened:
        yield opened


HTTP = {
    "source": "http",
    "service": {"root": "data", "fields": {"tax_due": "pokok", "fine": "denda"}, "cache_s": 10},
}


async def imported(admin: Person, text: str | bytes, name: str = "data.csv") -> dict[str, Any]:
    """How the import of this file ended."""
    content = text.encode() if isinstance(text, str) else text
    reply = await admin.upload(f"{IMPORT}?name={name}", content)
    assert reply.status == 202, reply.body
    async with asyncio.timeout(60):
        while (job := (await admin.get("/api/v1/vehicles")).body["job"])["ended_at"] is None:
            await asyncio.sleep(0.05)
    return dict(job)


async def looked_up(person: Person, plate: str) -> Reply:
    return await person.get(f"/api/v1/vehicles/{plate}")


async def test_what_the_admin_imports_the_operator_finds(arrive: Arrive) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")

    job = await imported(admin, lines(GOOD))
    found = await looked_up(operator, "d1a")

    assert (job["state"], job["rows"], job["refused"], job["share"], job["message"]) == ("done", 1, 0, 1.0, None)
    assert found.status == 200
    as_of = found.body.pop("as_of")
    assert as_of.endswith("+07:00")
    assert found.body == {
        "plate": "D 1 A",
        "found": True,
        "source": "table",
        "stale": False,
        "tax_due": 250_000,
        "fine": 0,
        "total": None,
        "due_date": "2026-11-24",
        "make": "HONDA",
        "type": "",
        "year": 2019,
        "colour": "",
        "region": "",
        "owner_region": "Kota Bandung",
    }
    table = (await admin.get("/api/v1/vehicles")).body["table"]
    assert {**table, "imported_at": ""} == {
        "file": "data.csv",
        "by": "admin",
        "imported_at": "",
        "rows": 1,
        "refused": 0,
    }
    assert table["imported_at"] == as_of


async def test_a_plate_that_is_not_in_the_data_is_not_found_and_no_error(arrive: Arrive) -> None:
    reply = await looked_up(await arrive("operator1"), "D 9 Z")
    assert (reply.status, reply.body["found"], reply.body["plate"], reply.body["as_of"]) == (200, False, "D 9 Z", None)


@pytest.mark.parametrize(("typed", "code"), [("Q 1 A", "plate_area_unknown"), ("12", "plate_area_missing")])
async def test_what_is_no_plate_is_told_at_its_field(arrive: Arrive, typed: str, code: str) -> None:
    reply = await looked_up(await arrive("operator1"), typed)
    assert (reply.status, reply.code) == (422, "invalid")
    assert [(each["field"], each["code"]) for each in reply.body["errors"]] == [("plate", code)]


@pytest.mark.parametrize("source", [HTTP])
async def test_a_service_is_asked_and_its_outage_told(arrive: Arrive, service: Service, clock: TestClock) -> None:
    operator = await arrive("operator1")
    found = (await looked_up(operator, "D 1234 ABC")).body
    assert (found["source"], found["tax_due"], found["total"], found["stale"]) == ("http", 250_000, 255_000, False)
    assert (await looked_up(operator, "D 1 A")).body["found"] is False

    service.status = 500
    clock.ahead += 60
    stale = (await looked_up(operator, "D 1234 ABC")).body
    unknown = await looked_up(operator, "D 2 A")

    assert (stale["stale"], stale["as_of"]) == (True, found["as_of"])
    assert (unknown.status, unknown.code, unknown.body["detail"]) == (503, "vehicle_source_down", "status_500")


@pytest.mark.parametrize("source", [{"source": "none"}])
async def test_an_installation_without_a_source_says_so(arrive: Arrive) -> None:
    reply = await looked_up(await arrive("operator1"), "D 1 A")
    assert (reply.status, reply.body["found"], reply.body["source"]) == (200, False, "none")


async def test_refused_rows_are_told_and_can_be_downloaded(arrive: Arrive) -> None:
    admin = await arrive("admin")
    assert (await admin.get(f"{IMPORT}/refused")).code == "not_found"
    rows = [row(f"D {n} ZZ") for n in range(1, 11)]

    job = await imported(admin, lines(*rows, row("D 99 A", pkb="banyak")))

    assert (job["state"], job["rows"], job["refused"]) == ("done", 10, 1)
    assert {**job["refusals"][0], "message": ""} == {
        "row": 12,
        "column": "PKB",
        "code": "not_money",
        "value": "banyak",
        "message": "",
    }
    report = await admin.get(f"{IMPORT}/refused")
    assert report.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in report.headers["Content-Disposition"]
    assert b"12,PKB,banyak," in report.raw


async def test_a_file_that_is_refused_says_why_and_leaves_the_table_as_it_was(arrive: Arrive, built: House) -> None:
    admin = await arrive("admin")
    await imported(admin, lines(GOOD))

    empty = await imported(admin, "", "empty.csv")
    bad = await imported(admin, lines(row("D 2 A", pkb="?")), "bad.csv")

    assert (empty["state"], empty["message"]["id"]) == ("refused", "Berkas ini kosong.")
    assert (bad["state"], bad["refused"]) == ("refused", 1)
    assert (await admin.get("/api/v1/vehicles")).body["table"]["file"] == "data.csv"
    left = {path.name for path in (built.installation.settings.data / "imports").iterdir()}
    assert left == {"refused.csv"}


async def test_one_import_at_a_time(arrive: Arrive) -> None:
    admin = await arrive("admin")
    many = lines(*(row(f"D {1 + n % 9999} {'ABCD'[n // 9999]}") for n in range(30_000)))
    assert (await admin.upload(f"{IMPORT}?name=many.csv", many.encode())).status == 202
    second = await admin.upload(f"{IMPORT}?name=more.csv", b"")
    assert (second.status, second.code) == (409, "import_running")


async def test_an_import_on_another_node_is_told(arrive: Arrive, built: House, clock: TestClock) -> None:
    await built.store.vehicles.begin("other.csv", "other", clock())
    job = await imported(await arrive("admin"), lines(GOOD))
    assert (job["state"], job["message"]["en"]) == ("failed", "Another import is running.")


async def test_an_upload_needs_a_name_and_comes_as_bytes(arrive: Arrive) -> None:
    admin = await arrive("admin")
    assert (await admin.upload(IMPORT, b"")).code == "invalid"
    headers = {"Origin": admin.base, "Content-Type": "text/plain"}
    assert (await admin.send("POST", f"{IMPORT}?name=x", headers=headers, data="x")).code == "not_a_file"
    headers = {"Origin": "https://evil.example", "Content-Type": "application/octet-stream"}
    assert (await admin.send("POST", f"{IMPORT}?name=x", headers=headers, data="x")).code == "wrong_origin"


async def test_an_upload_that_is_too_long_is_refused_and_not_kept(
    arrive: Arrive, built: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.vehicle_imports.MOST_BYTES", 1000)
    done = on_the_loop(monkeypatch)
    reply = await (await arrive("admin")).upload(f"{IMPORT}?name=x.csv", b"x" * 2000)
    assert (reply.status, reply.code) == (413, "too_large")
    assert list((built.installation.settings.data / "imports").iterdir()) == []
    assert done == []


async def test_nobody_waits_for_the_disk_while_a_file_is_taken_read_and_cleared_away(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, done = await arrive("admin"), on_the_loop(monkeypatch)
    assert (await imported(admin, lines(GOOD)))["state"] == "done"
    assert done == []


async def test_a_look_at_a_vehicle_is_in_the_audit_log_without_its_number(arrive: Arrive) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    await looked_up(operator, "D 1234 ABC")
    looks = (await admin.get("/api/v1/audit?what=vehicle")).body["items"]
    assert [(each["by"], each["note"]) for each in looks] == [("operator1", "D •••• ABC")]
