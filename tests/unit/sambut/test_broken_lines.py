"""Lines that break without a word: whom it ends, who gets the caller, and what the ticket says (docs/failures.md)."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sip.events import LegHeard, LegSilent
from storage.records import CallEnded, RecordingStored
from tests.unit.sambut.a_house import House, a_house, installation
from tests.unit.sambut.fake_agent import FakeLeg
from tests.unit.sambut.test_headsets_and_calls_out import calling_out
from tests.unit.sambut.test_stopping import does, ends, owed, talking
from tests.unit.sambut.virtual_time import run


def _silent(house: House, leg: FakeLeg) -> None:
    house.agent.pending.append(LegSilent(leg.number, 2.0))


def test_a_caller_who_is_silent_for_a_minute_in_mid_call_is_ended_and_called_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, phone = await talking(house)
            _silent(house, caller)
            await house.settle(57)
            assert not caller.gone and house.hub.notices == [("ayu", "line_bad")], "the operator knows at once"
            await house.settle(2)
            assert caller.gone and phone.gone and house.state("ayu") == "wrap_up"
            assert (ends(house), owed(house)) == ([("system", "no_sound")], ["interrupted"])

    run(scenario())


def test_a_caller_who_is_silent_while_waiting_leaves_the_line_and_is_called_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller = await house.caller()
            _silent(house, caller)
            await house.settle(60)
            assert house.calls == [] and house.logged().count("ABANDON") == 1
            assert (ends(house), owed(house)) == ([("system", "no_sound")], ["missed"])

    run(scenario())


def test_a_caller_who_is_heard_again_stays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, _ = await talking(house)
            _silent(house, caller)
            await house.settle(50)
            house.agent.pending.append(LegHeard(caller.number))
            await house.settle(60)
            assert not caller.gone
            _silent(house, caller)
            await house.settle(50)
            assert not caller.gone, "the minute begins anew"

    run(scenario())


@pytest.mark.parametrize("status", [408, 503])
def test_a_callers_leg_that_breaks_in_mid_call_is_no_hang_up_and_a_call_is_owed(tmp_path: Path, status: int) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, _ = await talking(house)
            house.agent.far_end(caller.number, status)
            await house.settle()
            assert (ends(house), owed(house)) == ([("caller", f"sip_{status}")], ["interrupted"])

    run(scenario())


def test_a_caller_who_hangs_up_after_a_talk_is_owed_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, _ = await talking(house)
            house.agent.far_end(caller.number)
            await house.settle()
            assert (ends(house), owed(house)) == ([("caller", "hang_up")], [])

    run(scenario())


def _queue_again(tmp_path: Path) -> Any:
    """Whoever has waited for 20 s is asked to wait once more."""
    return installation(tmp_path, max_wait_s=20, on_timeout="operator")


def test_who_waited_too_long_and_is_answered_in_the_next_queue_is_owed_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(_queue_again(tmp_path)) as house:
            caller = await house.caller()
            await house.settle(21)
            assert house.logged().count("EXITWITHTIMEOUT") == 1
            await house.ready("ayu")
            await house.settle()
            house.agent.lift(house.phone().number)
            await house.settle()
            assert caller.peers and owed(house) == []

    run(scenario())


def test_who_waited_too_long_and_hangs_up_on_the_way_out_is_missed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, max_wait_s=20)) as house:
            caller = await house.caller()
            await house.settle(21)
            assert not house.calls[0].waiting
            house.agent.far_end(caller.number)
            await house.settle()
            assert owed(house) == ["missed"]

    run(scenario())


@pytest.mark.parametrize("breaks", ["silent", "408"])
def test_when_the_phone_breaks_of_who_was_given_the_caller_the_caller_comes_back_to_the_front(
    tmp_path: Path, breaks: str
) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, wrap_up_s=0)) as house:
            caller, _ = await talking(house)
            await does(house, "transfer", to={"kind": "coordinator", "id": "koko"})
            third = house.agent.called("koko")
            house.agent.lift(third.number)
            await house.settle()
            assert caller.peers == {third.number}
            if breaks == "silent":
                _silent(house, third)
            else:
                house.agent.far_end(third.number, 408)
            await house.settle()
            assert not caller.gone and "back_in_line" in caller.said[-4:]
            phone = house.agent.called("ayu")
            house.agent.lift(phone.number)
            await house.settle()
            assert house.calls[0].operator == "ayu" and phone.number in caller.peers

    run(scenario())


def test_each_part_of_the_recording_is_that_of_who_spoke_in_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        rules = installation(tmp_path, wrap_up_s=0)
        recording = replace(rules, settings=rules.settings.model_copy(update={"recordings": True}))
        async with a_house(recording) as house:
            caller, _ = await talking(house)
            await does(house, "transfer", to={"kind": "coordinator", "id": "koko"})
            third = house.agent.called("koko")
            house.agent.lift(third.number)
            await house.settle()
            house.agent.far_end(third.number, 408)
            await house.settle()
            house.agent.lift(house.agent.called("ayu").number)
            await house.settle()
            house.agent.far_end(caller.number)
            await house.settle(2)
            while len(house.journal.of(RecordingStored)) < 3:
                await asyncio.to_thread(time.sleep, 0.02)  # compressing takes real time
            stored = sorted(house.journal.of(RecordingStored), key=lambda each: each.started_at)
            assert [each.operator for each in stored] == ["ayu", "koko", "ayu"]

    run(scenario())


def test_an_outside_number_is_not_kept_with_the_recording_of_its_part(tmp_path: Path) -> None:
    async def scenario() -> None:
        rules = calling_out(tmp_path)
        recording = replace(rules, settings=rules.settings.model_copy(update={"recordings": True}))
        async with a_house(recording) as house:
            caller, _ = await talking(house)
            await does(house, "transfer", to={"kind": "number", "id": "0811222333"})
            house.agent.lift(house.agent.phones[-1].number)
            await house.settle()
            house.agent.far_end(caller.number)
            await house.settle(2)
            while len(house.journal.of(RecordingStored)) < 2:
                await asyncio.to_thread(time.sleep, 0.02)  # compressing takes real time
            stored = sorted(house.journal.of(RecordingStored), key=lambda each: each.started_at)
            assert [each.operator for each in stored] == ["ayu", ""]

    run(scenario())


def test_who_was_given_the_caller_and_hangs_up_ends_the_call(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, _ = await talking(house)
            await does(house, "transfer", to={"kind": "coordinator", "id": "koko"})
            third = house.agent.called("koko")
            house.agent.lift(third.number)
            await house.settle()
            house.agent.far_end(third.number)
            await house.settle()
            assert caller.gone and [each.reason for each in house.journal.of(CallEnded)] == ["hang_up"]

    run(scenario())


def test_a_headset_that_is_pulled_in_mid_call_leaves_the_caller_in_music_until_it_is_plugged_in_again(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, phone = await talking(house)
            desk = house.switchboard.desk_side
            desk.softphone_headset("ayu", False)
            assert caller.music == "music" and not caller.peers
            desk.softphone_headset("ayu", True)
            assert caller.music is None and caller.peers == {phone.number}
            await does(house, "hold")
            desk.softphone_headset("ayu", False)
            desk.softphone_headset("ayu", True)
            assert caller.music == "music", "who was put on hold by hand stays there"

    run(scenario())
