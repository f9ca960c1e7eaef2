"""What axe-core finds on the pages, in light and in dark."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, Scheme, desk, window
from tests.e2e.keyboard import advance, go_ready, pick_up, reach, take_headset
from tests.e2e.validation import PHONE, a_question, act, at_the_answer
from tests.integration.hotline import Hotline
from tests.integration.phones import caller, softphone

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
BESIDE = """
[document.documentElement, document.body, document.querySelector('.operator-bar'), document.querySelector('main')]
  .filter((box) => box && box.scrollWidth > box.clientWidth)
  .map((box) => `${box.className || box.tagName} by ${box.scrollWidth - box.clientWidth} px`)
"""
HOOK = "https://portal.example/hook"

schemes = pytest.mark.parametrize("scheme", ["light", "dark"])


@schemes
async def test_the_log_in_page_has_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with window(browser, tmp_path, "stranger", scheme=scheme) as page:
        await page.page.goto(f"http://{house.http}/")
        await page.shows("login-form")
        await has_no_grave_violation(page)


@schemes
async def test_desk_and_ticket_have_no_grave_violation_at_any_step(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, office, "operator1", tmp_path, scheme=scheme) as page,
    ):
        await page.shows("idle")
        await has_no_grave_violation(page)
        await go_ready(page, uri)
        async with caller(office.uri, seconds=120):
            ticket = await page.ticket()
            await phone.says("ringing")
            await has_no_grave_violation(page)
            phone.type()
            await page.state("call-bar", "talking")
            await advance(page, "identity")
            await page["field-region"].focus()
            await page.shows("field-region-option")
            await has_no_grave_violation(page)
            await page["field-plate"].fill("bukan pelat")
            await page.press("Tab", "Escape")
            await page.state("save-plate", "invalid")
            await has_no_grave_violation(page)
        await page.page.goto(f"http://{office.http}/tickets/{ticket}")
        await page.shows("ticket-page")
        await has_no_grave_violation(page)


async def test_the_desk_fits_a_phone_before_and_in_a_call(browser: Browser, office: Hotline, tmp_path: Path) -> None:
    async with softphone() as (_, uri), desk(browser, office, "operator1", tmp_path, viewport=PHONE) as page:
        await page.shows("idle")
        await has_no_grave_violation(page)
        await expect(page["language-en"]).to_be_in_viewport()
        await go_ready(page, uri)
        async with caller(office.uri, seconds=120):
            await page.state("call-bar", "talking")
            await has_no_grave_violation(page)
            await expect(page["call-hangup"]).to_be_in_viewport()


@schemes
async def test_headset_call_and_transfer_have_no_grave_violation_in_any_state(
    speaking: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    colleague = await office.sign_in("operator2")
    async with (
        softphone("operator2", auto_answer=False) as (phone, uri),
        desk(speaking, office, "operator1", tmp_path, scheme=scheme) as page,
    ):
        await take_headset(page)
        await _is_fine_with(page, "Alt+9", "phone-panel")
        await _is_fine_with(page, "F9", "pause-reasons")
        await _is_fine_with(page, "?", "shortcuts")
        await page.press("F8")
        async with caller(office.uri, seconds=120):
            await page.shows("call-answer")
            await has_no_grave_violation(page)
            await pick_up(page)
            await colleague.ready(uri)
            await _is_fine_with(page, "F7", "keypad")
            await _is_fine_with(page, "F10", "transfer-dialog")
            await page.press("F6")
            await expect(page["call-bar"]).to_have_attribute("data-muted", "true", timeout=PATIENCE_MS)
            await has_no_grave_violation(page)
            await reach(page, "operator-operator2", found_by="Bima", key="Enter")
            await phone.says("ringing")
            phone.type()
            await page.state("third", "talking")
            await has_no_grave_violation(page)
            await page.press("Shift+F6")
            await page.state("third", "conference")
            await has_no_grave_violation(page)
            await page.press("Shift+F2")
            await page.gone("third")
            await page.press("Shift+F4")
            await page.state("presence-state", "wrap_up")
            await page.shows("outcome-selesai_dijawab")
            await has_no_grave_violation(page)


@schemes
async def test_the_list_of_calls_back_and_a_desk_that_is_elsewhere_have_no_grave_violation(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with caller(office.uri, seconds=2) as call:
        await call.ended()
    async with desk(browser, office, "operator1", tmp_path, scheme=scheme) as page:
        second = await page.tab()
        await page.shows("desk-elsewhere")
        await has_no_grave_violation(page)
        await second["nav-callbacks"].click()
        await second.shows("callback-row")
        await has_no_grave_violation(second)


@schemes
async def test_the_supervisors_pages_have_no_grave_violation(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with desk(browser, office, "supervisor", tmp_path, scheme=scheme) as page, caller(office.uri, seconds=120):
        await page.shows("waiting-row")
        await has_no_grave_violation(page)
        for place in ("tickets", "calls", "paper", "status"):
            await page[f"nav-{place}"].click()
            await page.shows(f"{place}-page")
            await has_no_grave_violation(page)


@schemes
async def test_the_admins_pages_have_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    admin = await house.sign_in("admin")
    status, webhook = await admin.send(
        "POST", "/webhooks", {"name": "Portal", "url": HOOK, "events": ["ticket.opened"]}
    )
    assert status == 201, webhook
    async with desk(browser, house, "admin", tmp_path, scheme=scheme) as page:
        for place in ("accounts", "matrix", "vehicles", "audit", "privacy", "webhooks", "blocked", "status", "me"):
            await page.page.goto(f"http://{house.http}/{place}")
            await _is_quiet(page, f"{place}-page")
            await has_no_grave_violation(page)
        await page.page.goto(f"http://{house.http}/webhooks")
        await page["webhook-new"].click()
        await page.shows("webhook-dialog")
        await has_no_grave_violation(page)
        await page.page.goto(f"http://{house.http}/webhooks/{webhook['id']}")
        await _is_quiet(page, "deliveries-page")
        await has_no_grave_violation(page)


@schemes
async def test_the_coordinators_pages_have_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    ticket = await a_question(await house.sign_in("operator1"))
    async with desk(browser, house, "coordinator", tmp_path, scheme=scheme) as page:
        for place in ("inbox", "live", "contacts", "compliance", "paper", "blocked", "knowledge", "me"):
            await page.page.goto(f"http://{house.http}/{place}")
            await _is_quiet(page, f"{place}-page")
            await has_no_grave_violation(page)
        await page["nav-callbacks"].click()
        await _is_quiet(page, "callbacks")
        await has_no_grave_violation(page)
    async with desk(browser, house, "supervisor", tmp_path, scheme=scheme) as page:
        for place in ("inbox", f"tickets/{ticket['number']}"):
            await page.page.goto(f"http://{house.http}/{place}")
            await _is_quiet(page, "ticket-page" if "/" in place else "inbox-page")
            await has_no_grave_violation(page)


@schemes
async def test_a_question_for_validation_has_no_grave_violation_at_any_stage(
    browser: Browser, house: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    operator, koko, pipit = [await house.sign_in(who) for who in ("operator1", "coordinator", "pic")]
    ticket = await a_question(operator)
    async with (
        desk(browser, house, "coordinator", tmp_path, scheme=scheme) as page,
        desk(browser, house, "pic", tmp_path, scheme=scheme, viewport=PHONE) as phone,
        desk(browser, house, "operator1", tmp_path, scheme=scheme) as asker,
    ):
        await has_no_grave_violation(phone)
        await page.shows("inbox-item")
        await has_no_grave_violation(page)
        await page.press("j")
        await page.shows("one-question")
        await has_no_grave_violation(page)
        ticket = await act(koko, ticket, "accept")
        await page.state("one", "coordinator")
        await page["field-unit"].focus()
        await has_no_grave_violation(page)
        ticket = await act(koko, ticket, "ask_pic", unit=ticket["region"], text="Mohon cek.")
        await phone.shows("inbox-item")
        await has_no_grave_violation(phone)
        await phone["inbox-item"].click()
        await phone.shows("pic-answer")
        await has_no_grave_violation(phone)
        ticket = await act(pipit, ticket, "pic_answer", text="Sudah masuk.")
        await page.shows("one-pic-answer")
        await has_no_grave_violation(page)
        await act(koko, ticket, "answer_operator", text="Sudah masuk tanggal 12.")
        await asker["nav-inbox"].click()
        await asker["inbox-item"].click()
        await asker.shows("one-answer")
        await has_no_grave_violation(asker)
        await asker.page.goto(f"http://{house.http}/tickets/{ticket['number']}")
        await asker.shows("loop-answer")
        await has_no_grave_violation(asker)


@schemes
async def test_asking_for_validation_has_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    ticket = await at_the_answer(await house.sign_in("operator1"))
    async with desk(browser, house, "operator1", tmp_path, scheme=scheme) as page:
        await page.page.goto(f"http://{house.http}/tickets/{ticket['number']}")
        await page.shows("action-escalate")
        await page.press("Alt+v")
        await page.shows("promise-time")
        await page["ask-send"].click()
        await page.shows("ask-problem", "Tulis dulu")
        await has_no_grave_violation(page)


async def _is_quiet(page: Desk, hook: str) -> None:
    """The page is there and has loaded what it shows."""
    await page.shows(hook)
    await expect(page.page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE_MS)


async def _is_fine_with(page: Desk, key: str, opened: str) -> None:
    """A panel that a key opens and Escape closes."""
    await page.press(key)
    await page.shows(opened)
    await has_no_grave_violation(page)
    await page.press("Escape")
    await page.gone(opened)


async def has_no_grave_violation(page: Desk) -> None:
    """Reads the whole document. The script is evaluated from outside: the page's own policy lets no stranger in."""
    await nothing_stands_beside_the_window(page)
    await page.page.evaluate(AXE.read_text())
    found = await page.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    grave = [
        f"{each['id']}: {each['help']}: {node['html'][:200]} ({node['failureSummary']})"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
    assert not grave, "\n".join(grave)


async def nothing_stands_beside_the_window(page: Desk) -> None:
    """Nobody has to move a page sideways to read it (WCAG 2.2, 1.4.10 Reflow); a wide table moves in its own box."""
    beside = await page.page.evaluate(BESIDE)
    assert not beside, f"wider than the window: {beside}"
