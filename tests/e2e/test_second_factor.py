"""Second factors in a real browser: its authenticator (CDP), an app that reads the QR code on the screen."""

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, window
from tests.integration.hotline import PASSWORD, Hotline, hotline

ASKED_OF_SUPERVISORS = "roles: {supervisor: {second_factor: true}}\n"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@asynccontextmanager
async def visitor(browser: Browser, house: Hotline, pictures: Path, name: str) -> AsyncIterator[Desk]:
    """Somebody in front of the log-in page, by name: passkeys are bound to one."""
    async with window(browser, pictures, name) as page:
        await page.page.goto(f"http://localhost:{urlsplit(f'//{house.http}').port}/")
        yield page


async def log_in(page: Desk, username: str, password: str = PASSWORD) -> None:
    await expect(page["login-username"]).to_be_focused(timeout=PATIENCE_MS)
    await page.type(username)
    await page.press("Tab")
    await page.type(password)
    await page.press("Enter")


async def go(page: Desk, path: str) -> None:
    await page.page.goto(urljoin(page.page.url, path))


async def log_out(page: Desk) -> None:
    """And in front of the log-in page again, as somebody who comes anew."""
    await page["log-out"].click()
    await page.shows("login-form")
    await go(page, "/")


async def authenticator(page: Desk) -> Any:
    """The browser's own virtual authenticator, for as long as the page is open."""
    cdp = await page.page.context.new_cdp_session(page.page)
    await cdp.send("WebAuthn.enable")
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return cdp


