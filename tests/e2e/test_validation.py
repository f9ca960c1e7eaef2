"""SOP step 5b by five people in five windows: a question goes to coordinator and PIC, and the answer to the caller."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, expect

from tests.audio import Samples, has_tone, read, rms_db, tone
from tests.e2e.browser import PATIENCE_MS, Desk, desk
from tests.e2e.conftest import OPERATOR_HZ
from tests.e2e.keyboard import advance, enter, go_ready_with_headset, pick, pick_by_digit, pick_up
from tests.e2e.validation import PHONE
from tests.integration.calling import NUMBER, calling_house, outside_phone
from tests.integration.hotline import Hotline
from tests.integration.phones import UserAgent, caller

CALLER_HZ, OUTSIDE_HZ = 600, 1300
STRETCH_S = 0.4
SILENCE_DB = -55.0
"""A stretch below this is a pause between two turns."""

QUESTION = "Apakah pembayaran tanggal 12 sudah masuk?"
TO_PIC = "Mohon cek pembayaran D 1234 ABC tanggal 12."
FROM_PIC = "Sudah masuk, status diperbarui pukul 16.00."
TO_OPERATOR = "Pembayaran sudah kami terima; statusnya diperbarui hari ini pukul 16.00."
ALONE = "Balik nama dapat diurus di kantor Samsat mana pun."


@dataclass(slots=True)
class People:
    """One window each."""

    operator: Desk
    coordinator: Desk
    pic: Desk
    supervisor: Desk
    admin: Desk


@asynccontextmanager
async def everybody(speaking: Browser, browser: Browser, house: Hotline, folder: Path) -> AsyncIterator[People]:
    """All five roles at work: the operator with a headset, the PIC with a telephone."""
    async with AsyncExitStack() as stack:

        async def at_work(who: Browser, name: str, viewport: ViewportSize | None = None) -> Desk:
            look = {} if viewport is None else {"viewport": viewport}
            return await stack.enter_async_context(desk(who, house, name, folder, **look))

        yield People(
            operator=await at_work(speaking, "operator1"),
            coordinator=await at_work(browser, "coordinator"),
            pic=await at_work(browser, "pic", PHONE),
            supervisor=await at_work(browser, "supervisor"),
            admin=await at_work(browser, "admin"),
        )


async def test_a_question_goes_to_coordinator_and_pic_and_back_to_a_caller_who_holds_and_to_one_who_is_called_back(
    speaking: Browser, browser: Browser, spoken_prompts: Path, tmp_path: Path
) -> None:
    said = tone(tmp_path / "caller.wav", CALLER_HZ, 5, 8000)
    outside_said = tone(tmp_path / "outside-says.wav", OUTSIDE_HZ, 30, 8000)
    async with (
        outside_phone(tmp_path, answers=True, say=outside_said) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address, HEADSET_BIND="127.0.0.1") as house,
        everybody(speaking, browser, house, tmp_path) as people,
    ):
        await go_ready_with_headset(people.operator, raw=True)
        async with caller(house.uri, number=NUMBER, say=said, save=tmp_path / "heard.wav", seconds=300) as call:
            held = await _ask_while_the_caller_holds(people.operator)
            await _coordinator_asks_the_pic(people.coordinator, held)
            await _pic_answers_on_the_phone(people.pic, held)
            await _coordinator_hands_over(people.coordinator, held)
            await _resumed_told_and_closed(people.operator)
            call.hang_up()
            await call.ended()
        await _the_course_stands_on_the_ticket(people, house, held)
        await _the_way_back_by_a_call(people, house, outside, said)
    assert _turns_heard(tmp_path / "heard.wav") == ["operator", "music", "operator"]


async def _ask_while_the_caller_holds(window: Desk) -> str:
    await pick_up(window)
    ticket = await window.ticket()
    await _walk_to_the_answer(window)
    await window.press("Alt+v")
    await expect(window["ask-question"]).to_be_focused(timeout=PATIENCE_MS)
    await window.type(QUESTION)
    await expect(window["way-wait"]).to_be_checked()
    await window.press("Control+Enter")
    await window.gone("ask-dialog")
    await window.state("call-bar", "hold")
    await window.state("loop", "asked")
    return ticket


async def _walk_to_the_answer(window: Desk) -> None:
    await advance(window, "identity")
    await enter(window, "caller_name", "Siti Aminah")
    await enter(window, "plate", "d1234abc")
    await pick(window, "region", "pajajaran")
    await advance(window, "record")
    await window["kind-pengaduan"].click()
    await window.saved("kind")
    await window.press("Alt+5")
    await enter(window, "description", "Sudah bayar, status belum lunas")
    await advance(window, "classify")
    await pick_by_digit(window, "category", "3")
    await advance(window, "answer")


async def _coordinator_asks_the_pic(window: Desk, ticket: str) -> None:
    """Nothing is reloaded: the question comes by itself, with a badge, and its keys are enough."""
    await window.shows("inbox-item", QUESTION)
    await expect(window["inbox-count"]).to_have_text("1", timeout=PATIENCE_MS)
    await window.press("j")
    await window.shows("one-facts", re.compile("Siti Aminah.*D 1234 ABC", re.DOTALL))
    await window.press("a")
    await window.state("one", "coordinator")
    await expect(window["field-unit"]).to_have_value("P3DW Kota Bandung I Pajajaran", timeout=PATIENCE_MS)
    await window.press("p")
    await expect(window["pic-question"]).to_have_value(QUESTION)
    await window["pic-question"].fill(TO_PIC)
    await window.press("Control+Enter")
    await window.state("one", "pic")
    assert await window["one-number"].inner_text() == ticket


async def _pic_answers_on_the_phone(window: Desk, ticket: str) -> None:
    await window.shows("inbox-item", TO_PIC)
    await window["inbox-item"].click()
    await window.shows("one-question", TO_PIC)
    shown = await window.page.locator("body").inner_text()
    assert "Siti" not in shown and "812" not in shown, "a PIC needs neither name nor number"
    assert await window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "nothing is cut off at 360 px"
    )
    await window["pic-answer"].fill(FROM_PIC)
    await window.page.reload()
    await expect(window["pic-answer"]).to_have_value(FROM_PIC, timeout=PATIENCE_MS)
    await window["send-pic_answer"].click()
    await window.shows("notice", "Jawaban terkirim")
    await window.gone("inbox-item")


async def _coordinator_hands_over(window: Desk, ticket: str) -> None:
    await window.shows("one-pic-answer", FROM_PIC)
    await window.press("o")
    await expect(window["operator-answer"]).to_have_value(FROM_PIC, timeout=PATIENCE_MS)
    await window["operator-answer"].fill(TO_OPERATOR)
    await window.press("Control+Enter")
    await window.gone("inbox-item")
    await window.gone("inbox-count")


async def _resumed_told_and_closed(window: Desk) -> None:
    await window.state("loop", "answered")
    await window.shows("loop-answer", TO_OPERATOR)
    await window.press("F4")
    await window.state("call-bar", "talking")
    await window.comes_to_hear(CALLER_HZ, of=[CALLER_HZ, OUTSIDE_HZ])
    await window.press("Alt+v")
    await window.state("loop", "told")
    await window.holds("answer", TO_OPERATOR)
    await advance(window, "closed")


async def _the_course_stands_on_the_ticket(people: People, house: Hotline, ticket: str) -> None:
    """For those who watch: on the ticket's page, with who, when and what."""
    for window in (people.supervisor, people.admin):
        await window.page.goto(f"http://{house.http}/tickets/{ticket}")
        await window.shows("handover-card", "Sudah disampaikan")
        actions = await window["handover"].evaluate_all("entries => entries.map(each => each.dataset.action)")
        assert actions == ["escalate", "accept", "ask_pic", "pic_answer", "answer_operator", "told"]
        await expect(window["handover-card"]).to_contain_text(TO_PIC)


