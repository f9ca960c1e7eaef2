"""The category matrix over HTTP: edited by the admin, kept with its history, and in force at once."""

from typing import Any

import pytest

from desk.context import DESK
from desk.matrix import CategoryMatrix
from hotline.ticket import Step
from storage.matrix import MatrixEdit
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

CODE = "informasi-pkb"
SENTENCE = "Pajak motor saya berapa ya"


async def cells(person: Person) -> dict[str, dict[str, Any]]:
    reply = await person.get("/api/v1/categories")
    return {cell["code"]: cell for cell in reply.body["items"]}


def edited(cell: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What the page sends for this cell."""
    names = ("label", "unit", "validation", "priority", "answer", "required", "examples", "active", "revision")
    return {**{name: cell[name] for name in names}, **changes}


async def change(person: Person, code: str, **changes: Any):
    return await person.ask("PUT", f"/api/v1/categories/{code}", edited((await cells(person))[code], **changes))


async def a_ticket_at_classify(operator: Person, built: House, **fields: str) -> dict[str, Any]:
    call = await built.switchboard.incoming("+6281234567890")
    await built.switchboard.offer(call, "operator1")
    await built.switchboard.answer(call)
    number = built.switchboard.calls[call].ticket.number
    known = {"caller_name": "Siti", "plate": "D 1234 ABC", "region": (await a_region(operator)), **fields}
    ticket = (await operator.get(f"/api/v1/tickets/{number}")).body
    for action, facts in (("greet", {}), ("identify", known), ("record", {})):
        body = {"version": ticket["version"], **facts}
        ticket = (await operator.ask("POST", f"/api/v1/tickets/{number}/actions/{action}", body)).body
    return dict(ticket)


async def a_region(person: Person) -> str:
    return str((await person.get("/api/v1/offices")).body["items"][0]["code"])


async def test_the_data_files_cells_are_there_before_any_edit(arrive: Arrive) -> None:
    pkb = (await cells(await arrive("operator1")))[CODE]

    assert (pkb["revision"], pkb["edited"], pkb["in_file"], pkb["active"]) == (0, False, True, True)
    assert len(pkb["examples"]) == 8


async def test_an_edit_is_in_force_for_everybody_and_in_the_history(arrive: Arrive) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")

    reply = await change(admin, CODE, unit="Bidang Pajak", examples=[SENTENCE, SENTENCE, " " + SENTENCE])

    assert (reply.status, reply.body["revision"], reply.body["edited"]) == (200, 1, True)
    assert (await cells(operator))[CODE] == reply.body
    assert reply.body["examples"] == [SENTENCE]
    history = (await admin.get(f"/api/v1/categories/history?code={CODE}")).body
    assert [(line["by"], line["action"], line["number"]) for line in history["items"]] == [("admin", "change", 1)]
    assert history["items"][0]["before"]["unit"] == "Bidang Pendapatan"
    assert history["items"][0]["after"]["unit"] == "Bidang Pajak"


async def test_saving_a_cell_as_it_is_makes_no_history(arrive: Arrive) -> None:
    admin = await arrive("admin")

    assert (await change(admin, CODE)).body["revision"] == 0
    assert (await admin.get("/api/v1/categories/history")).body["total"] == 0


async def test_of_two_admins_with_the_same_cell_open_the_second_is_told_and_shown_what_it_is_now(
    arrive: Arrive,
) -> None:
    admin = await arrive("admin")
    seen = (await cells(admin))[CODE]
    await change(admin, CODE, unit="Bidang Pajak")

    reply = await admin.ask("PUT", f"/api/v1/categories/{CODE}", edited(seen, unit="Sekretariat"))

    assert (reply.status, reply.code) == (409, "cell_changed")
    assert (reply.body["current"]["unit"], reply.body["current"]["revision"]) == ("Bidang Pajak", 1)
    assert (await cells(admin))[CODE]["unit"] == "Bidang Pajak"


async def test_a_cell_goes_back_to_what_the_data_file_says(arrive: Arrive) -> None:
    admin = await arrive("admin")
    of_file = (await cells(admin))[CODE]
    await change(admin, CODE, unit="Bidang Pajak")

    reply = await admin.ask("POST", f"/api/v1/categories/{CODE}/reset", {"revision": 1})

    assert reply.body == {**of_file, "revision": 2}
    assert (await admin.ask("POST", f"/api/v1/categories/{CODE}/reset", {"revision": 1})).code == "cell_changed"
    assert (await admin.ask("POST", f"/api/v1/categories/{CODE}/reset", {"revision": 2})).body["revision"] == 2


async def test_a_new_cell_can_be_chosen_for_a_ticket(built: House, arrive: Arrive) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")
    new = {"kind": "informasi", "subject": "opsen", "label": {"id": "Opsen PKB", "en": "Surcharge"}}

    reply = await admin.ask("POST", "/api/v1/categories", new)
    again = await admin.ask("POST", "/api/v1/categories", {**new, "code": "lain"})
    ticket = await a_ticket_at_classify(operator, built, kind="informasi", description="Opsen itu apa?")
    saved = await operator.ask(
        "PATCH",
        f"/api/v1/tickets/{ticket['number']}",
        {"version": ticket["version"], "category": "informasi-opsen"},
    )

    assert (reply.status, reply.body["code"], reply.body["in_file"]) == (201, "informasi-opsen", False)
    assert (again.code, again.body["code_of"]) == ("cell_exists", "informasi-opsen")
    assert saved.body["category"] == "informasi-opsen"


async def test_what_a_cell_requires_is_asked_for_from_the_next_moment_on(built: House, arrive: Arrive) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")
    ticket = await a_ticket_at_classify(operator, built, kind="informasi", description="Pajaknya?")
    path = f"/api/v1/tickets/{ticket['number']}"
    required = [{"label": {"id": "Tahun pajak", "en": "Tax year"}}]
    assert (await change(admin, CODE, required=required)).body["required"][0]["code"] == "tahun_pajak"

    classify = {"version": ticket["version"], "category": CODE}
    refused = await operator.ask("POST", f"{path}/actions/classify", classify)
    told = {**classify, "description": "Pajaknya?\nTahun pajak: 2025"}
    moved = await operator.ask("POST", f"{path}/actions/classify", told)

    assert (refused.code, refused.body["missing"]) == ("not_allowed", ["tahun_pajak"])
    assert (moved.status, moved.body["step"]) == (200, Step.ANSWER)


async def test_a_cell_out_of_use_is_refused_and_the_last_of_a_kind_stays(arrive: Arrive, built: House) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")
    ticket = await a_ticket_at_classify(operator, built, kind="informasi", description="Pajaknya?")
    codes = [code for code, cell in (await cells(admin)).items() if cell["kind"] == "informasi"]

    replies = [await change(admin, code, active=False) for code in codes]
    refused = await operator.ask(
        "PATCH", f"/api/v1/tickets/{ticket['number']}", {"version": ticket["version"], "category": codes[0]}
    )

    assert [reply.code for reply in replies if reply.status != 200] == ["last_category"]
    assert [error["code"] for error in refused.body["errors"]] == ["category_inactive"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": {"id": " ", "en": "x"}}, "label.id"),
        ({"label": {"id": "x", "en": "y" * 81}}, "label.en"),
        ({"unit": "a\nb"}, "unit"),
        ({"priority": "urgent"}, "priority"),
        ({"answer": {"id": "x\x00", "en": ""}}, "answer.id"),
        ({"required": [{"label": {"id": "a:b", "en": "x"}}]}, "required.0.label.id"),
        ({"required": [{"label": {"id": "Tempat", "en": "a"}}] * 2}, "required.1.label.id"),
        ({"examples": ["ab"]}, "examples.0"),
        ({"subject": "other"}, "subject"),
    ],
)
async def test_what_cannot_be_is_refused_by_field_and_changes_nothing(arrive: Arrive, changes, field: str) -> None:
    admin = await arrive("admin")

    reply = await change(admin, CODE, **changes)

    assert (reply.code, [error["field"] for error in reply.body["errors"]]) == ("invalid", [field])
    assert (await cells(admin))[CODE]["revision"] == 0


async def test_an_answer_in_one_language_serves_for_both_and_an_empty_one_is_none(arrive: Arrive) -> None:
    admin = await arrive("admin")

    one = await change(admin, CODE, answer={"id": "Baik.", "en": ""})
    none = await change(admin, CODE, answer={"id": "", "en": " "})

    assert (one.body["answer"], none.body["answer"]) == ({"id": "Baik.", "en": "Baik."}, None)


async def test_what_another_node_edits_is_noticed(built: House, arrive: Arrive) -> None:
    desk = built.app[DESK]
    operator = await arrive("operator1")
    cell = desk.matrix.cell(CODE).model_copy(update={"unit": "Bidang Pajak"})
    edit = MatrixEdit(CODE, 1, 1.0, "elsewhere", "change", None, cell.model_dump(mode="json"))
    async with operator.page() as page:
        await built.store.matrix.add(edit)
        await desk.matrix.look()
        assert (await page.next("matrix"))["cells"] == len(desk.matrix.current.categories)

    assert (await cells(operator))[CODE]["unit"] == "Bidang Pajak"


async def test_an_edit_that_this_version_cannot_read_leaves_the_data_files_cell(built: House) -> None:
    edit = MatrixEdit(CODE, 1, 1.0, "admin", "change", None, {"code": CODE, "colour": "green"})
    await built.store.matrix.add(edit)
    matrix = CategoryMatrix(built.installation.matrix, built.store.matrix, lambda: 2.0, [])

    await matrix.load()

    assert matrix.current == built.installation.matrix


async def test_a_data_file_that_is_read_again_counts_at_once_and_edits_still_win(
    built: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = built.installation.matrix
    first, other = file.categories[:2]
    edited = first.model_copy(update={"unit": "Inspektorat"})
    edit = MatrixEdit(first.code, 1, 1.0, "admin", "change", None, edited.model_dump(mode="json"))
    await built.store.matrix.add(edit)
    matrix = CategoryMatrix(file, built.store.matrix, lambda: 2.0, [])
    await matrix.load()
    monkeypatch.setattr(built.store.matrix, "latest", None)  # a store that is away at that moment

    cells = [cell.model_copy(update={"unit": "Sekretariat"}) for cell in file.categories]
    matrix.use_file(file.model_copy(update={"categories": tuple(cells)}))

    assert (matrix.cell(other.code).unit, matrix.cell(first.code).unit) == ("Sekretariat", "Inspektorat")
