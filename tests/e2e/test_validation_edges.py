"""The validation loop where it does not go smoothly: taken back, taken by another, offline, out of sight, off duty."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.e2e.validation import FIELDS, PHONE, QUESTION, a_question, act
from tests.integration.hotline import Hotline

WATCH_NOTIFICATIONS = """
window.notified = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, options) { window.notified.push([title, options.body]); }
};
Object.defineProperty(document, "hidden", {get: () => true});
"""
"""Runs before the page's own scripts: a desktop that allows notifications, and a page that nobody looks at."""


async def open_first(window: Desk) -> None:
    """The first of the list, by its key."""
    await window.shows("inbox-item")
    await window.press("j")


@asynccontextmanager
async def put_to_the_pic(house: Hotline) -> AsyncIterator[dict[str, Any]]:
    operator, coordinator = await house.sign_in("operator1"), await house.sign_in("coordinator")
    ticket = await act(coordinator, await a_question(operator), "accept")
    yield await act(coordinator, ticket, "ask_pic", unit=FIELDS["region"], text="Mohon cek.")


async def test_a_question_that_is_withdrawn_leaves_the_coordinators_inbox_and_the_page_says_so(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    operator = await house.sign_in("operator1")
    async with desk(browser, house, "coordinator", tmp_path) as window:
        await window.shows("empty", "Tidak ada pertanyaan")
        ticket = await a_question(operator)
        await open_first(window)
        await window.shows("one-question", QUESTION)
        async with desk(browser, house, "operator1", tmp_path) as asker:
            asker.page.on("dialog", lambda dialog: dialog.accept())
            await asker.page.goto(f"http://{house.http}/tickets/{ticket['number']}")
            await asker.state("loop", "asked")
            await asker["action-withdraw"].click()
            await asker.gone("loop")
        await window.gone("inbox-count")
        await window.shows("empty", "tidak lagi menunggu")


async def test_what_a_coordinator_writes_stays_over_a_dead_service_a_reload_and_a_question_given_back(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    operator, coordinator = await house.sign_in("operator1"), await house.sign_in("coordinator")
    ticket = await act(coordinator, await a_question(operator), "accept")
    async with desk(browser, house, "coordinator", tmp_path) as window:
        await open_first(window)
        await window["operator-answer"].fill("Sudah masuk.")
        await window.page.route("**/actions/answer_operator", lambda route: route.abort())
        await window["send-answer_operator"].click()
        await window.shows("notice", "Server tidak menjawab")
        await expect(window["operator-answer"]).to_have_value("Sudah masuk.")
        await window.page.unroute("**/actions/answer_operator")
        await window.page.reload()
        await window.shows("one-question", QUESTION)
        await expect(window["operator-answer"]).to_have_value("Sudah masuk.")
        await act(coordinator, ticket, "release")
        await window.state("one", "asked")
        await window.press("a")
        await window.state("one", "coordinator")
        await expect(window["operator-answer"]).to_have_value("Sudah masuk.")


async def test_a_pic_without_a_network_keeps_the_answer_and_sends_it_later(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with put_to_the_pic(house) as ticket, desk(browser, house, "pic", tmp_path, viewport=PHONE) as window:
        await window["inbox-item"].click()
        await window["pic-answer"].fill("Sudah masuk tanggal 12.")
        await window.page.context.set_offline(True)
        await window["send-pic_answer"].click()
        await window.shows("notice", "Server tidak menjawab")
        await expect(window["pic-answer"]).to_have_value("Sudah masuk tanggal 12.")
        await window.page.context.set_offline(False)
        await window["send-pic_answer"].click()
        await window.gone("inbox-item")
        coordinator = await house.sign_in("coordinator")
        stored = await coordinator.get(f"/tickets/{ticket['number']}")
        assert stored["escalation"]["pic_answer"] == "Sudah masuk tanggal 12."


async def test_a_further_question_comes_back_to_the_pic_with_an_empty_box_and_what_was_said_before(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with put_to_the_pic(house) as ticket, desk(browser, house, "pic", tmp_path, viewport=PHONE) as window:
        await window["inbox-item"].click()
        await window["pic-answer"].fill("Sudah masuk.")
        await window["send-pic_answer"].click()
        # Back in the list: a question that comes again while the answer is still on its way would stay open.
        await expect(window["inbox-page"]).to_have_attribute("data-open", "false")
        await window.gone("inbox-item")
        coordinator = await house.sign_in("coordinator")
        current = await coordinator.get(f"/tickets/{ticket['number']}")
        await act(coordinator, current, "ask_again", text="Tanggal berapa?")
        await window.shows("inbox-item", "Tanggal berapa?")
        await window["inbox-item"].click()
        await expect(window["pic-answer"]).to_have_value("")
        await window.shows("handovers", "Sudah masuk.")


async def test_an_answer_that_comes_in_leaves_the_coordinator_writing_and_can_be_inserted(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with put_to_the_pic(house) as ticket, desk(browser, house, "coordinator", tmp_path) as window:
        await open_first(window)
        await window.press("o")
        await window.type("Menurut saya sudah.")
        await act(await house.sign_in("pic"), ticket, "pic_answer", text="Sudah masuk tanggal 12.")
        await window.shows("one-pic-answer", "tanggal 12")
        await expect(window["operator-answer"]).to_be_focused()
        await window["use-pic-answer"].click()
        await expect(window["operator-answer"]).to_have_value("Menurut saya sudah.\nSudah masuk tanggal 12.")
        await window["operator-answer"].blur()
        await window.press("p")
        await expect(window["pic-question-again"]).to_be_focused()


async def test_what_came_while_the_line_was_down_is_there_after_the_reconnection(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    operator = await house.sign_in("operator1")
    async with desk(browser, house, "coordinator", tmp_path) as window:
        await window.shows("empty")
        await window.page.context.set_offline(True)
        await window.shows("banner-link-down")
        await a_question(operator)
        await window.page.context.set_offline(False)
        await window.shows("inbox-item", QUESTION)
        await expect(window["inbox-count"]).to_have_text("1", timeout=PATIENCE_MS)


async def test_a_page_that_nobody_looks_at_is_told_of_by_the_desktop_without_who_is_calling(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    operator = await house.sign_in("operator1")
    async with desk(browser, house, "coordinator", tmp_path) as window:
        await window.page.context.add_init_script(WATCH_NOTIFICATIONS)
        await window.page.reload()
        await window.shows("empty")
        ticket = await a_question(operator)
        await window.page.wait_for_function("window.notified.length > 0")
        told = await window.page.evaluate("window.notified")
        assert told == [["Kotak masuk", f"Pertanyaan validasi baru: {ticket['number']}"]]


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_inbox_speaks_both_languages(browser: Browser, house: Hotline, tmp_path: Path, language: str) -> None:
    await a_question(await house.sign_in("operator1"))
    said = {"id": ("Kotak masuk", "Ambil dulu"), "en": ("Inbox", "Take it first")}[language]
    async with desk(browser, house, "coordinator", tmp_path) as window:
        await window[f"language-{language}"].click()
        await expect(window.page.get_by_role("heading", level=1)).to_have_text(said[0])
        await open_first(window)
        await window.shows("one", said[1])
