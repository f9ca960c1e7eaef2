"""The event log's rows: one append-only fact per thing that happened, under names queue reporters know (METRICS.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = str | int | float | None


class EventName(StrEnum):
    """Names of the event log: METRICS.md's list, and Asterisk's `queue_log` names for signing on and off."""

    ENTERQUEUE = "ENTERQUEUE"
    CONNECT = "CONNECT"
    RINGNOANSWER = "RINGNOANSWER"
    ABANDON = "ABANDON"
    COMPLETEOPERATOR = "COMPLETEOPERATOR"
    COMPLETECALLER = "COMPLETECALLER"
    EXITWITHTIMEOUT = "EXITWITHTIMEOUT"
    EXITWITHKEY = "EXITWITHKEY"
    ATTENDEDTRANSFER = "ATTENDEDTRANSFER"
    BLINDTRANSFER = "BLINDTRANSFER"
    HOLD = "HOLD"
    UNHOLD = "UNHOLD"
    PAUSE = "PAUSE"
    UNPAUSE = "UNPAUSE"
    WRAPUP = "WRAPUP"
    CALLBACKREQUEST = "CALLBACKREQUEST"
    VOICEMAIL = "VOICEMAIL"
    CLOSED = "CLOSED"
    BLOCKED = "BLOCKED"
    BLOCKEDCALLER = "BLOCKEDCALLER"  # somebody on the list of blocked callers called
    ADDMEMBER = "ADDMEMBER"
    REMOVEMEMBER = "REMOVEMEMBER"
    CONSULT = "CONSULT"  # a colleague asks this operator, who is busy with it
    CONSULTEND = "CONSULTEND"
    CALLOUT = "CALLOUT"  # this operator calls somebody
    CALLBACKATTEMPT = "CALLBACKATTEMPT"  # what came of calling somebody back
    ESCALATED = "ESCALATED"  # this operator put a question to the coordinators
    ESCALATION_MOVED = "ESCALATION_MOVED"  # this person passed it on
    OUTCOME = "OUTCOME"  # what this operator says came of their part in the call; the last one counts
    OVERDUE = "OVERDUE"  # something lies too long, and the next level was told


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened at `at` (Unix seconds). `data` holds what the name asks for; `…_s` is in seconds.

    ENTERQUEUE: position, priority. CONNECT: wait_s, ring_s, original_position. RINGNOANSWER: how, ring_s.
    ABANDON, EXITWITHTIMEOUT, EXITWITHKEY, CALLBACKREQUEST, VOICEMAIL from a queue: position, original_position, wait_s.
    COMPLETEOPERATOR, COMPLETECALLER: by, handled_s (talk and hold). ATTENDEDTRANSFER, BLINDTRANSFER: to, handled_s.
    ENTERQUEUE of a caller who comes back: also again. WRAPUP (logged when it ends): acw_s. PAUSE: reason.
    ADDMEMBER: node. What a recovery from a crash logs in place of somebody: also interrupted.
    BLOCKEDCALLER: answer (prompt or refuse). OUTCOME: code (outcomes.yaml).
    CALLBACKATTEMPT: result (`hotline.ticket.TryResult`), ticket. ESCALATED: ticket, to, way.
    ESCALATION_MOVED: ticket, action (`hotline.escalation.LoopAction`, take, unreachable or off_duty), from, to.
    OVERDUE: ticket, clock (a step, or where its question lies), level (from 1), told (usernames).
    """

    name: EventName
    at: float
    call: str | None = None
    queue: str | None = None
    operator: str | None = None
    data: Mapping[str, Value] = field(default_factory=dict)
