"""A browser that may not use the microphone: the page says so, and nobody is ready behind it (PEERS.md 15)."""

from pathlib import Path

from tests.e2e.browser import chromium, desk
from tests.integration.hotline import Hotline


async def test_without_permission_for_the_microphone_the_page_says_so_and_the_operator_is_not_ready(
    office: Hotline, tmp_path: Path
) -> None:
    refusing = chromium("--use-fake-device-for-media-stream", "--deny-permission-prompts")
    async with refusing as browser, desk(browser, office, "operator1", tmp_path) as window:
        await window.press("Alt+9")
        await window["phone-kind-browser"].click()
        await window["headset-on"].click()
        await window.shows("phone-panel", "Peramban tidak mengizinkan mikrofon")
        await window.press("Escape")
        await window.press("F8")
        operator = await office.sign_in("operator1")
        assert (await operator.get("/session"))["presence"]["state"] != "ready"
        status, answer = await operator.send("PUT", "/me/presence", {"state": "ready"})
        assert (status, answer["code"]) == (409, "phone_away")
