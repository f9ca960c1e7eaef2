"""`make sbom`: what the lock files, the engine and the pages are made of, by the schema of CycloneDX."""

import json
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()) is not None)
"""


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> dict:
    file = tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"
    made = subprocess.run([ROOT / "scripts/sbom.sh", file], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return json.loads(file.read_text())


def versions(sbom: dict, kind: str) -> dict[str, set[str]]:
    """Name -> versions of the parts whose address begins with `pkg:kind/`."""
    found: dict[str, set[str]] = {}
    for part in sbom["components"]:
        if part["purl"].startswith(f"pkg:{kind}/"):
            found.setdefault(part["name"], set()).add(part["version"])
    return found


def test_it_says_what_it_is_of_and_under_which_licence(sbom: dict) -> None:
    subject = sbom["metadata"]["component"]
    assert (subject["name"], subject["type"], subject["version"]) == (
        "sambut",
        "application",
        metadata.version("sambut"),
    )
    assert "GPL-3.0-or-later" in json.dumps(subject["licenses"])


def test_it_has_every_locked_python_package_with_its_hashes(sbom: dict) -> None:
    lines = (ROOT / "requirements/run.txt").read_text().splitlines()
    here = "\n".join(line for line in lines if "emscripten" not in line)  # what only Python in a browser wants
    locked = re.findall(r"^([a-z0-9-]+)==(\S+)", here, re.MULTILINE)
    told = versions(sbom, "pypi")
    assert [pin for pin in locked if pin[1] not in told.get(pin[0], ())] == []
    python = [part for part in sbom["components"] if part["name"] in dict(locked)]
    assert all(part["externalReferences"][0]["hashes"] for part in python)


def test_it_has_what_the_pages_ship_and_not_what_builds_them(sbom: dict) -> None:
    told = versions(sbom, "npm")
    assert {"preact", "@preact/signals", "dompurify", "marked", "@fontsource-variable/inter"} <= told.keys()
    assert not {"vite", "typescript", "vitest"} & told.keys()


def test_it_has_the_engine_with_the_libraries_that_were_built_into_it(sbom: dict) -> None:
    try:
        engine = metadata.version("pjsua2")
    except metadata.PackageNotFoundError:
        pytest.skip("the engine of the package index is installed, not the one built here")
    assert versions(sbom, "github")["pjproject"] == {engine}
    assert "libsrtp2" in versions(sbom, "github")
    assert {"libopus0", "libspeex1", "libuuid1"} <= {name.removesuffix("t64") for name in versions(sbom, "deb")}


def test_every_part_has_a_licence_and_an_address_of_its_own(sbom: dict) -> None:
    assert [part["name"] for part in sbom["components"] if not part.get("licenses")] == []
    addresses = [part["purl"] for part in sbom["components"]]
    assert len(set(addresses)) == len(addresses)


def valid(text: str) -> bool:
    checked = [ROOT / ".tools/sbom/bin/python", "-c", VALIDATE]
    return subprocess.run(checked, input=text, capture_output=True, text=True, check=False).returncode == 0


def test_it_follows_the_schema_which_a_damaged_one_does_not(sbom: dict) -> None:
    assert valid(json.dumps(sbom))
    assert not valid(json.dumps({**sbom, "components": [{"name": "x"}]}))
    assert not valid(json.dumps({**sbom, "unknown": 1}))
