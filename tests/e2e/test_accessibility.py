"""What axe-core finds on the pages, in light and in dark."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.browser import Desk, Scheme, desk, window
from tests.e2e.keyboard import advance, go_ready
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")

schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


@schemes
async def test_the_log_in_page_has_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with window(browser, tmp_path, "stranger", scheme=scheme) as page:
        await page.page.goto(f"http://{house.http}/")
        await page.shows("login-form")
        await _has_no_grave_violation(page)


@schemes
async def test_desk_and_ticket_have_no_grave_violation_at_any_step(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, office, "operator1", tmp_path, scheme=scheme) as page,
    ):
        await page.shows("idle")
        await _has_no_grave_violation(page)
        await go_ready(page, uri)
        async with caller(office.uri, seconds=120):
            ticket = await page.ticket()
            await phone.says("ringing")
            await _has_no_grave_violation(page)
            phone.type()
            await page.state("call-bar", "talking")
            await advance(page, "identity")
            await page["field-region"].focus()
            await page.shows("field-region-option")
            await _has_no_grave_violation(page)
            await page["field-plate"].fill("bukan pelat")
            await page.press("Tab", "Escape")
            await page.state("save-plate", "invalid")
            await _has_no_grave_violation(page)
        await page.page.goto(f"http://{office.http}/tickets/{ticket}")
        await page.shows("ticket-page")
        await _has_no_grave_violation(page)


@schemes
async def test_the_supervisors_pages_have_no_grave_violation(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with desk(browser, office, "supervisor", tmp_path, scheme=scheme) as page, caller(office.uri, seconds=120):
        await page.shows("waiting-row")
        await _has_no_grave_violation(page)
        for place in ("tickets", "calls", "status"):
            await page[f"nav-{place}"].click()
            await page.shows(f"{place}-page")
            await _has_no_grave_violation(page)


async def _has_no_grave_violation(page: Desk) -> None:
    """Reads the whole document. The script is evaluated from outside: the page's own policy lets no stranger in."""
    await page.page.evaluate(AXE.read_text())
    found = await page.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    grave = [
        f"{each['id']}: {each['help']}: {node['html'][:200]} ({node['failureSummary']})"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
    assert not grave, "\n".join(grave)
