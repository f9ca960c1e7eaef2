"""Folding: one batch must do what its records do one after the other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.ticket import Ticket
from storage.batch import Batch, fold
from storage.records import (
    CallAnswered,
    CallConnected,
    CallEnded,
    CallOutcome,
    CallQuality,
    CallStarted,
    Record,
    TicketOpened,
)

CALLS = ("a", "b", "c")
moments = st.integers(1, 9).map(float)
calls = st.sampled_from(CALLS)
changes = st.one_of(
    st.builds(CallAnswered, calls, moments),
    st.builds(CallConnected, calls, moments, st.sampled_from(["x", "y"]), moments),
    st.builds(CallEnded, calls, moments, st.sampled_from(["caller", "system"]), st.just("normal")),
    st.builds(CallOutcome, calls, st.sampled_from(["selesai", "iseng"])),
    st.builds(CallQuality, calls, moments, moments, moments),
)


def _started(call: str) -> CallStarted:
    return CallStarted(call, 0.0, "+62811", "100", "loopback", "node1", f"sip-{call}")


def _write(rows: dict[str, dict[str, Any]], batch: Batch) -> None:
    """What the database would hold after `batch`."""
    rows.update({call: dict(row) for call, row in batch.calls.items()})
    for call, change in batch.call_changes.items():
        if call in rows:
            rows[call].update(change)


@given(st.sets(calls), st.lists(changes, max_size=12))
def test_calls_end_up_the_same_in_one_batch_and_one_by_one(new: set[str], later: list[Record]) -> None:
    records = [*(_started(call) for call in sorted(new)), *later]
    together: dict[str, dict[str, Any]] = {}
    one_by_one: dict[str, dict[str, Any]] = {}

    _write(together, fold(records))
    for record in records:
        _write(one_by_one, fold([record]))

    assert together == one_by_one


@given(st.lists(changes, max_size=20))
def test_a_call_is_changed_by_one_update_at_most(later: list[Record]) -> None:
    batch = fold([_started("a"), *later])

    assert "a" not in batch.call_changes
    assert len(batch.call_changes) <= len(CALLS) - 1


def test_a_ticket_marks_its_call_as_queued_from_its_creation() -> None:
    ticket = Ticket("HTL-2025-000001", 5.0, call_id="a", kind="informasi")

    batch = fold([TicketOpened(ticket, "utama")])

    assert batch.call_changes["a"] == {
        "ticket": ticket.number,
        "kind": "informasi",
        "language": "id",
        "queue": "utama",
        "queued_at": 5.0,
    }


def test_a_ticket_without_a_call_touches_no_call() -> None:
    assert not fold([TicketOpened(Ticket("HTL-2025-000001", 5.0))]).call_changes


def test_the_same_call_started_twice_in_a_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="already"):
        fold([_started("a"), _started("a")])
