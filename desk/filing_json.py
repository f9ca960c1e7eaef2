"""What a portal sent with a request, as JSON."""

from typing_extensions import TypedDict

from desk.serialise import Serialiser
from storage import Store
from storage.filings import Filing


class FilingShape(TypedDict):
    """`portal` is the name of the key by which the request came; `account` is whom the portal knows the person as."""

    ticket: str
    portal: str
    filed_at: str
    email: str
    address: str
    lat: float | None
    long: float | None
    account: str
    media_url: str


async def portal_names(store: Store) -> dict[str, str]:
    """Every portal's name by the id of its key, withdrawn ones too. Raises `StoreUnavailable`."""
    return {key.id: key.name for key in await store.api_keys.list()}


def filing_json(json: Serialiser, filing: Filing, portal: str) -> FilingShape:
    """The filing, with the portal's name."""
    return {
        "ticket": filing.ticket,
        "portal": portal,
        "filed_at": json.at(filing.filed_at),
        "email": filing.email,
        "address": filing.address,
        "lat": filing.lat,
        "long": filing.long,
        "account": filing.account,
        "media_url": filing.media_url,
    }
