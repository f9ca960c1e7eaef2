"""Answers at hand: proposed by the operator, approved by the coordinator, put into a ticket's answer by one key."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser import PATIENCE_MS, desk
from tests.e2e.test_accessibility import has_no_grave_violation, schemes
from tests.e2e.test_matrix import at_ticket, ticket_at_classify
from tests.integration.hotline import Hotline

ANSWER = "Jadwal Samsat keliling kami sampaikan hari ini."
ARTICLE = {"title": "Samsat keliling", "body": "Lihat *papan*.", "answer": ANSWER}


async def approved(house: Hotline, **changes: str) -> int:
    operator, coordinator = await house.sign_in("operator1"), await house.sign_in("coordinator")
    _, article = await operator.send("POST", "/articles", {**ARTICLE, **changes})
    status, _ = await coordinator.send("POST", f"/articles/{article['id']}/approve", {"number": 1, "over": 0})
    assert status == 200
    return int(article["id"])


async def test_an_article_found_as_typed_is_added_to_the_answer_by_one_key_and_counted(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    await approved(house)
    person = await house.sign_in("operator1")
    number = await ticket_at_classify(house, person)
    async with desk(browser, house, "operator1", tmp_path) as operator:
        await at_ticket(operator, house, number)
        await operator["field-answer"].fill("Baik, Ibu.")
        await operator["answers-search"].fill("tidakada")
        await expect(operator["answers-item"]).to_have_count(0, timeout=PATIENCE_MS)
        await operator["answers-search"].fill("kelil")
        await operator.shows("answers-item", "Samsat keliling")

        await operator.press("Alt+j")

        await operator.shows("answers-said", "ditambahkan")
        await operator.holds("answer", f"Baik, Ibu.\n{ANSWER}")
        await operator.press("Alt+j")
        await operator.shows("answers-said", "sudah ada")
        await operator.holds("answer", f"Baik, Ibu.\n{ANSWER}")
    (article,) = (await person.get("/articles?q=keliling"))["items"]
    assert article["uses"] == 1


async def test_a_change_is_proposed_by_the_operator_and_approved_by_the_coordinator_who_sees_the_difference(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    article = await approved(house, body="<img src=x onerror=alert(1)> **tebal**")
    async with (
        desk(browser, house, "operator1", tmp_path) as operator,
        desk(browser, house, "coordinator", tmp_path) as coordinator,
    ):
        await operator.page.goto(f"http://{house.http}/knowledge/{article}")
        await expect(operator.page.locator(".markdown strong")).to_have_text("tebal", timeout=PATIENCE_MS)
        await expect(operator.page.locator(".markdown img")).to_have_count(0)
        await operator["article-change"].click()
        await operator["article-title"].fill("Samsat keliling malam")
        await operator["proposal-send"].click()
        await operator.gone("proposal")

        await coordinator.page.goto(f"http://{house.http}/knowledge/{article}")
        await coordinator.shows("article-diff", "Samsat keliling malam")
        await coordinator["article-approve"].click()
        await coordinator.gone("article-diff")
    (found,) = (await (await house.sign_in("operator1")).get("/articles?q=malam"))["items"]
    assert (found["number"], found["decided_by"]) == (2, "coordinator")


async def test_what_is_typed_into_a_proposal_is_kept_until_it_is_sent_or_dropped(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "operator1", tmp_path) as operator:
        await operator["nav-knowledge"].click()
        await operator["knowledge-new"].click()
        await operator["article-title"].fill("Samsat malam")
        await operator.press("Escape")
        await operator.gone("proposal")
        await operator.page.reload()
        await operator["knowledge-new"].click()
        await operator.shows("proposal-restored")
        await expect(operator["article-title"]).to_have_value("Samsat malam")
        await operator["article-body"].fill("Lihat papan.")
        await operator["article-answer"].fill(ANSWER)
        await operator["proposal-send"].click()
        await operator.gone("proposal")

        await operator["knowledge-new"].click()
        await expect(operator["article-title"]).to_have_value("")
        await operator["article-title"].fill("Samsat pagi")
        await operator.press("Escape")
        await operator["knowledge-new"].click()
        await operator["proposal-drop"].click()
        await expect(operator["article-title"]).to_have_value("")


async def test_what_the_server_refuses_is_said_at_its_field_which_has_the_focus(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    async with desk(browser, house, "operator1", tmp_path) as operator:
        await operator["nav-knowledge"].click()
        await operator["knowledge-new"].click()
        for field in ("title", "body", "answer"):
            await operator[f"article-{field}"].fill("Samsat malam")
        await operator["article-valid_from"].fill("2026-03-02")
        await operator["article-valid_until"].fill("2026-03-01")
        await operator["proposal-send"].click()

        refused = operator["article-valid_until"]
        await expect(refused).to_have_accessible_description("Hari terakhir mendahului hari pertama.")
        await expect(refused).to_be_focused()
        await has_no_grave_violation(operator)
        await refused.fill("2026-03-03")
        await operator["proposal-send"].click()
        await operator.gone("proposal")


async def test_a_proposal_is_told_to_the_coordinator_and_its_end_to_who_proposed_it(
    browser: Browser, house: Hotline, tmp_path: Path
) -> None:
    person = await house.sign_in("operator1")
    number = await ticket_at_classify(house, person)
    async with (
        desk(browser, house, "operator1", tmp_path) as operator,
        desk(browser, house, "coordinator", tmp_path) as coordinator,
    ):
        await at_ticket(operator, house, number)
        await operator["answers-search"].fill("kelil")
        await coordinator.shows("proposals-waiting")
        waiting = int(await coordinator["proposals-waiting"].inner_text())

        await person.send("POST", "/articles", {**ARTICLE, "title": "Satu"})
        _, second = await person.send("POST", "/articles", {**ARTICLE, "title": "Dua"})
        await coordinator.shows("proposals-waiting", str(waiting + 2))
        await coordinator.page.get_by_role("link", name="Buka artikel").first.click()
        await coordinator.shows("article-version", "Satu")
        await coordinator["article-approve"].click()
        await operator.shows("notice", "disetujui: “Satu”")
        await operator.shows("answers-item", "Satu")

        await coordinator.page.goto(f"http://{house.http}/knowledge/{second['id']}")
        await coordinator["article-reason"].fill("Sudah ada.")
        await coordinator["article-end"].click()
        await expect(operator["notice"].last).to_contain_text("ditolak: “Dua”", timeout=PATIENCE_MS)
        await coordinator.shows("proposals-waiting", str(waiting))


@schemes
async def test_answers_at_hand_have_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme
) -> None:
    await approved(house)
    number = await ticket_at_classify(house, await house.sign_in("operator1"))
    async with desk(browser, house, "operator1", tmp_path, scheme=scheme) as operator:
        await at_ticket(operator, house, number)
        await operator.shows("answers-item", "Samsat keliling")
        await operator.press("Alt+j")
        await operator.shows("answers-said", "ditambahkan")
        await has_no_grave_violation(operator)
        await operator["answers-search"].fill("tidakada")
        await operator.gone("answers-item")
        await has_no_grave_violation(operator)


@schemes
async def test_the_pages_of_knowledge_have_no_grave_violation(
    browser: Browser, house: Hotline, tmp_path: Path, scheme
) -> None:
    article = await approved(house, valid_until="2020-01-01")
    async with desk(browser, house, "coordinator", tmp_path, scheme=scheme) as coordinator:
        await coordinator["nav-knowledge"].click()
        await coordinator.shows("knowledge-row", "Tidak berlaku hari ini")
        await has_no_grave_violation(coordinator)
        await coordinator["knowledge-new"].click()
        await coordinator.shows("proposal")
        await has_no_grave_violation(coordinator)
        await coordinator.page.goto(f"http://{house.http}/knowledge/{article}")
        await coordinator.shows("article-version")
        await has_no_grave_violation(coordinator)
