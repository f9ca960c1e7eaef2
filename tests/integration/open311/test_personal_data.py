"""What a portal sent of a person is personal data: found by e-mail address, taken out whole, erased."""

import io
import json
import zipfile

from hotline.sop import Action
from tests.integration.desk.house import House
from tests.integration.open311.portal import Portal

ANONYMOUS = {
    "phone": "",
    "first_name": "",
    "last_name": "",
    "attribute[nomor_polisi]": "",
    "address_string": "Jalan Melati 5",
    "lat": "-6.9",
    "long": "107.6",
    "account_id": "warga-7",
    "media_url": "https://example.org/foto.jpg",
}
WHOSE = {"email": "Siti@example.org"}
REASON = {"reason": "Permohonan 14/2026"}


async def test_a_copy_by_e_mail_address_holds_everything_that_the_portal_sent(portal: Portal, arrive) -> None:
    number, admin = await portal.filed(**ANONYMOUS), await arrive("admin")
    await portal.filed(**{**ANONYMOUS, "email": "budi@example.org"})

    found = (await admin.ask("POST", "/api/v1/privacy/find", WHOSE)).body
    assert (found["tickets"], found["filings"], found["open"]) == (1, 1, [number])
    reply = await admin.ask("POST", "/api/v1/privacy/export", {**WHOSE, **REASON})

    document = json.loads(zipfile.ZipFile(io.BytesIO(reply.raw)).read("data-pribadi.json"))
    (ticket,) = document["tickets"]
    assert ticket["number"] == number
    filing = ticket["filing"]
    assert (filing["portal"], filing["email"], filing["address"]) == (
        "Portal Kota",
        "siti@example.org",
        "Jalan Melati 5",
    )
    assert (filing["lat"], filing["long"], filing["account"]) == (-6.9, 107.6, "warga-7")
    assert filing["media_url"] == "https://example.org/foto.jpg"
    (entry,) = (await admin.get("/api/v1/audit?what=export")).body["items"]
    assert "siti" not in entry["note"].lower() and entry["note"].endswith(REASON["reason"])


async def test_erasure_by_e_mail_address_leaves_nothing_of_what_was_sent(portal: Portal, built: House, arrive) -> None:
    number, admin = await portal.filed(**ANONYMOUS), await arrive("admin")
    ticket = await built.store.tickets.get(number)
    assert ticket is not None
    closed = built.switchboard.procedure.advance(
        ticket, Action.UNREACHABLE, {"answer": "-"}, "operator1", built.switchboard.clock()
    )
    await built.store.tickets.save(closed, ticket.version, "operator1", built.switchboard.clock())

    erased = (await admin.ask("POST", "/api/v1/privacy/erase", {**WHOSE, **REASON})).body["erased"]

    assert (erased["tickets_caller"], erased["tickets_words"]) == (1, 1)
    assert await built.store.filings.of(number) is None
    assert (await admin.ask("POST", "/api/v1/privacy/find", WHOSE)).code == "not_found"


async def test_a_request_by_e_mail_address_names_nothing_else_and_an_address(arrive) -> None:
    admin = await arrive("admin")
    for whose, field in (
        ({**WHOSE, "number": "081234567890"}, "number"),
        ({"email": "bukan alamat"}, "email"),
    ):
        refused = await admin.ask("POST", "/api/v1/privacy/find", whose)
        assert [error["field"] for error in refused.body["errors"]] == [field]


async def test_what_a_portal_reads_of_its_own_requests_is_in_the_log_of_looks(
    portal: Portal, reader: Portal, arrive
) -> None:
    number, admin = await portal.filed(**ANONYMOUS), await arrive("admin")
    for api_key in (portal.key, ""):
        for path in ("requests", f"requests/{number}"):
            assert (await reader.get(path, "service_requests", api_key=api_key)).status == 200

    looks = (await admin.get("/api/v1/audit?by=Portal Kota")).body["items"]

    assert [(each["role"], each["what"], each["about"], each["note"]) for each in looks] == [
        ("portal", "ticket", number, ""),
        ("portal", "list", "", "open311"),
    ]
    everybody = {(each["by"], each["what"]) for each in (await admin.get("/api/v1/audit")).body["items"]}
    assert everybody == {("Portal Kota", "ticket"), ("Portal Kota", "list"), ("admin", "audit")}


async def test_what_a_portal_reads_is_kept_by_no_cache(portal: Portal) -> None:
    number = await portal.filed()
    for path in (f"requests/{number}", "requests"):
        reply = await portal.get(path, "service_requests", api_key=portal.key)
        assert reply.status == 200
        assert reply.response.headers["Cache-Control"] == "no-store"
