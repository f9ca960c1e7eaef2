"""An office that runs by docker-compose.yml as it stands.

`make image-test` has made the images, and runs the Docker engine that `DOCKER_HOST` names.
"""

import asyncio
import os
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.integration.hotline import PASSWORD, Person

ROOT = Path(__file__).parents[2]
SERVICE = 10001
"""The service's account in the container."""
OPERATOR = "siti"
NEW_PASSWORD = f"{PASSWORD}, milik sendiri"
SETTINGS = {
    "settings.yaml": 'trunks:\n  - {name: loopback, peers: ["127.0.0.0/8"]}\n',
    "queues.yaml": """
queues:
  - {name: utama, label: {id: Antrean uji, en: Test queue}, ring_s: 5, wrap_up_s: 1, callback_key: null}
""",
    "flow.yaml": """
start: welcome
nodes:
  welcome: {type: say, prompt: welcome, next: main}
  main:
    {type: menu, prompt: main_menu, choices: {1: operator}, repeat: 9, wait: 5, tries: 3, otherwise: operator}
  operator: {type: queue, queue: utama}
  timeout: {type: hangup, prompt: goodbye, reason: no_input}
""",
}
"""Always open, else as an office has it: a greeting and a menu, spoken in the container."""


class CommandFailed(AssertionError):
    """A command that ended with another status than 0; carries what it printed."""


@dataclass(slots=True)
class Office:
    """`folder` is what deploy/README.md prepares: the Compose file, `etc/`, `secrets/`, `.env`."""

    folder: Path
    compose_version: str
    sip_port: int = 0
    http_port: int = 0
    _people: list[aiohttp.ClientSession] = field(default_factory=list)

    @property
    def uri(self) -> str:
        return f"sip:hotline@127.0.0.1:{self.sip_port}"

    def prepare(self) -> None:
        self.sip_port, self.http_port, database_port = _free_ports(3)
        shutil.copy(ROOT / "docker-compose.yml", self.folder)
        (self.folder / "secrets").mkdir(mode=0o700)
        password = self.folder / "secrets" / "database_password"
        password.write_text(secrets.token_hex(24))
        password.chmod(0o444)
        etc = self.folder / "etc"
        etc.mkdir()
        for name, text in SETTINGS.items():
            (etc / name).write_text(text)
            (etc / name).chmod(0o640)
        etc.chmod(0o750)
        for path in (etc, *etc.iterdir()):
            os.chown(path, -1, SERVICE)
        (self.folder / ".env").write_text(
            f"SAMBUT_SIP_BIND=127.0.0.1\nSAMBUT_SIP_PORT={self.sip_port}\nSAMBUT_HTTP_PORT={self.http_port}\n"
            f"SAMBUT_DB_PORT={database_port}\nSAMBUT_RTP_PORTS=24000-24999\nSAMBUT_DRAIN_S=1\n"
        )

    async def compose(self, *arguments: str | Path, typed: str = "") -> str:
        """Debian's Compose of that version, in a container that sees this folder and the engine's socket."""
        sock = os.environ["DOCKER_HOST"].removeprefix("unix://")
        seen = [f"{sock}:/var/run/docker.sock", f"{self.folder}:{self.folder}"]
        mounts = [part for each in seen for part in ("--volume", each)]
        run = ["run", "--rm", "--interactive", "--network", "host", *mounts, "--workdir", str(self.folder)]
        command = [f"compose:{self.compose_version}", "--project-name", "sambut", *map(str, arguments)]
        return await docker(*run, *command, typed=typed)

    async def sambut(self, *arguments: str | Path, typed: str = "") -> str:
        """A command in the container of the running service."""
        return await self.compose("exec", "-T", "sambut", "sambut", *arguments, typed=typed)

    async def sambut_alone(self, *arguments: str | Path, mounted: str) -> str:
        """A command in a container of its own, with one more folder of the host's."""
        return await self.compose("run", "--rm", "-T", "--volume", mounted, "tools", *arguments)

    async def container(self, service: str) -> str:
        return (await self.compose("ps", "--quiet", service)).split()[-1]

    async def up(self) -> None:
        """Starts what is not running, and waits until Docker calls both healthy."""
        await self.compose("up", "--detach")
        for service in ("db", "sambut"):
            await self.healthy(service)

    async def healthy(self, service: str, within_s: float = 90) -> None:
        container, said = await self.container(service), ""
        try:
            async with asyncio.timeout(within_s):
                while said != "healthy":
                    said = (await docker("inspect", "--format", "{{.State.Health.Status}}", container)).strip()
                    await asyncio.sleep(0.5)
        except TimeoutError:
            log = await self.compose("logs", "--no-color", "--tail", "40", service)
            raise CommandFailed(f"{service} is {said}\n{log}") from None

    async def add_operator(self) -> None:
        """As deploy/README.md does it; then the first password is changed, as the page asks."""
        typed = ["user", "add", OPERATOR, "--name", "Siti Rahma", "--role", "operator", "--phone", "sip:siti@127.0.0.1"]
        assert "added" in await self.sambut(*typed, "--password-stdin", typed=f"{PASSWORD}\n")
        person = await self._signed_in(PASSWORD)
        assert (await person.send("POST", "/me/password", {"old": PASSWORD, "new": NEW_PASSWORD}))[0] == 200

    async def sign_in(self) -> Person:
        return await self._signed_in(NEW_PASSWORD)

    async def _signed_in(self, password: str) -> Person:
        base = f"http://127.0.0.1:{self.http_port}"
        session = aiohttp.ClientSession(headers={"Origin": base}, cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._people.append(session)
        person = Person(session, base, OPERATOR)
        status, answer = await person.send("POST", "/session", {"username": OPERATOR, "password": password})
        assert status == 200, answer
        return person

    async def close(self) -> None:
        for session in self._people:
            await session.close()
        await self.compose("down", "--volumes", "--timeout", "5")


@asynccontextmanager
async def office(folder: Path, compose_version: str) -> AsyncIterator[Office]:
    """Everything of it is gone afterwards, which is looked after."""
    opened = Office(folder, compose_version)
    opened.prepare()
    try:
        yield opened
    finally:
        await opened.close()
    for what in (("ps", "--all"), ("volume", "ls"), ("network", "ls", "--filter", "type=custom")):
        assert (await docker(*what, "--quiet")).split() == [], what


async def docker(*arguments: str | Path, typed: str = "") -> str:
    """What the engine's client prints. Raises `CommandFailed`."""
    process = await asyncio.create_subprocess_exec(
        os.environ["DOCKER"],
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complained = await process.communicate(typed.encode())
    if process.returncode != 0:
        raise CommandFailed(f"{' '.join(map(str, arguments))}: {printed.decode()}{complained.decode()}")
    return printed.decode()


def _free_ports(count: int) -> list[int]:
    opened = [socket.socket() for _ in range(count)]
    try:
        for each in opened:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in opened]
    finally:
        for each in opened:
            each.close()
