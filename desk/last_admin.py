"""Somebody has to be able to add accounts: the last admin who can sign in stays one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storage import Store
from storage.accounts import Role


async def leaves_no_admin(store: Store, username: str, fields: Mapping[str, Any]) -> bool:
    """Whether no admin would be left if these fields of the account became so. Raises `StoreUnavailable`."""
    admins = [each for each in await store.accounts.list(Role.ADMIN) if each.active]
    after = [replace(each, **fields) if each.username == username else each for each in admins]
    return bool(admins) and not any(each.active and each.role is Role.ADMIN for each in after)
