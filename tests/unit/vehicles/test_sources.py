"""What vehicles.yaml may say, and which source it opens."""

from pathlib import Path

import pytest
from pydantic import ValidationError

import config
from config.settings import Settings
from config.vehicles import VehicleSource
from vehicles.http import HttpVehicles
from vehicles.port import NoSource
from vehicles.sources import source_of

SERVICE = {"url": "https://service.example.go.id/{plate}"}


@pytest.mark.parametrize(
    ("rules", "kind"),
    [({}, object), ({"source": "none"}, NoSource), ({"source": "http", "service": SERVICE}, HttpVehicles)],
)
def test_the_source_that_is_named_is_opened(rules: dict[str, object], kind: type) -> None:
    table = NoSource()
    source = source_of(VehicleSource.model_validate(rules), Settings(), table, lambda: 0.0)
    assert source is table if kind is object else type(source) is kind


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ({"url": "https://service.example.go.id/"}, "no {plate}"),
        ({"url": "ftp://service.example.go.id/{plate}"}, "not a web address"),
        ({**SERVICE, "fields": {"price": "x"}}, "tax_due"),
        ({**SERVICE, "root": "a..b"}, "pattern"),
        ({**SERVICE, "timeout_s": 0}, "greater than or equal"),
        ({**SERVICE, "token": "secret"}, "not permitted"),
    ],
)
def test_a_service_that_cannot_be_asked_is_refused(service: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        VehicleSource.model_validate({"source": "http", "service": service})


def test_a_wrong_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "vehicles.yaml").write_text("source: table\nrefused_percent: 120\n")
    problems = config.check(tmp_path, {})
    assert [(Path(each.file).name, each.line) for each in problems] == [("vehicles.yaml", 2)]


def test_http_without_a_service_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vehicles.yaml").write_text("source: http\n")
    assert any("needs `service`" in each.reason for each in config.check(tmp_path, {}))
