"""A real hotline for tests: `sambut serve --demo` in its own process, and people at its desk over real HTTP."""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.processes import Command, sambut

PASSWORD = "hanya-untuk-uji"
READY_WITHIN_S = 60
CALM_RULES = """
queues:
  - name: utama
    label: {id: Antrean uji, en: Test queue}
    ring_s: 5
    wrap_up_s: 1
"""

STRAIGHT_FLOW = """
start: operator
nodes:
  operator: {type: queue, queue: utama}
  timeout: {type: hangup, prompt: goodbye, reason: no_input}
"""
"""A caller is in the queue at once: for tests of what comes after the menus."""


class HotlineDied(AssertionError):
    """The service ended when it should not have; carries its log."""


@dataclass(slots=True)
class Person:
    """Somebody signed in at the desk."""

    http: aiohttp.ClientSession
    base: str
    username: str

    async def get(self, path: str, **query: str) -> Any:
        async with self.http.get(f"{self.base}/api/v1{path}", params=query) as response:
            return await response.json()

    async def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        async with self.http.request(method, f"{self.base}/api/v1{path}", json=body or {}) as response:
            return response.status, await response.json()

    async def ready(self, phone: str | None = None) -> None:
        if phone is not None:
            assert (await self.send("PUT", "/me/phone", {"uri": phone}))[0] == 200
        status, answer = await self.send("PUT", "/me/presence", {"state": "ready"})
        assert status == 200, answer

    async def socket(self) -> aiohttp.ClientWebSocketResponse:
        return await self.http.ws_connect(f"{self.base.replace('http', 'ws')}/ws", origin=self.base)


@dataclass(slots=True)
class Hotline:
    """One running service. `environ` are further SAMBUT_ variables without the prefix.

    `program` is the command of the release that runs.
    """

    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    demo: bool = True
    program: str | Path = "sambut"  # this version's; or the path of another's
    process: Command | None = None
    sip: str = ""
    http: str = ""
    sip_tls: str = ""
    _people: list[aiohttp.ClientSession] = field(default_factory=list)
    _chosen: dict[str, str] = field(default_factory=dict)  # passwords that took the place of a first one, by account
    _reader: "asyncio.Task[None] | None" = None
    output: list[str] = field(default_factory=list)

    @property
    def uri(self) -> str:
        return f"sip:hotline@{self.sip}"

    @property
    def log_text(self) -> str:
        return (self.folder / "service.log").read_text()

    async def start(self) -> None:
        """Start, and wait for the ready line."""
        flags = ["--demo"] if self.demo else []
        with (self.folder / "service.log").open("ab") as log:
            self.process = await sambut("serve", *flags, environ=self._variables(), errors=log, program=self.program)
        await asyncio.wait_for(self._wait_until_ready(), READY_WITHIN_S)
        self._reader = asyncio.create_task(self._read_on())

    async def command(self, *arguments: str, typed: str = "") -> str:
        """Run another `sambut` command with this hotline's settings; returns what it printed."""
        process = await sambut(*arguments, environ=self._variables(), program=self.program)
        printed = await process.communicate(typed.encode())
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    async def sign_in(self, username: str) -> Person:
        base = f"http://{self.http}"
        session = aiohttp.ClientSession(headers={"Origin": base}, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._people.append(session)
        person = Person(session, base, username)
        password = self._chosen.get(username, PASSWORD)
        status, answer = await person.send("POST", "/session", {"username": username, "password": password})
        assert status == 200, answer
        if answer.get("pending") == "new_password":  # of an account that was added by hand
            self._chosen[username] = f"{PASSWORD}, milik sendiri"
            change = {"old": password, "new": self._chosen[username]}
            assert (await person.send("POST", "/me/password", change))[0] == 200
        return person

    async def kill(self) -> None:
        """`kill -9`, as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self._ended()

    async def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.terminate()
        return await self._ended()

    async def close(self) -> None:
        for session in self._people:
            await session.close()
        await self.stop()

    def _variables(self) -> dict[str, str]:
        """The environment of its processes; ports stay the same over a restart."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SAMBUT_")},
            "SAMBUT_DATA": str(self.folder / "data"),
            "SAMBUT_CONFIG": str(self.folder / "config"),
            "SAMBUT_SIP_PORT": self.sip.rpartition(":")[2] or "0",
            "SAMBUT_HTTP_PORT": self.http.rpartition(":")[2] or "0",
            "SAMBUT_DEMO_PASSWORD": PASSWORD,
            "SAMBUT_LOG_FORMAT": "json",
            "SAMBUT_DRAIN_S": "1",
            "SAMBUT_ENGINE": os.environ.get("TEST_ENGINE", "inside"),
            **{f"SAMBUT_{name}": value for name, value in self.environ.items()},
        }

    async def _ended(self) -> int:
        assert self.process is not None
        status = await asyncio.wait_for(self.process.wait(), 60)
        if self._reader is not None:
            await self._reader
            self._reader = None
        self.process.close()
        self.process = None
        return status

    async def _wait_until_ready(self) -> None:
        assert self.process is not None
        while line := (await self.process.stdout.readline()).decode():
            self.output.append(line)
            if line.startswith("ready "):
                said = dict(word.split("=", 1) for word in line.split()[1:])
                self.sip, self.http, self.sip_tls = said["sip"], said["http"], said.get("sips", "")
                return
        raise HotlineDied(self.log_text)

    async def _read_on(self) -> None:
        assert self.process is not None
        while line := (await self.process.stdout.readline()).decode():
            self.output.append(line)


@asynccontextmanager
async def hotline(
    folder: Path,
    prompts: Path,
    *,
    files: Mapping[str, str] | None = None,
    demo: bool = True,
    program: str | Path = "sambut",
    **environ: str,
) -> AsyncIterator[Hotline]:
    """A hotline for one block. `files` are data files of the installation by name.

    `prompts` is a cache that many hotlines share, so that only the first has to speak.
    """
    (folder / "config").mkdir()
    for name, text in {"queues.yaml": CALM_RULES, **(files or {})}.items():
        (folder / "config" / name).write_text(text)
    (folder / "data" / "cache").mkdir(parents=True)
    (folder / "data" / "cache" / "prompts").symlink_to(prompts)
    house = Hotline(folder, environ, demo, program)
    try:
        await _start_alone_until_spoken(house, prompts)
        yield house
    finally:
        await house.close()


async def _start_alone_until_spoken(house: Hotline, prompts: Path) -> None:
    """Two services that speak the same prompt into the same new cache get in each other's way."""
    spoken, migrated = prompts / ".spoken", prompts / ".migrated"
    as_usual = house.demo and house.program == "sambut" and not {"DATABASE_URL", "DEMO_PASSWORD"} & house.environ.keys()
    if as_usual and migrated.exists():
        shutil.copyfile(migrated, house.folder / "data" / "sambut.db")
    if spoken.exists():
        await house.start()
        return
    with (prompts / ".lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        await house.start()
        if as_usual:
            _keep_database(house.folder / "data" / "sambut.db", migrated)
        spoken.touch()


def _keep_database(database: Path, to: Path) -> None:
    """For the hotlines that follow: tables and demo accounts take a second of CPU to make."""
    being_written = to.with_suffix(".part")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(being_written)) as copy:
        source.backup(copy)
    being_written.rename(to)


async def next_message(socket: aiohttp.ClientWebSocketResponse, kind: str, within_s: float = 15) -> dict[str, Any]:
    """The next push of this type; others are passed over."""
    async with asyncio.timeout(within_s):
        while True:
            message: dict[str, Any] = json.loads((await socket.receive()).data)
            if message["type"] == kind:
                return message
