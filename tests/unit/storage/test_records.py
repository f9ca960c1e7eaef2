"""Records survive the way through a spool; tickets survive the way through a row."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.facts import EventName, Fact
from hotline.ticket import Callback, Ticket
from storage.mapping import as_stored, ticket_of, ticket_row
from storage.paging import decode_cursor, encode_cursor
from storage.records import (
    CallAnswered,
    CallConnected,
    CallEnded,
    CallOutcome,
    CallQuality,
    CallStarted,
    EventLogged,
    RecordingStored,
    TicketOpened,
    TicketSaved,
    from_line,
    new_key,
    to_line,
)
from tests.unit.storage.strategies import moments, tickets, words

values = st.one_of(st.none(), words, st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False))
facts = st.builds(
    Fact,
    name=st.sampled_from(EventName),
    at=moments,
    call=st.one_of(st.none(), words),
    queue=st.one_of(st.none(), words),
    operator=st.one_of(st.none(), words),
    data=st.dictionaries(words, values, max_size=3),
)
by = st.sampled_from(["caller", "operator", "system"])
JSON_COLUMNS = ("steps", "callback_tries")
records = st.one_of(
    st.builds(
        CallStarted,
        words,
        moments,
        words,
        words,
        words,
        words,
        words,
        st.sampled_from(["in", "out"]),
        st.one_of(st.none(), words),
        st.one_of(st.none(), words),
    ),
    st.builds(CallAnswered, words, moments),
    st.builds(CallConnected, words, moments, words, moments),
    st.builds(CallEnded, words, moments, by, words),
    st.builds(TicketOpened, tickets, st.one_of(st.none(), words)),
    st.builds(TicketSaved, tickets, tickets, moments, words),
    st.builds(CallOutcome, words, words, words),
    st.builds(CallQuality, words, moments, moments, moments),
    st.builds(
        RecordingStored,
        words,
        words,
        moments,
        st.integers(0, 2**40),
        moments,
        operator=st.one_of(st.none(), words),
        started_at=st.one_of(st.none(), moments),
    ),
    st.builds(EventLogged, facts),
)


@given(st.lists(records, max_size=4).map(tuple))
def test_a_line_of_the_spool_gives_back_the_records_it_was_made_of(written) -> None:
    line = to_line(written)

    assert "\n" not in line
    assert from_line(line) == written


@pytest.mark.parametrize(
    "line",
    ["", "{", "{}", "[1]", '[{"record":"Nothing","data":{}}]', '[{"record":"CallAnswered","data":{"call":"x"}}]'],
)
def test_a_damaged_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        from_line(line)


def test_a_line_of_the_first_version_still_loads() -> None:
    before, after = (
        {"number": "HTL-2025-000001", "created_at": 5.0, "callback": callback}
        for callback in (None, {"reason": "missed", "since": 9.0})
    )
    recording = {"call": "a", "path": "x.flac", "duration_s": 3.0, "bytes": 7, "at": 9.0, "kind": "call", "id": "r"}
    started = {"call": "a", "at": 5.0, "number": "", "called": "", "trunk": "", "node": "n", "sip_call_id": "s"}
    line = json.dumps(
        [
            {"record": "TicketSaved", "data": {"before": before, "after": after, "at": 9.0, "by": "system"}},
            {"record": "RecordingStored", "data": recording},
            {"record": "CallStarted", "data": {**started, "direction": "in"}},
        ]
    )

    assert from_line(line) == (
        TicketSaved(Ticket(**before), Ticket(**{**after, "callback": Callback("missed", 9.0, 9.0)}), 9.0),
        RecordingStored("a", "x.flac", 3.0, 7, 9.0, id="r"),
        CallStarted("a", 5.0, "", "", "", "n", "s"),
    )


@given(tickets)
def test_a_ticket_survives_its_row(ticket: Ticket) -> None:
    row = {**ticket_row(ticket), "queue": None}

    assert ticket_of({**row, **json.loads(json.dumps({name: row[name] for name in JSON_COLUMNS}))}) == ticket


def test_times_are_kept_to_the_microsecond() -> None:
    exact = Ticket("HTL-2025-000001", 1_700_000_000.123456789, taken_at=1_700_000_000.987654321)

    kept = as_stored(exact)

    assert kept == replace(exact, created_at=1_700_000_000.123457, taken_at=1_700_000_000.987654)
    assert as_stored(kept) == kept


@given(moments, words)
def test_a_cursor_gives_back_its_place(at: float, key: str) -> None:
    assert decode_cursor(encode_cursor(at, key)) == (at, key)


def test_keys_are_unique_and_rise_with_time() -> None:
    keys = [new_key() for _ in range(1000)]

    assert len(set(keys)) == 1000
    assert all(len(key) == 32 for key in keys)
    assert [key[:16] for key in keys] == sorted(key[:16] for key in keys)
