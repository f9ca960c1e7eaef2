"""SIGTERM in every state of a call: the last words are heard to their end, nobody takes the caller back, and the
ticket says that a call is owed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hotline.ticket import Ticket
from storage.records import CallEnded, TicketOpened, TicketSaved
from tests.unit.sambut.a_house import House, a_house, installation
from tests.unit.sambut.fake_agent import FakeLeg
from tests.unit.sambut.virtual_time import run


@asynccontextmanager
async def stopping(house: House) -> AsyncIterator[None]:
    """The drain is over: last words are on."""
    stop = asyncio.create_task(house.switchboard.stop(0))
    await house.settle()
    yield
    await house.settle(15)
    await stop


async def talking(house: House, operator: str = "ayu") -> tuple[FakeLeg, FakeLeg]:
    """A caller and the phone of the operator who has them."""
    await house.ready(operator)
    caller = await house.caller()
    phone = house.agent.called(operator)
    house.agent.lift(phone.number)
    await house.settle()
    return caller, phone


async def does(house: House, action: str, **arguments: Any) -> None:
    await house.switchboard.desk_side.control(house.calls[0].id, "ayu", action, arguments)
    await house.settle()


def hears_the_last_words(caller: FakeLeg) -> bool:
    return caller.said[-1:] == ["service_stopping"] and caller.playing is not None and not caller.peers


def owed(house: House) -> list[str]:
    """Why calls are owed, by the last state of each ticket."""
    last: dict[str, Ticket] = {record.ticket.number: record.ticket for record in house.journal.of(TicketOpened)}
    last |= {record.after.number: record.after for record in house.journal.of(TicketSaved)}
    return [ticket.callback.reason for ticket in last.values() if ticket.callback is not None]


def ends(house: House) -> list[tuple[str, str]]:
    return [(each.by, each.reason) for each in house.journal.of(CallEnded)]


def test_a_waiting_caller_hears_the_last_words_and_is_offered_to_nobody_any_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller = await house.caller()
            async with stopping(house):
                assert hears_the_last_words(caller)
                await house.ready("ayu")
                await house.settle()
                assert house.trace == [] and hears_the_last_words(caller)
                house.agent.finish_playback(caller.number)
                await house.settle()
                assert caller.gone
            assert (ends(house), owed(house)) == ([("system", "shutdown")], ["interrupted"])
            assert house.logged().count("ABANDON") == 1

    run(scenario())


def test_a_phone_that_rings_for_a_caller_falls_silent_before_the_last_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await house.ready("ayu")
            caller = await house.caller()
            phone = house.phone()
            async with stopping(house):
                assert phone.gone and hears_the_last_words(caller)
            assert owed(house) == ["interrupted"]

    run(scenario())


def test_a_caller_who_talks_hears_the_last_words_alone_and_is_to_be_called_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, phone = await talking(house)
            async with stopping(house):
                assert hears_the_last_words(caller) and phone.gone
            assert (ends(house), owed(house)) == ([("system", "shutdown")], ["interrupted"])
            assert house.logged().count("COMPLETEOPERATOR") == 1

    run(scenario())


def test_a_caller_on_hold_hears_the_last_words_and_resuming_does_not_cut_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, _ = await talking(house)
            await does(house, "hold")
            async with stopping(house):
                assert hears_the_last_words(caller)
                assert house.switchboard.desk_side.live()["calls"][0]["actions"] == []
            assert owed(house) == ["interrupted"]

    run(scenario())


def test_a_caller_about_whom_a_colleague_is_consulted_hears_the_last_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, phone = await talking(house)
            await house.ready("bima")
            await does(house, "consult", to={"kind": "operator", "id": "bima"})
            third = house.agent.called("bima")
            house.agent.lift(third.number)
            await house.settle()
            async with stopping(house):
                assert hears_the_last_words(caller) and phone.gone and third.gone
            assert owed(house) == ["interrupted"]

    run(scenario())


def test_a_conference_ends_for_all_and_the_caller_alone_hears_the_last_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, phone = await talking(house)
            await house.ready("bima")
            await does(house, "consult", to={"kind": "operator", "id": "bima"})
            third = house.agent.called("bima")
            house.agent.lift(third.number)
            await house.settle()
            await does(house, "conference")
            assert len(caller.peers) == 2
            async with stopping(house):
                assert hears_the_last_words(caller) and phone.gone and third.gone

    run(scenario())


def test_a_colleague_who_answers_a_transfer_during_the_last_words_does_not_get_the_caller(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, _ = await talking(house)
            await house.ready("bima")
            await does(house, "transfer", to={"kind": "operator", "id": "bima"})
            third = house.agent.called("bima")
            async with stopping(house):
                house.agent.lift(third.number)
                await house.settle()
                assert hears_the_last_words(caller) and third.gone
            assert owed(house) == ["interrupted"]

    run(scenario())


def test_a_caller_whose_operator_was_just_lost_hears_the_last_words_and_does_not_go_back_in_line(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, _ = await talking(house)
            house.switchboard.house.losses.lost(house.calls[0], may_come_back=True)
            async with stopping(house):
                await house.settle(5)  # longer than a phone has to come back
                assert caller.said[-1] == "service_stopping"
            assert owed(house) == ["interrupted"]

    run(scenario())


def test_a_caller_in_the_menu_hears_the_last_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, start="language")) as house:
            caller = await house.caller()
            async with stopping(house):
                assert hears_the_last_words(caller)
                house.agent.press(caller.number, "1")
                await house.settle()
                assert hears_the_last_words(caller)
            assert (ends(house), owed(house)) == ([("system", "shutdown")], [])

    run(scenario())


def test_a_message_under_way_is_kept_and_its_caller_hears_the_last_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, start="message")) as house:
            caller = await house.caller()
            house.agent.finish_playback(caller.number)
            await house.settle(10)
            async with stopping(house):
                assert hears_the_last_words(caller)
            assert owed(house) == ["message"]

    run(scenario())
