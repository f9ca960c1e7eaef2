"""Whatever callers, phones and operators do, in whatever order it arrives: what must hold always, and at the end."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from desk.ports import CallControlError
from hotline.conversation import Turn
from hotline.facts import Fact
from sambut.calls import Call
from sip.events import LegSilent
from storage.records import CallEnded, CallStarted
from tests.unit.sambut.a_house import OPERATORS, House, a_house, installation, rung_before_pop
from tests.unit.sambut.fake_agent import FakeLeg
from tests.unit.sambut.virtual_time import run

TARGETS = (
    {"kind": "operator", "id": "ayu"},
    {"kind": "operator", "id": "bima"},
    {"kind": "operator", "id": "citra"},
    {"kind": "coordinator", "id": "koko"},
    {"kind": "pic", "id": "pipit"},
    {"kind": "queue", "id": "utama"},
)
WAYS_OUT = {"ABANDON", "CONNECT", "EXITWITHTIMEOUT", "EXITWITHKEY", "CALLBACKREQUEST", "VOICEMAIL"}

which = st.integers(0, 5)
step = st.one_of(
    st.tuples(st.sampled_from(["served", "everybody_lifts", "settle"]), st.just(0)),
    st.tuples(st.sampled_from(["call", "deliver", "settle"]), st.just(0)),
    st.tuples(st.sampled_from(["caller_goes", "heard", "lift", "phone_goes", "busy", "unanswered"]), which),
    st.tuples(st.sampled_from(["ready", "pause", "offline", "hangup", "hold", "resume", "mute", "last_call"]), which),
    st.tuples(st.sampled_from(["swap", "conference", "complete", "cancel"]), which),
    st.tuples(st.sampled_from(["consult", "transfer"]), st.integers(0, 20)),
    st.tuples(st.just("silent"), which),
    st.tuples(st.just("press"), st.sampled_from([1, 2, 3, 9])),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 4, 11, 31])),
)


@given(
    steps=st.lists(step, min_size=5, max_size=60),
    strategy=st.sampled_from(["longest_idle", "ring_all"]),
    pop_takes_s=st.sampled_from([0.01, 2.0]),
)
@example(  # the colleague's phone is dead, and takes its time to end after the consultation was given up
    steps=[("served", 0), ("wait", 4), ("consult", 1), ("wait", 31)], strategy="longest_idle", pop_takes_s=0.01
)
@example(  # away for a moment while the pop is on its way: the same offer comes to the same operator again
    steps=[("served", 0), ("everybody_lifts", 0), ("pause", 0), ("ready", 0), ("wait", 4)],
    strategy="ring_all",
    pop_takes_s=2.0,
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_caller_is_served_or_gone_and_everything_is_on_record(
    steps: list[tuple[str, int]], strategy: str, pop_takes_s: float
) -> None:
    async def scenario() -> None:
        async with a_house(installation(Path(folder), strategy=strategy, max_wait_s=30)) as house:
            house.hub.takes_s = pop_takes_s
            await house.ready()
            for what, argument in steps:
                await _do(house, what, argument)
                _holds_always(house)
            await house.settle()
            _holds_when_all_has_arrived(house)
        _holds_at_the_end(house)

    with tempfile.TemporaryDirectory() as folder, capture_logs() as logged:
        run(scenario())
    faults = [entry for entry in logged if entry["log_level"] in ("error", "critical")]
    assert faults == [], "nothing went wrong behind the scenes either"


async def _do(house: House, what: str, argument: int) -> None:
    agent = house.agent
    callers = [leg for leg in agent.known.values() if leg.uri is None and not leg.gone]
    match what:
        case "call":
            agent.invite()
        case "deliver" if agent.pending:
            agent.deliver()
        case "settle":
            await house.settle()
        case "served":
            agent.invite()
            await house.settle()
            await _do(house, "everybody_lifts", 0)
        case "everybody_lifts":
            for phone in agent.phones:
                agent.lift(phone.number)
            await house.settle()
        case "wait":
            await house.settle(argument)
        case "caller_goes" | "heard" | "press" if callers:
            _caller(house, callers[argument % len(callers)], what, argument)
        case "lift" | "phone_goes" | "busy" | "unanswered" if agent.phones:
            _phone(house, agent.phones[argument % len(agent.phones)], what)
        case "silent" if agent.phones:
            agent.pending.append(LegSilent(agent.phones[argument % len(agent.phones)].number, 2.5))
        case "consult" | "transfer":
            target = TARGETS[argument % len(TARGETS)]
            await _operator(house, OPERATORS[argument % len(OPERATORS)], what, {"to": target})
        case "heard" | "caller_goes" | "press" | "lift" | "phone_goes" | "busy" | "unanswered" | "silent" | "deliver":
            pass  # there is nobody whom it could happen to
        case _:
            await _operator(house, OPERATORS[argument % len(OPERATORS)], what)


def _caller(house: House, leg: FakeLeg, what: str, argument: int) -> None:
    match what:
        case "caller_goes":
            house.agent.far_end(leg.number, 200 if leg.answered else 487)
        case "heard":
            house.agent.finish_playback(leg.number)
        case "press":
            house.agent.press(leg.number, str(argument))


def _phone(house: House, leg: FakeLeg, what: str) -> None:
    if what == "lift":
        house.agent.lift(leg.number)
    elif what == "phone_goes" or leg.answered:
        house.agent.far_end(leg.number, 200 if leg.answered else 603)
    else:
        house.agent.far_end(leg.number, 486 if what == "busy" else 480)


async def _operator(house: House, name: str, what: str, arguments: Mapping[str, Any] | None = None) -> None:
    desk = house.switchboard.desk_side
    if what == "last_call":
        await desk.set_presence(name, "paused", "istirahat", after_call=True)
        return
    if what in ("ready", "pause", "offline"):
        await desk.set_presence(name, "paused" if what == "pause" else what, "istirahat" if what == "pause" else None)
        return
    for call in house.calls:
        for username in {name, call.operator or name}:
            try:
                await desk.control(call.id, username, what, arguments or {})
            except CallControlError:
                continue  # not theirs, or not possible now


def _holds_always(house: House) -> None:
    busy = Counter(leg.uri for leg in house.agent.phones)
    assert not busy or max(busy.values()) == 1, "no operator has two calls"
    assert rung_before_pop(house.trace) == [], "the pop comes before the ring"
    conference = any(call.turn is Turn.CONFERENCE for call in house.calls)
    most = 2 if conference else 1
    assert all(len(leg.peers) <= most for leg in house.agent.known.values()), "nobody hears two conversations"
    entered = [fact.call for fact in house.journal.facts if fact.name.value == "ENTERQUEUE"]
    opened = Counter(house.opened())
    assert all(opened[call] == 1 for call in entered), "a call in the queue has one ticket"
    assert not opened or max(opened.values()) == 1


def _holds_when_all_has_arrived(house: House) -> None:
    owned = {call.leg for call in house.calls} | {call.operator_leg for call in house.calls}
    owned |= {call.third.leg for call in house.calls if call.third is not None}
    thirds = sum(call.third is not None and not call.third.answered for call in house.calls)
    ringing = sum(len(call.ringing) for call in house.calls) + thirds
    strays = [leg for leg in house.agent.phones if leg.number not in owned]
    assert len(strays) <= ringing, "a phone rings for somebody"
    assert all(leg.number in owned for leg in house.agent.known.values() if leg.uri is None), "no leg without a call"
    for name in OPERATORS:
        talking = [call for call in house.calls if _busy_with(call, name)]
        assert len(talking) == (house.state(name) == "talking"), "the queue and the calls agree on who talks"


def _busy_with(call: Call, name: str) -> bool:
    """The operator has the call, rings or talks about it as a third, or may come back to it."""
    has = call.operator == name and (call.turn is not None or call.operator_lost)
    return has or (call.third is not None and call.third.username == name)


def _holds_at_the_end(house: House) -> None:
    assert house.calls == [] and house.agent.legs == [], "every caller ends, and every phone"
    started, ended = ([each.call for each in house.journal.of(kind)] for kind in (CallStarted, CallEnded))
    assert Counter(started) == Counter(ended)
    facts = [fact for fact in house.journal.facts if fact.queue is not None]
    entered = Counter(fact.call for fact in facts if fact.name.value == "ENTERQUEUE")
    left = Counter(fact.call for fact in facts if _leaves(fact) and fact.call in entered)
    assert entered == left, "who comes into a line leaves it once, each time"
    logged = Counter(house.logged())
    ended = logged["COMPLETECALLER"] + logged["COMPLETEOPERATOR"] + logged["ATTENDEDTRANSFER"] + logged["BLINDTRANSFER"]
    assert logged["CONNECT"] <= ended, "everybody's part ends"
    assert all(house.state(name) != "talking" for name in OPERATORS)


def _leaves(fact: Fact) -> bool:
    """A colleague who takes a call over connects somebody who is in no line."""
    taken_over = fact.name.value == "CONNECT" and fact.data.get("again")
    return fact.name.value in WAYS_OUT and not taken_over
