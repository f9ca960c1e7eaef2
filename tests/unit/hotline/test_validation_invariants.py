"""The whole table, steps and questions alike, in any order: nothing illegal happens, and all ways lead to closed."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hotline.escalation import LOOP, OPERATORS, Actor, LoopAction, open_actions, state_of, wants
from hotline.fields import InvalidFields
from hotline.sop import SOP, Action, SopViolation, allowed, move_for
from hotline.ticket import ENDED, EscalationState, Step, Ticket
from hotline.validation import Circumstances, Words, WrongRoleError
from tests.unit.hotline.an_installation import FILLED_IN, a_procedure, a_ticket

PROCEDURE = a_procedure()
PEOPLE = (
    Actor("ani", "operator"),
    Actor("budi", "operator"),
    Actor("koko", "coordinator"),
    Actor("kiki", "coordinator"),
    Actor("pipit", "pic", "bandung1"),
    Actor("bogi", "pic", "bidang"),
    Actor("sinta", "supervisor"),
    Actor("root", "admin"),
)
UNITS = ("bandung1", "bidang")
FORWARD = (Action.TAKE, Action.GREET, Action.IDENTIFY, Action.RECORD, Action.CLASSIFY, Action.CLOSE)

people = st.sampled_from(PEOPLE)
ways = st.sampled_from([None, "wait", "call_back"])
texts = st.sampled_from(["", "Mohon dicek."])


class OneQuestion(RuleBasedStateMachine):
    """A ticket that starts at step 5, and everybody who may touch it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 200.0
        ticket = PROCEDURE.take(PROCEDURE.edit(a_ticket(), FILLED_IN, "ani", 100.0), "ani", 101.0)
        for action in FORWARD[1:-1]:
            ticket = PROCEDURE.advance(ticket, action, {}, "ani", 110.0)
        self.ticket = ticket

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(action=st.sampled_from(Action), by=st.sampled_from(["ani", "budi"]))
    def somebody_moves_it(self, action: Action, by: str) -> None:
        before, move = self.ticket, move_for(self.ticket, action)
        try:
            self.ticket = PROCEDURE.advance(before, action, {}, by, self.now)
        except SopViolation:
            assert move is None, "every field is filled in"
        else:
            assert move is not None
            assert self.ticket.step is move.target(before)

    @rule(
        action=st.sampled_from(LoopAction),
        actor=people,
        way=ways,
        text=texts,
        unit=st.sampled_from(["", *UNITS]),
        to=st.sampled_from(["", "kiki", "budi"]),
        on_the_line=st.booleans(),
    )
    def somebody_passes_the_question_on(
        self, action: LoopAction, actor: Actor, way, text: str, unit: str, to: str, on_the_line: bool
    ) -> None:
        before, open_now = self.ticket, open_actions(self.ticket)
        mine, row = wants(before, actor), LOOP.get((state_of(before), action))
        said = Words(text, way, self.now + 60 if way == "call_back" else None, "", unit, None, text, "", to)
        try:
            self.ticket = PROCEDURE.pass_on(before, action, said, actor, self.now, Circumstances(on_the_line, "ani"))
        except WrongRoleError:
            assert action in open_now
            assert row is not None
            assert actor.role not in row.by
        except SopViolation as refused:
            assert action not in mine or refused.missing
            assert self.ticket is before
        else:
            assert action in mine
            assert row is not None
            self.passed(before, action, row.to)

    def passed(self, before: Ticket, action: LoopAction, to: EscalationState) -> None:
        after, had = self.ticket.escalation, before.escalation.handovers if before.escalation else ()
        assert after is not None
        assert after.state is to
        assert after.handovers[: len(had)] == had, "no hand-over is ever forgotten"
        assert [each.action for each in after.handovers[len(had) :]] == [action]
        assert self.ticket.version == before.version + 1
        assert self.ticket.answer == before.answer, "what the operator has written stays"

    @rule(answered=st.booleans(), by=st.sampled_from(["ani", "budi"]))
    def the_caller_is_called_back(self, answered: bool, by: str) -> None:
        if self.ticket.callback is None or self.ticket.callback.reached:
            return
        result = "answered" if answered else "busy"
        self.ticket = PROCEDURE.callback_tried(self.ticket, result, by, self.now, None if answered else self.now + 300)
        if answered:
            self.ticket = PROCEDURE.receive(self.ticket, by, self.now)

    @rule()
    def the_caller_hangs_up_with_the_answer_untold(self) -> None:
        if state_of(self.ticket) is EscalationState.ANSWERED:
            self.ticket = PROCEDURE.caller_left(self.ticket, self.now)

    @rule(by=st.sampled_from(["ani", "budi"]))
    def the_caller_is_transferred(self, by: str) -> None:
        self.ticket = PROCEDURE.receive(self.ticket, by, self.now)

    @invariant()
    def a_question_is_out_only_while_the_answer_is_prepared(self) -> None:
        assert not self.ticket.in_validation or self.ticket.step is Step.ANSWER

    @invariant()
    def somebody_has_an_open_question_and_nobody_an_ended_one(self) -> None:
        escalation = self.ticket.escalation
        assert escalation is None or bool(escalation.to) is escalation.open
        assert escalation is None or escalation.handovers[-1].at <= self.now

    @invariant()
    def one_clock_runs_at_most_and_it_is_the_steps_own(self) -> None:
        running = [time for time in self.ticket.steps if time.ended_at is None]
        assert running in ([], [self.ticket.running])
        assert not running or running[0].step is self.ticket.step

    @invariant()
    def there_is_a_way_to_closed(self) -> None:
        """By the people themselves: somebody can end the loop, and an operator closes."""
        ticket = self.ticket
        if ticket.in_validation:
            told = LoopAction.TOLD if state_of(ticket) is EscalationState.ANSWERED else LoopAction.WITHDRAW
            ticket = PROCEDURE.pass_on(ticket, told, Words(), PEOPLE[0], self.now, Circumstances(False, OPERATORS))
        for _ in FORWARD:
            if ticket.step is Step.CLOSED:
                break
            action = next(action for action in reversed(FORWARD) if action in allowed(ticket))
            ticket = PROCEDURE.advance(ticket, action, {}, "ani", self.now)
        assert ticket.step is Step.CLOSED

    @invariant()
    def whoever_has_the_question_can_pass_it_on(self) -> None:
        if self.ticket.in_validation:
            assert any(wants(self.ticket, actor) for actor in PEOPLE)

    @invariant()
    def a_caller_who_is_to_be_called_back_with_an_answer_is_owed_a_call_or_was_reached(self) -> None:
        escalation = self.ticket.escalation
        if escalation is not None and escalation.state is EscalationState.ANSWERED and escalation.way == "call_back":
            assert self.ticket.callback is not None


