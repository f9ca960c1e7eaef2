"""The three-way merge: the switchboard's change and a person's, on one ticket."""

from dataclasses import fields, replace

from hypothesis import given

from hotline.ticket import Callback, CallbackTry, Ticket
from storage.merge import LOGGED, TOGETHER, Change, changes, merge
from tests.unit.storage.strategies import tickets

GROUPED = [name for group in TOGETHER for name in group]


def _same(one: Ticket, other: Ticket, group: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in group)


@given(tickets, tickets, tickets)
def test_what_somebody_else_changed_stays_as_they_left_it(before: Ticket, after: Ticket, current: Ticket) -> None:
    merged = merge(before, after, current)

    assert all(_same(merged, current, group) for group in TOGETHER if not _same(before, current, group))


@given(tickets, tickets, tickets)
def test_what_nobody_else_changed_becomes_what_the_switchboard_wants(
    before: Ticket, after: Ticket, current: Ticket
) -> None:
    merged = merge(before, after, current)

    assert all(_same(merged, after, group) for group in TOGETHER if _same(before, current, group))


@given(tickets, tickets, tickets)
def test_the_version_rises_by_one_exactly_when_something_changed(
    before: Ticket, after: Ticket, current: Ticket
) -> None:
    merged = merge(before, after, current)

    changed = any(getattr(merged, name) != getattr(current, name) for name in GROUPED)
    assert merged.version == current.version + changed


@given(tickets, tickets, tickets)
def test_merging_twice_is_merging_once(before: Ticket, after: Ticket, current: Ticket) -> None:
    once = merge(before, after, current)

    assert merge(before, after, once) == once


def test_every_field_that_can_change_belongs_to_exactly_one_group() -> None:
    fixed = {"number", "created_at", "version"}

    assert sorted(GROUPED) == sorted(field.name for field in fields(Ticket) if field.name not in fixed)
    assert set(LOGGED) <= set(GROUPED)


@given(tickets, tickets)
def test_the_log_names_every_text_that_differs_and_no_other(before: Ticket, after: Ticket) -> None:
    named = {change.field for change in changes(before, after)}

    texts = ("caller_name", "plate", "region", "description", "category", "answer", "kind", "operator", "step")
    assert {name for name in texts if getattr(before, name) != getattr(after, name)} == named & set(texts)


def test_each_try_to_call_back_has_a_line_in_the_log_though_the_last_went_the_same_way() -> None:
    once = (CallbackTry(10.0, "operator1", "busy"),)
    missed, tried, again = (
        Ticket("HTL-2025-000001", 5.0, callback=Callback("missed", 6.0, 9.0, tries=tries))
        for tries in ((), once, (*once, CallbackTry(20.0, "operator2", "busy")))
    )

    assert list(changes(missed, tried)) == [Change("callback", "missed", "missed, try 1: busy")]
    assert list(changes(tried, again)) == [Change("callback", "missed, try 1: busy", "missed, try 2: busy")]


@given(tickets)
def test_an_unchanged_ticket_has_an_empty_log(ticket: Ticket) -> None:
    assert list(changes(ticket, replace(ticket, version=ticket.version + 1))) == []
