"""SIP's final answers by name, and what each says of a phone that was not answered: the one table of it."""

from enum import IntEnum, StrEnum


class SipStatus(IntEnum):
    """Final answers that are given or understood here (RFC 3261 section 21)."""

    MOVED_TEMPORARILY = 302
    FORBIDDEN = 403
    NOT_FOUND = 404
    REQUEST_TIMEOUT = 408
    GONE = 410
    TEMPORARILY_UNAVAILABLE = 480
    ADDRESS_INCOMPLETE = 484
    BUSY_HERE = 486
    REQUEST_TERMINATED = 487
    NOT_ACCEPTABLE_HERE = 488
    SERVICE_UNAVAILABLE = 503
    BUSY_EVERYWHERE = 600
    DECLINE = 603
    DOES_NOT_EXIST_ANYWHERE = 604


class Unanswered(StrEnum):
    """Why nobody came to the phone; the values are what pages and the register are told."""

    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"  # the phone or its network says that nobody takes it
    CANCELLED = "cancelled"  # we stopped, after however long it rang
    SILENT = "silent"  # nothing came back: it may never have rung
    FORWARDED = "forwarded"  # it sends its calls to somewhere else, where ours do not go
    NO_SUCH_NUMBER = "no_such_number"
    FAILED = "failed"  # it could not be rung


_REASONS: dict[int, Unanswered] = {
    SipStatus.NOT_FOUND: Unanswered.NO_SUCH_NUMBER,
    SipStatus.REQUEST_TIMEOUT: Unanswered.SILENT,
    SipStatus.GONE: Unanswered.NO_SUCH_NUMBER,
    SipStatus.TEMPORARILY_UNAVAILABLE: Unanswered.NO_ANSWER,
    SipStatus.ADDRESS_INCOMPLETE: Unanswered.NO_SUCH_NUMBER,
    SipStatus.BUSY_HERE: Unanswered.BUSY,
    SipStatus.REQUEST_TERMINATED: Unanswered.CANCELLED,
    SipStatus.BUSY_EVERYWHERE: Unanswered.BUSY,
    SipStatus.DECLINE: Unanswered.DECLINED,
    SipStatus.DOES_NOT_EXIST_ANYWHERE: Unanswered.NO_SUCH_NUMBER,
}


# What the telephone network says (ITU-T Q.850, by number; RFC 3326 carries it), where it says more than the status: a
# gateway may answer 480 or 503 for all of these. What is not here, or says the same, leaves it to the status.
_CAUSES: dict[int, Unanswered] = {
    1: Unanswered.NO_SUCH_NUMBER,  # unallocated number
    17: Unanswered.BUSY,
    18: Unanswered.NO_ANSWER,  # no user responding
    19: Unanswered.NO_ANSWER,  # alerted, no answer
    20: Unanswered.NO_ANSWER,  # subscriber absent: switched off, or out of reach
    21: Unanswered.DECLINED,
    22: Unanswered.NO_SUCH_NUMBER,  # number changed
    28: Unanswered.NO_SUCH_NUMBER,  # invalid number format
}
_BROKEN = frozenset({27, *range(34, 48), 102})  # out of order, no circuit or resource, recovery on timer expiry


def why_unanswered(status: int, cause: int = 0) -> Unanswered:
    """What the final answer to a call, 300 or above, says of it; `cause` is Q.850's, 0 where none was given."""
    if 300 <= status < 400:
        return Unanswered.FORWARDED
    by_status = _REASONS.get(status, Unanswered.FAILED)
    if by_status is Unanswered.CANCELLED:  # our own doing, whatever the network calls it
        return by_status
    return _CAUSES.get(cause, by_status)


def how_ended(status: int, cause: int = 0) -> str:
    """How an answered call ended, for the register: `hang_up` when somebody wished it, else what broke."""
    if status >= 300:
        return f"sip_{status}"
    return f"q850_{cause}" if cause in _BROKEN else "hang_up"
