"""Whom a call can be passed to, while people come and go."""

from typing import Any

from tests.integration.hotline import Hotline, Person

NEWCOMER = {"username": "dewi", "name": "Dewi", "role": "pic", "password": "a-long-password-of-hers"}


async def entries(who: Person) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in (await who.get("/directory"))["items"]}


async def test_people_who_are_added_renamed_or_closed_are_so_in_the_directory_at_once(house: Hotline) -> None:
    operator, admin = await house.sign_in("operator1"), await house.sign_in("admin")
    assert "dewi" not in await entries(operator)

    await admin.send("POST", "/accounts", NEWCOMER)
    assert (await entries(operator))["dewi"]["kind"] == "pic"

    await admin.send("PATCH", "/accounts/dewi", {"name": "Dewi Lestari", "role": "coordinator"})
    renamed = (await entries(operator))["dewi"]
    assert (renamed["kind"], renamed["label"]["id"]) == ("coordinator", "Dewi Lestari")

    await admin.send("PATCH", "/accounts/dewi", {"active": False})
    assert "dewi" not in await entries(operator)
