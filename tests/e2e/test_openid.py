"""Logging in by an OpenID Connect provider, in a real browser: a small provider of our own, over HTTP on loopback."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Route

from tests.e2e.browser import window
from tests.integration.desk.openid_provider import CLIENT, SECRET, provider
from tests.integration.hotline import hotline


async def test_there_and_back_again_and_a_stranger_is_told(
    browser: Browser, tmp_path: Path, spoken_prompts: Path
) -> None:
    async with provider({"sub": "u-1", "preferred_username": "supervisor"}) as idp:
        openid = {"issuer": idp.issuer, "client_id": CLIENT, "label": "Akun kantor"}
        files = {"settings.yaml": json.dumps({"openid": openid})}
        async with hotline(tmp_path, spoken_prompts, files=files, OPENID_SECRET=SECRET) as house:
            async with window(browser, tmp_path, "known") as page:
                await page.page.goto(f"http://{house.http}/")
                await page.shows("login-openid", "Akun kantor")
                await page["login-openid"].focus()
                await page.press("Enter")
                await page.shows("log-out")
                await page.page.reload()
                await page.shows("log-out")
            idp.who = {"sub": "u-2", "preferred_username": "siapa"}
            async with window(browser, tmp_path, "unknown") as page:
                await page.page.goto(f"http://{house.http}/")
                await page["login-openid"].click()
                await page.shows("login-problem", "belum punya akun")


async def known_as(page: Page) -> str:
    """What the browser is known by."""
    return next(each["value"] for each in await page.context.cookies() if each.get("name") == "sambut-device")


async def refused_once(route: Route) -> None:
    """As the server answers when the last proof is ten minutes old."""
    problem = {"code": "proof_needed", "message": {"id": "x", "en": "x"}}
    await route.fulfill(status=403, content_type="application/problem+json", body=json.dumps(problem))


async def test_a_shared_browser_stays_known_and_who_has_no_password_is_not_asked_for_one(
    browser: Browser, tmp_path: Path, spoken_prompts: Path
) -> None:
    """The provider is another site: the page is opened by a name, the provider by its address."""
    async with provider({"sub": "u-1", "preferred_username": "rina", "groups": ["op"]}) as idp:
        openid = {"issuer": idp.issuer, "client_id": CLIENT, "accounts": "create", "roles": {"op": "operator"}}
        files = {"settings.yaml": json.dumps({"openid": openid})}
        async with (
            hotline(tmp_path, spoken_prompts, files=files, OPENID_SECRET=SECRET) as house,
            window(browser, tmp_path, "shared") as page,
        ):
            base = f"http://localhost:{urlsplit(f'//{house.http}').port}"
            await page.page.goto(f"{base}/")
            await page["login-openid"].click()
            await page.shows("log-out")
            first = await known_as(page.page)
            await page["log-out"].click()
            await page["login-openid"].click()
            await page.shows("log-out")
            assert await known_as(page.page) == first

            await page.page.goto(f"{base}/me")
            await page.shows("password-elsewhere", "akun kantor")
            await page.page.route("**/api/v1/me/factors/totp", refused_once, times=1)
            await page["app-add"].click()
            await page.shows("proof-by-provider")
            await page["proof-again"].click()
            await page.shows("log-out")
