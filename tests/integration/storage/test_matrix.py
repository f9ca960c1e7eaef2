"""Edits of the category matrix, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from storage import AlreadyExists, BadCursor, Store
from storage.engine import Database
from storage.matrix import MatrixEdit
from storage.matrix_tables import MatrixRevisionRow
from tests.integration.storage.samples import NOON

BEFORE = {"code": "informasi-pkb", "label": {"id": "Pajak", "en": "Tax"}}
AFTER = {"code": "informasi-pkb", "label": {"id": "Pajak kendaraan – “PKB”", "en": "Vehicle tax"}}
FIRST = MatrixEdit("informasi-pkb", 1, NOON, "admin", "change", BEFORE, AFTER)
SECOND = replace(FIRST, number=2, at=NOON + 60, by="other", action="reset", before=AFTER, after=BEFORE)
ADDED = MatrixEdit("informasi-baru", 1, NOON + 30, "admin", "add", None, {**AFTER, "code": "informasi-baru"})


async def test_an_edit_reads_as_it_was_kept(store: Store) -> None:
    kept = await store.matrix.add(FIRST)
    added = await store.matrix.add(ADDED)

    assert (await store.matrix.history()).items == (added, kept)
    assert added.before is None
    assert (kept.before, kept.after, kept.at, kept.by) == (BEFORE, AFTER, NOON, "admin")


async def test_of_two_edits_of_the_same_cell_as_it_was_the_second_is_refused(store: Store) -> None:
    await store.matrix.add(FIRST)

    with pytest.raises(AlreadyExists):
        await store.matrix.add(replace(FIRST, by="other"))

    assert [edit.by for edit in (await store.matrix.history()).items] == ["admin"]


async def test_the_last_edit_of_each_cell_is_what_counts(store: Store) -> None:
    assert (await store.matrix.latest(), await store.matrix.last_id()) == ({}, 0)
    for edit in (FIRST, ADDED, SECOND):
        last = await store.matrix.add(edit)

    latest = await store.matrix.latest()

    assert {code: edit.number for code, edit in latest.items()} == {"informasi-pkb": 2, "informasi-baru": 1}
    assert await store.matrix.last_id() == last.id


async def test_history_comes_in_pages_newest_first_of_all_cells_or_one(store: Store) -> None:
    for edit in (FIRST, ADDED, SECOND):
        await store.matrix.add(edit)

    page = await store.matrix.history(limit=2)
    rest = await store.matrix.history(limit=2, cursor=page.next)
    one = await store.matrix.history("informasi-pkb")

    assert [(edit.code, edit.number) for edit in page.items] == [("informasi-pkb", 2), ("informasi-baru", 1)]
    assert ([edit.number for edit in rest.items], rest.next, rest.total) == ([1], None, 3)
    assert ([edit.number for edit in one.items], one.total) == ([2, 1], 2)


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "9" * 30, "１"])
async def test_a_cursor_that_is_none_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await store.matrix.history(cursor=cursor)


@pytest.mark.parametrize("verb", [delete, lambda table: update(table).values(by="x")], ids=["delete", "update"])
async def test_the_history_is_append_only(store: Store, url: str, verb) -> None:
    await store.matrix.add(FIRST)
    database = Database(url)

    with pytest.raises(DBAPIError, match="append-only"):
        await database.execute(verb(MatrixRevisionRow))

    await database.close()
