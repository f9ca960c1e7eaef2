"""The page is loaded again in the middle of a call."""

from pathlib import Path

from playwright.async_api import Browser

from tests.e2e.browser import Desk, desk
from tests.e2e.keyboard import advance, go_ready, greet_and_go_to
from tests.e2e.polling import until
from tests.integration.hotline import Hotline, Person
from tests.integration.phones import caller, softphone


async def test_what_was_typed_while_the_phone_rang_is_still_there_when_it_is_picked_up(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    colleague = await office.sign_in("operator2")
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120):
            ticket = await window.ticket()
            await window.press("Alt+1")
            await window.type("Budi Santoso")
            await _stored(colleague, ticket, "Budi Santoso")
            await phone.says("ringing")
            phone.type()
            await window.shows("action-greet")
            assert await window["field-caller_name"].input_value() == "Budi Santoso"


async def test_a_reload_while_the_phone_rings_keeps_the_pop_and_what_was_typed(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    colleague = await office.sign_in("operator2")
    async with (
        softphone(auto_answer=False) as (phone, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120):
            ticket = await window.ticket()
            await phone.says("ringing")
            await window.press("Alt+1")
            await window.type("Budi Santoso")
            await window.page.reload()  # at once: before the half second after which the page saves
            assert await window.ticket() == ticket
            await window.state("call-bar", "ringing")
            await window.holds("caller_name", "Budi Santoso")
            await _stored(colleague, ticket, "Budi Santoso")
            phone.type()
            await window.state("call-bar", "talking")


async def test_a_reload_while_talking_keeps_the_call_the_step_and_every_letter(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    colleague = await office.sign_in("operator2")
    async with (
        softphone() as (_, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120):
            await window.state("call-bar", "talking")
            ticket = await window.ticket()
            await greet_and_go_to(window, "plate")
            await window.type("d 12")  # no plate yet: not sent, only kept on this computer
            await window.press("Alt+1")
            await window.type("Citra Dewi")
            await window.page.reload()
            await window.state("call-bar", "talking")
            assert await window.ticket() == ticket
            await window.step("identity")
            await window.holds("caller_name", "Citra Dewi")
            assert (await window["field-plate"].input_value()).replace(" ", "").upper() == "D12"
            await _stored(colleague, ticket, "Citra Dewi")


async def test_after_a_reload_the_call_can_be_held_and_ended_from_the_page(
    browser: Browser, office: Hotline, tmp_path: Path
) -> None:
    async with (
        softphone() as (phone, uri),
        desk(browser, office, "operator1", tmp_path) as window,
    ):
        await go_ready(window, uri)
        async with caller(office.uri, seconds=120) as call:
            await window.state("call-bar", "talking")
            await window.page.reload()
            await window.state("call-bar", "talking")
            await _hold_and_resume(window)
            await advance(window, "identity")
            await window.press("Shift+F4")
            assert await call.ended() == 0
        await phone.says("ended")
        await window.state("call-bar", "ended")
        await window.step("identity")


async def _hold_and_resume(window: Desk) -> None:
    await window.press("F4")
    await window.state("call-bar", "hold")
    await window.press("F4")
    await window.state("call-bar", "talking")


async def _stored(colleague: Person, ticket: str, name: str) -> None:
    """Wait until the service has the name, too."""

    async def has_it() -> bool:
        return bool((await colleague.get(f"/tickets/{ticket}"))["caller"]["name"] == name)

    await until(has_it)
