"""The admin's pages."""

import json
from pathlib import Path

from playwright.async_api import Browser, Route, expect

from tests.e2e.browser import PATIENCE_MS, desk
from tests.integration.hotline import PASSWORD, Hotline


async def test_the_admin_adds_an_account_and_sees_the_status(browser: Browser, house: Hotline, tmp_path: Path) -> None:
    async with desk(browser, house, "admin", tmp_path) as window:
        await window["nav-accounts"].click()
        await window["account-new"].click()
        await window["account-username"].fill("rina")
        await window["account-name"].fill("Rina Marlina")
        await window["account-save"].click()
        await window.shows("one-time-password")
        await window.press("Escape")
        await expect(window["account-row"].filter(has_text="Rina Marlina")).to_be_visible(timeout=PATIENCE_MS)
        await window["nav-status"].click()
        await window.shows("status-engine", "pjsua2")


async def test_a_pic_is_given_an_office_whose_questions_they_answer(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "admin", tmp_path) as window:
        await window["nav-accounts"].click()
        await window["account-new"].click()
        await expect(window["account-unit"]).to_have_count(0)
        await window["account-username"].fill("dewi")
        await window["account-name"].fill("Dewi Lestari")
        await window["account-role"].select_option("pic")
        await window["account-unit"].select_option(index=1)
        office = await window["account-unit"].input_value()
        await window["account-save"].click()
        await window.shows("one-time-password")
    admin = await house.sign_in("admin")
    units = {unit["code"]: unit for unit in (await admin.get("/units"))["items"]}
    assert "dewi" in [pic["username"] for pic in units[office]["pics"]]


async def refused_once(route: Route) -> None:
    """As the server answers when the admin's last proof is ten minutes old."""
    problem = {"code": "proof_needed", "message": {"id": "Masukkan kata sandi Anda sekali lagi.", "en": "x"}}
    await route.fulfill(status=403, content_type="application/problem+json", body=json.dumps(problem))


async def test_the_admin_proves_it_is_them_above_what_they_were_about_to_do(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "admin", tmp_path) as window:
        await window["nav-accounts"].click()
        await window["account-new"].click()
        await window["account-username"].fill("tono")
        await window["account-name"].fill("Tono")
        await window.page.route("**/api/v1/accounts", refused_once, times=1)
        await window.press("Enter")
        await expect(window["proof-password"]).to_be_focused(timeout=PATIENCE_MS)
        await window.press("Escape")
        await window.shows("account-dialog", "kata sandi Anda sekali lagi")
        await window.page.route("**/api/v1/accounts", refused_once, times=1)
        await window["account-save"].click()
        await window["proof-password"].fill(PASSWORD)
        await window.press("Enter")
        await window.shows("one-time-password")
        await window.press("Escape")

        row = window["account-row"].filter(has_text="Tono")
        await window.page.route("**/api/v1/accounts/tono", refused_once, times=1)
        await row.get_by_test_id("account-reset").click()
        await window["confirm-yes"].click()
        await window["proof-password"].fill(PASSWORD)
        await window.press("Enter")
        await window.shows("one-time-password")
