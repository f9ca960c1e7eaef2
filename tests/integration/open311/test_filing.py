"""A portal files requests: they become tickets that somebody answers, and what is wrong is told in full."""

import asyncio

import pytest

from hotline.ticket import Step
from tests.integration.desk.house import House
from tests.integration.open311.portal import FORMATS, REQUEST, Portal, portal_of

both = pytest.mark.parametrize("kind", FORMATS)


async def test_a_filed_request_is_a_ticket_with_everything_that_was_sent(portal: Portal, built: House) -> None:
    number = await portal.filed(media_url="https://example.org/foto.jpg", account_id="warga-7")

    ticket = await built.store.tickets.get(number)
    assert ticket is not None
    assert (ticket.origin, ticket.step, ticket.version, ticket.operator) == ("open311", Step.GREETING, 1, None)
    assert (ticket.kind, ticket.category) == ("pengaduan", "pengaduan-pelayanan")
    assert (ticket.caller_name, ticket.caller_number) == ("Siti Aminah", "+6281234567890")
    assert (ticket.plate, ticket.region) == ("D 1234 ABC", "kota-bandung-i-pajajaran")
    assert ticket.description == f"{REQUEST['description']}\nKantor Samsat: Samsat Pajajaran"
    filing = await built.store.filings.of(number)
    assert filing is not None
    assert (filing.email, filing.account) == ("siti@example.org", "warga-7")
    assert filing.media_url == "https://example.org/foto.jpg"


async def test_it_is_on_the_call_back_list_and_on_every_operator_s_page_at_once(portal: Portal, arrive) -> None:
    operator = await arrive("operator1")
    async with operator.page() as page:
        number = await portal.filed()
        pushed = await page.next("ticket")
    assert pushed["ticket"]["number"] == number
    assert pushed["ticket"]["origin"] == "open311"

    (owed,) = (await operator.get("/api/v1/callbacks")).body["items"]
    assert (owed["ticket"]["number"], owed["reason"], owed["number"]) == (number, "filed", "+6281234567890")
    taken = await operator.ask("POST", f"/api/v1/tickets/{number}/actions/take", {"version": 1})
    assert (taken.status, taken.body["operator"]) == (200, "operator1")


async def test_whoever_answers_it_sees_what_has_no_place_on_the_ticket_and_nobody_else(portal: Portal, arrive) -> None:
    number = await portal.filed(address_string="Jalan Pajajaran 55", lat="-6.9", long="107.6")

    shown = await (await arrive("operator1")).get(f"/api/v1/tickets/{number}/filing")
    assert (shown.body["portal"], shown.body["email"]) == ("Portal Kota", "siti@example.org")
    assert (shown.body["address"], shown.body["lat"]) == ("Jalan Pajajaran 55", -6.9)
    assert (await (await arrive("admin")).get(f"/api/v1/tickets/{number}/filing")).status == 403


async def test_without_a_number_it_is_on_the_list_all_the_same(portal: Portal, arrive) -> None:
    number = await portal.filed(phone="")

    (owed,) = (await (await arrive("operator1")).get("/api/v1/callbacks")).body["items"]
    assert (owed["ticket"]["number"], owed["number"]) == (number, "")


@both
async def test_the_notice_says_what_happens_next(portal: Portal, kind: str) -> None:
    filed = await portal.file(kind=kind, language="en", **REQUEST, account_id="warga-7")

    (request,) = filed.document
    assert filed.status == 201
    assert request["service_notice"].startswith("Our staff look into your request")
    assert request["account_id"] == "warga-7"


@both
@pytest.mark.parametrize("key", ["", "wrong"])
async def test_without_a_key_nothing_is_filed(address: str, built: House, kind: str, key: str) -> None:
    async with portal_of(address, key) as stranger:
        refused = await stranger.file(kind=kind, **REQUEST)

    assert (refused.status, refused.document[0]["code"]) == (403, 403)
    assert "api_key" in refused.document[0]["description"]


async def test_a_withdrawn_key_opens_nothing(portal: Portal, arrive) -> None:
    admin = await arrive("admin")
    (key,) = (await admin.get("/api/v1/api-keys")).body["items"]
    assert (await portal.file(**REQUEST)).status == 201
    assert (await admin.ask("DELETE", f"/api/v1/api-keys/{key['id']}")).status == 200

    assert (await portal.file(**REQUEST)).status == 403
    assert (await portal.get("requests", "service_requests", api_key=portal.key)).status == 403
    assert (await admin.ask("DELETE", f"/api/v1/api-keys/{key['id']}")).status == 404


async def test_a_key_is_told_once_and_kept_as_a_hash(portal: Portal, built: House, arrive) -> None:
    listed = await (await arrive("admin")).get("/api/v1/api-keys")

    assert portal.key.encode() not in listed.raw
    assert portal.key not in (built.installation.settings.data / "sambut.db").read_bytes().decode("latin-1")


