"""Knowledge articles over HTTP: proposed by operators, decided by coordinators, found as typed, counted."""

from typing import Any

import pytest

from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

NEW = {
    "title": "Samsat keliling",
    "subject": "pelayanan",
    "body": "## Jadwal\n\nLihat *papan* kantor.",
    "answer": "Jadwal Samsat keliling kami sampaikan hari ini.",
}


async def found(person: Person, query: str = "") -> list[str]:
    return [article["title"] for article in (await person.get(f"/api/v1/articles?{query}")).body["items"]]


async def proposed(person: Person, **changes: Any) -> dict[str, Any]:
    reply = await person.ask("POST", "/api/v1/articles", {**NEW, **changes})
    assert reply.status == 201, reply.body
    return dict(reply.body)


async def decided(person: Person, article: dict[str, Any], action: str, **body: Any):
    return await person.ask("POST", f"/api/v1/articles/{article['id']}/{action}", {"number": article["number"], **body})


async def approved(arrive: Arrive, **changes: Any) -> dict[str, Any]:
    article = await proposed(await arrive("operator1"), **changes)
    reply = await decided(await arrive("coordinator"), article, "approve", over=0)
    assert reply.status == 200, reply.body
    return dict(reply.body["versions"][0])


async def test_starter_articles_wait_for_a_coordinator_and_no_operator_finds_them_before(
    arrive: Arrive, built: House
) -> None:
    coordinator = await arrive("coordinator")

    reply = (await coordinator.get("/api/v1/articles?state=proposed&limit=100")).body

    assert await found(coordinator) == []
    assert {article["title"] for article in reply["items"]} == {it.title for it in built.installation.articles}
    assert {article["proposed_by"] for article in reply["items"]} == {"sambut"}
    assert reply["waiting"] == len(built.installation.articles) > 0


async def test_what_an_operator_proposes_is_found_once_a_coordinator_approves_it(arrive: Arrive) -> None:
    operator, coordinator = await arrive("operator1"), await arrive("coordinator")
    article = await proposed(operator)
    assert (article["number"], article["state"], article["proposed_by"]) == (1, "proposed", "operator1")
    assert await found(operator, "q=kelil") == []

    reply = await decided(coordinator, article, "approve", over=0)

    assert [(it["state"], it["decided_by"], it["valid"]) for it in reply.body["versions"]] == [
        ("approved", "coordinator", True)
    ]
    assert await found(operator, "q=kelil") == [NEW["title"]]


async def test_a_refusal_needs_a_reason_and_the_operator_can_read_it(arrive: Arrive) -> None:
    operator, coordinator = await arrive("operator1"), await arrive("coordinator")
    article = await proposed(operator)

    without = await decided(coordinator, article, "refuse", reason=" ")
    refused = await decided(coordinator, article, "refuse", reason="Sudah ada di papan.")
    late = await decided(coordinator, article, "approve", over=0)

    assert (without.code, without.body["errors"][0]["field"]) == ("invalid", "reason")
    assert refused.status == 200
    history = (await operator.get(f"/api/v1/articles/{article['id']}")).body["versions"]
    assert [(it["state"], it["reason"]) for it in history] == [("refused", "Sudah ada di papan.")]
    assert (late.code, late.body["versions"]) == ("article_changed", history)


async def test_a_newer_version_takes_over_and_one_compared_with_the_older_is_refused(arrive: Arrive) -> None:
    first = await approved(arrive)
    operator, coordinator = await arrive("operator1"), await arrive("coordinator")
    second = await proposed(operator, article=first["id"], title="Samsat keliling malam")
    third = await proposed(operator, article=first["id"], title="Samsat keliling pagi")

    assert (await decided(coordinator, second, "approve", over=1)).status == 200
    assert (await decided(coordinator, third, "approve", over=1)).code == "article_changed"

    assert await found(operator, "q=samsat") == ["Samsat keliling malam"]


async def test_what_holds_no_more_is_listed_as_such_and_not_offered(arrive: Arrive) -> None:
    await approved(arrive, valid_until="2020-01-01")
    operator = await arrive("operator1")

    (listed,) = (await operator.get("/api/v1/articles?state=approved")).body["items"]

    assert (listed["valid"], listed["valid_until"]) == (False, "2020-01-01")
    assert await found(operator) == []


