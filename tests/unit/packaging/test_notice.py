"""NOTICE.md names every part of others with a licence that goes with ours; `make docs` brings it into step."""

import json
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import notice
import pytest

ROOT = Path(__file__).parents[3]


def test_notice_is_in_step_with_the_lock_files() -> None:
    checked = [sys.executable, ROOT / "scripts/notice.py", "--check"]
    result = subprocess.run(checked, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("licence", "unfit"),
    [
        ("MIT", False),
        ("Apache-2.0 AND MIT", False),
        ("MPL-2.0 OR Apache-2.0", False),
        ("SSPL-1.0 OR MIT", False),
        ("SSPL-1.0", True),
        ("MIT AND GPL-2.0-only", True),
        ("", True),
        ("BSD", True),
    ],
)
def test_a_licence_must_go_with_ours(licence: str, unfit: bool) -> None:
    assert notice.unfit(licence) is unfit


def test_every_library_that_the_engine_carries_is_told() -> None:
    try:
        engine = metadata.distribution("pjsua2")
    except metadata.PackageNotFoundError:
        pytest.skip("the engine of the package index is installed, not the one built here")
    (sbom,) = (file for file in engine.files or [] if file.name == "auditwheel.cdx.json")
    carried = {part["name"] for part in json.loads(sbom.read_text())["components"]} - {"pjsua2"}
    of_debian_13 = {name.removesuffix("t64") for name in carried}
    assert of_debian_13 <= notice.ENGINE.keys()


def test_the_typeface_of_the_pages_is_told_since_it_is_shipped() -> None:
    assert notice.page_packages()["@fontsource-variable/inter"] == "OFL-1.1"


def test_the_project_says_its_licence_once_and_license_md_names_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "GPL-3.0-or-later"
    assert project["license-files"] == ["LICENSE.md", "NOTICE.md"]
    assert f"SPDX-License-Identifier: {project['license']}" in (ROOT / "LICENSE.md").read_text()
