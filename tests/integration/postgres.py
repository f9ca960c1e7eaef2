"""A real PostgreSQL of our own: a fresh cluster in a temporary folder, gone when the tests are over."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

USER = "sambut"
START_S = 30.0
# Tests need no durability from this server; what they prove is about our own program.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "50"}


class PostgresServer:
    """One server on a free loopback port and a Unix socket. It can be stopped and started again."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = FAST) -> None:
        self._folder = folder
        self._settings = settings
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Makes the cluster. PostgreSQL refuses to run as root, so root hands it to an unprivileged account."""
        self._folder.chmod(0o755)
        home = self._folder / "home"
        home.mkdir()
        shutil.chown(self._folder, *_owner())
        shutil.chown(home, *_owner())
        options = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        self._run("initdb", "--pgdata", str(self._data), *options)

    def start(self) -> None:
        """Returns when the server answers; does nothing if it runs."""
        if self._process is not None:
            return
        settings = {**self._settings, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self._folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [_binary("postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, **_as_owner())
        self._wait_until_ready()

    def stop(self) -> None:
        """Breaks every connection at once (PostgreSQL's "fast" shutdown)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_S)
            self._process = None

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Runs one statement with psql; returns what it prints."""
        address = ["--host", "127.0.0.1", "--port", str(self.port), "--username", USER, "--dbname", database]
        return self._run("psql", *address, "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement)

    def new_database(self, template: str = "template0") -> str:
        """The name of a fresh database, a copy of `template`."""
        name = f"t_{secrets.token_hex(6)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, program: str, *arguments: str) -> str:
        command = [_binary(program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._folder, check=False, **_as_owner())
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return done.stdout

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_S
        probe = [_binary("pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(self.port)]
        while subprocess.run(probe, check=False).returncode != 0:
            assert self._process is not None
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server per test session. Without PostgreSQL this fails: half of the storage tests would be missing."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres(settings: Mapping[str, str] = FAST) -> Iterator[PostgresServer]:
    """A fresh server with these settings (postgresql.conf), for as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="sambut-pg-"))
    server = PostgresServer(folder, settings)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _binary(name: str) -> str:
    """The program of the newest installed version: Debian keeps them out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    assert found, f"PostgreSQL's {name} is not installed; `make test` installs the Debian package postgresql"
    return found


def _owner() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise AssertionError("no unprivileged account to run PostgreSQL as")


def _as_owner() -> dict[str, int | list[int]]:
    if os.geteuid() != 0:
        return {}
    user, group = _owner()
    return {"user": user, "group": group, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
