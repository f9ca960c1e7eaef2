"""Logging in by an OpenID Connect provider, in a real browser: a small provider of our own, over HTTP on loopback."""

import json
from pathlib import Path

from playwright.async_api import Browser

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
