"""Installations of both kinds of database, filled, and empty machines to restore them on."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.backup.machines import Machine, fill, new_machine
from tests.integration.storage.conftest import kind, migrated_database, migrated_file, postgres_server

__all__ = ["kind", "migrated_database", "migrated_file", "postgres_server"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is to be put away after the test."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture
async def office(kind: str, tmp_path: Path, request: pytest.FixtureRequest, stack: ExitStack) -> Machine:
    machine = new_machine(tmp_path / "office", kind, request, stack)
    await fill(machine)
    return machine


@pytest.fixture
def empty(kind: str, tmp_path: Path, request: pytest.FixtureRequest, stack: ExitStack) -> Machine:
    return new_machine(tmp_path / "empty", kind, request, stack)
