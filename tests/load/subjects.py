"""What is measured: the whole hotline, or the bare engine beside it. Both are reached by SIP alone."""

import shutil
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import soundfile

from storage import Account, PhoneKind, Role, Session, open_store
from tests.integration.hotline import STRAIGHT_FLOW
from tests.load.processes import Running, running

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).parent / "config"
RTP_PORTS = (12_000, 16_999)
SESSION_S = 6 * 3600
READY_WITHIN_S = 180.0  # the first start synthesizes every prompt


@dataclass(frozen=True, slots=True)
class Subject:
    """A process that takes calls at `sip` (host:port). `http` is "" where there are no pages, `sips` without TLS."""

    name: str
    process: Running
    sip: str
    http: str
    data: Path
    sips: str = ""
    scheme: str = "http"

    @property
    def base(self) -> str:
        """Of the pages' addresses."""
        return f"{self.scheme}://{self.http}"

    @property
    def sip_port(self) -> int:
        return int(self.sip.rpartition(":")[2])

    @property
    def http_port(self) -> int:
        return int(self.http.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the benchmark, signed in already: `token` is the value of the session cookie."""

    username: str
    role: Role
    token: str
    phone_kind: PhoneKind = PhoneKind.SIP
    auto_answer: bool = False


def operators(count: int, phone_kind: PhoneKind = PhoneKind.SIP, *, auto_answer: bool = False) -> list[Person]:
    """`auto_answer`: their SIP phones are only called once the page says "answer"."""
    names = (f"operator{n}" for n in range(count))
    return [Person(name, Role.OPERATOR, f"token-of-{name}", phone_kind, auto_answer) for name in names]


SUPERVISOR = Person("supervisor", Role.SUPERVISOR, "token-of-supervisor")


@asynccontextmanager
async def hotline(
    folder: Path,
    people: Sequence[Person],
    phones: str = "127.0.0.1:9",
    *,
    straight: bool = False,
    database: str | None = None,
    settings: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
) -> AsyncIterator[Subject]:
    """The whole service with its default flow, `people` signed in, every operator's SIP phone at `phones`.

    `straight`: callers are in the queue at once, without menus. `database` is the URL of an empty one, default a new
    SQLite file. `settings` are further variables, `files` further data files.
    """
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    files = {**(files or {}), **({"flow.yaml": STRAIGHT_FLOW} if straight else {})}
    database = database or f"sqlite:///{data}/sambut.db"
    await _sign_in(database, data, people, phones)
    variables = {
        "SAMBUT_DATA": str(data),
        "SAMBUT_DATABASE_URL": database,
        "SAMBUT_CONFIG": str(_configuration(folder, files)),
        "SAMBUT_SIP_PORT": "0",
        "SAMBUT_HTTP_PORT": "0",
        "SAMBUT_RTP_PORTS": f"{RTP_PORTS[0]}-{RTP_PORTS[1]}",
        "SAMBUT_DRAIN_S": "0",
        "SAMBUT_NODE": "bench",
        "SAMBUT_LOG_FORMAT": "json",
        "SAMBUT_CALLS_PER_SOURCE_S": "0",  # all of the load comes from one address
        **(settings or {}),
    }
    command: list[str | Path] = [Path(sys.executable).parent / "sambut", "serve"]
    async with running(command, folder / "hotline.log", environment=variables, cwd=ROOT, apart=True) as process:
        words = (await process.line("ready ", READY_WITHIN_S)).split()
        found = dict(word.split("=", 1) for word in words[1:])
        scheme = "https" if "SAMBUT_HTTP_CERTIFICATE" in variables else "http"
        yield Subject("hotline", process, found["sip"], found["http"], data, found.get("sips", ""), scheme)


@asynccontextmanager
async def bare_engine(folder: Path, second_leg: str = "") -> AsyncIterator[Subject]:
    """The engine alone; with `second_leg` (a SIP URI) it bridges and records."""
    data = folder / "engine"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    command: list[str | Path] = [sys.executable, "-m", "tests.load.bare_engine", "--greeting", _greeting(folder)]
    command += ["--recordings", data, "--second-leg", second_leg, "--rtp-ports", f"{RTP_PORTS[0]}-{RTP_PORTS[1]}"]
    async with running(command, folder / "engine.log", cwd=ROOT, apart=True) as process:
        line = await process.line("ready ", READY_WITHIN_S)
        yield Subject("bare engine", process, line.partition("sip=")[2], "", data)


def _configuration(folder: Path, files: Mapping[str, str]) -> Path:
    """The benchmarks' data files, with others where they are wanted."""
    if not files:
        return CONFIG
    mine = folder / "config"
    shutil.copytree(CONFIG, mine, dirs_exist_ok=True)
    for name, text in files.items():
        (mine / name).write_text(text)
    return mine


def _greeting(folder: Path) -> Path:
    """Eight seconds of a tone, as long as the hotline's welcome."""
    file = folder / "greeting.wav"
    seconds = np.arange(8 * 8000) / 8000
    soundfile.write(file, 0.2 * np.sin(2 * np.pi * 440 * seconds), 8000, subtype="PCM_16")
    return file


async def _sign_in(database: str, data: Path, people: Sequence[Person], phones: str) -> None:
    """Accounts and sessions, written the way the service writes them; no password is ever checked here."""
    now = time.time()
    async with await open_store(database, spool=data / "spool" / "journal", node="bench") as store:
        await store.migrate()
        for person in people:
            await store.accounts.create(_account(person, phones), "!", now)
            token = sha256(person.token.encode()).hexdigest()  # as desk.sign_in keeps it
            await store.sessions.open(Session(token, person.username, now, now + SESSION_S, seen_at=now, proved_at=now))


def _account(person: Person, phones: str) -> Account:
    has_sip_phone = person.role is Role.OPERATOR and person.phone_kind is PhoneKind.SIP
    return Account(
        person.username,
        person.username,
        person.role,
        phone=f"sip:{person.username}@{phones}" if has_sip_phone else "",
        phone_kind=person.phone_kind if person.role is Role.OPERATOR else PhoneKind.BROWSER,
        auto_answer=person.auto_answer,
    )
