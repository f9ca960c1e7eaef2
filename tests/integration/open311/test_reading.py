"""What anybody reads by GeoReport v2: every answer in both formats keeps the standard, and no person is in it."""

import json
from dataclasses import replace
from typing import get_args

import pytest

from config.open311 import Open311
from desk.open311 import search
from desk.open311.published import NOTES
from hotline.ticket import ClosedAs, Step
from tests.integration.desk.house import House
from tests.integration.open311.portal import FORMATS, REQUEST, Portal

PERSONAL = ("Siti", "Aminah", "6281234567890", "siti@example.org", "D 1234 ABC", "loket", "Jalan", "ada di sini")
both = pytest.mark.parametrize("kind", FORMATS)


async def _publish(built: House, **rules: object) -> None:
    """Other rules than the default, as another data file would give."""
    changed = built.installation.open311.model_copy(update=rules)
    assert isinstance(changed, Open311)
    object.__setattr__(built.installation, "open311", changed)


async def _closed(built: House, number: str, answer: str) -> None:
    """The ticket is answered and closed, as by an operator."""
    ticket = await built.store.tickets.get(number)
    assert ticket is not None
    at = ticket.created_at + 60
    done = replace(ticket, step=Step.CLOSED, answer=answer, closed_at=at, closed_as="answered")
    await built.store.tickets.save(done, ticket.version, "operator1", at)


@both
async def test_discovery_names_this_endpoint_and_both_formats(reader: Portal, kind: str) -> None:
    found = await reader.get("discovery", "discovery", kind=kind)

    (endpoint,) = found.document["endpoints"]
    assert endpoint["url"] == f"{reader.base}/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]


@both
async def test_the_services_are_the_matrix(reader: Portal, built: House, kind: str) -> None:
    found = await reader.get("services", "services", kind=kind)

    cells = [category.code for category in built.installation.matrix.categories]
    assert [service["service_code"] for service in found.document] == cells
    assert all(service["metadata"] is True for service in found.document)


async def test_what_the_admin_changes_in_the_matrix_is_offered_at_once(reader: Portal, arrive) -> None:
    admin = await arrive("admin")
    words = {"id": "Lain-lain", "en": "Other matters"}
    changed = {"label": words, "active": False, "revision": 0}
    assert (await admin.ask("PUT", "/api/v1/categories/informasi-lain", changed)).status == 200

    offered = (await reader.get("services", "services")).document
    assert "informasi-lain" not in [service["service_code"] for service in offered]
    assert (await reader.get("services/informasi-lain", "errors")).status == 404


@both
async def test_a_definition_asks_for_plate_region_and_the_details_of_the_cell(reader: Portal, kind: str) -> None:
    found = await reader.get("services/pengaduan-pungli", "service_definition", kind=kind)

    attributes = found.document["attributes"]
    assert [(each["code"], each["required"], each["order"]) for each in attributes] == [
        ("nomor_polisi", False, 1),
        ("wilayah", False, 2),
        ("tempat", True, 3),
        ("waktu", True, 4),
    ]
    assert len(attributes[1]["values"]) == 34


async def test_both_formats_are_the_same_document(portal: Portal, reader: Portal) -> None:
    await portal.filed()
    for path, answer in (("services", "services"), ("requests", "service_requests"), ("discovery", "discovery")):
        as_json, as_xml = [(await reader.get(path, answer, kind=kind)).document for kind in FORMATS]
        assert as_json == as_xml


async def test_indonesian_is_the_language_unless_english_is_asked_for(reader: Portal) -> None:
    name = "services/informasi-pkb"
    indonesian = await reader.get(name, "service_definition")
    english = await reader.get(name, "service_definition", language="en-GB,en;q=0.9")

    assert indonesian.document["attributes"][0]["description"] == "Nomor polisi kendaraan"
    assert english.document["attributes"][0]["description"] == "Registration number of the vehicle"


@both
async def test_nothing_of_the_person_is_public(portal: Portal, reader: Portal, built: House, kind: str) -> None:
    number = await portal.filed(
        address_string="Jalan Pajajaran 55", lat="-6.9", long="107.6", description="ada di sini"
    )
    await _closed(built, number, "Kepada Siti Aminah: loket sudah dibuka.")

    for path in ("requests", f"requests/{number}"):
        found = (await reader.get(path, "service_requests", kind=kind)).document
        (shown,) = found
        assert shown["service_request_id"] == number
        assert not [word for word in PERSONAL if word in json.dumps(found, ensure_ascii=False)]
        assert (shown["description"], shown["lat"], shown["long"]) == (None, None, None)
        assert (shown["status"], shown["status_notes"]) == ("closed", "Sudah dijawab.")
        assert shown["updated_datetime"] > shown["requested_datetime"]
        assert shown["address_id"] == "kota-bandung-i-pajajaran"


