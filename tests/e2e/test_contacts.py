"""Who is calling, in the browser: an open ticket is gone on with by one key; blocked, merged, looked up in the log."""

from pathlib import Path
from zipfile import is_zipfile

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, Desk, Scheme, desk
from tests.e2e.keyboard import go_ready
from tests.e2e.test_accessibility import has_no_grave_violation, schemes
from tests.integration.hotline import Hotline, Person
from tests.integration.phones import caller, softphone

NUMBER, SHOWN = "081234567890", "+62 812-3456-7890"
REGION = "kota-bandung-i-pajajaran"


async def in_work(person: Person, number: str, name: str, plate: str) -> str:
    """A ticket whose caller is identified, opened by this person without a call; returns its number."""
    fields = {"caller_number": number, "caller_name": name, "plate": plate, "region": REGION}
    _, ticket = await person.send("POST", "/tickets", fields)
    for action in ("greet", "identify"):
        path = f"/tickets/{ticket['number']}/actions/{action}"
        status, ticket = await person.send("POST", path, {"version": ticket["version"]})
        assert status == 200, ticket
    return str(ticket["number"])


async def test_a_caller_with_an_open_ticket_goes_on_with_it_by_one_key_and_that_can_be_undone(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    supervisor = await office.sign_in("supervisor")
    old = await in_work(supervisor, NUMBER, "Ibu Ratna", "D 1234 ABC")
    async with (
        softphone(auto_answer=True) as (_, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, number=NUMBER, seconds=60):
            new = await window.ticket()
            await window.state("call-bar", "talking")
            await window.shows("offer", f"Tentang {old}?")
            await window["field-description"].fill("STNK belum jadi juga")
            await window.press("Alt+t")
            await expect(window["pop"]).to_have_attribute("data-ticket", old, timeout=PATIENCE_MS)
            await window.holds("caller_name", "Ibu Ratna")
            await window.holds("description", "STNK belum jadi juga")
            await window.gone("offer")
            await window.page.reload()
            assert await window.ticket() == old, "the call is about the earlier ticket, also after a reload"
        calls = (await supervisor.get(f"/tickets/{old}"))["calls"]
        assert [call["ticket"] for call in calls] == [old]
        closed = await supervisor.get(f"/tickets/{new}")
        assert (closed["step"], closed["closed_as"]) == ("closed", "continued")
        await window.page.goto(f"http://{office.http}/tickets/{new}")
        await window.shows("ticket-link", f"Panggilan dilanjutkan pada {old}")
        await window["link-undo"].click()
        await window.shows("ticket-link", "Dibatalkan oleh Ayu Lestari")
        await window.step("greeting")


async def test_a_new_number_with_a_known_plate_is_offered_once_the_plate_is_filled_in(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    old = await in_work(await office.sign_in("supervisor"), "081399998888", "Pak Budi", "D 77 XY")
    async with softphone(auto_answer=True) as (_, uri), desk(browser, office, "operator1", tmp_path) as window:
        await go_ready(window, uri)
        async with caller(office.uri, number=NUMBER, seconds=60):
            await window.state("call-bar", "talking")
            await window.ticket()
            await window.gone("offer")
            await window["field-plate"].fill("d77xy")
            await window.press("Tab")
            await window.shows("offer", f"Tentang {old}?")
            await window.shows("pop-open-tickets", old)


@schemes
async def test_two_people_are_merged_and_separated_on_their_page(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    supervisor = await office.sign_in("supervisor")
    await in_work(supervisor, NUMBER, "Ibu Ratna", "D 1 A")
    await in_work(supervisor, "081399998888", "Ratna W", "D 2 B")
    async with desk(browser, office, "supervisor", tmp_path, scheme=scheme) as window:
        await window["nav-contacts"].click()
        await window["search-q"].fill("0812 3456 7890")
        row = window["contact-row"]
        await expect(row).to_have_count(1, timeout=PATIENCE_MS)
        await expect(row).to_contain_text(SHOWN)
        await has_no_grave_violation(window)
        await row.get_by_role("link").click()
        await window.shows("contact-name", "Ibu Ratna")
        await window["merge-search"].fill("ratna w")
        await window["merge-find"].click()
        await window.page.locator("[data-testid^=merge-]").get_by_text("Gabungkan").click()
        await window["confirm-yes"].click()
        await expect(window["contact-numbers"].get_by_role("listitem")).to_have_count(2, timeout=PATIENCE_MS)
        await has_no_grave_violation(window)
        await window["merge-undo"].click()
        await window.shows("contact-merge", "Dibatalkan oleh Sinta Supervisor")
        await expect(window["contact-numbers"].get_by_role("listitem")).to_have_count(1, timeout=PATIENCE_MS)


@schemes
async def test_a_number_is_blocked_and_let_in_again(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    async with desk(browser, office, "supervisor", tmp_path, scheme=scheme) as window:
        await window["nav-contacts"].click()
        await window["blocked-open"].click()
        await window.shows("blocked-page", "Tidak ada nomor yang diblokir")
        await window["block-new"].click()
        await window["block-number"].fill("bukan nomor")
        await window["block-reason"].fill("Mengancam petugas")
        await window["block-save"].click()
        await window.shows("block-dialog", "Isi nomor telepon")
        await has_no_grave_violation(window)
        await window["block-number"].fill(NUMBER)
        await window["block-save"].click()
        await window.shows("blocked-row", SHOWN)
        await has_no_grave_violation(window)
        await window["unblock"].click()
        await window["confirm-yes"].click()
        await window.shows("blocked-page", "Tidak ada nomor yang diblokir")


@schemes
async def test_the_admin_sees_who_looked_and_carries_out_a_persons_request(
    browser: Browser, office: Hotline, tmp_path: Path, scheme: Scheme
) -> None:
    supervisor = await office.sign_in("supervisor")
    number = await in_work(supervisor, NUMBER, "Ibu Ratna", "D 1234 ABC")
    await supervisor.get(f"/tickets/{number}")
    async with desk(browser, office, "admin", tmp_path, scheme=scheme) as window:
        await window["nav-audit"].click()
        await window["search-about"].fill(number)
        await expect(window["audit-row"]).to_have_count(1, timeout=PATIENCE_MS)
        await window.shows("audit-row", "supervisor")
        await has_no_grave_violation(window)
        await window["privacy-open"].click()
        await window.shows("retention", "365 hari")
        await window["privacy-number"].fill(NUMBER)
        await window["privacy-find"].click()
        await window.shows("person-report", "1 tiket")
        await window.shows("person-report", f"Masih terbuka dan tidak ikut dihapus: {number}")
        await has_no_grave_violation(window)
        await expect(window["privacy-export"]).to_be_disabled()
        await window["privacy-reason"].fill("Permohonan 12/2026")
        archive = await _downloaded(window, "privacy-export", tmp_path / "data.zip")
        assert is_zipfile(archive)
        await window["nav-audit"].click()
        await window.shows("audit-row", "Permohonan 12/2026")


async def _downloaded(window: Desk, button: str, to: Path) -> Path:
    async with window.page.expect_download(timeout=PATIENCE_MS) as download:
        await window[button].click()
    await (await download.value).save_as(to)
    return to
