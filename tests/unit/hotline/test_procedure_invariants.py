"""Any sequence of edits and moves: no field gets lost, the clocks add up, and there is always a way to closed."""

from contextlib import suppress
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hotline.fields import InvalidFields
from hotline.sop import SOP, Action, SopViolation, allowed
from hotline.ticket import Step, Ticket
from tests.unit.hotline.an_installation import FILLED_IN, a_procedure, a_ticket

PROCEDURE = a_procedure()
FORWARD = (Action.TAKE, Action.GREET, Action.IDENTIFY, Action.RECORD, Action.CLASSIFY, Action.CLOSE)

values = st.one_of(st.none(), st.sampled_from([*FILLED_IN.values(), "pengaduan", "pengaduan.pkb"]), st.text(max_size=8))
changes = st.dictionaries(st.sampled_from([*FILLED_IN, "step"]), values, max_size=3)
right_changes = st.fixed_dictionaries({}, optional={field: st.just(value) for field, value in FILLED_IN.items()})
operators = st.sampled_from(["ani", "budi"])
actions = st.sampled_from(Action)


class OneTicket(RuleBasedStateMachine):
    """Two operators, a clock, and a ticket."""

    def __init__(self) -> None:
        super().__init__()
        self.ticket = a_ticket()
        self.now = self.ticket.created_at
        self.known = {field: getattr(self.ticket, field) for field in FILLED_IN}

    @rule(seconds=st.integers(0, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(change=st.one_of(changes, right_changes), by=operators)
    def somebody_saves_fields(self, change: dict[str, str | None], by: str) -> None:
        before = self.ticket
        with suppress(InvalidFields):
            self.ticket = PROCEDURE.edit(before, change, by, self.now)
            self.remember(change)
        assert self.ticket.version - before.version == (self.ticket != before)
        assert (self.ticket.step, self.ticket.steps) == (before.step, before.steps)

    @rule(action=actions, change=st.one_of(st.just({}), right_changes), by=operators)
    def somebody_acts(self, action: Action, change: dict[str, str | None], by: str) -> None:
        before = self.ticket
        open_now = allowed(before)
        try:
            self.ticket = PROCEDURE.advance(before, action, change, by, self.now)
        except SopViolation as violation:
            assert violation.allowed == open_now
            assert (action in open_now) == bool(violation.missing)
        except InvalidFields:
            assert action in open_now
        else:
            self.moved(before, action, change)

    @rule(reason=st.sampled_from(["missed", "requested", "interrupted"]))
    def the_caller_is_gone(self, reason: str) -> None:
        before = self.ticket
        self.ticket = PROCEDURE.mark_for_callback(before, reason, self.now)
        assert before.step is Step.CLOSED or (self.ticket.callback is not None and self.ticket.running is None)

    def moved(self, before: Ticket, action: Action, change: dict[str, str | None]) -> None:
        assert action in allowed(before)
        assert self.ticket.step is SOP[before.step, action].to
        assert self.ticket.version == before.version + 1
        self.remember(change)
        assert action is not Action.CLOSE or all(self.known.values()), "answered, but something is missing"

    def remember(self, change: dict[str, str | None]) -> None:
        """A field holds what was last saved in it, in the one way of writing it; all others stay."""
        for field, value in change.items():
            self.known[field] = getattr(self.ticket, field)
            assert bool(self.known[field]) == bool((value or "").strip())
            if value == FILLED_IN[field]:
                assert self.known[field] == value

    @invariant()
    def no_field_is_lost(self) -> None:
        assert {field: getattr(self.ticket, field) for field in FILLED_IN} == self.known
        assert self.ticket.caller_number == "+6281234567890"
        assert self.ticket.call_id == "c1"

    @invariant()
    def the_clocks_are_contiguous_within_a_taking_and_add_up(self) -> None:
        steps = self.ticket.steps
        gaps = 0.0
        for earlier, later in pairwise(steps):
            assert earlier.ended_at is not None, "two clocks at once"
            gap = later.started_at - earlier.ended_at
            assert gap >= 0
            # Only taking it up again (greeting) or reopening it (answer) may leave a gap.
            assert gap == 0 or later.step in (Step.GREETING, Step.ANSWER)
            gaps += gap
        if steps:
            end = self.now if steps[-1].ended_at is None else steps[-1].ended_at
            lasted = sum((self.now if run.ended_at is None else run.ended_at) - run.started_at for run in steps)
            assert lasted + gaps == end - steps[0].started_at

    @invariant()
    def the_running_clock_is_the_tickets_step(self) -> None:
        running = self.ticket.running
        assert running is None or running.step is self.ticket.step
        closed = self.ticket.step is Step.CLOSED
        assert closed == (self.ticket.closed_at is not None) == (self.ticket.closed_as is not None)

    @invariant()
    def there_is_a_way_to_closed(self) -> None:
        ticket = PROCEDURE.edit(self.ticket, FILLED_IN, "ani", self.now)
        for _ in FORWARD:
            if ticket.step is Step.CLOSED:
                return
            # An open ticket in hand goes on; one that nobody has is taken first.
            action = next(action for action in reversed(FORWARD) if action in allowed(ticket))
            ticket = PROCEDURE.advance(ticket, action, {}, "ani", self.now)
        assert ticket.step is Step.CLOSED


OneTicket.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
test_any_sequence_of_edits_and_moves_keeps_the_invariants = OneTicket.TestCase


def test_every_step_leads_to_closed_in_the_table_itself() -> None:
    reaches = {Step.CLOSED}
    for _ in Step:
        reaches |= {step for (step, _), move in SOP.items() if move.to in reaches}
    assert reaches == set(Step)
