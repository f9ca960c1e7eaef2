"""Contacts, links of tickets, blocked callers, the audit log; a ticket's log may forget what people said"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

AT = sa.DateTime(timezone=True)
AUDIT_IS_KEPT_DAYS = 365  # the least, whatever the installation's rule says


def upgrade() -> None:
    _contacts()
    _links()
    op.create_table(
        "blocked_caller",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("until", AT, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_blocked_caller"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("at", AT, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("by", "role", "what", "about", "page", "note")),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at_id", "audit", ["at", "id"])
    op.create_index("ix_audit_by_at", "audit", ["by", "at"])
    op.create_index("ix_audit_about_at", "audit", ["about", "at"])
    op.create_index("ix_ticket_plate_created_at", "ticket", ["plate", "created_at"])
    if op.get_bind().dialect.name == "sqlite":
        _guards_of_sqlite()
    else:
        _guards_of_postgresql()


def _contacts() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
    )
    op.create_index("ix_contact_seen_at_id", "contact", ["seen_at", "id"])
    op.create_table(
        "contact_number",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_contact_number"),
    )
    op.create_index("ix_contact_number_contact", "contact_number", ["contact"])
    op.create_table(
        "contact_plate",
        sa.Column("plate", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("plate", "contact", name="pk_contact_plate"),
    )
    op.create_index("ix_contact_plate_contact", "contact_plate", ["contact"])
    op.create_table(
        "contact_merge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("gone", sa.String(), nullable=False),
        *_done_and_undone(),
        sa.PrimaryKeyConstraint("id", name="pk_contact_merge"),
    )
    op.create_index("ix_contact_merge_kept", "contact_merge", ["kept"])
    op.create_index("ix_contact_merge_gone", "contact_merge", ["gone"])


def _links() -> None:
    op.create_table(
        "ticket_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("call", sa.String(), nullable=True),
        *_done_and_undone(),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_link"),
    )
    op.create_index("ix_ticket_link_ticket", "ticket_link", ["ticket"])
    op.create_index("ix_ticket_link_other", "ticket_link", ["other"])


def _done_and_undone() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("at", AT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("undone_at", AT, nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
    )


def _guards_of_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        f"WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-{AUDIT_IS_KEPT_DAYS} days') "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    )
    op.execute("DROP TRIGGER ticket_change_no_update")
    same = ("id", "ticket", "version", "at", "by", "field")
    changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in same)
    op.execute(
        "CREATE TRIGGER ticket_change_no_update BEFORE UPDATE ON ticket_change "
        f'WHEN {changed} OR NEW."before" IS NOT NULL OR NEW."after" IS NOT NULL '
        "BEGIN SELECT RAISE(ABORT, 'ticket_change is append-only'); END"
    )


def _guards_of_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF OLD.at < now() - interval '{AUDIT_IS_KEPT_DAYS} days' THEN RETURN OLD; "
        "END IF; END IF; "
        "RAISE EXCEPTION 'audit is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    )
    op.execute("DROP TRIGGER ticket_change_append_only ON ticket_change")
    op.execute(
        "CREATE TRIGGER ticket_change_append_only BEFORE DELETE OR TRUNCATE ON ticket_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION ticket_change_append_only()"
    )
    op.execute(
        "CREATE FUNCTION ticket_change_only_forgets() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.before IS NULL AND NEW.after IS NULL "
        "AND (NEW.id, NEW.ticket, NEW.version, NEW.at, NEW.\"by\", NEW.field) "
        "IS NOT DISTINCT FROM (OLD.id, OLD.ticket, OLD.version, OLD.at, OLD.\"by\", OLD.field) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'ticket_change is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ticket_change_only_forgets BEFORE UPDATE ON ticket_change "
        "FOR EACH ROW EXECUTE FUNCTION ticket_change_only_forgets()"
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_plate_created_at", "ticket")
    for table in ("audit", "blocked_caller", "ticket_link", "contact_merge", "contact_plate", "contact_number", "contact"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ticket_change_no_update")
        op.execute(
            "CREATE TRIGGER ticket_change_no_update BEFORE UPDATE ON ticket_change "
            "BEGIN SELECT RAISE(ABORT, 'ticket_change is append-only'); END"
        )
        return
    op.execute("DROP FUNCTION audit_append_only()")
    op.execute("DROP TRIGGER ticket_change_only_forgets ON ticket_change")
    op.execute("DROP FUNCTION ticket_change_only_forgets()")
    op.execute("DROP TRIGGER ticket_change_append_only ON ticket_change")
    op.execute(
        "CREATE TRIGGER ticket_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION ticket_change_append_only()"
    )
