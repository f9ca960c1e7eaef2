"""Imports run on both databases; `importing` is what the command line and the desk use."""

import time
from pathlib import Path

import pytest

from storage import Store
from tests.integration.storage.conftest import kind, migrated_database, migrated_file, postgres_server, store, url
from vehicles.importing import Importing, Progress

__all__ = ["kind", "migrated_database", "migrated_file", "postgres_server", "store", "url"]

AREAS = frozenset({"D", "F", "Z"})


class Course:
    """What an import told of itself."""

    def __init__(self) -> None:
        self.told: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.told.append(progress)


@pytest.fixture
def importing(store: Store, tmp_path: Path) -> Importing:
    folder = tmp_path / "imports"
    return Importing(store.vehicles, AREAS, 20, folder, folder / "refused.csv", time.time)


@pytest.fixture
def course() -> Course:
    return Course()
