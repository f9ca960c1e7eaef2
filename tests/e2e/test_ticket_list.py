"""The list of tickets: narrowed by where they come from, and searched as people write."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, desk
from tests.integration.hotline import Hotline


async def test_the_list_is_narrowed_by_origin_and_searched_by_a_plate_without_blanks(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    operator = await house.sign_in("operator1")
    for name, plate in (("Ratna Juwita", "D 1234 ABC"), ("Budi Santoso", "D 77 B")):
        status, _ = await operator.send("POST", "/tickets", {"caller_name": name, "plate": plate})
        assert status == 201
    async with desk(browser, house, "supervisor", tmp_path) as window:
        await window["nav-tickets"].click()
        rows = window["ticket-row"]
        await expect(rows).to_have_count(2, timeout=PATIENCE_MS)
        await window["filter-origin"].select_option("open311")
        await expect(rows).to_have_count(0, timeout=PATIENCE_MS)
        await window["filter-origin"].select_option("desk")
        await expect(rows).to_have_count(2, timeout=PATIENCE_MS)
        await window["search-q"].fill("d1234abc")
        await expect(rows).to_have_count(1, timeout=PATIENCE_MS)
        await expect(rows).to_contain_text("Ratna Juwita")
