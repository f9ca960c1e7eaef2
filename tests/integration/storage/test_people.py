"""Accounts and the browsers they are signed in with."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Executable, RowMapping

from storage import Account, AlreadyExists, NotFound, PhoneKind, Role, Session, Store
from storage.engine import Database
from storage.sessions import REMEMBER_S, Sessions
from tests.integration.storage.samples import NOON

RATNA = Account("operator1", "Ratna", Role.OPERATOR, phone="sip:1001@127.0.0.1")


async def test_an_account_reads_as_it_was_created(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)

    assert await store.accounts.get("operator1") == RATNA
    assert await store.accounts.password_hash("operator1") == "hash"
    assert await store.accounts.count() == 1


async def test_a_username_is_given_once(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)

    with pytest.raises(AlreadyExists):
        await store.accounts.create(replace(RATNA, name="Somebody else"), "other", NOON)

    assert await store.accounts.get("operator1") == RATNA


async def test_an_update_changes_only_what_is_named(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)

    changed = await store.accounts.update("operator1", language="en", active=False, role=Role.SUPERVISOR)

    assert changed == replace(RATNA, language="en", active=False, role=Role.SUPERVISOR)
    assert await store.accounts.get("operator1") == changed
    assert await store.accounts.password_hash("operator1") == "hash"


async def test_only_known_fields_of_a_known_account_can_be_updated(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)

    with pytest.raises(TypeError):
        await store.accounts.update("operator1", password_hash="x")
    with pytest.raises(NotFound):
        await store.accounts.update("nobody", name="x")


async def test_accounts_are_listed_by_role(store: Store) -> None:
    boss = Account("boss", "Boss", Role.ADMIN)
    await store.accounts.create(RATNA, "hash", NOON)
    await store.accounts.create(boss, "hash", NOON)

    assert await store.accounts.list() == (boss, RATNA)
    assert await store.accounts.list(Role.OPERATOR) == (RATNA,)


async def test_a_new_password_replaces_the_old_hash(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    await store.accounts.set_password_hash("operator1", "newer")

    assert await store.accounts.password_hash("operator1") == "newer"
    assert await store.accounts.password_hash("nobody") is None
    with pytest.raises(NotFound):
        await store.accounts.set_password_hash("nobody", "x")


async def test_a_session_is_valid_until_it_expires_or_is_closed(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    session = Session("hash-of-token", "operator1", NOON, NOON + 100)
    await store.sessions.open(session)

    assert await store.sessions.get("hash-of-token", NOON + 99) == (session, RATNA)
    assert await store.sessions.get("hash-of-token", NOON + 100) is None
    await store.sessions.close("hash-of-token")
    assert await store.sessions.get("hash-of-token", NOON) is None


async def test_a_person_can_be_signed_out_everywhere(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    await store.accounts.create(replace(RATNA, username="operator2"), "hash", NOON)
    for token, username in (("a", "operator1"), ("b", "operator1"), ("c", "operator2")):
        await store.sessions.open(Session(token, username, NOON, NOON + 100))

    await store.sessions.close_all("operator1")

    assert [await store.sessions.get(token, NOON) is not None for token in "abc"] == [False, False, True]


async def test_expired_sessions_are_swept(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    for token, expires in (("old", NOON + 1), ("new", NOON + 100)):
        await store.sessions.open(Session(token, "operator1", NOON, expires))

    assert await store.sessions.sweep(NOON + 50) == 1
    assert await store.sessions.get("new", NOON + 50) is not None


async def test_what_is_known_of_a_session_stands_for_a_while_if_another_process_ends_it(url: str, store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    session = Session("token", "operator1", NOON, NOON + 10_000)
    await store.sessions.open(session)
    clock = iter((0.0, 0.0, REMEMBER_S - 0.1, REMEMBER_S, REMEMBER_S))
    database = Database(url)
    mine = Sessions(database, lambda: next(clock))
    assert await mine.get("token", NOON) == (session, RATNA)

    await store.sessions.close("token")

    assert await mine.get("token", NOON) == (session, RATNA)
    assert await mine.get("token", NOON) == (session, RATNA)
    assert await mine.get("token", NOON) is None
    await database.close()


async def test_what_is_known_of_a_session_expires_with_it(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    await store.sessions.open(Session("token", "operator1", NOON, NOON + 1))

    assert await store.sessions.get("token", NOON) is not None
    assert await store.sessions.get("token", NOON + 1) is None


async def test_whose_a_session_is_changes_with_the_account_at_once(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    session = Session("token", "operator1", NOON, NOON + 100)
    await store.sessions.open(session)
    await store.sessions.get("token", NOON)

    closed = await store.accounts.update("operator1", active=False)

    assert await store.sessions.get("token", NOON) == (session, closed)


async def test_a_look_that_a_sign_out_overtakes_is_not_remembered(url: str, store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    await store.sessions.open(Session("token", "operator1", NOON, NOON + 100))
    database = SlowToTell(url)
    sessions = Sessions(database)
    look = asyncio.create_task(sessions.get("token", NOON))
    await database.looked.wait()

    await sessions.close("token")
    database.go_on.set()

    assert await look is not None
    assert await sessions.get("token", NOON) is None
    await database.close()


class SlowToTell(Database):
    """What it was asked for it has found, and tells when it may `go_on`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.looked, self.go_on = asyncio.Event(), asyncio.Event()

    async def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        found = await super().rows(statement, values)
        self.looked.set()
        await self.go_on.wait()
        return found


async def test_a_new_account_speaks_through_the_browser_until_told_otherwise(store: Store) -> None:
    await store.accounts.create(Account("operator2", "Sari", Role.OPERATOR), "hash", NOON)
    fresh = await store.accounts.get("operator2")

    changed = await store.accounts.update("operator2", phone_kind=PhoneKind.SIP, phone="sip:1@pbx", auto_answer=True)

    assert fresh is not None
    assert (fresh.phone_kind, fresh.auto_answer) == (PhoneKind.BROWSER, False)
    assert (changed.phone_kind, changed.auto_answer) == (PhoneKind.SIP, True)
    assert await store.accounts.get("operator2") == changed


async def test_a_new_phone_token_takes_the_place_of_the_old_one(store: Store) -> None:
    await store.accounts.create(RATNA, "hash", NOON)
    await store.phone_tokens.issue("operator1", "old", NOON)
    await store.phone_tokens.issue("operator1", "new", NOON + 1)

    assert [await store.phone_tokens.whose(token) for token in ("old", "new")] == [None, "operator1"]


async def test_a_phone_token_ends_when_it_is_revoked_or_its_account_closed(store: Store) -> None:
    for name in ("operator1", "operator2"):
        await store.accounts.create(replace(RATNA, username=name), "hash", NOON)
        await store.phone_tokens.issue(name, f"token of {name}", NOON)

    await store.phone_tokens.revoke("operator1")
    await store.phone_tokens.revoke("operator1")  # nothing there any more: no error
    await store.accounts.update("operator2", active=False)

    assert [await store.phone_tokens.whose(f"token of operator{n}") for n in (1, 2)] == [None, None]


async def test_nobody_gets_a_phone_token_without_an_account(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.phone_tokens.issue("nobody", "token", NOON)
