"""One version, told once: pyproject.toml has it, and CHANGELOG.md a dated section of it."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_changelog_has_what_is_to_come_and_then_this_version_with_its_day() -> None:
    sections = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(VERSION)} \(\d{{4}}-\d\d-\d\d\)", sections[1])


def test_no_other_file_tells_a_version_of_its_own() -> None:
    assert '"version"' not in (ROOT / "web/package.json").read_text()


def test_each_file_that_goes_into_the_engine_names_its_licence() -> None:
    folder = ROOT / "scripts/engine"
    files = [path for path in folder.rglob("*") if path.suffix in {".c", ".h", ".py", ".sh", ".patch", ".i"}]
    lacking = [path.name for path in files if "SPDX-License-Identifier: GPL-3.0-or-later" not in path.read_text()[:400]]
    assert files
    assert lacking == []
