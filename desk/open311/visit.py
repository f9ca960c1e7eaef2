"""One request of a portal: what it asks for, in which language, and with whose key."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from config.base import Language
from config.open311 import Open311
from config.sop import Category, Matrix
from desk.audit import What
from desk.context import Desk
from desk.open311.errors import refused
from desk.open311.formats import Format
from desk.openness import is_open
from desk.sign_in import token_hash
from storage.api_keys import ApiKey
from storage.audit import Look


@dataclass(frozen=True, slots=True)
class Visit:
    """`given` are its parameters, wherever they stand; empty ones count as not given (GeoReport v2, Definitions)."""

    request: web.Request
    desk: Desk
    kind: Format
    given: Mapping[str, str]
    changeset: str

    @property
    def rules(self) -> Open311:
        """What this installation publishes."""
        return self.desk.installation.open311

    @property
    def matrix(self) -> Matrix:
        """The categories as they are now."""
        return self.desk.matrix.current

    @property
    def language(self) -> Language:
        """Indonesian, unless the client prefers English."""
        return language_of(self.request)

    def part(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]

    def service(self, code: str) -> Category:
        """The category of this code, if requests of it are taken. Raises `Refused` (404)."""
        found = self.matrix.get(code)
        if found is None or not found.active:
            raise refused(404, f"service_code {code!r} tidak dikenal.", f"service_code {code!r} was not found.")
        return found

    async def key(self) -> ApiKey | None:
        """Whose `api_key` this is; None without one. Raises `Refused` (403) for one that opens nothing."""
        token = self.given.get("api_key", "")
        if not token:
            return None
        found = await self.desk.store.api_keys.whose(token_hash(token), self.desk.clock())
        if found is None:
            raise refused(403, "api_key tidak berlaku.", "The api_key is not valid.")
        return found

    async def reader(self) -> ApiKey | None:
        """The key with which requests are read; None where they are open without one. Raises `Refused` (403)."""
        key = await self.key()
        if key is None and not is_open(self.request, self.desk.installation.settings.open311_open_to):
            raise refused(403, "Daftar ini dibaca dengan api_key.", "This list is read with an api_key.")
        return key

    async def seen(self, key: ApiKey, what: What, *, about: str = "", note: str = "") -> None:
        """Notes a look of the portal with this key at what people told it. Raises `StoreUnavailable`."""
        look = Look(self.desk.clock(), key.name, "portal", what.value, about, self.request.path, note)
        await self.desk.store.audit.saw([look])

    def check_jurisdiction(self) -> None:
        """Raises `Refused` (404) when another jurisdiction is asked for than ours."""
        ours, asked = self.rules.jurisdiction_id, self.given.get("jurisdiction_id", "")
        if ours and asked and asked != ours:
            raise refused(404, f"jurisdiction_id {asked!r} tidak dikenal.", f"jurisdiction_id {asked!r} was not found.")


def language_of(request: web.Request) -> Language:
    """By `Accept-Language`, of which only the first counts."""
    return "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "id"
