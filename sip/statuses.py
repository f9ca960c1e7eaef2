"""SIP's final answers by name, and what each says of a phone that was not answered: the one table of it."""

from enum import IntEnum, StrEnum


class SipStatus(IntEnum):
    """Final answers that are given or understood here (RFC 3261 section 21)."""

    FORBIDDEN = 403
    REQUEST_TIMEOUT = 408
    TEMPORARILY_UNAVAILABLE = 480
    BUSY_HERE = 486
    REQUEST_TERMINATED = 487
    NOT_ACCEPTABLE_HERE = 488
    SERVICE_UNAVAILABLE = 503
    BUSY_EVERYWHERE = 600
    DECLINE = 603


class Unanswered(StrEnum):
    """Why nobody came to the phone."""

    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"  # the phone or its network says that nobody takes it
    CANCELLED = "cancelled"  # we stopped, after however long it rang
    SILENT = "silent"  # nothing came back: it may never have rung
    FAILED = "failed"  # it could not be rung


_REASONS: dict[int, Unanswered] = {
    SipStatus.REQUEST_TIMEOUT: Unanswered.SILENT,
    SipStatus.TEMPORARILY_UNAVAILABLE: Unanswered.NO_ANSWER,
    SipStatus.BUSY_HERE: Unanswered.BUSY,
    SipStatus.REQUEST_TERMINATED: Unanswered.CANCELLED,
    SipStatus.BUSY_EVERYWHERE: Unanswered.BUSY,
    SipStatus.DECLINE: Unanswered.DECLINED,
}


def why_unanswered(status: int) -> Unanswered:
    """What the final answer to a call, 300 or above, says of it."""
    return _REASONS.get(status, Unanswered.FAILED)