@pytest.mark.parametrize("username", ["operator1", "supervisor", "coordinator", "pic"])
async def test_only_the_admin_makes_keys(arrive, username: str) -> None:
    assert (await (await arrive(username)).ask("POST", "/api/v1/api-keys", {"name": "x"})).status == 403


WRONG = {
    "service_code": ({"service_code": ""}, 400, "service_code"),
    "unknown service": ({"service_code": "jalan-berlubang"}, 404, "jalan-berlubang"),
    "no location": ({"address_id": ""}, 400, "lat"),
    "half a place": ({"address_id": "", "lat": "-6.9"}, 400, "long"),
    "no such latitude": ({"lat": "nan", "long": "107"}, 400, "lat"),
    "beyond the poles": ({"lat": "-96", "long": "107"}, 400, "lat"),
    "unknown region": ({"address_id": "atlantis"}, 400, "address_id"),
    "no plate": ({"attribute[nomor_polisi]": "12"}, 400, "nomor_polisi"),
    "missing detail": ({"attribute[kantor]": ""}, 400, "kantor"),
    "unknown attribute": ({"attribute[warna]": "merah"}, 400, "warna"),
    "no e-mail address": ({"email": "siti"}, 400, "email"),
    "no number": ({"phone": "hubungi saya"}, 400, "phone"),
    "no link": ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    "too long": ({"description": "x" * 4001}, 400, "description"),
    "another jurisdiction": ({"jurisdiction_id": "sfgov.org"}, 404, "jurisdiction_id"),
}


@both
@pytest.mark.parametrize(("changes", "status", "named"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_is_named_and_nothing_is_filed(
    portal: Portal, built: House, kind: str, changes: dict[str, str], status: int, named: str
) -> None:
    rules = built.installation.open311.model_copy(update={"jurisdiction_id": "bapenda.example"})
    object.__setattr__(built.installation, "open311", rules)

    refused = await portal.file(kind=kind, **{**REQUEST, **changes})

    assert refused.status == status
    assert named in " ".join(error["description"] for error in refused.document)
    assert (await portal.get("requests", "service_requests")).document == []


async def test_everything_that_is_wrong_is_told_at_once(portal: Portal) -> None:
    refused = await portal.file(**{**REQUEST, "email": "x", "phone": "x", "attribute[kantor]": "", "lat": "99"})

    assert len(refused.document) == 4


@both
async def test_an_address_that_is_not_there_says_so_in_the_same_form(reader: Portal, kind: str) -> None:
    assert (await reader.get("services/jalan-berlubang", "errors", kind=kind)).status == 404
    assert (await reader.get("requests/HTL-2026-999999", "errors", kind=kind)).status == 404
    assert (await reader.get("requests", "errors", kind=kind, start_date="kemarin")).status == 400
    assert (await reader.get("requests", "errors", kind=kind, status="lost")).status == 400
    span = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}
    assert (await reader.get("requests", "errors", kind=kind, **span)).status == 400
    assert (await reader.get("requests", "errors", kind=kind, start_date="2026-01-01T00:00:00")).status == 400


async def test_unknown_addresses_answer_in_xml_which_is_the_required_format(stranger) -> None:
    for path in ("/open311", "/open311/v2/services", "/open311/v2/services.html", "/open311/v2/x.xml"):
        reply = await stranger.get(path)
        assert (reply.status, reply.headers["Content-Type"]) == (404, "text/xml; charset=utf-8")


async def test_a_body_that_is_no_form_is_refused(stranger, portal: Portal) -> None:
    reply = await stranger.send(
        "POST", "/open311/v2/requests.json", headers={"Content-Type": "application/json"}, data="{}"
    )
    assert (reply.status, reply.body[0]["code"]) == (400, 400)
    large = await portal.file(**{**REQUEST, "description": "x" * 70_000})
    assert large.status == 400


async def test_a_portal_that_files_too_much_waits(portal: Portal, built: House, clock) -> None:
    most = built.installation.open311.filings_per_hour
    replies = await asyncio.gather(*(portal.file(service_code="") for _ in range(min(most, 119))))
    assert {reply.status for reply in replies} == {400}
    clock.ahead = 61  # another minute of reads, the same hour of filings
    assert (await portal.file(**REQUEST)).status == 201

    late = await portal.file(**REQUEST)
    assert late.status == 429
    assert 0 < int(late.response.headers["Retry-After"]) <= 3600
    clock.ahead = 3700
    assert (await portal.file(**REQUEST)).status == 201


async def test_switched_off_nothing_answers(reader: Portal, built: House) -> None:
    rules = built.installation.open311.model_copy(update={"enabled": False})
    object.__setattr__(built.installation, "open311", rules)

    assert (await reader.get("services", "errors")).status == 404
