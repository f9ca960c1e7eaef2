"""What breaks costs what it is for, and nothing else: no caller is stuck, and no other call notices."""

import asyncio
from pathlib import Path

import pytest

from storage import JournalFull
from storage.records import CallEnded
from tests.unit.sambut.a_house import House, a_house, installation, rung_before_pop
from tests.unit.sambut.virtual_time import run


def test_a_prompt_that_cannot_be_spoken_counts_as_heard(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            house.prompts.broken = {"queue_next", "queue_wait"}
            caller = await house.caller()
            assert caller.said == ["queue_callback"], "the rest of the announcement is said"
            house.agent.finish_playback(caller.number)
            await house.settle()
            assert caller.music == "music"

    run(scenario())


@pytest.mark.parametrize("error", [OSError("disk full"), RuntimeError("synthesizer")])
def test_a_prompt_that_cannot_be_rendered_counts_as_heard(tmp_path: Path, error: Exception) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            house.prompts.slow, house.prompts.render_error = {"queue_next", "queue_callback"}, error
            caller = await house.caller()
            await house.settle(2)
            assert caller.music == "music"

    run(scenario())


def test_a_prompt_that_is_rendered_when_the_operator_answers_is_not_played(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            house.prompts.slow = {"queue_next"}
            await house.ready("ayu")
            caller = await house.caller()
            house.agent.lift(house.phone().number)
            await house.settle(2)
            assert caller.peers and caller.playing is None and caller.said == []

    run(scenario())


def test_without_ticket_numbers_a_caller_hears_so_and_is_not_offered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await house.ready("ayu")
            house.numbers.left = 0
            caller = await house.caller()
            assert caller.said == ["service_stopping"] and house.trace == []
            house.agent.finish_playback(caller.number)
            await house.settle()
            assert [(each.by, each.reason) for each in house.journal.of(CallEnded)] == [("system", "no_ticket_number")]
            house.numbers.left = 10
            await house.caller()
            assert house.trace == [("pop", "ayu"), ("ring", "ayu")], "the next one is served"

    run(scenario())


def test_a_caller_who_goes_without_a_ticket_number_left_is_gone_all_the_same(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, start="message")) as house:
            house.numbers.left = 0
            caller = await house.caller()
            await _leave_message(house, caller.number, seconds=10)
            house.agent.far_end(caller.number)
            await house.settle()
            assert house.calls == [] and len(house.journal.of(CallEnded)) == 1

    run(scenario())


def test_a_screen_that_cannot_be_shown_costs_the_pop_and_not_the_call(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            house.tickets.trouble = RuntimeError("history")
            await house.ready("ayu")
            caller = await house.caller()
            house.agent.lift(house.phone().number)
            await house.settle()
            assert caller.peers

    run(scenario())


def test_a_full_journal_does_not_stop_a_call(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await house.ready("ayu")
            house.journal.refuses = JournalFull("full")
            caller = await house.caller()
            house.agent.lift(house.phone().number)
            await house.settle()
            assert caller.peers
            house.agent.far_end(caller.number)
            await house.settle()
            assert house.calls == [] and rung_before_pop(house.trace) == []

    run(scenario())


def test_a_fault_in_one_call_leaves_the_other_effects_of_the_same_moment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, max_wait_s=20)) as house:
            await house.caller("+6281234567890")
            await house.caller("+6281234567891")
            first, second = house.calls
            monkeypatch.setattr(first.session, "enter", _breaks)
            await house.settle(21)
            assert not second.waiting, "the second caller's longest wait is over too"
            assert house.logged().count("EXITWITHTIMEOUT") == 2, "and both are counted"

    run(scenario())


def test_a_caller_whose_walk_breaks_is_hung_up_and_not_left_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller = await house.caller()
            monkeypatch.setattr(house.calls[0].session, "key_pressed", _breaks)
            house.agent.press(caller.number, "1")
            await house.settle()
            assert caller.gone and house.calls == []
            assert [each.reason for each in house.journal.of(CallEnded)] == ["fault"]

    run(scenario())


def test_a_second_try_at_a_message_is_not_thrown_away_with_the_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, start="message")) as house:
            caller = await house.caller()
            await _leave_message(house, caller.number, seconds=0.2)  # too short
            house.agent.press(caller.number, "#")
            await house.settle(0)
            house.agent.press(caller.number, "#")  # at once again, over the prompt
            await house.settle(5)
            assert caller.recording is not None and caller.recording.exists()

    run(scenario())


def test_calls_are_refused_until_the_service_is_ready_and_again_when_it_stops(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            stopping = asyncio.create_task(house.switchboard.stop(1))
            await house.settle()
            late = house.agent.known[house.agent.invite()]
            await house.settle()
            assert late.status == 503
            await stopping
            assert house.logged() == ["BLOCKED"]

    run(scenario())


def test_an_operator_whose_page_is_gone_after_a_call_is_signed_off_once_ready_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path, wrap_up_s=60)) as house:
            await house.ready("ayu")
            house.look_after()
            caller = await house.caller()
            house.agent.lift(house.phone().number)
            await house.settle()
            house.hub.away = {"ayu"}
            house.agent.far_end(caller.number)
            await house.settle(40)
            assert house.state("ayu") == "wrap_up"
            await house.settle(30)
            assert house.state("ayu") == "offline"

    run(scenario())


def test_housekeeping_survives_a_round_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            stray = house.agent.call("sip:nobody@127.0.0.1")
            monkeypatch.setattr(house.hub, "connected", _breaks)
            await house.settle(6)
            monkeypatch.undo()
            await house.settle(12)
            assert stray not in house.agent.legs

    run(scenario())


async def _leave_message(house: House, leg: int, seconds: float) -> None:
    """Hear the prompt, then speak for so long."""
    house.agent.finish_playback(leg)
    await house.settle(0)
    await asyncio.sleep(seconds)


def _breaks(*_arguments: object) -> None:
    raise RuntimeError("a fault in one place")