OneQuestion.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
test_any_sequence_of_moves_and_hand_overs_keeps_the_invariants = OneQuestion.TestCase


def test_from_every_state_of_the_loop_rows_lead_to_the_caller_being_told() -> None:
    reaches = {EscalationState.TOLD}
    for _ in EscalationState:
        reaches |= {state for (state, _), row in LOOP.items() if state is not None and row.to in reaches}
    assert reaches == set(EscalationState) - {EscalationState.WITHDRAWN}


def test_a_question_that_ended_has_no_row_but_a_new_one() -> None:
    assert not [key for key in LOOP if key[0] in ENDED]
    assert [action for state, action in LOOP if state is None] == [LoopAction.ESCALATE]


def test_steps_and_questions_share_no_name() -> None:
    assert not {action.value for action in Action} & {action.value for action in LoopAction}


def test_no_move_of_the_steps_leads_away_from_the_answer_while_a_question_is_out() -> None:
    machine = OneQuestion()
    ticket = PROCEDURE.pass_on(
        machine.ticket, LoopAction.ESCALATE, Words("?", "wait"), PEOPLE[0], 200.0, Circumstances(True, "ani")
    )
    for step, action in SOP:
        move = move_for(ticket, action)
        if step is ticket.step and move is not None:
            assert move.target(ticket) in (Step.ANSWER, Step.CLOSED)


def test_words_that_cannot_be_printed_are_refused() -> None:
    question = Words("\x07", "wait")
    with pytest.raises(InvalidFields, match="cannot be printed"):
        PROCEDURE.pass_on(
            OneQuestion().ticket, LoopAction.ESCALATE, question, PEOPLE[0], 200.0, Circumstances(True, "ani")
        )
