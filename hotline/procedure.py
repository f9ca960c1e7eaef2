"""A ticket's way through the SOP, by an installation's own times, matrix and offices."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.base import Kind, Language
from config.sop import Matrix, Office, Sop
from hotline.escalation import Actor, LoopAction, Party
from hotline.fields import FieldRules
from hotline.sop import SOP, Action, Move, SopViolation, allowed, move_for
from hotline.ticket import Callback, CallbackReason, CallbackTry, Step, StepTime, Ticket, TryResult
from hotline.validation import Circumstances, Words, given_up, owed_the_answer, pass_on, taken_over

Changes = Mapping[str, str | None]
"""New values of ticket fields; None or `""` clears one."""


class Procedure:
    """Opens, edits and moves tickets. Each method returns a new ticket, one version on, or the same one."""

    def __init__(self, sop: Sop, matrix: Matrix, offices: tuple[Office, ...], areas: Mapping[str, str]) -> None:
        self._standard_s = {Step(name): seconds for name, seconds in sop.standard_s.items()}
        self._offices, self._areas = offices, areas
        self.use(matrix)

    def use(self, matrix: Matrix) -> None:
        """From now on tickets are checked against this matrix; what is being checked goes on with the one before."""
        self._rules = FieldRules(matrix, self._offices, self._areas)

    def open_ticket(
        self,
        number: str,
        at: float,
        *,
        caller_number: str = "",
        call_id: str | None = None,
        language: Language = "id",
        kind: Kind | None = None,
        plate: str = "",
        region: str = "",
        message: str | None = None,
    ) -> Ticket:
        """A ticket nobody has yet, with what the IVR and the caller's history already know.

        Raises `InvalidFields` when kind, plate or region are not acceptable.
        """
        blank = Ticket(number, at, caller_number=caller_number, call_id=call_id, language=language, message=message)
        return self._changed(blank, {"kind": kind, "plate": plate, "region": region})

    def take(self, ticket: Ticket, operator: str, at: float) -> Ticket:
        """The operator has the caller: the greeting's clock starts. Raises `SopViolation`."""
        return self.advance(ticket, Action.TAKE, {}, operator, at)

    def receive(self, ticket: Ticket, operator: str, at: float) -> Ticket:
        """The operator has the caller now, whoever had them before; a closed ticket stays closed.

        A ticket that is being worked on keeps its step, and the step's clock goes on as the new operator's.
        """
        if Action.TAKE in allowed(ticket):
            return self.take(ticket, operator, at)
        if ticket.running is None or ticket.operator == operator:
            return ticket
        steps = (*ticket.clock_stopped(at), replace(ticket.running, started_at=at, operator=operator))
        escalation = taken_over(ticket.escalation, operator, at)
        return replace(ticket, operator=operator, steps=steps, escalation=escalation, version=ticket.version + 1)

    def edit(self, ticket: Ticket, changes: Changes, by: str, at: float) -> Ticket:
        """Save fields at any step. Raises `InvalidFields` and then changes nothing."""
        changed = self._changed(ticket, changes)
        return ticket if changed == ticket else replace(changed, version=ticket.version + 1)

    def advance(self, ticket: Ticket, action: Action, facts: Changes, by: str, at: float) -> Ticket:
        """Apply the fields in `facts`, then move the ticket as the SOP says.

        The next step's clock starts where the last one ended (SOP.md). Raises `InvalidFields` or `SopViolation`,
        and then changes nothing.
        """
        move = move_for(ticket, action)
        if move is None:
            raise SopViolation(ticket, action)
        known = self._changed(ticket, facts)
        missing = self._lacking(known, move)
        if missing:
            raise SopViolation(ticket, action, missing)
        return self._moved(known, action, move, by, at)

    def pass_on(
        self,
        ticket: Ticket,
        action: LoopAction,
        words: Words,
        actor: Actor,
        at: float,
        circumstances: Circumstances,
    ) -> Ticket:
        """Pass the ticket's question on (SOP step 5b).

        Whoever has told the caller, or takes the question back, has the ticket in hand again. Raises `WrongRoleError`,
        `SopViolation` or `InvalidFields`, and then changes nothing.
        """
        passed = pass_on(ticket, action, words, actor, at, circumstances)
        if not passed.in_validation and passed.running is None and actor.role == Party.OPERATOR:
            steps = (*passed.steps, self._clock(passed.step, actor.username, at))
            passed = replace(passed, operator=actor.username, steps=steps)
        return replace(passed, version=ticket.version + 1)

    def caller_left(self, ticket: Ticket, at: float) -> Ticket:
        """The caller hung up before the answer was told, and is owed it by a call back now."""
        left = owed_the_answer(ticket, at)
        return ticket if left == ticket else replace(left, version=ticket.version + 1)

    def missing(self, ticket: Ticket) -> dict[Action, tuple[str, ...]]:
        """The fields that allowed actions still lack; actions that lack nothing are not in it."""
        lacking = {action: self._lacking(ticket, SOP[ticket.step, action]) for action in allowed(ticket)}
        return {action: fields for action, fields in lacking.items() if fields}

    def mark_for_callback(
        self, ticket: Ticket, reason: CallbackReason, at: float, *, due_at: float | None = None, number: str = ""
    ) -> Ticket:
        """The caller is gone unanswered and is owed a call. The clock stops; the first place is kept (PEERS.md 9).

        The call is due at `due_at` (else at once), to `number` (else the caller's). A caller who was called back and
        lost again is owed a new one. A closed ticket, and one that already waits for its call, come back as they are.
        """
        owed = ticket.callback is not None and not ticket.callback.reached
        if ticket.step is Step.CLOSED or (owed and ticket.running is None):
            return ticket
        new = Callback(reason, at, at if due_at is None else due_at, "" if number == ticket.caller_number else number)
        callback = ticket.callback if owed else replace(new, tries=ticket.callback.tries if ticket.callback else ())
        return replace(ticket, callback=callback, steps=ticket.clock_stopped(at), version=ticket.version + 1)

    def callback_tried(
        self, ticket: Ticket, result: TryResult, by: str, at: float, due_at: float | None = None
    ) -> Ticket:
        """A call back was tried. `due_at` is when the next is due (`callback_plan`); None: no more are planned.

        A caller who answered is owed no call. The ticket keeps its step: whoever has the caller takes it (`take`). A
        ticket that owes no call comes back as it is, so a try may be noted on every ticket of the same caller.
        """
        if ticket.callback is None or ticket.callback.reached or ticket.step is Step.CLOSED:
            return ticket
        tries = (*ticket.callback.tries, CallbackTry(at, by, result))
        callback = replace(ticket.callback, tries=tries, due_at=None if result == "answered" else due_at)
        return replace(ticket, callback=callback, version=ticket.version + 1)

    def not_reached(self, ticket: Ticket, answered: CallbackTry, due_at: float | None) -> Ticket:
        """The call back noted as `answered` was answered by a machine: it is due again at `due_at`, or given up (None).

        A ticket whose last call back was another one, or is still owed, comes back as it is. The clock stops that ran
        for whoever called: they had nobody on the line.
        """
        callback = ticket.callback
        if callback is None or not callback.reached or ticket.step is Step.CLOSED or callback.tries[-1] != answered:
            return ticket
        in_vain = replace(answered, result="voicemail")
        corrected = replace(callback, tries=(*callback.tries[:-1], in_vain), due_at=due_at)
        running, steps = ticket.running, ticket.steps
        if running is not None and running.operator == answered.operator:
            steps = ticket.clock_stopped(max(answered.at, running.started_at))
        return replace(ticket, callback=corrected, steps=steps, version=ticket.version + 1)

    def _changed(self, ticket: Ticket, changes: Changes) -> Ticket:
        values: dict[str, Any] = dict(self._rules.read(ticket, changes))
        return replace(ticket, **values)

    def _lacking(self, ticket: Ticket, move: Move) -> tuple[str, ...]:
        lacking = tuple(field for field in move.needs if not self._filled_in(ticket, field))
        return (*lacking, *self._rules.untold(ticket)) if "category" in move.needs else lacking

    def _filled_in(self, ticket: Ticket, field: str) -> bool:
        if field == "category":  # the kind may have changed since the category was chosen
            return bool(ticket.kind) and self._rules.of_kind(ticket.category, ticket.kind)
        return bool(getattr(ticket, field))

    def _clock(self, step: Step, operator: str, at: float) -> StepTime:
        return StepTime(step, at, None, self._standard_s[step], operator)

    def _moved(self, ticket: Ticket, action: Action, move: Move, by: str, at: float) -> Ticket:
        to = move.target(ticket)
        moved = replace(ticket, step=to, version=ticket.version + 1, steps=ticket.clock_stopped(at))
        if to is Step.CLOSED:
            moved = replace(moved, escalation=given_up(moved.escalation, by, at))
            return replace(moved, closed_at=at, closed_as="answered" if action is Action.CLOSE else "unreachable")
        moved = replace(moved, steps=(*moved.steps, self._clock(to, by, at)))
        if action is Action.TAKE:
            moved = replace(moved, operator=by, escalation=taken_over(moved.escalation, by, at))
            return replace(moved, taken_at=at if ticket.taken_at is None else ticket.taken_at)
        return _reopened(moved, by) if action is Action.REOPEN else moved


def _reopened(ticket: Ticket, by: str) -> Ticket:
    owed = None if ticket.closed_as == "answered" else ticket.callback
    return replace(ticket, operator=by, closed_at=None, closed_as=None, callback=owed)
