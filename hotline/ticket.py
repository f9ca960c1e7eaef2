"""The ticket: what is known of a caller's matter, and how long each step of the procedure took."""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import Literal

from config.base import Kind, Language

CallbackReason = Literal["missed", "requested", "message", "closed", "interrupted", "validation", "filed"]
ClosedAs = Literal["answered", "unreachable", "continued"]
Origin = Literal["call", "desk", "open311"]
"""Where a ticket comes from: a call, somebody at a desk, or a portal that files requests by the open standard."""
TryResult = Literal["answered", "busy", "no_answer", "voicemail", "failed"]
"""How a call back went: `voicemail` is a machine that answered, `failed` a call that could not be placed."""


class Step(StrEnum):
    """Where a ticket stands in the SOP: steps 1 to 5, and 6 (selesai)."""

    GREETING = "greeting"
    IDENTITY = "identity"
    RECORD = "record"
    CLASSIFY = "classify"
    ANSWER = "answer"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StepTime:
    """One run of a step's clock, in Unix seconds; `ended_at` is None while it runs. A step entered again has two."""

    step: Step
    started_at: float
    ended_at: float | None
    standard_s: float
    operator: str


@dataclass(frozen=True, slots=True)
class CallbackTry:
    """One call back: when (Unix seconds), by whom, and how it went."""

    at: float
    operator: str
    result: TryResult


@dataclass(frozen=True, slots=True)
class Callback:
    """The caller is to be called back, since when, and when next (Unix seconds).

    `due_at` is None once the caller was reached, or once every planned try was in vain. `number` is what to call, if
    another than the caller's own. `tries` are in the order of time.
    """

    reason: CallbackReason
    since: float
    due_at: float | None
    number: str = ""
    tries: tuple[CallbackTry, ...] = ()

    @property
    def last_result(self) -> TryResult | None:
        """How the last try went, if there was one."""
        return self.tries[-1].result if self.tries else None

    @property
    def reached(self) -> bool:
        """Whether the caller was spoken with, so that no call is owed any more."""
        return self.due_at is None and self.last_result == "answered"

    @property
    def tries_in_vain(self) -> int:
        """Tries since the caller was last spoken with."""
        in_vain = takewhile(lambda each: each.result != "answered", reversed(self.tries))
        return sum(1 for _ in in_vain)


class EscalationState(StrEnum):
    """Who has the question of SOP step 5b: nobody yet, a coordinator, the PIC, a coordinator again, an operator."""

    ASKED = "asked"
    COORDINATOR = "coordinator"
    PIC = "pic"
    PIC_ANSWERED = "pic_answered"
    ANSWERED = "answered"
    TOLD = "told"
    WITHDRAWN = "withdrawn"


ENDED = (EscalationState.TOLD, EscalationState.WITHDRAWN)
"""Nobody has the question any more."""

Way = Literal["wait", "call_back"]
"""What the caller does meanwhile: `wait` (tunggu) on the line, or be called back (hubungi kembali)."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over of a question: when (Unix seconds), by whom, by which action, to whom, and the words with it.

    `to` is an account, the code of a unit, one of the queues in `hotline.escalation`, or `""` when it ended there.
    """

    at: float
    by: str
    action: str
    to: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Escalation:
    """A question that an operator cannot answer alone, and where it is (SOP step 5b). Times are Unix seconds.

    `to` has it now, as in the last of `handovers`, which go back to the ticket's first question. `unit` is the code
    of an office or division, `pic` the account there if one was named. `promised_at` is when the caller expects to be
    called. `answer` is what the coordinator lets the caller know, `answered_at` when.
    """

    state: EscalationState
    way: Way
    question: str
    asked_at: float
    asked_by: str
    to: str
    coordinator: str | None = None
    unit: str = ""
    pic: str | None = None
    pic_question: str = ""
    pic_answer: str = ""
    answer: str = ""
    answered_at: float | None = None
    promised_at: float | None = None
    told_at: float | None = None
    handovers: tuple[Handover, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody still has it."""
        return self.state not in ENDED

    @property
    def since(self) -> float:
        """Since when `to` has it."""
        given = (each.at for each in reversed(self.handovers) if each.to == self.to)
        return next(given, self.asked_at)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One caller's matter. `version` rises by one with every change; storage compares and swaps on it.

    `category` is a code of the matrix, `region` the code of an office, `message` the id of a recording.
    `callback` stays on a ticket that was closed, to tell how it came about; only an open one is still owed a call.
    """

    number: str
    created_at: float
    version: int = 1
    step: Step = Step.GREETING
    kind: Kind | None = None
    caller_number: str = ""
    caller_name: str = ""
    plate: str = ""
    region: str = ""
    description: str = ""
    category: str = ""
    answer: str = ""
    operator: str | None = None
    call_id: str | None = None
    language: Language = "id"
    origin: Origin = "call"
    taken_at: float | None = None
    closed_at: float | None = None
    closed_as: ClosedAs | None = None
    callback: Callback | None = None
    escalation: Escalation | None = None
    message: str | None = None
    steps: tuple[StepTime, ...] = ()

    @property
    def running(self) -> StepTime | None:
        """The step whose clock runs, if somebody has the ticket in hand."""
        return self.steps[-1] if self.steps and self.steps[-1].ended_at is None else None

    def clock_stopped(self, at: float) -> tuple[StepTime, ...]:
        """The steps as they are when the running clock, if there is one, stops at `at` (Unix seconds)."""
        return self.steps if self.running is None else (*self.steps[:-1], replace(self.running, ended_at=at))

    @property
    def in_validation(self) -> bool:
        """Whether a question about it is out (SOP step 5b)."""
        return self.escalation is not None and self.escalation.open

    @property
    def number_to_call(self) -> str:
        """Where the caller wants to be called back; `""` when the number is withheld."""
        return (self.callback.number if self.callback else "") or self.caller_number
