"""Two things happen at once on a telephone line: whichever comes first, nobody is left behind."""

import asyncio
from pathlib import Path

from sip.events import LegAnswered
from storage.records import CallEnded
from tests.unit.sambut.a_house import a_house, installation, rung_before_pop
from tests.unit.sambut.virtual_time import run


def test_a_call_is_queued_popped_rung_and_bridged(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await house.ready("ayu")
            caller = await house.caller()
            phone = house.phone()
            assert house.trace == [("pop", "ayu"), ("ring", "ayu")]
            house.agent.lift(phone.number)
            await house.settle()
            assert caller.peers == {phone.number} and house.state("ayu") == "talking"
            house.agent.far_end(caller.number)
            await house.settle()
            assert phone.gone and house.calls == [] and house.state("ayu") == "wrap_up"
            assert house.logged().count("COMPLETECALLER") == 1

    run(scenario())


def test_an_answer_that_crosses_the_callers_hang_up_frees_the_phone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await house.ready("ayu")
            caller = await house.caller()
            phone = house.phone()
            house.agent.far_end(caller.number)
            house.agent.lift(phone.number)  # the operator's 200 is already on the way
            await house.settle()
            assert phone.gone and house.calls == [] and house.agent.legs == []
            assert house.state("ayu") == "ready" and house.logged().count("ABANDON") == 1

    run(scenario())


def test_a_caller_who_is_gone_between_pop_and_ring_rings_nobody(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            house.hub.takes_s = 1.0
            await house.ready("ayu")
            caller = await house.caller()
            assert house.trace == [("pop", "ayu")]
            house.agent.far_end(caller.number, 487)
            await house.settle(2)
            assert house.trace == [("pop", "ayu")]
            assert house.hub.notices == [("ayu", "caller_left")]

    run(scenario())


def test_a_late_answer_to_an_old_offer_leaves_the_new_offers_pop_on_the_screen(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, max_non_responses=5)) as house:
            await house.ready("ayu")
            await house.caller()
            old = house.phone()
            await asyncio.sleep(10.1)  # rung long enough: our CANCEL and the phone's 200 cross
            house.agent.pending.appendleft(LegAnswered(old.number))
            await house.settle(0)
            (new,) = house.agent.phones
            assert new is not old
            assert house.switchboard.desk_side.pop_for("ayu") is not None
            assert house.calls[0].ringing == {"ayu"}

    run(scenario())


def test_with_ring_all_the_first_answer_silences_the_others_and_a_second_one_is_hung_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, strategy="ring_all")) as house:
            await house.ready()
            caller = await house.caller()
            first, second, third = house.agent.phones
            house.agent.lift(first.number)
            house.agent.lift(second.number)
            await house.settle()
            assert caller.peers == {first.number}
            assert second.gone and third.gone and not first.gone
            assert sorted(house.state(name) for name in ("ayu", "bima", "citra")) == ["ready", "ready", "talking"]
            assert rung_before_pop(house.trace) == []

    run(scenario())


def test_an_operator_may_refuse_before_the_phone_rings(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            house.hub.takes_s = 1.0
            await house.ready("ayu", "bima")
            await house.caller()
            call = house.calls[0]
            (first,) = call.ringing
            await house.switchboard.desk_side.control(call.id, first, "hangup", {})
            await house.settle(2)
            assert first not in call.ringing and len(call.ringing) == 1
            assert {who for what, who in house.trace if what == "ring"} == call.ringing

    run(scenario())


def test_a_phone_that_hangs_up_right_after_its_answer_ends_the_call_as_the_operators_doing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await house.ready("ayu")
            caller = await house.caller()
            house.agent.lift(house.phone().number)
            house.agent.far_end(house.phone().number)
            await house.settle()
            assert caller.gone and house.calls == []
            ended = house.journal.of(CallEnded)
            assert [(each.by, each.reason) for each in ended] == [("operator", "hang_up")]

    run(scenario())
