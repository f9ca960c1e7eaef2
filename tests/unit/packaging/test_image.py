"""What image and compose file promise, as far as one can read without a Docker engine."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from config import Settings

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"


def _compose(file: Path = COMPOSE) -> Any:
    return YAML(typ="safe").load(file.read_text())


def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def _let_in() -> set[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return {line[1:].split("/")[0] for line in lines if line.startswith("!")}


def test_every_room_is_in_the_image() -> None:
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {room.rstrip("*") for room in rooms} - _let_in() == set()


def test_what_the_dockerfile_copies_is_let_in() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+)$", _dockerfile(), re.M)
    sources = {source.split("/")[0] for line in copied for source in line.split()[:-1]} - {"."}
    assert sources - _let_in() - {"deploy"} == set()
    assert (ROOT / "deploy" / "docker").is_dir() and "deploy" in _let_in()


def test_engine_and_packages_come_before_the_code() -> None:
    """A change of ours must not make them anew: nothing of the rooms is there yet when they are installed."""
    before, whole, after = _dockerfile().partition("\nCOPY . .\n")
    assert whole and "bootstrap.sh run environment engine" in before and "bootstrap.sh run packages" in before
    assert "bootstrap.sh" not in after


def test_no_range_of_ports_is_exposed() -> None:
    (exposed,) = re.findall(r"^EXPOSE (.+)$", _dockerfile(), re.M)
    assert "-" not in exposed


def test_compose_hides_no_more_of_settings_yaml_than_it_must() -> None:
    """What `.env` does not say is left to the file: an empty variable counts as not given."""
    environment = _compose()["services"]["sambut"]["environment"]
    fixed = {name for name, value in environment.items() if not str(value).endswith(":-}")}
    assert fixed == {"SAMBUT_DATABASE_URL", "SAMBUT_DATABASE_PASSWORD_FILE", "SAMBUT_SIP_BIND", "SAMBUT_NODE"}
    fields = {name.removeprefix("SAMBUT_").removesuffix("_FILE").lower() for name in environment}
    assert fields <= Settings.model_fields.keys()


def test_no_password_is_among_composes_variables() -> None:
    compose = _compose()
    for service in compose["services"].values():
        assert service["secrets"] == ["database_password"]
        told = {name: value for name, value in service["environment"].items() if "PASSWORD" in name}
        assert set(told.values()) == {"/run/secrets/database_password"}


def test_what_an_installation_keeps_secret_is_ignored_by_git() -> None:
    secret = [_compose()["secrets"]["database_password"]["file"], ".env", "etc/settings.yaml"]
    done = subprocess.run(["git", "check-ignore", *secret], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == secret


def test_the_service_starts_without_its_database_and_without_more_rights() -> None:
    service = _compose()["services"]["sambut"]
    assert service["depends_on"] == ["db"], "only the order: it waits for its database by itself"
    assert "ulimits" not in service and "cap_add" not in service
    assert service["read_only"] and service["cap_drop"] == ["ALL"]


def test_docker_keeps_no_endless_log() -> None:
    for service in _compose()["services"].values():
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("file", [COMPOSE, ROOT / "deploy" / "docker" / "realtime.yml"], ids=lambda file: file.name)
def test_compose_1_29_and_2_read_the_file(file: Path) -> None:
    """The keys that 1.29 knows at the top. It refuses `name`; so the volumes have names."""
    assert set(_compose(file)) <= {"services", "secrets", "volumes", "networks"}
    if file == COMPOSE:
        assert {each["name"] for each in _compose()["volumes"].values()} == {
            "sambut_data",
            "sambut_database",
            "sambut_key",
        }


def test_the_installed_compose_accepts_both_files() -> None:
    compose = shutil.which("docker-compose")
    if compose is None:
        pytest.skip("no docker-compose is installed here")
    files = ["-f", COMPOSE, "-f", ROOT / "deploy" / "docker" / "realtime.yml"]
    done = subprocess.run([compose, *files, "config"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", ["deploy/systemd/sambut.service", "deploy/docker/realtime.yml"])
def test_real_time_priority_is_the_one_that_the_engine_asks_for(file: str) -> None:
    """pjproject asks for `sched_get_priority_max(SCHED_RR)`, which is 99, and runs without when that is refused."""
    (limit,) = re.findall(r"^\s*(?:LimitRTPRIO=|rtprio: )(\d+)$", (ROOT / file).read_text(), re.M)
    assert limit == "99"


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd is installed here")
    text = (ROOT / "deploy" / "systemd" / "sambut.service").read_text()
    unit = tmp_path / "sambut.service"
    unit.write_text(text.replace("/opt/sambut/.venv/bin/sambut", "/bin/true").replace("/opt/sambut", str(ROOT)))
    done = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, ours) == (0, []), done.stderr
