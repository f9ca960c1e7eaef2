"""Password hashes (argon2id), computed beside the event loop."""

import asyncio
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from desk.weak_passwords import Weakness, weakness

MIN_LENGTH = 12  # characters, for new passwords; older ones keep what they have
MAX_LENGTH = 128  # hashing is work: an endless password is not hashed

# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane; about 25 ms of one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to store, in PHC string format. Blocks for some 25 ms: for the command line."""
    return _HASHER.hash(password)


class Passwords:
    """Hashes in one thread, so that a rush of sign-ins takes one core at the most and never the loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
        self._nobody = hash_password(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """The hash to store."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, hash_password, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password fits. Without one (`stored` None or "") it costs the same time, and never fits."""
        matches = await asyncio.get_running_loop().run_in_executor(
            self._thread, _matches, stored or self._nobody, password
        )
        return matches and bool(stored)

    async def weakness(self, password: str, own: Iterable[str]) -> Weakness | None:
        """What is weak about a new password of somebody of whom everybody knows these words."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, weakness, password, own)

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's and should be renewed."""
        return _HASHER.check_needs_rehash(stored)

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=False)


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
