"""`sambut vehicles import` as it is typed."""

import os
from pathlib import Path

import pytest

from tests.integration.vehicles.files import csv_file, lines, row
from tests.support.processes import Done, run


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "SAMBUT_DATA": str(tmp_path / "var"), "SAMBUT_CONFIG": ""}


def typed(environment: dict[str, str], *words: str | Path) -> Done:
    return run("vehicles", "import", *words, environ=environment)


def test_the_command_says_how_many_came_in_and_what_was_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    rows = [row(f"D {n} ZZ") for n in range(1, 11)]
    file, report = csv_file(tmp_path, lines(*rows, row("D 99 A", pkb="banyak"))), tmp_path / "refused.csv"

    done = typed(environment, file, "--report", report)

    assert done.returncode == 0, done.stderr
    assert "10 vehicles are in the table now" in done.stdout
    assert "row 12, PKB: Not an amount of rupiah" in done.stderr
    assert "banyak" in report.read_text("utf-8-sig")


def test_a_file_that_is_refused_is_an_exit_status_of_1_and_no_traceback(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    done = typed(environment, csv_file(tmp_path, ""))
    assert (done.returncode, done.stderr) == (1, "nothing was changed: The file is empty.\n")


def test_a_file_that_is_not_there_is_told(environment: dict[str, str]) -> None:
    done = typed(environment, "nowhere.csv")
    assert done.returncode == 2
    assert "nowhere.csv" in done.stderr
