"""Secrets in the database: sealed to their row, under the newest key, and told of when their key is not there."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text, update

from sealing import Keyring, SealError, UnknownKeyError
from sealing.keyring import is_sealed, key_of
from sealing.keys import Key
from storage import Account, Role, Store, StoreUnavailable, open_store
from storage.engine import Database
from storage.migrate import configuration, migrate
from storage.webhook_tables import WebhookRow
from storage.webhooks import Webhook
from tests.integration.storage.samples import NOON

SECRET = "whsec_cmFoYXNpYQ=="


def _webhook(id: str = "w1") -> Webhook:
    return Webhook(id, "Dasbor", "https://example.org/", ("ticket.closed",), SECRET, True, NOON, "admin")


async def _stored(url: str, id: str = "w1") -> str:
    database = Database(url)
    try:
        return str(await database.scalar(select(WebhookRow.secret).where(WebhookRow.id == id)))
    finally:
        await database.close()


async def test_a_webhooks_secret_is_sealed_and_read_as_it_was(store: Store, url: str) -> None:
    await store.webhooks.add(_webhook())
    assert await store.webhooks.get("w1") == _webhook()
    assert [each.secret for each in await store.webhooks.list()] == [SECRET]
    first = await _stored(url)
    assert is_sealed(first) and "cmFoYXNpYQ" not in first
    await store.webhooks.change("w1", secret="whsec_YmFydQ==")
    assert (await store.webhooks.get("w1")).secret == "whsec_YmFydQ=="
    assert is_sealed(await _stored(url))


async def test_a_secret_put_into_another_row_opens_nothing(store: Store, url: str) -> None:
    for id in ("w1", "w2"):
        await store.webhooks.add(_webhook(id))
    database = Database(url)
    await database.execute(update(WebhookRow).where(WebhookRow.id == "w2").values(secret=await _stored(url)))
    await database.close()
    with pytest.raises(StoreUnavailable, match="webhook:w2 was changed"):
        await store.webhooks.get("w2")


async def test_a_rotation_seals_anew_and_the_old_key_may_go(store: Store, url: str, tmp_path: Path) -> None:
    await store.webhooks.add(_webhook())
    old, new = store.keyring.current, Key.new()
    assert await store.secrets_under() == [old.id]
    store.keyring = Keyring((new, old))
    assert [await store.reseal(), await store.reseal()] == [1, 0]
    assert key_of(await _stored(url)) == new.id
    async with await open_store(url, spool=tmp_path / "other", keyring=Keyring((new,))) as other:
        assert (await other.webhooks.get("w1")).secret == SECRET


async def test_a_start_with_another_key_says_which_is_missing(store: Store, url: str, tmp_path: Path) -> None:
    await store.webhooks.add(_webhook())
    async with await open_store(url, spool=tmp_path / "other", keyring=Keyring.fresh()) as other:
        with pytest.raises(UnknownKeyError, match=f"webhook:w1 was sealed with key {store.keyring.current.id}"):
            await other.start()
        with pytest.raises(StoreUnavailable, match="put that key back"):
            await other.webhooks.list()


async def test_the_migration_seals_what_lay_open_and_takes_it_back(empty_url: str) -> None:
    database, keyring = Database(empty_url), Keyring.fresh()
    await database.write(lambda connection: command.upgrade(configuration(connection), "0013"))
    insert = "INSERT INTO webhook VALUES ('w1', 'n', 'u', '[]', :secret, true, '2026-01-01', 'admin', NULL, NULL)"
    await database.write(lambda connection: connection.execute(text(insert), {"secret": SECRET}))

    with pytest.raises(SealError, match="no key"):
        await migrate(database)
    assert await _stored(empty_url) == SECRET, "without a key nothing has changed"
    await migrate(database, keyring=keyring)
    assert keyring.unseal(await _stored(empty_url), "webhook:w1").decode() == SECRET

    await database.write(lambda connection: command.downgrade(configuration(connection, keyring), "0013"))
    assert await _stored(empty_url) == SECRET
    await database.close()


async def test_a_rotation_takes_second_factors_along(store: Store, url: str) -> None:
    await store.accounts.create(Account("siti", "Siti Rahma", Role.OPERATOR), "hash", NOON)
    await store.factors.offer_totp("siti", store.keyring.seal(b"JBSWY3DP", "totp:siti"))
    new = Key.new()
    store.keyring = Keyring((new, store.keyring.current))
    assert await store.reseal() == 1
    database = Database(url)
    offered = str(await database.scalar(text("SELECT offered FROM totp")))
    await database.close()
    assert Keyring((new,)).unseal(offered, "totp:siti") == b"JBSWY3DP"