async def test_a_retired_article_is_offered_no_more(arrive: Arrive) -> None:
    article = await approved(arrive)

    await decided(await arrive("coordinator"), article, "retire", reason="Aturan baru.")

    assert await found(await arrive("operator1")) == []


async def test_use_is_counted_once_for_a_ticket_that_exists(arrive: Arrive) -> None:
    article = await approved(arrive)
    operator = await arrive("operator1")
    ticket = (await operator.ask("POST", "/api/v1/tickets", {})).body["number"]

    replies = [await decided(operator, article, "use", ticket=ticket) for _ in range(2)]
    missing = await decided(operator, article, "use", ticket="HTL-0")

    assert [reply.body for reply in replies] == [{"counted": True}, {"counted": False}]
    assert missing.code == "not_found"
    assert (await operator.get("/api/v1/articles")).body["items"][0]["uses"] == 1


async def test_only_a_version_that_is_or_was_in_force_can_be_used(arrive: Arrive) -> None:
    first = await approved(arrive)
    operator, coordinator = await arrive("operator1"), await arrive("coordinator")
    second, third = [await proposed(operator, article=first["id"], title=f"Keliling {n}") for n in range(2)]
    await decided(coordinator, third, "refuse", reason="Sama saja.")
    tickets = [(await operator.ask("POST", "/api/v1/tickets", {})).body["number"] for _ in range(2)]

    refused = [
        await decided(operator, version, "use", ticket=tickets[0])
        for version in (second, third, {**first, "number": 9})
    ]
    await decided(coordinator, second, "approve", over=1)
    page_that_has_not_heard_yet = await decided(operator, first, "use", ticket=tickets[0])
    newest = await decided(operator, second, "use", ticket=tickets[1])

    assert [reply.code for reply in refused] == ["not_found"] * 3
    assert (page_that_has_not_heard_yet.body, newest.body) == ({"counted": True}, {"counted": True})


async def test_what_becomes_of_a_proposal_is_pushed_to_whoever_reads_tickets_and_not_to_a_pic(arrive: Arrive) -> None:
    operator, coordinator, pic = [await arrive(who) for who in ("operator1", "coordinator", "pic")]
    waiting = (await coordinator.get("/api/v1/articles")).body["waiting"]
    async with operator.page() as page, coordinator.page() as other, pic.page() as stranger:
        article = await proposed(operator, title="Samsat malam")
        filed = await other.next("article")
        await decided(coordinator, article, "refuse", reason="Sudah ada.")
        refused = await page.next("article"), await page.next("article")
        await decided(coordinator, article, "refuse", reason="Sudah ada.")

        assert (filed["article"]["title"], filed["waiting"]) == ("Samsat malam", waiting + 1)
        assert [(push["article"]["state"], push["waiting"]) for push in refused] == [
            ("proposed", waiting + 1),
            ("refused", waiting),
        ]
        assert refused[1]["article"] == {
            "id": article["id"],
            "number": 1,
            "title": "Samsat malam",
            "state": "refused",
            "proposed_by": "operator1",
            "decided_by": "coordinator",
        }
        assert [message["type"] for message in await other.until_answered()] == ["article"]
        assert await stranger.until_answered() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " x "}, "title"),
        ({"subject": "lain-lain-lagi"}, "subject"),
        ({"body": " "}, "body"),
        ({"answer": "y" * 2001}, "answer"),
        ({"answer": "a\x00b"}, "answer"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": "2026-03-02", "valid_until": "2026-03-01"}, "valid_until"),
        ({"language": "su"}, "language"),
        ({"state": "approved"}, "state"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(arrive: Arrive, changes, field: str) -> None:
    reply = await (await arrive("operator1")).ask("POST", "/api/v1/articles", {**NEW, **changes})

    assert (reply.code, [error["field"] for error in reply.body["errors"]]) == ("invalid", [field])


@pytest.mark.parametrize("id", ["99", "x", "-1", "9" * 30, "１"])
async def test_an_article_that_is_not_there_is_not_found(arrive: Arrive, id: str) -> None:
    assert (await (await arrive("operator1")).get(f"/api/v1/articles/{id}")).code == "not_found"
