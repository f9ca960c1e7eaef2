"""docs/settings.md and settings.yaml tell what the types say; `make docs` brings them into step."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import settings_page
import yaml_lines
from ruamel.yaml import YAML

import config
from config import Settings
from config.environment import settings_from, variable

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/settings.md").read_text()
FILE = (ROOT / "config/defaults/settings.yaml").read_text()
IN_FILE = yaml_lines.examples(FILE, Settings.model_fields)
WITH_VARIABLE = sorted(settings_from({variable(name): "1" for name in Settings.model_fields}))


def test_the_page_and_the_remarks_are_in_step_with_the_types() -> None:
    checked = [sys.executable, ROOT / "scripts/settings_page.py", "--check"]
    result = subprocess.run(checked, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_page_has_every_setting_with_its_variable_and_meaning(name: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    said = Settings.model_fields[name].description or ""
    assert (f"`{variable(name)}`" in row) is (name in WITH_VARIABLE)
    assert said.split("\n\n")[0] in row


def test_settings_yaml_has_every_setting_but_those_that_are_variables_only() -> None:
    lacking = [name for name in Settings.model_fields if not re.search(rf"^(# )?{name}:", FILE, re.MULTILINE)]
    hint = "write a line for it into config/defaults/settings.yaml, then `make docs`"
    assert lacking == ["config", "demo_password"], hint


def value_in_file(name: str) -> object:
    return getattr(Settings.model_validate(YAML(typ="safe").load(IN_FILE[name])), name)


@pytest.mark.parametrize("name", [name for name in IN_FILE if settings_page.default(Settings, name) != "–"])
def test_settings_yaml_shows_the_default_where_there_is_one(name: str) -> None:
    assert value_in_file(name) == Settings.model_fields[name].default


@pytest.mark.parametrize("name", [name for name in WITH_VARIABLE if name in IN_FILE])
def test_what_the_file_takes_the_variable_takes_too(name: str, tmp_path: Path) -> None:
    value = YAML(typ="safe").load(IN_FILE[name])[name]
    line = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    needed = ("tls_certificate", "tls_key", "http_certificate", "http_key", "smtp_from")
    loaded = config.load(tmp_path, {**{variable(other): "x" for other in needed}, variable(name): line}).settings
    assert getattr(loaded, name) == value_in_file(name)


def test_every_number_has_a_unit_or_counts_things() -> None:
    connections = {"http_connections", "http_connections_per_address"}
    counts = {
        "sip_port",
        "sip_tls_port",
        "http_port",
        "smtp_port",
        "login_attempts",
        "alarm_sign_ins",
        "alarm_sip",
        *connections,
    }
    numbers = {name for name, kind in Settings.model_json_schema()["properties"].items() if is_number(kind)}
    without = {name for name in numbers if settings_page.unit(name) == "–"}
    assert without == counts, "name the unit in the setting's name (settings_page.UNITS), or list it here"


def is_number(schema: dict) -> bool:
    return "number" in settings_page.kind(schema)


def test_every_variable_that_a_script_or_a_file_of_deploy_reads_is_told() -> None:
    files = [path for folder in ("scripts", "deploy") for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [ROOT / name for name in ("Makefile", "Dockerfile", "docker-compose.yml", "web/vite.config.ts")]
    told = {variable(name) for name in Settings.model_fields} | settings_page.OTHERS.keys()
    text = "\n".join(path.read_text(errors="ignore") for path in files)
    read = set(re.findall(r"(?:\$\{?|environ\W.{0,5}|env\.)(SAMBUT_[A-Z0-9_]*[A-Z0-9])\b", text))
    assert read - told == set(), "tell it in OTHERS of scripts/settings_page.py, then `make docs`"
    assert [name for name in settings_page.OTHERS if name not in text] == []


def test_a_remark_is_renewed_and_examples_below_it_stay() -> None:
    text = "# --- a group ---\n# data: var  # old\n# data: other\ntrunks:\n  # data: x # y\n"
    renewed = yaml_lines.with_remarks(text, {"data": "new"})
    assert renewed.splitlines()[1:] == [
        "# data: var".ljust(37) + "# new",
        "# data: other",
        "trunks:",
        "  # data: x # y",
    ]
    assert yaml_lines.groups(text, ["data", "node"]) == {"a group": ["data"], "variables only": ["node"]}
