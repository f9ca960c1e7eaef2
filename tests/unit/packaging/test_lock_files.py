"""The lock files say what pyproject.toml asks for; `make lock` remakes them."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
REQUIREMENTS = ROOT / "requirements"
PIN = re.compile(r"^([a-z0-9-]+)==(\S+?)(?: ; .*)? \\$", re.MULTILINE)
"""A locked package: `name==version ; marker \\`. One may stand twice, for different Pythons."""


def locked(name: str) -> dict[str, set[str]]:
    """Package -> versions in `requirements/<name>.txt`."""
    pins: dict[str, set[str]] = {}
    for package, version in PIN.findall((REQUIREMENTS / f"{name}.txt").read_text()):
        pins.setdefault(package, set()).add(version)
    return pins


def asked_for(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"]] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("lock", "extras"), [("run", ()), ("test", ("test",))])
def test_a_lock_holds_what_pyproject_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    pins = locked(lock)
    unmet = [
        str(wanted)
        for wanted in asked_for(*extras)
        if not any(wanted.specifier.contains(version) for version in pins.get(canonicalize_name(wanted.name), ()))
    ]
    assert unmet == []


def test_what_the_tests_install_contains_what_the_service_installs() -> None:
    tested = locked("test")
    assert {name: versions for name, versions in locked("run").items() if tested.get(name) != versions} == {}


@pytest.mark.parametrize("source", sorted(REQUIREMENTS.glob("*.in")), ids=lambda path: path.stem)
def test_each_list_of_tools_is_locked(source: Path) -> None:
    lock = "run" if source.stem == "build" else source.stem
    lines = [line for line in source.read_text().splitlines() if line and not line.startswith("#")]
    assert {canonicalize_name(Requirement(line).name) for line in lines} <= locked(lock).keys()


@pytest.mark.parametrize("lock", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_lock_names_no_index_and_hashes_every_package(lock: Path) -> None:
    text = lock.read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert "://" not in text
    assert [package.splitlines()[0] for package in packages if "--hash=sha256:" not in package] == []
