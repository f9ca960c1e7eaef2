"""Two contacts that are one person. Nothing is moved when they are merged, so that undoing it restores all of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from storage.contacts_tables import ContactMergeRow, ContactRow
from storage.errors import NotFound
from storage.records import new_key

_MERGES = select(ContactMergeRow).where(ContactMergeRow.undone_at.is_(None))


@dataclass(frozen=True, slots=True)
class ContactMerge:
    """`gone` was merged into `kept`. Times are Unix seconds; `undone_at` and `undone_by` are None while it holds."""

    id: str
    kept: str
    gone: str
    at: float
    by: str
    undone_at: float | None = None
    undone_by: str | None = None


def family(connection: Connection, contact: str) -> tuple[str, tuple[str, ...]]:
    """Whom this contact was merged into in the end, and everybody who was merged into them, themselves first."""
    root = contact
    while (above := connection.execute(_MERGES.where(ContactMergeRow.gone == root)).mappings().first()) is not None:
        root = above["kept"]
    members, newest = [root], [root]
    while newest:
        below = _MERGES.where(ContactMergeRow.kept.in_(newest)).order_by(ContactMergeRow.at)
        newest = [row["gone"] for row in connection.execute(below).mappings()]
        members += newest
    return root, tuple(members)


def merges_of(connection: Connection, contacts: tuple[str, ...]) -> tuple[ContactMerge, ...]:
    """Every merge of these, also undone ones, oldest first."""
    mine = or_(ContactMergeRow.kept.in_(contacts), ContactMergeRow.gone.in_(contacts))
    return _all(connection, select(ContactMergeRow).where(mine).order_by(ContactMergeRow.at, ContactMergeRow.id))


def merge(connection: Connection, kept: str, gone: str, by: str, at: float) -> ContactMerge:
    """Notes that both are one person. Raises `NotFound`, or `ValueError` when they are one already."""
    roots = [family(connection, contact)[0] for contact in (kept, gone)]
    locked = select(ContactRow.id).where(ContactRow.id.in_(roots)).order_by(ContactRow.id).with_for_update()
    there = set(connection.scalars(locked))
    for contact, root in zip((kept, gone), roots, strict=True):
        if root not in there:
            raise NotFound("contact", contact)
    if roots[0] == roots[1]:
        raise ValueError("they are one person already")
    made = ContactMerge(new_key(), roots[0], roots[1], at, by)
    connection.execute(insert(ContactMergeRow), [{name: getattr(made, name) for name in ContactMerge.__slots__}])
    return made


def separate(connection: Connection, merge_id: str, by: str, at: float) -> None:
    """Undoes one merge. Raises `NotFound` when there is none, or it was undone before."""
    holds = (ContactMergeRow.id == merge_id, ContactMergeRow.undone_at.is_(None))
    undone = update(ContactMergeRow).where(*holds).values(undone_at=at, undone_by=by)
    if connection.execute(undone).rowcount == 0:
        raise NotFound("merge", merge_id)


def _all(connection: Connection, statement: Select[Any]) -> tuple[ContactMerge, ...]:
    rows = connection.execute(statement).mappings()
    return tuple(ContactMerge(**{name: row[name] for name in ContactMerge.__slots__}) for row in rows)
