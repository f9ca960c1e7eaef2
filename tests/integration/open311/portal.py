"""A portal that speaks GeoReport v2: a plain HTTP client, which checks every answer against the standard."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, ClientSession

from tests.integration.open311.published_schema import check, from_xml

FORMATS = ("json", "xml")
REQUEST = {
    "service_code": "pengaduan-pelayanan",
    "address_id": "kota-bandung-i-pajajaran",
    "attribute[kantor]": "Samsat Pajajaran",
    "attribute[nomor_polisi]": "d1234abc",
    "first_name": "Siti",
    "last_name": "Aminah",
    "phone": "0812 3456 7890",
    "email": "siti@example.org",
    "description": "Antrean sangat panjang & loket <3> tutup.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the document is the same whichever format it came in."""

    status: int
    document: Any
    response: ClientResponse


class Portal:
    def __init__(self, base: str, key: str, session: ClientSession) -> None:
        self.base, self.key, self._session = base, key, session

    async def get(self, path: str, answer: str, *, kind: str = "json", language: str = "id", **query: str) -> Reply:
        """`answer` names the schema that a success has to keep."""
        headers = {"Accept-Language": language}
        url = f"{self.base}/open311/v2/{path}.{kind}"
        async with self._session.get(url, params=query, headers=headers) as response:
            return await _checked(response, kind, answer)

    async def file(self, *, kind: str = "json", language: str = "id", **form: str) -> Reply:
        """A request as forms send it, with this portal's key."""
        fields = {"api_key": self.key, **form}
        url = f"{self.base}/open311/v2/requests.{kind}"
        async with self._session.post(url, data=fields, headers={"Accept-Language": language}) as response:
            return await _checked(response, kind, "filed")

    async def filed(self, **changes: str) -> str:
        """The number of a request that was filed."""
        reply = await self.file(**{**REQUEST, **changes})
        assert reply.status == 201, reply.document
        return str(reply.document[0]["service_request_id"])


async def _checked(response: ClientResponse, kind: str, answer: str) -> Reply:
    raw = await response.read()
    assert response.charset == "utf-8"
    assert response.content_type == {"json": "application/json", "xml": "text/xml"}[kind]
    document = json.loads(raw) if kind == "json" else from_xml(raw)
    check("errors" if response.status >= 400 else answer, document)
    return Reply(response.status, document, response)


@asynccontextmanager
async def portal_of(base: str, key: str) -> AsyncIterator[Portal]:
    async with ClientSession() as session:
        yield Portal(base, key, session)
