"""Paper from the pages: a register printed and opened, a span without tickets told as such, a ticket's own form."""

import io
from pathlib import Path

import pypdf
from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, desk
from tests.integration.hotline import Hotline


async def test_a_supervisor_prints_a_register_and_the_form_of_a_ticket(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    operator = await house.sign_in("operator1")
    status, opened = await operator.send("POST", "/tickets", {"caller_name": "Ratna Juwita"})
    assert status == 201
    async with desk(browser, house, "supervisor", tmp_path) as window:
        await window["nav-paper"].click()
        await window.shows("archive-card", "Belum ada arsip")
        await window["print-register-xlsx"].click()
        await window.shows("print-ready", ".xlsx")
        await window["print-register-pdf"].click()
        await window.shows("print-ready", ".pdf")
        await expect(window["print-ready"].locator("a")).to_have_count(2)
        await window["print-span"].fill("2020-01-01")
        await window["print-forms"].click()
        await expect(window["print-problem"]).to_be_visible(timeout=PATIENCE_MS)
        await window["nav-tickets"].click()
        form = await window["print-row"].get_attribute("href", timeout=PATIENCE_MS)
        assert form == f"/api/v1/tickets/{opened['number']}/form.pdf?language=id"
        answer = await window.page.request.get(f"http://{house.http}{form}")
        text = pypdf.PdfReader(io.BytesIO(await answer.body())).pages[0].extract_text()
        assert "Ratna Juwita" in text


async def test_the_browsers_key_for_printing_opens_the_form_on_a_tickets_page(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    _, opened = await (await house.sign_in("operator1")).send("POST", "/tickets", {"caller_name": "Ratna Juwita"})
    async with desk(browser, house, "operator1", tmp_path) as window:
        await window.page.goto(f"http://{house.http}/tickets/{opened['number']}")
        await window["field-caller_name"].focus()
        async with window.page.context.expect_event("request", lambda it: it.url.endswith("language=id")) as request:
            await window.press("Control+p")
        assert f"/tickets/{opened['number']}/form.pdf" in (await request.value).url
