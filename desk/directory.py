"""Whether a directory (LDAP) takes a person's password, and what it knows of them.

The library (python-ldap) is installed only where the setting `ldap` is used. It waits for answers in the thread that
asks, so threads of its own do.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from config.ldap import Ldap

AT_ONCE = 4
"""People whose passwords are checked at the same time; the others wait."""
ASKED = 4
"""How many answers of the directory one sign-in takes at the most."""

Entry = tuple[str, Mapping[str, Sequence[bytes]]]


class DirectoryAway(Exception):
    """It does not answer, or does not let us look; the text says why."""


class NoLibrary(Exception):
    """The setting `ldap` is there, and python-ldap is not."""


def library() -> Any:
    """python-ldap. Raises `NoLibrary`."""
    try:
        import ldap
        import ldap.filter
    except ImportError as error:
        raise NoLibrary(
            "the setting ldap needs the library python-ldap: as root apt-get install libldap-dev libsasl2-dev gcc"
            f" python3-dev, then .venv/bin/pip install --require-hashes -r requirements/ldap.txt ({error})"
        ) from error
    return ldap


class Directory:
    """All that is asked goes to one server. `password` is that of `bind_dn`. Raises `NoLibrary`."""

    def __init__(self, settings: Ldap, password: str) -> None:
        self._ldap = library()
        self._settings = settings
        self._password = password
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ldap")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def prove(self, username: str, password: str) -> Mapping[str, Any] | None:
        """What it knows of the person, as claims (`iss`, `sub`, `username`, `name`, `email`, `groups`).

        `None` for a wrong password, and for whom it does not know. Raises `DirectoryAway`.
        """
        if not password:  # a bind without one always succeeds (RFC 4513 section 5.1.2)
            return None
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._prove, username, password)
        try:
            async with asyncio.timeout(ASKED * self._settings.within_s):
                return await work
        except TimeoutError:
            raise DirectoryAway("it did not answer in time") from None

    def _prove(self, username: str, password: str) -> Mapping[str, Any] | None:
        try:
            return self._asked(username, password)
        except self._ldap.LDAPError as error:
            raise DirectoryAway(_told(error)) from error

    def _asked(self, username: str, password: str) -> Mapping[str, Any] | None:
        looking = self._connected()
        try:
            looking.simple_bind_s(self._settings.bind_dn, self._password if self._settings.bind_dn else "")
            person = self._person(looking, username)
            if person is None or not self._takes(person[0], password):
                return None
            return self._claims(looking, person, username)
        finally:
            with suppress(self._ldap.LDAPError):
                looking.unbind_s()

    def _connected(self) -> Any:
        """Encrypted, with the server's certificate checked, unless it is on this machine."""
        settings, library = self._settings, self._ldap
        connection = library.initialize(settings.url)
        connection.protocol_version = library.VERSION3
        connection.set_option(library.OPT_REFERRALS, 0)
        connection.set_option(library.OPT_NETWORK_TIMEOUT, settings.within_s)
        connection.set_option(library.OPT_TIMEOUT, settings.within_s)
        connection.set_option(library.OPT_X_TLS_REQUIRE_CERT, library.OPT_X_TLS_DEMAND)
        connection.set_option(library.OPT_X_TLS_PROTOCOL_MIN, library.OPT_X_TLS_PROTOCOL_TLS1_2)
        if settings.ca is not None:
            connection.set_option(library.OPT_X_TLS_CACERTFILE, str(settings.ca))
        connection.set_option(library.OPT_X_TLS_NEWCTX, 0)
        if settings.url.startswith("ldap://") and not (settings.is_here and settings.ca is None):
            connection.start_tls_s()
        return connection

    def _person(self, looking: Any, username: str) -> Entry | None:
        """The one entry that is meant; none where two would fit."""
        settings = self._settings
        wanted = [settings.id_attribute, settings.name_attribute, settings.email_attribute, "memberOf"]
        found = self._search(looking, settings.base, settings.filter, {"{username}": username}, wanted)
        return found[0] if len(found) == 1 else None

    def _takes(self, dn: str, password: str) -> bool:
        """Whether the directory lets in who gives this password. Every refusal is one, whatever it is for."""
        trying = self._connected()
        try:
            trying.simple_bind_s(dn, password)
        except (
            self._ldap.INVALID_CREDENTIALS,
            self._ldap.INSUFFICIENT_ACCESS,
            self._ldap.UNWILLING_TO_PERFORM,
            self._ldap.CONSTRAINT_VIOLATION,
            self._ldap.INAPPROPRIATE_AUTH,
        ):
            return False
        else:
            return True
        finally:
            with suppress(self._ldap.LDAPError):
                trying.unbind_s()

    def _claims(self, looking: Any, person: Entry, username: str) -> Mapping[str, Any]:
        settings, (dn, entry) = self._settings, person
        identity = next(iter(entry.get(settings.id_attribute, ())), b"")
        return {
            "iss": settings.url,
            "sub": identity.hex() if identity else dn.lower(),
            "username": username,
            "name": _text(entry, settings.name_attribute),
            "email": _text(entry, settings.email_attribute),
            "groups": [group.lower() for group in self._groups(looking, person, username)],
        }

    def _groups(self, looking: Any, person: Entry, username: str) -> Sequence[str]:
        settings, (dn, entry) = self._settings, person
        if not settings.groups_base:
            return [group.decode(errors="replace") for group in entry.get("memberOf", ())]
        meant = {"{dn}": dn, "{username}": username}
        return [name for name, _ in self._search(looking, settings.groups_base, settings.groups_filter, meant, ["1.1"])]

    def _search(
        self, looking: Any, base: str, pattern: str, meant: Mapping[str, str], wanted: Sequence[str]
    ) -> list[Entry]:
        """Entries without referrals. What is put into the filter is escaped (RFC 4515): it has no meaning there."""
        escape: Callable[[str], str] = self._ldap.filter.escape_filter_chars
        for word, value in meant.items():
            pattern = pattern.replace(word, escape(value))
        found = looking.search_s(base, self._ldap.SCOPE_SUBTREE, pattern, list(wanted))
        return [(dn, entry) for dn, entry in found if dn is not None]


def _text(entry: Mapping[str, Sequence[bytes]], attribute: str) -> str:
    return next(iter(entry.get(attribute, ())), b"").decode(errors="replace")


def _told(error: Exception) -> str:
    """The library's own words, without what they are about."""
    details = error.args[0] if error.args and isinstance(error.args[0], Mapping) else {}
    return str(details.get("desc") or type(error).__name__)
