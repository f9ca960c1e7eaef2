"""The admin's page of integrations in a real browser, with a real receiver and a portal that files a request."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from sambut.notices import GATHER_S
from tests.e2e.browser import PATIENCE_MS, desk
from tests.e2e.validation import a_question
from tests.integration.hotline import Hotline, hotline
from tests.integration.outward.mail_server import mail_server
from tests.integration.outward.receiver import receiver


@pytest.fixture
async def house(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    async with hotline(tmp_path, spoken_prompts, WEBHOOK_INSIDE="true") as running:
        yield running


async def test_a_webhook_is_set_up_tested_watched_and_sent_again(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with receiver() as there, desk(browser, house, "admin", tmp_path) as window:
        await window["nav-webhooks"].click()
        await window.shows("webhooks-page", "Belum ada webhook")
        await window["webhook-new"].click()
        await window["webhook-name"].fill("Portal Kota")
        await window["webhook-url"].fill("ftp://portal.example")
        await window["webhook-save"].click()
        await window.shows("webhook-dialog", "https://")
        await window["webhook-url"].fill(there.url)
        await window["webhook-save"].click()
        there.secret = (await window["one-time-secret"].inner_text()).strip()
        assert there.secret.startswith("whsec_")
        await window["once-close"].click()
        await window.shows("webhook-row", "aktif")

        there.answer = lambda count: (500, "sedang sakit") if count == 0 else (204, "")
        await window["webhook-ping"].click()
        await there.until(1)
        await window["webhook-deliveries"].click()
        row = window["delivery-row"]
        await expect(row).to_contain_text("sedang sakit", timeout=PATIENCE_MS)
        await window["delivery-again"].click()
        await there.until(2)
        await expect(row).to_have_attribute("data-state", "delivered", timeout=PATIENCE_MS)
        await row.locator("summary").click()
        assert json.loads(await row.locator("pre").inner_text())["event"] == "ping"


async def test_a_mail_that_was_sent_is_on_the_admin_s_list(
    browser: Browser, tmp_path: Path, spoken_prompts: Path
) -> None:
    async with mail_server() as office:
        mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(office.port), "SMTP_SECURITY": "none"}
        async with hotline(tmp_path, spoken_prompts, SMTP_FROM="sambut@kantor.example", **mail) as house:
            admin = await house.sign_in("admin")
            await admin.send("PATCH", "/accounts/coordinator", {"email": "koko@kantor.example"})
            number = (await a_question(await house.sign_in("operator1")))["number"]
            async with desk(browser, house, "admin", tmp_path) as window:
                await window["nav-webhooks"].click()
                await window["mails-open"].click()
                row = window["delivery-row"].first
                await expect(row).to_contain_text(number, timeout=PATIENCE_MS)
                await expect(row).to_have_attribute("data-state", "delivered", timeout=GATHER_S * 1000 + PATIENCE_MS)
                await expect(row).to_contain_text("coordinator")
                await window.page.screenshot(path=tmp_path / "mails.png")
    assert office.to == ["koko@kantor.example"]


async def test_a_portal_gets_a_key_and_its_request_is_on_the_operator_s_list(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "admin", tmp_path) as window:
        await window["nav-webhooks"].click()
        await window["api-key-name"].fill("Portal Kota")
        await window["api-key-new"].click()
        key = (await window["one-time-secret"].inner_text()).strip()
        await window["once-close"].click()
        await window.shows("api-key-row", "Portal Kota")

    form = {
        "api_key": key,
        "service_code": "informasi-pkb",
        "address_id": "kota-bandung-i-pajajaran",
        "first_name": "Siti",
        "phone": "081234567890",
        "email": "siti@example.org",
        "description": "Berapa pajak motor saya?",
    }
    async with (
        aiohttp.ClientSession() as portal,
        portal.post(f"http://{house.http}/open311/v2/requests.json", data=form) as answer,
    ):
        (filed,) = await answer.json()
    number = filed["service_request_id"]

    async with desk(browser, house, "operator1", tmp_path) as window:
        await window["nav-callbacks"].click()
        await expect(window.page.get_by_text("Diajukan lewat portal").first).to_be_visible(timeout=PATIENCE_MS)
        await window.page.goto(f"http://{house.http}/tickets/{number}")
        await window.shows("filing-card", "siti@example.org")
        await window.shows("filing-card", "Portal Kota")


async def test_a_person_may_switch_mail_off_once_the_admin_has_entered_an_address(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "admin", tmp_path) as window:
        await window["nav-accounts"].click()
        row = window["account-row"].filter(has_text="coordinator")
        await row.get_by_test_id("account-edit").click()
        await window["account-email"].fill("koko@kantor.example")
        await window["account-save"].click()
        await expect(window["account-dialog"]).to_be_hidden(timeout=PATIENCE_MS)
    async with desk(browser, house, "coordinator", tmp_path) as window:
        await window["nav-me"].click()
        await expect(window["email-notices"]).to_be_checked(timeout=PATIENCE_MS)
        await window["email-notices"].uncheck()
        await window.page.reload()
        await expect(window["email-notices"]).not_to_be_checked(timeout=PATIENCE_MS)
