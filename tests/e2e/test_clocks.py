"""The clocks on the screen: amber, red, waiting apart; and what a supervisor proves with them."""

import csv
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, Scheme, desk
from tests.e2e.polling import until
from tests.e2e.test_accessibility import has_no_grave_violation, nothing_stands_beside_the_window, schemes
from tests.integration.calls.test_alarms import ask_coordinators
from tests.integration.hotline import Hotline, hotline

STANDARD_TIMES = """
standard_s: {greeting: 8, identity: 60, record: 60, classify: 60, answer: 300}
greeting_script: {id: Halo, en: Hello}
"""

ANY_HOUR = """
amber: 0.5
working_hours: []
levels: {asked: [{after_s: 1, tell: [supervisors]}]}
"""


@pytest.fixture
async def quick(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A hotline whose greeting may take eight seconds, and is nearly over after four; its clocks run at night too."""
    files = {"sop.yaml": STANDARD_TIMES, "escalation.yaml": ANY_HOUR}
    async with hotline(tmp_path, spoken_prompts, files=files) as running:
        yield running


async def _urgencies(window: Desk, step: str) -> list[str]:
    """What the step's clock went through until it was over, as it stood on the screen."""
    seen: list[str] = []

    async def over() -> bool:
        urgency = await window[f"step-clock-{step}"].get_attribute("data-urgency") or ""
        if urgency not in seen[-1:]:
            seen.append(urgency)
        return urgency == "over"

    await until(over)
    return seen


async def test_a_step_turns_amber_and_then_red_by_itself(browser: Browser, quick: Hotline, tmp_path: Path) -> None:
    async with desk(browser, quick, "operator1", tmp_path) as window:
        ticket = await _opened(quick)
        await window.page.goto(f"http://{quick.http}/tickets/{ticket['number']}")
        assert await _urgencies(window, "greeting") == ["calm", "soon", "over"]
        await expect(window["step-clock-greeting"]).to_contain_text("lewat waktu baku")
        await expect(window["timeline-step"]).to_have_attribute("data-level", "red")
        await nothing_stands_beside_the_window(window)


async def test_waiting_for_validation_runs_apart_and_the_steps_own_clock_stands(
    browser: Browser, quick: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, quick, "operator1", tmp_path) as window:
        ticket = await ask_coordinators(await quick.sign_in("operator1"))
        await window.page.goto(f"http://{quick.http}/tickets/{ticket['number']}")
        waiting, own = window["step-waiting-answer"], window["step-clock-answer"]
        await expect(waiting).to_contain_text("Menunggu", timeout=PATIENCE_MS)
        before, stood = await waiting.inner_text(), await own.inner_text()

        async def goes_on() -> bool:
            return await waiting.inner_text() != before

        await until(goes_on)
        assert await own.inner_text() == stood


async def test_a_supervisor_gets_from_a_figure_to_the_tickets_and_takes_the_table_away(
    browser: Browser, quick: Hotline, tmp_path: Path
) -> None:
    ticket = await ask_coordinators(await quick.sign_in("operator1"))
    late = await _opened(quick)
    async with desk(browser, quick, "supervisor", tmp_path) as window:
        await expect(window["nav-compliance"]).to_be_visible(timeout=PATIENCE_MS)
        await window["nav-compliance"].click()
        line = window.page.locator("[data-testid=compliance-line][data-key=identity]")
        await expect(line).to_contain_text("100 %", timeout=PATIENCE_MS)

        async def is_late() -> bool:
            await window["by-operator"].click()
            await window["by-step"].click()
            greeting = window.page.locator("[data-testid=compliance-line][data-key=greeting]")
            return await greeting.get_by_test_id("compliance-late").count() == 1

        await until(is_late)
        await window.page.locator("[data-key=greeting]").get_by_test_id("compliance-late").click()
        await expect(window["passage"]).to_have_count(1, timeout=PATIENCE_MS)
        await expect(window["passages"].get_by_role("heading")).to_be_focused()
        await _the_table(window, ticket)
        await window["passage"].get_by_role("link").click()
        await expect(window.page).to_have_url(f"http://{quick.http}/tickets/{late['number']}", timeout=PATIENCE_MS)


async def test_a_span_without_tickets_says_so(browser: Browser, quick: Hotline, tmp_path: Path) -> None:
    async with desk(browser, quick, "supervisor", tmp_path) as window:
        await window.page.goto(f"http://{quick.http}/compliance?from=2020-01-06&to=2020-01-06")
        await window.shows("empty", "Tidak ada tiket pada rentang ini")


async def test_what_lies_too_long_is_a_click_away(browser: Browser, quick: Hotline, tmp_path: Path) -> None:
    async with desk(browser, quick, "supervisor", tmp_path) as window:
        await window.shows("live-page")
        ticket = await ask_coordinators(await quick.sign_in("operator1"))
        await window.shows("notice", f"Tiket {ticket['number']}: pertanyaan belum diambil koordinator.")
        await window["notice"].get_by_role("link", name="Buka").click()
        await expect(window.page).to_have_url(f"http://{quick.http}/tickets/{ticket['number']}", timeout=PATIENCE_MS)


@schemes
async def test_compliance_and_a_waiting_ticket_have_no_grave_violation(
    browser: Browser, quick: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    ticket = await ask_coordinators(await quick.sign_in("operator1"))
    async with desk(browser, quick, "supervisor", tmp_path, scheme=scheme) as window:
        await window.page.goto(f"http://{quick.http}/compliance?by=step&key=identity")
        await window.shows("passage")
        await has_no_grave_violation(window)
        await window.page.goto(f"http://{quick.http}/tickets/{ticket['number']}")
        await window.shows("step-waiting-answer")
        await has_no_grave_violation(window)


async def _opened(office: Hotline) -> dict[str, Any]:
    """A ticket whose greeting goes on and on."""
    operator = await office.sign_in("operator2")
    status, ticket = await operator.send("POST", "/tickets")
    assert status == 201, ticket
    return dict(ticket)


async def _the_table(window: Desk, ticket: dict[str, Any]) -> None:
    async with window.page.expect_download() as downloading:
        await window["compliance-csv"].dispatch_event("click")  # an alarm's notice may lie over it: they are quick here
    path = await (await downloading.value).path()
    rows = {row["key"]: row for row in csv.DictReader(StringIO(path.read_text("utf-8-sig")))}
    assert rows["identity"]["in_time"] == "1", ticket["number"]
    assert rows["greeting"]["count"] == "2"
