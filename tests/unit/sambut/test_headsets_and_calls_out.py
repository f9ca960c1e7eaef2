"""Browser lines that vanish, come back or change, and calls out that cross with everything else."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config import Installation, Trunk
from desk.ports import CallControlError
from desk.privacy import masked
from hotline.ticket import Callback, Ticket
from sambut.calls import CallState
from storage import Account, PhoneKind, Role
from storage.records import CallConnected
from tests.unit.sambut import a_house as houses
from tests.unit.sambut.a_house import MONDAY_NOON, OTHERS, House, a_house, installation
from tests.unit.sambut.fake_agent import FakeLeg
from tests.unit.sambut.virtual_time import run

NUMBER = "+6281234567890"
KINDS: dict[str, PhoneKind] = {}
STORED: dict[str, str] = {}
"""Addresses of phones, as an older version or another hand may have stored them."""


@pytest.fixture(autouse=True)
def phones_of_a_kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Phones are SIP phones but for those in `KINDS`; lines come up as soon as they are answered."""

    async def get(_self: object, username: str) -> Account:
        kind = KINDS.get(username, PhoneKind.SIP)
        phone = STORED.get(username, f"sip:{username}@127.0.0.1:5071")
        return Account(username, username.title(), OTHERS.get(username, Role.OPERATOR), phone=phone, phone_kind=kind)

    monkeypatch.setattr(houses.FakePeople, "get", get)
    KINDS.clear()
    STORED.clear()
    yield


def calling_out(folder: Path) -> Installation:
    made = installation(folder)
    outside = {"name": "luar", "peers": ["127.0.0.0/8"], "outbound": {"host": "127.0.0.1:5099"}}
    return replace(made, settings=made.settings.model_copy(update={"trunks": (Trunk.model_validate(outside),)}))


async def headset(house: House, operator: str) -> Callable[[str, Mapping[str, Any]], None]:
    """The operator's page has a microphone, and its line comes up."""
    KINDS[operator] = PhoneKind.BROWSER
    await house.switchboard.house.people.fetch(operator)
    desk = house.switchboard.desk_side

    def send(kind: str, payload: Mapping[str, Any]) -> None:
        if kind == "headset_offer":
            desk.headset_answer(operator, payload["line"], "sdp")

    desk.headset_ready(operator, send, "127.0.0.1")
    await house.settle()
    return send


async def does(house: House, operator: str, action: str, **arguments: Any) -> None:
    await house.switchboard.desk_side.control(house.calls[0].id, operator, action, arguments)
    await house.settle()


async def a_call_in_the_browser(house: House) -> tuple[FakeLeg, Callable[[str, Mapping[str, Any]], None]]:
    """A caller whom ayu has on her browser's headset."""
    send = await headset(house, "ayu")
    await house.ready("ayu")
    caller = await house.caller()
    await does(house, "ayu", "answer")
    return caller, send


def owed() -> Ticket:
    return Ticket(
        "HTL-2026-000777", MONDAY_NOON, caller_number=NUMBER, callback=Callback("missed", MONDAY_NOON, MONDAY_NOON)
    )


def outside(house: House) -> list[FakeLeg]:
    """The outside phones that ring or talk."""
    return [leg for leg in house.agent.phones if "5099" in (leg.uri or "")]


async def calls_out(house: House, operator: str) -> None:
    house.switchboard.desk_side.call_about(owed(), "", operator)
    await house.settle()


