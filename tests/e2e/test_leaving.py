"""Signing out: what is typed is saved first, what cannot be is told, and nothing of it stays in the browser."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.integration.hotline import PASSWORD, Hotline, Person

SAVES = "**/api/v1/tickets/**"
KEPT = "Object.keys(localStorage).filter((name) => /^sambut\\.(draft|words|proposal)\\./.test(name))"


async def _ticket(house: Hotline) -> tuple[Person, str]:
    operator = await house.sign_in("operator1")
    status, ticket = await operator.send("POST", "/tickets", {"caller_name": "Ratna Juwita", "plate": "D 1234 ABC"})
    assert status == 201
    return operator, ticket["number"]


async def _at(window: Desk, house: Hotline, number: str) -> None:
    await window.page.goto(f"http://{house.http}/tickets/{number}")
    await window.shows("field-description")


async def _nothing_is_kept(window: Desk) -> None:
    await expect(window["login-form"]).to_be_visible(timeout=PATIENCE_MS)
    assert await window.page.evaluate(KEPT) == []


async def test_what_was_just_typed_in_two_tabs_is_saved_and_then_gone_from_the_browser(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    person, number = await _ticket(house)
    async with desk(browser, house, "operator1", tmp_path) as first:
        await _at(first, house, number)
        second = await first.tab()
        await second.shows("field-answer")
        await second.page.route(SAVES, lambda route: route.abort())  # what it types waits in the browser
        await second["field-answer"].fill("Tanggal 24")
        await second.state("save-answer", "failed")
        await first["field-description"].fill("Denda pajak")

        await first["log-out"].click()

        await _nothing_is_kept(first)
        await expect(second["login-form"]).to_be_visible(timeout=PATIENCE_MS)
        await second.page.wait_for_timeout(1500)  # it would have tried again, and kept it again
        await _nothing_is_kept(second)
    saved = await person.get(f"/tickets/{number}")
    assert (saved["description"], saved["answer"]) == ("Denda pajak", "Tanggal 24")


async def test_what_cannot_be_saved_is_told_and_stays_or_goes_as_its_writer_says(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    person, number = await _ticket(house)
    async with desk(browser, house, "operator1", tmp_path) as window:
        await _at(window, house, number)
        await window.page.route(SAVES, lambda route: route.abort())
        await window["field-description"].fill("Rahasia penelepon")
        await window.state("save-description", "failed")

        await window["log-out"].click()
        await window.shows("unsaved-list", number)
        await window.press("Escape")
        await window.gone("unsaved")
        await window.holds("description", "Rahasia penelepon")
        assert len(await window.page.evaluate(KEPT)) == 1

        await window["log-out"].click()
        await window.shows("unsaved-list", number)
        await window.page.unroute(SAVES)
        await window["unsaved-again"].click()
        await _nothing_is_kept(window)
    assert (await person.get(f"/tickets/{number}"))["description"] == "Rahasia penelepon"

    async with desk(browser, house, "operator1", tmp_path) as window:
        await _at(window, house, number)
        await window.page.route(SAVES, lambda route: route.abort())
        await window["field-description"].fill("Tidak jadi")
        await window["log-out"].click()
        await window.shows("unsaved-list", number)
        await window["unsaved-leave"].click()
        await _nothing_is_kept(window)
    assert (await person.get(f"/tickets/{number}"))["description"] == "Rahasia penelepon"


async def test_a_session_that_ended_by_itself_loses_no_word_of_who_signs_in_again(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    person, number = await _ticket(house)
    async with desk(browser, house, "operator1", tmp_path) as window:
        await _at(window, house, number)
        await window.page.context.clear_cookies()
        await window["field-description"].fill("Belum tersimpan")
        await expect(window["login-form"]).to_be_visible(timeout=PATIENCE_MS)
        await window["login-username"].fill("operator1")
        await window["login-password"].fill(PASSWORD)
        await window.press("Enter")
        await window.shows("log-out")
        await _at(window, house, number)
        await window.holds("description", "Belum tersimpan")
        await expect(window["save-description"]).not_to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
        await window["log-out"].click()
        await _nothing_is_kept(window)
    assert (await person.get(f"/tickets/{number}"))["description"] == "Belum tersimpan"
