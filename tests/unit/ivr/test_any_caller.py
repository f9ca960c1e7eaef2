"""Whatever a caller, a clock and a lossy report of playbacks do: nothing raises, and it ends."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Hours, Installation, Node
from config.flow import leads_to
from ivr.effects import Effect, Enqueue, HangUp, Play, PlayMusic, StartRecording, StopPlaying, StopRecording
from ivr.session import _STAGES, IvrSession, Standing
from tests.unit.ivr.caller import DEFAULT, OPEN, SUNDAY_NOON

ALMOST_FOREVER = 3600.0
"""Longer than any way through the flow outside of the queue."""

keys = st.tuples(st.just("key"), st.sampled_from("0123456789*#"))
odd_keys = st.tuples(st.just("key"), st.sampled_from(["A", "", "##", "é"]))
seconds = st.tuples(st.just("seconds"), st.sampled_from([0.0, 0.1, 1.0, 3.0, 10.0, 61.0, 130.0]))
heard = st.tuples(st.just("heard"), st.integers(-1, 2))
deadline = st.tuples(st.just("deadline"), st.just(0))
expired = st.tuples(st.just("enter"), st.sampled_from([*OPEN.flow.nodes, "renamed"]))
standing = st.one_of(st.none(), st.builds(Standing, st.integers(1, 500), st.one_of(st.none(), st.floats(0, 9000))))
happenings = st.lists(st.one_of(keys, keys, keys, odd_keys, seconds, heard, heard, deadline, expired), max_size=60)
OFFICES = {"open": OPEN, "closed": DEFAULT}
offices = st.sampled_from(sorted(OFFICES))
numbers = st.sampled_from(["+6281234567890", "", "anonymous", "1500"])


class Driver:
    """Applies happenings and gathers what the session asks for."""

    def __init__(self, installation: Installation, number: str, now: float, where: Standing | None) -> None:
        self.session = IvrSession(installation, call="c" * 32, caller_number=number)
        self.now = now
        self.where = where
        self.effects: list[Effect] = self.session.begin(now)

    def happen(self, what: str, value: object) -> None:
        match what, value:
            case "key", str(key):
                self.effects += self.session.key_pressed(key, self.now)
            case "seconds", float(passed):
                self.now += passed
                self.effects += self.session.tick(self.now, self.where)
            case "heard", int(back):
                self.effects += self.session.playback_finished(self.last_number() - back, self.now)
            case "enter", str(node):
                self.effects += self.session.enter(node, self.now)
            case _:
                self.wait()

    def wait(self) -> None:
        if self.session.deadline is not None:
            self.now = max(self.now, self.session.deadline)
            self.effects += self.session.tick(self.now, self.where)

    def last_number(self) -> int:
        return max((effect.number for effect in self.effects if isinstance(effect, Play)), default=0)


def drive(office: str, number: str, where: Standing | None, happened: list[tuple[str, object]]) -> Driver:
    driver = Driver(OFFICES[office], number, SUNDAY_NOON, where)
    for what, value in happened:
        driver.happen(what, value)
    return driver


@given(offices, numbers, standing, happenings)
def test_there_is_always_a_deadline_until_the_call_is_over(office, number, where, happened) -> None:
    driver = Driver(OFFICES[office], number, SUNDAY_NOON, where)
    for what, value in happened:
        driver.happen(what, value)
        assert (driver.session.deadline is None) is driver.session.over


@given(offices, numbers, standing, happenings)
def test_a_caller_who_falls_silent_ends_in_the_queue_or_with_a_hang_up(office, number, where, happened) -> None:
    driver = drive(office, number, where, happened)
    silent_since = driver.now
    while not driver.session.over and driver.session.queue is None:
        driver.wait()
        assert driver.now <= silent_since + ALMOST_FOREVER
    assert sum(isinstance(effect, HangUp) for effect in driver.effects) == driver.session.over


@given(offices, numbers, standing, happenings)
def test_numbers_of_phrases_rise(office, number, where, happened) -> None:
    effects = drive(office, number, where, happened).effects
    numbers = [effect.number for effect in effects if isinstance(effect, Play)]
    assert numbers == sorted(set(numbers))


@given(offices, numbers, standing, happenings)
def test_nothing_is_said_over_something_else(office, number, where, happened) -> None:
    driver = Driver(OFFICES[office], number, SUNDAY_NOON, where)
    sounding: int | str | None = None
    seen = 0
    for what, value in [("seconds", 0.0), *happened]:
        ended = what == "heard" and driver.last_number() - value == sounding
        sounding = None if ended else sounding
        driver.happen(what, value)
        for effect in driver.effects[seen:]:
            match effect:
                case Play(number=played):
                    assert sounding is None
                    sounding = played
                case PlayMusic():
                    assert sounding is None
                    sounding = "music"
                case StopPlaying():
                    assert sounding is not None
                    sounding = None
                case HangUp() | StartRecording():
                    assert sounding is None
        seen = len(driver.effects)


@given(offices, numbers, standing, happenings, happenings)
def test_after_a_stop_nothing_is_emitted(office, number, where, before, after) -> None:
    driver = drive(office, number, where, before)
    driver.effects += driver.session.stop(driver.now)
    emitted = len(driver.effects)
    for what, value in after:
        driver.happen(what, value)
    assert len(driver.effects) == emitted
    assert driver.session.stop(driver.now) == []


@given(offices, numbers, standing, happenings)
def test_every_recording_that_began_ends(office, number, where, happened) -> None:
    driver = drive(office, number, where, happened)
    driver.effects += driver.session.stop(driver.now)
    running = 0
    for effect in driver.effects:
        running += isinstance(effect, StartRecording) - isinstance(effect, StopRecording)
        assert running in (0, 1)
    assert running == 0


@given(numbers, standing, st.lists(keys | seconds | heard | deadline, max_size=80))
def test_a_caller_in_a_queue_entered_it_by_an_effect(number, where, happened) -> None:
    driver = drive("open", number, where, happened)
    entered = any(isinstance(effect, Enqueue) for effect in driver.effects)
    assert entered or driver.session.queue is None


def test_every_type_of_node_has_a_stage() -> None:
    assert set(_STAGES) == set(Node.__args__)


@pytest.mark.parametrize("target", DEFAULT.flow.nodes)
def test_every_node_of_the_default_flow_is_reached_by_keys_silence_or_a_timeout(target: str) -> None:
    ahead, reached = [DEFAULT.flow.start, *(rules.on_timeout for rules in DEFAULT.queues)], set[str]()
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += [way for _, way in leads_to(DEFAULT.flow.nodes[name])]
    assert target in reached


def test_an_always_open_office_never_leads_to_the_closed_branch() -> None:
    always = replace(DEFAULT, hours=Hours.always())
    driver = Driver(always, "", SUNDAY_NOON, None)
    while driver.session.queue is None:
        driver.wait()
    assert not any(phrase.name == "closed" for e in driver.effects if isinstance(e, Play) for phrase in e.phrases)
