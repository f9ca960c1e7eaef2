"""A ticket of every kind that there can be: one for each value of each part, and what was seen to go wrong together.

The values are read from the types: a new state, reason or way of closing is among them by itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any, get_args

from config.base import KINDS, LANGUAGES
from config.sop import Matrix
from hotline.escalation import COORDINATORS, OPERATORS
from hotline.ticket import (
    Callback,
    CallbackReason,
    CallbackTry,
    ClosedAs,
    Escalation,
    EscalationState,
    Handover,
    Origin,
    Step,
    StepTime,
    Ticket,
    TryResult,
    Way,
)
from paper.words import HANDOVERS

CALLER = "+6281234567890"
ODD = 'Żaneta "Đặng"\u202e <b>&amp;</b>\t=SUM(A1) \U0001f600 ' + "kata " * 400
UNIT = "kota-bandung-i-pajajaran"


def every_ticket(matrix: Matrix, at: float) -> list[Ticket]:
    """Numbered from HTL-2026-800001, opened from `at` (Unix seconds) on, a second apart."""
    usual: dict[str, Any] = {
        "kind": "pengaduan",
        "caller_number": CALLER,
        "caller_name": "Ayu",
        "operator": "operator1",
    }
    return [
        Ticket(f"HTL-2026-{800_001 + number:06d}", at + number, **{**usual, **fields})
        for number, fields in enumerate(_kinds(matrix, at))
    ]


def _kinds(matrix: Matrix, at: float) -> Iterator[dict[str, Any]]:
    for step, step_closed in product(Step, (True, False)):
        yield _stands_at(step, at, stopped=step_closed)
    for closed_as, kind in product((*get_args(ClosedAs), None), (*KINDS, None)):
        yield {**_closed(at, closed_as), "kind": kind}
    for origin, language in product(get_args(Origin), LANGUAGES):
        yield {"origin": origin, "language": language, "call_id": "c" * 32 if origin == "call" else None}
    for category in (*matrix.categories, None):
        yield (
            {"category": "no-longer-there"} if category is None else {"category": category.code, "kind": category.kind}
        )
    yield from _callbacks(at)
    yield from _questions(at)
    yield dict.fromkeys(("caller_number", "caller_name"), "") | {"operator": None}
    yield {"caller_name": ODD[:100], "description": ODD, "answer": ODD, "plate": "B 1 ÀÉ", "region": "nowhere"}
    yield {"operator": "somebody-who-left", "message": "m" * 32, "taken_at": at}
    yield {"description": "\n" * 500, **_closed(at, "answered")}


def _callbacks(at: float) -> Iterator[dict[str, Any]]:
    results = get_args(TryResult)
    for reason, result, closed in product(get_args(CallbackReason), (*results, None), (True, False)):
        tries = () if result is None else (CallbackTry(at + 5, "operator1", result),)
        due_at = None if result == "answered" else at + 600
        callback = Callback(reason, at, due_at, "+622155512345" if closed else "", tries)
        yield {"callback": callback, **(_closed(at, "unreachable") if closed else {})}
    in_vain = tuple(CallbackTry(at + number, "operator1", "busy") for number in range(30))
    yield {"callback": Callback("missed", at, None, tries=in_vain)}


def _questions(at: float) -> Iterator[dict[str, Any]]:
    handovers = tuple(Handover(at + 1, "operator1", action, UNIT, ODD) for action in (*HANDOVERS, "dance"))
    holder = {
        EscalationState.ASKED: COORDINATORS,
        EscalationState.COORDINATOR: "coordinator",
        EscalationState.PIC: UNIT,
        EscalationState.PIC_ANSWERED: "coordinator",
        EscalationState.ANSWERED: OPERATORS,
    }
    for state, way in product(EscalationState, get_args(Way)):
        asked = Escalation(state, way, "Berapa?", at, "operator1", holder.get(state, ""), handovers=handovers)
        yield {"step": Step.ANSWER, "escalation": asked}
        named = replace(asked, coordinator="coordinator", unit=UNIT, pic="pic", answer="Dua", answered_at=at + 9)
        yield {
            "escalation": replace(named, promised_at=at + 60, told_at=at + 70, pic_answer=ODD),
            **_closed(at, "answered"),
        }


def _stands_at(step: Step, at: float, *, stopped: bool) -> dict[str, Any]:
    ended = at + 8 if stopped else None
    times = tuple(StepTime(each, at, ended, 30, "operator1") for each in Step if each is not Step.CLOSED)
    return {"step": step, "steps": times, **(_closed(at, "answered") if step is Step.CLOSED else {})}


def _closed(at: float, closed_as: str | None) -> dict[str, Any]:
    return {"step": Step.CLOSED, "closed_at": at + 3600, "closed_as": closed_as}
