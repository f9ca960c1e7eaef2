"""Any sequence of events, on two queues of any strategies: what must hold after each of them."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.queues import QueueRules
from hotline.distributor import Distributor, Failure
from hotline.effects import Connect, Effect, Log, PresenceChanged, Ring, ScreenPop, StopRinging, WaitExpired
from hotline.presence import OperatorState
from hotline.waiting import LeaveReason

OPERATORS = ("ani", "budi", "citra", "dedi")
STRATEGIES = ("longest_idle", "round_robin", "fewest_calls", "ring_all", "linear")
QUEUES = ("utama", "mutasi")

skill_sets = st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(["english", "sunda"])))
strategies = st.sampled_from(STRATEGIES)


@dataclass
class Person:
    """What the slow and obvious model knows of an operator."""

    queues: dict[str, int]
    skills: frozenset[str] = frozenset()
    state: OperatorState = OperatorState.OFFLINE
    idle_since: float = 0
    answered: int = 0
    set_back: int = 0
    rings: tuple[str, str] | None = None  # (offer, call)
    talks_by: str | None = None  # the offer that was answered


@dataclass
class Guest:
    """What the model knows of a waiting caller; the fields in the order in which they decide who is next."""

    priority: int
    arrived: int
    call: str = field(compare=False)
    queue: str = field(compare=False)
    skills: frozenset[str] = field(compare=False)
    phones: set[str] = field(default_factory=set, compare=False)

    @property
    def turn(self) -> tuple[int, int]:
        return (-self.priority, self.arrived)


class Hotline(RuleBasedStateMachine):
    """Plays caller, phone and clock to a distributor, and carries out its effects one by one in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.calls = 0
        self.failures = 0
        self.guests: dict[str, Guest] = {}
        self.talking: dict[str, str] = {}
        self.gone: Counter[str] = Counter()
        self.people: dict[str, Person] = {}
        self.past_offers: list[tuple[str, str]] = [("c0:0", "ani")]

    @initialize(
        chosen=st.tuples(strategies, strategies),
        wrap_up_s=st.sampled_from([0, 30]),
        max_non_responses=st.integers(1, 3),
    )
    def open_the_house(self, chosen: tuple[str, str], wrap_up_s: float, max_non_responses: int) -> None:
        self.strategy = dict(zip(QUEUES, chosen, strict=True))
        common = {"wrap_up_s": wrap_up_s, "max_non_responses": max_non_responses, "max_wait_s": 90}
        self.house = Distributor(
            [QueueRules.model_validate({"name": name, "strategy": self.strategy[name], **common}) for name in QUEUES]
        )
        for name in OPERATORS:
            self.people[name] = Person(dict.fromkeys(QUEUES, 0), idle_since=self.now)
            self.carry_out(self.house.ready(name, self.now))

    # --- what can happen

    @rule(queue=st.sampled_from(QUEUES), priority=st.integers(0, 2), skills=skill_sets)
    def a_caller_enters(self, queue: str, priority: int, skills: frozenset[str]) -> None:
        self.calls += 1
        call = f"c{self.calls}"
        self.guests[call] = Guest(priority, self.calls, call, queue, skills)
        self.carry_out(self.house.caller_entered(call, queue, self.now, priority=priority, skills=skills))

    @precondition(lambda self: self.guests)
    @rule(data=st.data(), how=st.sampled_from([None, *LeaveReason]))
    def a_caller_leaves(self, data: st.DataObject, how: LeaveReason | None) -> None:
        call = data.draw(st.sampled_from(sorted(self.guests)))
        left = self.guests.pop(call)
        self.gone[call] += 1
        if how is None:
            effects = self.house.call_over(call, self.now, "caller")
        else:
            effects = self.house.caller_left(call, self.now, how)
        self.carry_out(effects)
        assert not any(person.rings and person.rings[1] == left.call for person in self.people.values())

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def old_news_of_a_call_arrive_again(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(sorted(self.gone)))
        assert self.house.caller_left(call, self.now) == []
        assert self.house.call_over(call, self.now, "caller") == []

    @rule(operator=st.sampled_from(OPERATORS))
    def an_operator_is_ready(self, operator: str) -> None:
        person = self.people[operator]
        if person.state in (OperatorState.OFFLINE, OperatorState.PAUSED):
            person.set_back = 0
            person.idle_since = self.now if person.state is OperatorState.OFFLINE else person.idle_since
        self.carry_out(self.house.ready(operator, self.now))

    @rule(operator=st.sampled_from(OPERATORS), reason=st.sampled_from(["makan", "salat"]))
    def an_operator_pauses(self, operator: str, reason: str) -> None:
        self.carry_out(self.house.pause(operator, reason, self.now))
        assert self.house.presence(operator).state is not OperatorState.RINGING

    @rule(operator=st.sampled_from(OPERATORS))
    def an_operator_goes_offline(self, operator: str) -> None:
        self.carry_out(self.house.offline(operator, self.now))

    @rule(
        operator=st.sampled_from(OPERATORS),
        queues=st.dictionaries(st.sampled_from(QUEUES), st.integers(0, 1)),
        skills=skill_sets,
    )
    def an_operator_gets_other_queues(self, operator: str, queues: dict[str, int], skills: frozenset[str]) -> None:
        self.people[operator].queues, self.people[operator].skills = queues, skills
        self.carry_out(self.house.set_members(operator, queues, self.now, skills=skills))

    @precondition(lambda self: any(person.rings for person in self.people.values()))
    @rule(data=st.data())
    def a_ringing_phone_is_answered(self, data: st.DataObject) -> None:
        operator, offer = self.a_ringing_phone(data)
        effects = self.house.answered(offer, operator, self.now)
        assert any(isinstance(effect, Connect) and effect.operator == operator for effect in effects)
        self.carry_out(effects)

    @precondition(lambda self: any(person.rings for person in self.people.values()))
    @rule(data=st.data(), how=st.sampled_from(Failure))
    def a_ringing_phone_fails(self, data: st.DataObject, how: Failure) -> None:
        operator, offer = self.a_ringing_phone(data)
        self.phone_failed(operator)
        self.carry_out(self.house.failed(offer, operator, self.now, how))

    @rule(data=st.data(), how=st.sampled_from([None, *Failure]))
    def an_offer_of_the_past_is_answered_or_fails(self, data: st.DataObject, how: Failure | None) -> None:
        offer, operator = data.draw(st.sampled_from(self.past_offers))
        rings = self.people[operator].rings
        if rings is not None and rings[0] == offer:
            return
        if how is not None:
            assert self.house.failed(offer, operator, self.now, how) == []
        else:
            effects = self.house.answered(offer, operator, self.now)
            repeated = self.people[operator].talks_by == offer
            assert [type(effect) for effect in effects] == ([] if repeated else [StopRinging])

    @precondition(lambda self: self.talking)
    @rule(data=st.data(), by=st.sampled_from(["caller", "operator", "system"]))
    def a_call_is_over(self, data: st.DataObject, by: str) -> None:
        call = data.draw(st.sampled_from(sorted(self.talking)))
        person = self.people[self.talking.pop(call)]
        person.idle_since, person.talks_by = self.now, None
        self.gone[call] += 1
        self.carry_out(self.house.call_over(call, self.now, by))

    @rule(operator=st.sampled_from(OPERATORS))
    def an_operator_finishes_the_ticket(self, operator: str) -> None:
        self.carry_out(self.house.wrap_up_over(operator, self.now))

    @rule()
    def midnight_comes(self) -> None:
        for person in self.people.values():
            person.answered = 0
        self.carry_out(self.house.new_day(self.now))

    @rule(seconds=st.sampled_from([0.0, 1.0, 7.0, 25.0]))
    def time_passes(self, seconds: float) -> None:
        target = self.now + seconds
        while (deadline := self.house.next_deadline()) is not None and deadline <= target:
            self.tick_at(deadline)
        self.now = target
        self.carry_out(self.house.tick(self.now))

    @rule()
    def the_clock_is_late(self) -> None:
        """Several deadlines fall due in one tick."""
        self.tick_at(self.now + 40)

    # --- the model carries out effects in order

    def tick_at(self, now: float) -> None:
        self.now = max(now, self.now)
        self.carry_out(self.house.tick(self.now))

    def a_ringing_phone(self, data: st.DataObject) -> tuple[str, str]:
        ringing = [(name, person.rings[0]) for name, person in self.people.items() if person.rings]
        return data.draw(st.sampled_from(ringing))

    def phone_failed(self, operator: str) -> None:
        self.failures += 1
        self.people[operator].set_back = self.failures
        self.silence(operator)

    def silence(self, operator: str) -> None:
        person = self.people[operator]
        assert person.rings is not None, f"{operator}'s phone does not ring"
        offer, call = person.rings
        person.rings = None
        self.past_offers.append((offer, operator))
        if call in self.guests:
            self.guests[call].phones.discard(operator)

    def carry_out(self, effects: list[Effect]) -> None:
        popped: ScreenPop | None = None
        for effect in effects:
            match effect:
                case ScreenPop():
                    popped = effect
                case Ring():
                    assert popped == ScreenPop(effect.offer, effect.call, effect.operator), "ring without its pop"
                    self.ring(effect)
                    popped = None
                case StopRinging(reason="no_answer"):
                    self.phone_failed(effect.operator)
                case StopRinging():
                    self.silence(effect.operator)
                case Connect():
                    self.connect(effect)
                case WaitExpired():
                    assert not self.guests.pop(effect.call).phones
                    self.gone[effect.call] += 1
                case PresenceChanged():
                    self.people[effect.operator].state = effect.presence.state
                case Log():
                    assert effect.fact.at == self.now

    def ring(self, ring: Ring) -> None:
        guest, person = self.guests[ring.call], self.people[ring.operator]
        assert person.rings is None, "one operator, two phones"
        assert guest.queue in person.queues and guest.skills <= person.skills
        better = [other for other in self.guests.values() if not other.phones and other.turn < guest.turn]
        assert not any(self.may_take(person, other) for other in better), "somebody stands before this caller"
        self.check_strategy(guest, ring.operator)
        guest.phones.add(ring.operator)
        person.rings = (ring.offer, ring.call)

    def check_strategy(self, guest: Guest, operator: str) -> None:
        """The operator is the one that the strategy's definition names, among those ready for this caller."""
        others = [
            name
            for name, person in self.people.items()
            if name != operator and person.state is OperatorState.READY and self.may_take(person, guest)
        ]
        strategy = self.strategy[guest.queue]
        mine = self.standing(guest.queue, operator)
        assert strategy == "ring_all" or not guest.phones, "two phones outside ring_all"
        for other in others:
            theirs = self.standing(guest.queue, other)
            if strategy == "ring_all":
                assert (mine[0] > 0, mine[1]) <= (theirs[0] > 0, theirs[1]) or guest.phones
            elif strategy == "round_robin":
                assert mine[:2] <= theirs[:2], "penalty and failed phones go before the strategy"
            else:
                assert mine < theirs, f"{other} comes before {operator}"

    def standing(self, queue: str, operator: str) -> tuple[float, ...]:
        person = self.people[operator]
        turn = {
            "longest_idle": (person.idle_since,),
            "fewest_calls": (person.answered, person.idle_since),
        }.get(self.strategy[queue], ())
        return (person.set_back, person.queues[queue], *turn, OPERATORS.index(operator))

    @staticmethod
    def may_take(person: Person, guest: Guest) -> bool:
        return guest.queue in person.queues and guest.skills <= person.skills

    def connect(self, connect: Connect) -> None:
        person = self.people[connect.operator]
        assert person.rings == (connect.offer, connect.call)
        assert connect.operator not in self.talking.values(), "one operator, two calls"
        del self.guests[connect.call]
        person.rings, person.set_back = None, 0
        self.past_offers.append((connect.offer, connect.operator))
        person.answered += 1
        person.talks_by = connect.offer
        self.talking[connect.call] = connect.operator

    # --- what must hold

    @invariant()
    def nobody_waits_while_an_operator_who_may_take_the_call_is_ready(self) -> None:
        for guest in self.guests.values():
            if not guest.phones:
                for name, person in self.people.items():
                    ready = self.house.presence(name).state is OperatorState.READY
                    assert not (ready and self.may_take(person, guest)), f"{guest.call} waits, {name} is ready"

    @invariant()
    def presence_says_what_the_operator_does(self) -> None:
        for name, person in self.people.items():
            presence = self.house.presence(name)
            assert presence.state is person.state, "a change that nobody was told of"
            talks = [call for call, operator in self.talking.items() if operator == name]
            assert (presence.state is OperatorState.RINGING) == (person.rings is not None)
            assert (presence.state is OperatorState.TALKING) == bool(talks)
            if person.rings or talks:
                assert presence.call == (person.rings[1] if person.rings else talks[0])
            assert (presence.reason is not None) == (presence.state is OperatorState.PAUSED)
            assert presence.pending is None or presence.state not in (OperatorState.OFFLINE, OperatorState.PAUSED)

    @invariant()
    def the_line_is_in_order_and_nobody_gets_lost(self) -> None:
        for queue in QUEUES if self.people else ():
            expected = sorted((g for g in self.guests.values() if g.queue == queue), key=lambda g: g.turn)
            line = self.house.waiting(queue)
            assert [waiting.call for waiting in line] == [guest.call for guest in expected]
            assert [self.house.position(waiting.call) for waiting in line] == list(range(1, len(line) + 1))
        assert len(self.guests) + len(self.talking) + self.gone.total() == self.calls
        assert set(self.gone.values()) <= {1, 0}

    @invariant()
    def every_waiting_state_has_a_deadline(self) -> None:
        waits = bool(self.guests) or any(
            person.rings or person.state is OperatorState.WRAP_UP for person in self.people.values()
        )
        assert not self.people or (self.house.next_deadline() is not None) == waits

    def teardown(self) -> None:
        """Left alone, everything comes to rest: nobody waits and no phone rings for ever."""
        if not self.people:
            return
        for _ in range(1000):
            deadline = self.house.next_deadline()
            if deadline is None:
                break
            self.tick_at(deadline)
        assert not self.guests
        assert not any(person.rings for person in self.people.values())


Hotline.TestCase.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_any_sequence_of_events_keeps_the_invariants = Hotline.TestCase
