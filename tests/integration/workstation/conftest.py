"""The desk's own fixtures: a running desk with a fake switchboard, and people who sign in there; and workstations."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.desk.conftest import Arrive, address, arrive, built, clock, pages, parts, prepared, settings
from tests.integration.desk.house import House
from tests.integration.desk.people import Person, eventually
from tests.integration.phones import UserAgent, started
from tests.integration.workstation.pulse import SoundCard, sound_card

__all__ = ["address", "arrive", "built", "clock", "pages", "parts", "prepared", "settings"]


@dataclass(frozen=True, slots=True)
class Seat:
    """Where operator1 sits: signed in at the page, with a softphone on the workstation."""

    house: House
    operator: Person
    phone: UserAgent

    @property
    def uri(self) -> str:
        return self.house.switchboard.softphones["operator1"][0]

    def order(self, what: str) -> None:
        self.house.switchboard.softphones["operator1"][1](what)  # type: ignore[arg-type]

    @property
    def up(self) -> bool:
        return "operator1" in self.house.switchboard.softphones


SeatAt = Callable[..., AbstractAsyncContextManager[Seat]]


@pytest.fixture
async def operator(arrive: Arrive) -> Person:
    return await arrive("operator1")


@pytest.fixture
async def token_file(operator: Person, tmp_path: Path) -> Path:
    reply = await operator.ask("POST", "/api/v1/me/phone/token")
    file = tmp_path / "token"
    file.write_text(reply.body["token"] + "\n")
    return file


@pytest.fixture
def seat(built: House, address: str, operator: Person, token_file: Path) -> SeatAt:
    """`async with seat("--audio", "null")`: a softphone that has signed in and is up."""

    @asynccontextmanager
    async def sit(*flags: str, home: Path | None = None, server: str = address) -> AsyncIterator[Seat]:
        command = ("softphone", "--server", server, "--token-file", str(token_file), *flags)
        async with started(*command, home=home) as phone:
            await phone.says("signed in at the server as operator1")
            await eventually(lambda: "operator1" in built.switchboard.softphones)
            yield Seat(built, operator, phone)

    return sit


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def card(tmp_path: Path) -> AsyncIterator[SoundCard]:
    async with sound_card(tmp_path) as plugged:
        yield plugged