async def scanned(page: Desk) -> pyotp.TOTP:
    """The app, from what a phone's camera would see."""
    await page.shows("qr")
    picture = Image.open(io.BytesIO(await page["qr"].screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    app = pyotp.parse_uri(found.text)
    assert isinstance(app, pyotp.TOTP)
    assert app.secret == re.sub(r"\s", "", await page["app-secret"].inner_text())
    return app


async def put_codes_away(page: Desk) -> list[str]:
    await page.shows("recovery-code")
    codes = await page["recovery-code"].all_inner_texts()
    assert len(codes) == 10
    await page["recovery-kept"].click()
    return codes


async def next_code(page: Desk, app: pyotp.TOTP, used: str) -> str:
    """The app's next code: one that was given counts no more."""
    while (code := app.now()) == used:
        await page.page.wait_for_timeout(500)
    return code


async def test_an_app_is_set_up_and_then_asked_for_at_the_keyboard(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with visitor(browser, house, tmp_path, "app") as page:
        await log_in(page, "coordinator")
        await page.shows("log-out")
        await go(page, "/me")
        await page.shows("factors-none")
        await page["app-add"].click()
        app = await scanned(page)
        await page["first-code"].fill("000000")
        await page.press("Enter")
        await expect(page["app-form"]).to_contain_text("tidak cocok", timeout=PATIENCE_MS)
        first = app.now()
        await page["first-code"].fill(first)
        await page.press("Enter")
        codes = await put_codes_away(page)
        await page.shows("recovery-left", "10")
        await log_out(page)

        await log_in(page, "coordinator")
        await expect(page["second-code"]).to_be_focused(timeout=PATIENCE_MS)
        await page.type("000000")
        await page.press("Enter")
        await page.shows("step-problem", "tidak cocok")
        await expect(page["second-code"]).to_be_focused()
        await page.type(await next_code(page, app, first))
        await page.press("Enter")
        await page.shows("log-out")
        await log_out(page)

        await log_in(page, "coordinator")
        await page["use-recovery"].click()
        await expect(page["second-code"]).to_be_focused(timeout=PATIENCE_MS)
        await page.type(codes[0])
        await page.press("Enter")
        await page.shows("log-out")
        await go(page, "/me")
        await page.shows("recovery-left", "9")


async def test_a_passkey_is_made_and_then_used_and_removed(browser: Browser, house: Hotline, tmp_path: Path) -> None:
    async with visitor(browser, house, tmp_path, "passkey") as page:
        cdp = await authenticator(page)
        await log_in(page, "pic")
        await page.shows("log-out")
        await go(page, "/me")
        await page["passkey-add"].click()
        await page["passkey-name"].fill("Laptop kantor")
        await page.press("Enter")
        await put_codes_away(page)
        await page.shows("factor", "Laptop kantor")
        await log_out(page)

        await log_in(page, "pic")
        await page["use-passkey"].click()
        await page.shows("log-out")
        await go(page, "/me")
        await page.shows("factor", "terakhir dipakai")

        await page["passkey-remove"].click()
        await page["sure-yes"].click()
        await page.shows("factors-none")
        await log_out(page)
        await log_in(page, "pic")
        await page.shows("log-out")
        await cdp.detach()


async def test_a_passkey_that_is_not_given_is_told_and_another_way_is_open(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with visitor(browser, house, tmp_path, "refuser") as page:
        cdp = await authenticator(page)
        await log_in(page, "pic")
        await page.shows("log-out")
        await go(page, "/me")
        await page["passkey-add"].click()
        await page.press("Enter")
        codes = await put_codes_away(page)
        await log_out(page)
        await cdp.send("WebAuthn.disable")
        await cdp.send("WebAuthn.enable")
        await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})  # another, without the key
        await log_in(page, "pic")
        await page["use-passkey"].click()
        await page.shows("step-problem", "Kunci sandi tidak jadi dipakai")
        await page["use-recovery"].click()
        await page["second-code"].fill(codes[0])
        await page.press("Enter")
        await page.shows("log-out")


@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_role_that_needs_a_second_factor_sets_one_up_at_the_log_in(
    browser: Browser, tmp_path: Path, spoken_prompts: Path, language: str
) -> None:
    files = {"settings.yaml": ASKED_OF_SUPERVISORS}
    async with (
        hotline(tmp_path, spoken_prompts, files=files) as house,
        visitor(browser, house, tmp_path, "new") as page,
    ):
        await page[f"language-{language}"].click()
        await page["login-username"].focus()
        await log_in(page, "supervisor")
        await page.shows("enrol", "Siapkan faktor kedua" if language == "id" else "Set up a second factor")
        await page["app-add"].click()
        app = await scanned(page)
        await page["first-code"].fill(app.now())
        await page.press("Enter")
        await put_codes_away(page)
        await page.shows("log-out")
        await page.page.reload()
        await page.shows("log-out")


async def test_a_first_password_is_replaced_by_ones_own(browser: Browser, house: Hotline, tmp_path: Path) -> None:
    first = "rumpun bambu menari"
    admin = await house.sign_in("admin")
    new = {"username": "rina", "name": "Rina Marlina", "role": "supervisor", "password": first}
    assert (await admin.send("POST", "/accounts", new))[0] == 201
    async with visitor(browser, house, tmp_path, "first") as page:
        await log_in(page, "rina", first)
        await expect(page["password-fresh"]).to_be_focused(timeout=PATIENCE_MS)
        for typed, told in (("123456789012", "mudah ditebak"), ("nyanyian rina merdu", "tidak boleh memuat nama")):
            await page["password-fresh"].fill(typed)
            await page["password-again"].fill(typed)
            await page.press("Enter")
            await page.shows("first-password", told)
        await page["password-fresh"].fill("perahu kertas biru tua")
        await page["password-again"].fill("perahu kertas biru tua")
        await page.press("Enter")
        await page.shows("log-out")


async def test_somebody_ends_another_browser_and_the_admin_ends_all(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with (
        visitor(browser, house, tmp_path, "here") as here,
        visitor(browser, house, tmp_path, "there") as there,
        visitor(browser, house, tmp_path, "admin") as admin,
    ):
        for page in (here, there):
            await log_in(page, "supervisor")
            await page.shows("log-out")
        await go(here, "/me")
        await expect(here["browser-row"]).to_have_count(2, timeout=PATIENCE_MS)
        await here.shows("browser-row", "Chrome, Linux")
        await here["browser-end"].click()
        await there.shows("login-form")
        await expect(here["browser-row"]).to_have_count(1, timeout=PATIENCE_MS)

        await log_in(admin, "admin")
        row = admin["account-row"].filter(has_text="supervisor")
        await row.get_by_test_id("account-browsers").click()
        await admin.shows("browsers-dialog", "Chrome, Linux")
        await admin["browsers-end-all"].click()
        await admin.shows("browsers-none")
        await here.shows("login-form")