async def test_the_portal_that_filed_it_reads_its_description_its_place_and_the_answer(
    portal: Portal, built: House
) -> None:
    number = await portal.filed(lat="-6.9", long="107.6", media_url="https://example.org/foto.jpg")
    await _closed(built, number, "Loket sudah dibuka.")

    for kind in FORMATS:
        (shown,) = (await portal.get(f"requests/{number}", "service_requests", kind=kind, api_key=portal.key)).document
        assert shown["description"] == f"{REQUEST['description']}\nKantor Samsat: Samsat Pajajaran"
        assert shown["status_notes"] == "Loket sudah dibuka."
        assert (shown["lat"], shown["long"]) == (-6.9, 107.6)
        assert shown["media_url"] == "https://example.org/foto.jpg"


async def test_a_list_is_shorter_for_whom_nobody_knows_and_begins_with_the_newest(
    portal: Portal, reader: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_WITHOUT_KEY", 1)
    older, newer = await portal.filed(), await portal.filed()

    for asked, numbers in ((portal, [newer, older]), (reader, [newer])):
        found = await asked.get("requests", "service_requests", api_key=asked.key)
        assert [each["service_request_id"] for each in found.document] == numbers


async def test_another_portal_s_key_reads_no_more_than_anybody(portal: Portal, arrive) -> None:
    number = await portal.filed()
    other = await (await arrive("admin")).ask("POST", "/api/v1/api-keys", {"name": "Lain"})

    (shown,) = (await portal.get(f"requests/{number}", "service_requests", api_key=other.body["key"])).document

    assert shown["description"] is None


async def test_descriptions_are_public_where_the_installation_says_so(
    portal: Portal, reader: Portal, built: House
) -> None:
    number = await portal.filed()
    await _publish(built, descriptions=True)

    (shown,) = (await reader.get(f"requests/{number}", "service_requests")).document

    assert shown["description"].startswith(REQUEST["description"])


@pytest.mark.parametrize(("publish", "public", "own"), [("all", 2, 2), ("filed", 1, 1), ("none", 0, 1)])
async def test_what_is_published_is_the_installation_s_to_say(
    portal: Portal, reader: Portal, built: House, arrive, publish: str, public: int, own: int
) -> None:
    operator = await arrive("operator1")
    by_hand = {"kind": "informasi", "category": "informasi-pkb", "caller_name": "Budi"}
    assert (await operator.ask("POST", "/api/v1/tickets", by_hand)).status == 201
    await portal.filed()
    await _publish(built, publish=publish)

    assert len((await reader.get("requests", "service_requests")).document) == public
    assert len((await portal.get("requests", "service_requests", api_key=portal.key)).document) == own


async def test_a_ticket_without_a_category_is_no_request_yet(reader: Portal, arrive) -> None:
    operator = await arrive("operator1")
    opened = await operator.ask("POST", "/api/v1/tickets", {"caller_name": "Budi"})

    assert (await reader.get("requests", "service_requests")).document == []
    missing = await reader.get(f"requests/{opened.body['number']}", "service_requests")
    assert missing.status == 404


async def test_requests_are_found_by_service_status_and_time(
    portal: Portal, reader: Portal, built: House, clock
) -> None:
    first = await portal.filed()
    clock.ahead = 86_400
    second = await portal.filed(service_code="informasi-pkb", **{"attribute[kantor]": ""})
    await _closed(built, first, "sudah")

    async def found(**query: str) -> list[str]:
        document = (await reader.get("requests", "service_requests", **query)).document
        return [request["service_request_id"] for request in document]

    assert await found() == [second, first]
    assert await found(status="") == [second, first]
    assert await found(status="open,closed") == [second, first]
    assert await found(status="closed") == [first]
    assert await found(status="open") == [second]
    assert await found(service_code="informasi-pkb") == [second]
    assert await found(service_code="informasi-pkb,pengaduan-pelayanan") == [second, first]
    assert await found(service_request_id=f"{first}, {second}", status="open") == [second, first]
    (shown,) = (await reader.get(f"requests/{second}", "service_requests")).document
    assert await found(start_date=shown["requested_datetime"]) == [second]
    assert await found(end_date=shown["requested_datetime"].replace("+", " ")) == [second, first]
    clock.ahead += 91 * 86_400
    assert await found() == []


async def test_a_number_asked_for_as_a_token_leads_to_itself(portal: Portal, reader: Portal) -> None:
    number = await portal.filed()

    for kind in FORMATS:
        found = await reader.get(f"tokens/{number}", "token", kind=kind)
        assert found.document == [{"service_request_id": number, "token": number}]
        assert (await reader.get("tokens/12345", "token", kind=kind)).status == 404


def test_there_are_words_for_every_way_in_which_a_request_ends() -> None:
    assert NOTES.keys() == set(get_args(ClosedAs))
