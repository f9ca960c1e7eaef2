"""When pushes are written, and in which order."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from desk import hub
from desk.connection import Connection
from desk.hub import Hub
from storage.accounts import Role
from tests.unit.desk.wire import read


class Wire(asyncio.Transport):
    """Takes everything at once."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.tab: Connection

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        pass

    def kinds(self) -> list[list[str]]:
        """The types of the messages in each write."""
        return [[message["type"] for message in read(write)] for write in self.writes]


class OpenSocket:
    closed = False


def page(house: Hub, role: Role = Role.OPERATOR) -> Wire:
    wire = Wire()
    wire.tab = Connection(OpenSocket(), wire, username=f"{role}", role=role, unit="", session="")  # type: ignore[arg-type]
    house.attach(wire.tab)
    return wire


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed waits for as good as ever, everything else for a turn of the loop."""
    monkeypatch.setattr(hub, "GATHER_PAGES", 1)
    monkeypatch.setattr(hub, "GATHER_PATIENT_S", 3600.0)
    monkeypatch.setattr(hub, "GATHER_S", 0.0)


@pytest.mark.usefixtures("patient")
async def test_what_is_typed_waits_until_something_else_is_written() -> None:
    house = Hub()
    wire = page(house)

    house.publish("ticket", {"ticket": {"number": "1"}})
    house.tell(wire.tab, "pong", {})
    house.publish("ticket", {"ticket": {"number": "2"}})
    await asyncio.sleep(0.01)
    assert wire.kinds() == []

    house.publish("notice", {"code": "shift"})
    house.publish("ticket", {"ticket": {"number": "3"}})
    await asyncio.sleep(0.01)
    assert wire.kinds() == [["ticket", "pong", "ticket", "notice", "ticket"]]
    await house.close()


@pytest.mark.usefixtures("patient")
async def test_a_page_that_comes_gets_nothing_from_before_and_the_others_get_all() -> None:
    house = Hub()
    first = page(house)
    house.publish("ticket", {"ticket": {"number": "1"}})

    second = page(house, Role.SUPERVISOR)

    assert (first.kinds(), second.kinds()) == ([["ticket"]], [])
    await house.close()


async def test_with_few_pages_open_what_is_typed_is_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "GATHER_PAGES", 10**6)
    house = Hub()
    wire = page(house)

    house.publish("ticket", {"ticket": {"number": "1"}})
    await asyncio.sleep(0.01)

    assert wire.kinds() == [["ticket"]]
    await house.close()


async def test_pages_are_written_in_turns_and_each_gets_everything_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PAGES_AT_ONCE", 2)
    house = Hub()
    wires = [page(house) for _ in range(5)]

    house.publish("notice", {"code": "shift"})
    await _until(lambda: any(wire.writes for wire in wires))
    assert sum(bool(wire.writes) for wire in wires) == 2

    house.publish("operator", {"operators": []}, [Role.OPERATOR])
    await _until(lambda: all(len(wire.writes) == 2 for wire in wires))
    assert {tuple(map(tuple, wire.kinds())) for wire in wires} == {(("notice",), ("operator",))}
    await house.close()


async def test_who_comes_between_two_turns_gets_nothing_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PAGES_AT_ONCE", 1)
    house = Hub()
    wires = [page(house) for _ in range(3)]

    house.publish("notice", {"code": "shift"})
    await _until(lambda: any(wire.writes for wire in wires))
    late = page(house)

    assert [wire.kinds() for wire in (*wires, late)] == [*[[["notice"]]] * 3, []]
    await house.close()


async def _until(holds: Callable[[], bool]) -> None:
    """After as few turns of the loop as it takes."""
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0)
