"""Secrets of webhooks are sealed"""

import sqlalchemy as sa
from alembic import context, op

from sealing import Keyring
from sealing.keyring import is_sealed

revision = "0015"
down_revision = "0014b"

_webhook = sa.table("webhook", sa.column("id", sa.String()), sa.column("secret", sa.String()))


def upgrade() -> None:
    for id, secret in _rows():
        if not is_sealed(secret):
            _put(id, _keyring().seal(secret.encode(), f"webhook:{id}"))


def downgrade() -> None:
    for id, secret in _rows():
        if is_sealed(secret):
            _put(id, _keyring().unseal(secret, f"webhook:{id}").decode())


def _rows() -> list[tuple[str, str]]:
    return [(row.id, row.secret) for row in op.get_bind().execute(sa.select(_webhook.c.id, _webhook.c.secret))]


def _put(id: str, secret: str) -> None:
    op.execute(sa.update(_webhook).where(_webhook.c.id == id).values(secret=secret))


def _keyring() -> Keyring:
    """Of the installation, as `storage.migrate.configuration` was given it. Without a key nothing is changed."""
    keyring: Keyring = context.config.attributes["keyring"]
    return keyring
