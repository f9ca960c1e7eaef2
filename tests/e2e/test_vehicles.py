"""The vehicle beside the ticket, from a real service and from an import; and the admin's import page."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, Scheme, desk
from tests.e2e.keyboard import go_ready
from tests.e2e.test_accessibility import has_no_grave_violation, schemes
from tests.integration.desk.conftest import running
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline
from tests.integration.phones import caller, softphone
from tests.integration.vehicles.files import csv_file, lines, row

VEHICLES = """
source: http
service:
  url: {base}/{{plate}}
  cache_s: 0
  breaker: {{failures: 100, pause_s: 1}}
"""
HONDA = {
    "make": "HONDA",
    "type": "BEAT",
    "year": 2019,
    "tax_due": 250_000,
    "fine": 5_000,
    "total": 255_000,
    "due_date": "2026-11-24",
    "owner_region": "Kota Bandung",
}
FIGURES = "D 1234 ABC (HONDA BEAT 2019): pajak Rp 250.000, denda Rp 5.000, jumlah Rp 255.000, jatuh tempo 24 Nov 2026"


class Service:
    """Knows one Honda; `status` 500 is an outage."""

    def __init__(self) -> None:
        self.status = 200

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.status != 200:
            return web.Response(status=self.status)
        return web.json_response(HONDA) if request.match_info["plate"] == "D1234ABC" else web.Response(status=404)


@asynccontextmanager
async def with_service(folder: Path, prompts: Path, **environ: str) -> AsyncIterator[tuple[Hotline, Service]]:
    """A hotline that looks vehicles up in a service."""
    service, app = Service(), web.Application()
    app.router.add_get("/{plate}", service.answer)
    async with running(app) as base:
        files = {"vehicles.yaml": VEHICLES.format(base=base), "flow.yaml": STRAIGHT_FLOW}
        async with hotline(folder, prompts, files=files, **environ) as house:
            yield house, service


async def a_ticket(house: Hotline, **fields: str) -> str:
    """The address of a ticket that the operator has opened by hand."""
    status, ticket = await (await house.sign_in("operator1")).send("POST", "/tickets", fields)
    assert status == 201, ticket
    return f"http://{house.http}/tickets/{ticket['number']}"


def _text(file: str | Path) -> str:
    return Path(file).read_text("utf-8-sig")


async def seen(window: Desk, state: str) -> None:
    await window.state("vehicle", state)


async def plate(window: Desk, typed: str) -> None:
    await window["field-plate"].fill(typed)
    await window.press("Tab")


async def test_a_complete_plate_brings_its_tax_and_one_key_puts_it_into_the_answer(
    browser: Browser, spoken_prompts: Path, tmp_path: Path
) -> None:
    async with (
        with_service(tmp_path, spoken_prompts) as (house, _),
        softphone(auto_answer=True) as (_phone, uri),
        desk(browser, house, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(house.uri, seconds=60):
            await window.state("call-bar", "talking")
            await seen(window, "empty")
            await plate(window, "d1234abc")
            await seen(window, "found")
            await window.shows("vehicle", "HONDA BEAT 2019")
            shown: dict[str, Any] = {
                "vehicle-due": "24 Nov 2026",
                "vehicle-tax": "Rp 250.000",
                "vehicle-fine": "Rp 5.000",
                "vehicle-total": "Rp 255.000",
                "vehicle-owner-region": "Kota Bandung",
            }
            for hook, text in shown.items():
                await expect(window[hook]).to_have_text(text, timeout=PATIENCE_MS)
            await window["field-answer"].fill("Selamat pagi.")
            await window.press("Alt+p")
            await expect(window["field-answer"]).to_have_value(
                re.compile(re.escape(f"Selamat pagi.\n{FIGURES} (data per ")),
                timeout=PATIENCE_MS,
            )
            await window.press("Alt+p")
            await window.saved("answer")
            assert (await window["field-answer"].input_value()).count("D 1234 ABC") == 1
            await window.page.screenshot(path=tmp_path / "desk-vehicle.png")


async def test_a_source_that_is_down_stops_nobody_and_can_be_asked_again(
    browser: Browser, spoken_prompts: Path, tmp_path: Path
) -> None:
    async with (
        with_service(tmp_path, spoken_prompts) as (house, service),
        desk(browser, house, "operator1", tmp_path) as window,
    ):
        service.status = 500
        await window.page.goto(await a_ticket(house, plate="D 1234 ABC"))
        await seen(window, "down")
        await window["field-description"].fill("Berapa pajaknya?")
        await window.saved("description")
        await seen(window, "down")
        service.status = 200
        await window["vehicle-retry"].click()
        await seen(window, "found")
        service.status = 500
        await window.page.reload()
        await seen(window, "stale")
        await window.shows("vehicle-stale", "Data lama")
        service.status = 200
        await plate(window, "F 1 A")
        await seen(window, "missing")
        await window.gone("vehicle-tax")
        await window.gone("vehicle-insert")


async def test_an_installation_without_a_source_shows_no_panel(
    browser: Browser, spoken_prompts: Path, tmp_path: Path
) -> None:
    async with (
        hotline(tmp_path, spoken_prompts, files={"vehicles.yaml": "source: none\n"}) as house,
        desk(browser, house, "operator1", tmp_path) as window,
    ):
        await window.page.goto(await a_ticket(house, plate="D 1234 ABC"))
        await window.shows("ticket-form")
        await window.gone("vehicle")


async def test_the_admin_imports_a_file_and_sees_what_was_refused(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    rows = [row(f"D {n} ZZ") for n in range(1, 31)]
    good = csv_file(tmp_path, lines(*rows, row("D 99 A", pkb="banyak"), row("D 1 ZZ")), "kendaraan.csv")
    bad = csv_file(tmp_path, "Nama;Alamat\nAsep;Bandung\n", "alamat.csv")
    async with desk(browser, house, "admin", tmp_path) as admin:
        await admin["nav-vehicles"].click()
        await admin.shows("vehicles-table", "Belum ada impor")
        await admin["vehicles-file"].set_input_files(good)
        await admin["vehicles-start"].click()
        await admin.shows("vehicles-done", "30 kendaraan kini dipakai, 2 baris ditolak")
        await expect(admin["vehicles-refused-row"]).to_have_count(2)
        await admin.shows("vehicles-refused-row", "Bukan jumlah rupiah")
        await expect(admin["vehicles-rows"]).to_have_text("30", timeout=PATIENCE_MS)
        async with admin.page.expect_download() as report:
            await admin["vehicles-refused"].get_by_role("link").click()
        assert "banyak" in _text(await (await report.value).path())
        await admin["vehicles-file"].set_input_files(bad)
        await admin["vehicles-start"].click()
        await admin.shows("vehicles-not-taken", "Kolom tidak ditemukan")
        await admin.shows("vehicles-not-taken", "alamat.csv tidak diambil")
        await expect(admin["vehicles-rows"]).to_have_text("30")
    async with desk(browser, house, "operator1", tmp_path) as operator:
        await operator.page.goto(await a_ticket(house, plate="D 30 ZZ"))
        await seen(operator, "found")


@schemes
async def test_the_import_page_and_the_panel_have_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    file = csv_file(tmp_path, lines(*(row(f"D {n} ZZ") for n in range(1, 31)), row("D 99 A", pkb="banyak")))
    async with desk(browser, house, "admin", tmp_path, scheme=scheme) as admin:
        await admin.page.goto(f"http://{house.http}/vehicles")
        await admin.shows("vehicles-table")
        await has_no_grave_violation(admin)
        await admin["vehicles-file"].set_input_files(file)
        await admin["vehicles-start"].click()
        await admin.shows("vehicles-done")
        await has_no_grave_violation(admin)
        await admin.page.screenshot(path=tmp_path / "import.png", full_page=True)
    async with desk(browser, house, "operator1", tmp_path, scheme=scheme) as operator:
        await operator.page.goto(await a_ticket(house, plate="D 30 ZZ"))
        await seen(operator, "found")
        await has_no_grave_violation(operator)
        await operator.page.screenshot(path=tmp_path / "ticket.png")