async def _the_way_back_by_a_call(people: People, house: Hotline, outside: UserAgent, said: Path) -> None:
    operator = people.operator
    await operator.state("presence-state", "ready")
    async with caller(house.uri, number=NUMBER, say=said, seconds=300) as call:
        await pick_up(operator)
        ticket = await operator.ticket()
        await _walk_to_the_answer(operator)
        await _promise_a_call(operator)
        await operator.press("Shift+F4")
        await call.ended()
    await _coordinator_answers_alone(people.coordinator)
    await _called_back_told_and_closed(operator, outside, ticket)


async def _promise_a_call(window: Desk) -> None:
    await window.press("Alt+v")
    await window["ask-question"].fill("Bolehkah balik nama di kantor lain?")
    await window["way-call_back"].check()
    await window["ask-send"].click()
    await window.shows("ask-problem", "Pilih waktu")
    await window["promise-time"].first.click()
    await window["ask-send"].click()
    await window.shows("ask-problem", "Pastikan dulu nomornya")
    await window["promise-confirmed"].check()
    await window["ask-send"].click()
    await window.gone("ask-dialog")
    await window.state("loop", "asked")


async def _coordinator_answers_alone(window: Desk) -> None:
    await window.shows("inbox-item", "telepon")
    await window.press("j", "a")
    await window.state("one", "coordinator")
    await window.press("o")
    await window.type(ALONE)
    await window.press("Control+Enter")
    await window.gone("inbox-item")


async def _called_back_told_and_closed(window: Desk, outside: UserAgent, ticket: str) -> None:
    await expect(window["inbox-count"]).to_have_text("1", timeout=PATIENCE_MS)
    await window.press("Alt+i", "j")
    await window.shows("one-answer", ALONE)
    await window["tell-call"].click()
    await outside.says("talking")
    assert await window.ticket() == ticket
    await window.state("call-bar", "talking")
    await window.comes_to_hear(OUTSIDE_HZ, of=[CALLER_HZ, OUTSIDE_HZ])
    await window.press("Alt+v")
    await window.state("loop", "told")
    await advance(window, "closed")
    await window.press("Shift+F4")
    await outside.says("ended")
    await window.gone("inbox-count")
    await window.gone("callbacks-open")


def _turns_heard(file: Path) -> list[str]:
    """What the caller heard, one after the other, from the operator's first word on."""
    samples, rate = read(file)
    size = round(STRETCH_S * rate)
    stretches = [samples[start : start + size] for start in range(0, len(samples) - size + 1, size)]
    heard = [_heard(each, rate) for each in stretches]
    steady = [now for before, now in pairwise(heard) if before == now and now != "nothing"]
    turns = [*steady[:1], *(now for before, now in pairwise(steady) if before != now)]
    return turns[turns.index("operator") :]


def _heard(stretch: Samples, rate: int) -> str:
    if has_tone(stretch, rate, OPERATOR_HZ, purity_db=-9.0):
        return "operator"
    return "music" if rms_db(stretch) > SILENCE_DB else "nothing"
