"""The category matrix: edited by the admin in one browser, felt by the operator in another."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, expect

from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.e2e.test_accessibility import has_no_grave_violation, schemes
from tests.integration.hotline import Hotline, Person

LEVY = "pengaduan-pungli"
KNOWN: Mapping[str, Any] = {"caller_name": "Siti Aminah", "plate": "D 1234 ABC", "kind": "pengaduan"}


def cell(window: Desk, code: str) -> Locator:
    return window.page.locator(f"[data-testid=matrix-cell][data-code={code}]")


async def open_cell(window: Desk, code: str) -> None:
    """By keyboard: arrows from the first cell, then Enter."""
    await cell(window, "informasi-pkb").focus()
    for _ in range(30):
        if await cell(window, code).evaluate("element => element === document.activeElement"):
            break
        await window.press("ArrowRight")
    await window.press("Enter")
    await window.shows("cell-dialog")


async def ticket_at_classify(house: Hotline, person: Person, **fields: str) -> str:
    """A ticket that the operator has, whose next step is the category."""
    offices = (await person.get("/offices"))["items"]
    facts = {**KNOWN, "region": offices[0]["code"], "description": "Mau melapor", **fields}
    _, ticket = await person.send("POST", "/tickets", facts)
    for action in ("greet", "identify", "record"):
        path = f"/tickets/{ticket['number']}/actions/{action}"
        status, ticket = await person.send("POST", path, {"version": ticket["version"]})
        assert status == 200, ticket
    return str(ticket["number"])


async def at_ticket(window: Desk, house: Hotline, number: str) -> None:
    await window.page.goto(f"http://{house.http}/tickets/{number}")
    await window.step("classify")


async def test_what_the_admin_edits_is_asked_of_the_operator_at_once_and_can_be_taken_back(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    number = await ticket_at_classify(house, await house.sign_in("operator1"))
    async with (
        desk(browser, house, "admin", tmp_path) as admin,
        desk(browser, house, "operator1", tmp_path) as operator,
    ):
        await at_ticket(operator, house, number)
        await admin["nav-matrix"].click()
        await open_cell(admin, "pengaduan-lain")
        await admin["cell-unit"].fill("Sekretariat")
        await admin["cell-required-add"].click()
        await admin["cell-detail-0-id"].fill("Nomor laporan")
        await admin["cell-detail-0-en"].fill("Report number")
        await admin.press("Control+Enter")
        await admin.gone("cell-dialog")
        await expect(cell(admin, "pengaduan-lain")).to_contain_text("Sekretariat", timeout=PATIENCE_MS)

        await operator["field-category"].click()
        await operator["field-category-option"].filter(has_text="Lain-lain").click()
        await operator.saved("category")
        await operator.shows("ticket-missing", "Nomor laporan")
        await operator["detail-nomor_laporan"].click()
        await operator.type("12/2026")
        await operator.gone("details-wanted")
        await operator.press("Control+Enter")
        await operator.step("answer")
        await operator.holds("description", "Mau melapor\nNomor laporan: 12/2026")

        await admin["matrix-tab-history"].click()
        await expect(admin["matrix-edit"]).to_contain_text("Nomor laporan", timeout=PATIENCE_MS)
        await admin["matrix-undo"].click()
        await expect(admin["matrix-edit"]).to_have_count(2, timeout=PATIENCE_MS)
        await admin["matrix-tab-cells"].click()
        await expect(cell(admin, "pengaduan-lain")).not_to_contain_text("Sekretariat", timeout=PATIENCE_MS)


async def test_what_was_typed_into_a_cell_survives_a_closed_dialog_and_another_admins_save(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    other = await house.sign_in("admin")
    async with desk(browser, house, "admin", tmp_path) as admin:
        await admin["nav-matrix"].click()
        await open_cell(admin, LEVY)
        await admin["cell-label_en"].fill("Bribes")
        await admin.press("Escape")
        await admin.gone("cell-dialog")
        (of_file,) = [each for each in (await other.get("/categories"))["items"] if each["code"] == LEVY]
        names = ("label", "validation", "priority", "answer", "required", "examples", "active", "revision")
        body = {**{name: of_file[name] for name in names}, "unit": "Inspektorat"}
        assert (await other.send("PUT", f"/categories/{LEVY}", body))[0] == 200

        await open_cell(admin, LEVY)
        await admin.shows("cell-restored")
        await admin["cell-save"].click()
        await admin.shows("cell-carried")
        await expect(admin["cell-unit"]).to_have_value("Inspektorat")
        await expect(admin["cell-label_en"]).to_have_value("Bribes")
        await admin["cell-save"].click()
        await admin.gone("cell-dialog")

        (stored,) = [each for each in (await other.get("/categories"))["items"] if each["code"] == LEVY]
        assert (stored["unit"], stored["label"]["en"], stored["revision"]) == ("Inspektorat", "Bribes", 2)

        await open_cell(admin, LEVY)
        await admin["cell-reset"].click()
        await admin["confirm-yes"].click()
        await admin.gone("cell-dialog")
        (reset,) = [each for each in (await other.get("/categories"))["items"] if each["code"] == LEVY]
        assert reset == {**of_file, "revision": 3}


async def test_a_suggestion_is_taken_by_one_key_and_files_nothing_before_that(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    person = await house.sign_in("operator1")
    number = await ticket_at_classify(house, person)
    async with desk(browser, house, "operator1", tmp_path) as operator:
        await at_ticket(operator, house, number)
        await operator["field-description"].fill("Petugas cek fisik minta uang rokok tanpa kuitansi")
        await operator.shows("suggested-category-1", "Pungutan liar")
        await operator.saved("description")
        assert (await person.get(f"/tickets/{number}"))["category"] is None

        await operator.press("Alt+k")

        await operator.saved("category")
        await operator.gone("category-suggestions")
        assert (await person.get(f"/tickets/{number}"))["category"] == LEVY
        await operator["nav-tickets"].click()
        await operator.shows("tag-priority")


@schemes
async def test_the_matrix_its_cells_and_history_have_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme
) -> None:
    async with desk(browser, house, "admin", tmp_path, scheme=scheme) as admin:
        await admin["nav-matrix"].click()
        await admin.shows("matrix-cell")
        await has_no_grave_violation(admin)
        await open_cell(admin, LEVY)
        await has_no_grave_violation(admin)
        await admin["cell-unit"].fill("Inspektorat")
        await admin["cell-save"].click()
        await admin.gone("cell-dialog")
        await admin["matrix-tab-history"].click()
        await admin.shows("matrix-edit")
        await has_no_grave_violation(admin)