def test_an_own_phone_that_nobody_lifts_rings_for_a_while_and_no_longer(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await house.ready("ayu")
            await calls_out(house, "ayu")
            await house.settle(60)
            assert house.agent.phones == [] and house.state("ayu") != "talking"

    run(scenario())


def test_a_call_out_can_be_called_off_while_the_own_phone_rings(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await house.ready("ayu")
            await calls_out(house, "ayu")
            await does(house, "ayu", "hangup")
            assert house.calls == [] and house.agent.phones == []

    run(scenario())


def test_a_page_that_is_reloaded_while_it_dials_has_connected_nobody(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            send = await headset(house, "ayu")
            await house.ready("ayu")
            await calls_out(house, "ayu")
            (called,) = outside(house)
            house.switchboard.desk_side.headset_off("ayu", send)
            await house.settle(1)
            await headset(house, "ayu")
            await house.settle(1)
            assert called.said == [], "a phone that only rings is told nothing"
            assert house.journal.of(CallConnected) == [] and house.calls == []

    run(scenario())


def test_who_hangs_up_while_the_operators_page_is_gone_leaves_nobody_ready_without_a_phone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            caller, send = await a_call_in_the_browser(house)
            house.switchboard.desk_side.headset_off("ayu", send)
            await house.settle(1)
            house.agent.far_end(caller.number)
            await house.settle(10)
            assert house.switchboard.desk_side.presence("ayu")["reason"] == "phone_unreachable"

    run(scenario())


def test_a_page_that_comes_back_finds_the_call_on_hold_and_muted_as_it_left_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            caller, send = await a_call_in_the_browser(house)
            await does(house, "ayu", "mute")
            await does(house, "ayu", "hold")
            house.switchboard.desk_side.headset_off("ayu", send)
            await house.settle(1)
            await headset(house, "ayu")
            (call,) = house.calls
            assert (call.state, call.muted, caller.peers) == (CallState.HOLD, True, set())
            await does(house, "ayu", "resume")
            assert caller.peers != set()

    run(scenario())


def test_changing_from_the_browser_to_a_desk_phone_pauses_nobody(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            send = await headset(house, "ayu")
            await house.ready("ayu")
            KINDS.clear()
            desk = house.switchboard.desk_side
            await desk.set_phone("ayu", PhoneKind.SIP, "sip:ayu@127.0.0.1:5071", False)
            desk.headset_off("ayu", send)
            await house.settle()
            assert house.state("ayu") == "ready"

    run(scenario())


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("sip:ayu@127.0.0.1:5099", "This is a trunk"),
        ("sip:+62809000000@127.0.0.1:5071", "no telephone number"),
        ("sip:ayu@198.51.100.7", "setting phone_networks"),
    ],
)
def test_a_stored_address_that_is_no_phone_of_the_office_is_never_rung(tmp_path: Path, uri: str, why: str) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            STORED["ayu"] = uri
            with pytest.raises(CallControlError, match=why):
                await house.ready("ayu")
            with pytest.raises(CallControlError):
                await calls_out(house, "ayu")
            assert house.agent.phones == []

    run(scenario())


def test_an_echo_test_leaves_a_call_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        rules = calling_out(tmp_path)
        rules = replace(rules, settings=rules.settings.model_copy(update={"recordings": True}))
        async with a_house(rules) as house:
            _, send = await a_call_in_the_browser(house)
            line = house.agent.known[house.switchboard.house.headsets.leg_of("ayu") or 0]
            recorded = line.recording
            house.switchboard.desk_side.headset_echo("ayu", send)
            await house.settle(10)
            assert recorded is not None and line.recording == recorded

    run(scenario())


def test_one_operator_at_a_time_calls_about_a_ticket(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await house.ready("ayu", "bima")
            await calls_out(house, "ayu")
            with pytest.raises(CallControlError, match="there is a call about this ticket already"):
                await calls_out(house, "bima")

    run(scenario())


async def a_place_holder(house: House) -> None:
    caller = await house.caller(NUMBER)
    house.switchboard.house.callers._call_back(house.calls[0], NUMBER)
    house.agent.far_end(caller.number)
    await house.settle()


def test_a_place_holder_goes_when_the_person_was_reached_otherwise(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await a_place_holder(house)
            await house.caller(NUMBER)
            await house.ready("ayu", "bima")
            await house.settle()
            for phone in list(house.agent.phones):
                house.agent.lift(phone.number)
            await house.settle()
            waiting = [call for call in house.calls if call.waiting]
            assert waiting == [] and len(outside(house)) <= 1

    run(scenario())


def test_a_call_from_a_place_holder_is_as_old_as_its_dialling(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await a_place_holder(house)
            await house.settle(3.9 * 3600)
            await house.ready("ayu")
            await house.settle()
            house.agent.lift(house.agent.called("ayu").number)
            await house.settle()
            (called,) = outside(house)
            house.agent.lift(called.number)
            await house.settle(900)
            house.look_after()
            await house.settle()
            assert not called.gone

    run(scenario())


def test_a_person_who_was_called_and_passed_to_a_queue_is_not_called_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await house.ready("ayu")
            await calls_out(house, "ayu")
            house.agent.lift(house.agent.called("ayu").number)
            await house.settle()
            (called,) = outside(house)
            house.agent.lift(called.number)
            await house.settle()
            await does(house, "ayu", "transfer", to={"kind": "queue", "id": "utama"})
            house.agent.far_end(called.number)
            await house.settle(300)
            assert outside(house) == [] and house.logged().count("CALLBACKATTEMPT") == 1

    run(scenario())


def test_a_consultation_that_is_called_off_leaves_nothing_on_the_colleagues_screen(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await house.ready("ayu")
            await house.caller()
            house.agent.lift(house.phone().number)
            await house.settle()
            desk, call = house.switchboard.desk_side, house.calls[0]
            await desk.control(call.id, "ayu", "consult", {"to": {"kind": "coordinator", "id": "koko"}})
            await desk.control(call.id, "ayu", "cancel", {})
            await house.settle(1)
            assert desk.pop_for("koko") is None

    run(scenario())


def test_whom_we_call_is_masked_for_those_who_do_not_call(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await house.ready("ayu")
            await calls_out(house, "ayu")
            (call,) = house.switchboard.desk_side.live()["calls"]
            assert NUMBER not in str(masked(call, "citra")) and NUMBER in str(masked(call, "ayu"))

    run(scenario())


def lines(house: House, operator: str) -> list[FakeLeg]:
    """The operator's lines that stand."""
    return [leg for leg in house.agent.phones if leg.uri == f"line:{operator}"]


async def rings(house: House, operator: str, *, wide: bool) -> FakeLeg:
    """A caller rings at this operator, who gets ready for that."""
    caller = await house.caller()
    caller.wide = wide
    await house.ready(operator)
    return caller


def test_a_line_speaks_wide_band_with_callers_who_do_and_not_with_the_next_who_does_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await headset(house, "ayu")
            (usual,) = lines(house, "ayu")
            assert not usual.wide

            caller = await rings(house, "ayu", wide=True)
            await house.settle()
            await does(house, "ayu", "answer")
            (line,) = lines(house, "ayu")
            assert line.wide and caller.peers == {line.number}

            house.agent.far_end(caller.number)
            await house.settle()
            other = await rings(house, "ayu", wide=False)
            await house.settle()
            await does(house, "ayu", "answer")
            (line,) = lines(house, "ayu")
            assert not line.wide and other.peers == {line.number}

    run(scenario())


def test_a_call_that_is_answered_before_the_line_is_renewed_goes_on_there(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await headset(house, "ayu")
            (usual,) = lines(house, "ayu")
            caller = await house.caller()
            caller.wide = True
            await house.switchboard.desk_side.set_presence("ayu", "ready", None)
            await asyncio.sleep(0.2)  # the headset rings; what the telephone side tells waits for `settle`
            await house.switchboard.desk_side.control(house.calls[0].id, "ayu", "answer", {})
            assert caller.peers == {usual.number}

            await house.settle()
            (line,) = lines(house, "ayu")
            assert line.wide and caller.peers == {line.number} and house.calls[0].operator == "ayu"

    run(scenario())


def test_a_line_is_left_alone_while_callers_are_alike(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await headset(house, "ayu")
            before = lines(house, "ayu")
            await rings(house, "ayu", wide=False)
            await house.settle()
            assert lines(house, "ayu") == before

    run(scenario())


@pytest.mark.parametrize("wide", [True, False])
def test_who_is_called_is_offered_wide_band_and_the_line_follows_the_answer(wide: bool, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await headset(house, "ayu")
            await house.ready("ayu")
            await calls_out(house, "ayu")
            (called,) = outside(house)
            assert called.wide
            called.wide = wide
            house.agent.lift(called.number)
            await house.settle()
            (line,) = lines(house, "ayu")
            assert line.wide is wide and called.peers == {line.number}

    run(scenario())


@pytest.mark.parametrize("wide", [True, False])
def test_an_outside_number_that_is_asked_about_a_call_is_offered_what_its_caller_speaks(
    wide: bool, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await rings(house, "ayu", wide=wide)
            await house.settle()
            house.agent.lift(house.phone().number)
            await house.settle()
            await does(house, "ayu", "consult", to={"kind": "number", "id": "0811222333"})
            (asked,) = outside(house)
            assert asked.wide is wide

    run(scenario())


def test_a_desk_phone_is_offered_wide_band_for_a_call_out(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(calling_out(tmp_path)) as house:
            await house.ready("ayu")
            await calls_out(house, "ayu")
            assert house.agent.called("ayu").wide

    run(scenario())


@pytest.mark.parametrize("wide", [True, False])
def test_a_desk_phone_is_offered_wide_band_for_callers_who_speak_it(wide: bool, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await rings(house, "ayu", wide=wide)
            await house.settle()
            assert house.agent.called("ayu").wide is wide

    run(scenario())
