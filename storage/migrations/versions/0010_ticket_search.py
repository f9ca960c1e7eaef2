"""A full-text index of tickets, and one on the time of closing

The words in `haystack` are written anew as `storage.ticket_words` has them now; a version that changes them brings a
migration that does the same again. On SQLite `ticket_place` gives each ticket the row id that it has in the full-text
index: in the order of time, and for ever (`VACUUM` renumbers the rows of a table whose key is no number).
"""

from calendar import timegm
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
import structlog
from alembic import op

from hotline.ticket import Step, Ticket
from storage.ticket_words import words_of

revision = "0010"
down_revision = "0009"

log = structlog.get_logger(__name__)

CHUNK = 5_000
TOLD_EVERY = 100_000  # tickets: some seconds
SLOTS = 1_024  # places of a second

_FIELDS = ("caller_number", "caller_name", "plate", "region", "description", "category", "answer", "origin")
_TICKET = sa.table(
    "ticket",
    sa.column("number", sa.String),
    sa.column("created_at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.String) for name in (*_FIELDS, "kind", "operator", "step", "haystack")),
)
_TEXT = sa.table("ticket_text", sa.column("rowid", sa.BigInteger), sa.column("words", sa.String))
_PLACE = sa.table("ticket_place", sa.column("place", sa.BigInteger), sa.column("number", sa.String))
_UPDATE = sa.update(_TICKET).where(_TICKET.c.number == sa.bindparam("of")).values(haystack=sa.bindparam("words"))
_UPDATE_AT_ONCE = sa.text(
    "UPDATE ticket SET haystack = given.words FROM unnest(CAST(:numbers AS text[]), CAST(:words AS text[])) "
    "AS given (number, words) WHERE ticket.number = given.number"
)

# A new ticket has the first free place of the second it was opened in, or else of those behind.
_INSERTED = """
    CREATE TRIGGER ticket_text_insert AFTER INSERT ON ticket BEGIN
        INSERT INTO ticket_place (place, number)
        SELECT CASE WHEN EXISTS (SELECT 1 FROM ticket_place WHERE place = first) THEN (
            SELECT p.place + 1 FROM ticket_place AS p
            WHERE p.place >= first AND NOT EXISTS (SELECT 1 FROM ticket_place AS q WHERE q.place = p.place + 1)
            ORDER BY p.place LIMIT 1
        ) ELSE first END, new.number
        FROM (SELECT CAST(strftime('%s', substr(new.created_at, 1, 19)) AS INTEGER) * 1024 AS first);
        INSERT INTO ticket_text (rowid, words)
        SELECT place, new.haystack FROM ticket_place WHERE number = new.number;
    END"""
_UPDATED = """
    CREATE TRIGGER ticket_text_update AFTER UPDATE OF haystack ON ticket WHEN old.haystack IS NOT new.haystack BEGIN
        INSERT INTO ticket_text (ticket_text, rowid, words)
        SELECT 'delete', place, old.haystack FROM ticket_place WHERE number = old.number;
        INSERT INTO ticket_text (rowid, words)
        SELECT place, new.haystack FROM ticket_place WHERE number = new.number;
    END"""
_DELETED = """
    CREATE TRIGGER ticket_text_delete AFTER DELETE ON ticket BEGIN
        INSERT INTO ticket_text (ticket_text, rowid, words)
        SELECT 'delete', place, old.haystack FROM ticket_place WHERE number = old.number;
        DELETE FROM ticket_place WHERE number = old.number;
    END"""


def upgrade() -> None:
    op.create_index("ix_ticket_closed_at_number", "ticket", ["closed_at", "number"])
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _make_fts5(connection)
        return
    for chunk in _tickets(connection):
        words = [_words(ticket) for ticket in chunk]
        connection.execute(_UPDATE_AT_ONCE, {"numbers": [row["number"] for row in chunk], "words": words})
    vector = "array_to_tsvector(string_to_array(haystack, ' '))"
    # Without a list of what is still to be sorted in (fastupdate) no search reads that and no save has to empty it.
    op.execute(f"CREATE INDEX ix_ticket_text ON ticket USING gin (({vector})) WITH (fastupdate = off)")


def _make_fts5(connection: sa.Connection) -> None:
    # Which tickets have a word is all that is asked: no positions, no sizes, no texts. A prefix of up to ten letters
    # has a list of its own, or each search would put together those of all words that begin so.
    op.execute(
        "CREATE VIRTUAL TABLE ticket_text USING fts5(words, content='', columnsize=0, detail=none, "
        "prefix='1 2 3 4 5 6 7 8 9 10', tokenize=\"ascii tokenchars '=\\:~_'\")"
    )
    _in_large_pieces(connection, hash_bytes=64 << 20, automerge=0)
    op.execute("CREATE TABLE ticket_place (place INTEGER PRIMARY KEY, number VARCHAR NOT NULL UNIQUE)")
    last = -1
    for chunk in _tickets(connection):
        words, rows = [_words(ticket) for ticket in chunk], []
        for row in chunk:
            last = max(timegm(row["created_at"].utctimetuple()) * SLOTS, last + 1)
            rows.append({"place": last, "number": row["number"]})
        named = [{"of": row["number"], "words": each} for row, each in zip(chunk, words, strict=True)]
        connection.execute(_UPDATE, named)
        connection.execute(sa.insert(_PLACE), rows)
        indexed = [{"rowid": row["place"], "words": each} for row, each in zip(rows, words, strict=True)]
        connection.execute(sa.insert(_TEXT), indexed)
    op.execute("INSERT INTO ticket_text (ticket_text) VALUES ('optimize')")
    _in_large_pieces(connection, hash_bytes=1 << 20, automerge=4)  # as FTS5 has them from the start
    for trigger in (_INSERTED, _UPDATED, _DELETED):
        connection.exec_driver_sql(trigger)


def _in_large_pieces(connection: sa.Connection, *, hash_bytes: int, automerge: int) -> None:
    """How much FTS5 collects before it writes, and how many pieces of its index it lets be."""
    connection.exec_driver_sql("PRAGMA cache_size = -200000")  # 200 MB: this connection is closed after the migration
    write = sa.text("INSERT INTO ticket_text (ticket_text, rank) VALUES (:what, :value)")
    connection.execute(write, [{"what": "hashsize", "value": hash_bytes}, {"what": "automerge", "value": automerge}])


def _tickets(connection: sa.Connection) -> Iterator[Sequence[sa.RowMapping]]:
    """All tickets, oldest first: FTS5 begins a new piece of its index at a row id that is less than the one before."""
    tickets = connection.scalar(sa.select(sa.func.count()).select_from(_TICKET)) or 0
    key = sa.tuple_(_TICKET.c.created_at, _TICKET.c.number)
    page = sa.select(_TICKET).order_by(_TICKET.c.created_at, _TICKET.c.number).limit(CHUNK)
    rows, done = connection.execute(page).mappings().all(), 0
    while rows:
        yield rows
        done += len(rows)
        if done % TOLD_EVERY == 0:
            log.info("tickets_made_searchable", done=done, of=tickets)
        last = sa.tuple_(sa.literal(rows[-1]["created_at"], _TICKET.c.created_at.type), sa.literal(rows[-1]["number"]))
        rows = connection.execute(page.where(key > last)).mappings().all()


def _words(row: sa.RowMapping) -> str:
    known = {name: row[name] for name in _FIELDS}
    return words_of(
        Ticket(row["number"], 0.0, step=Step(row["step"]), kind=row["kind"], operator=row["operator"], **known)
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_closed_at_number", "ticket")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP INDEX ix_ticket_text")
        return
    for event in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER ticket_text_{event}")
    for table in ("ticket_text", "ticket_place"):
        op.drop_table(table)
