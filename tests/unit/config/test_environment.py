"""The environment beside the files: secrets from files of their own, and which of two says what counts."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

import config
from config.environment import SECRETS, file_variable
from sambut.cli import main
from tests.unit.config.conftest import Office


def _value(field: str) -> str:
    return "postgresql://sambut:rahasia@db/sambut" if field == "database_url" else "rahasia-sekali"


@pytest.mark.parametrize("field", sorted(SECRETS - {"database_password"}))
def test_every_secret_may_stand_in_a_file_of_its_own(field: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{_value(field)}\n")
    settings = config.load(environ={file_variable(field): str(file)}).settings
    assert getattr(settings, field) == _value(field)


def test_passwords_of_the_database_of_mail_and_of_the_demo_are_secrets() -> None:
    assert {"database_url", "database_password", "smtp_password", "demo_password", "vehicles_token"} <= SECRETS


@pytest.mark.parametrize(
    ("content", "told"), [(None, "cannot be read: No such file or directory"), (b"\n", "is empty"), (b"\xff", "UTF-8")]
)
def test_a_secrets_file_that_cannot_be_used_is_named(content: bytes | None, told: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    (problem,) = config.check(environ={"SAMBUT_SMTP_PASSWORD_FILE": str(file)})
    assert problem.file == "SAMBUT_SMTP_PASSWORD_FILE (environment)"
    assert str(file) in problem.reason and told in problem.reason


def test_a_secret_given_twice_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("dari-berkas")
    (problem,) = config.check(
        environ={"SAMBUT_SMTP_PASSWORD_FILE": str(tmp_path / "secret"), "SAMBUT_SMTP_PASSWORD": "dari-lingkungan"}
    )
    assert "SAMBUT_SMTP_PASSWORD is given, too" in problem.reason and "dari" not in str(problem)


def test_what_is_no_secret_has_no_file() -> None:
    (problem,) = config.check(environ={"SAMBUT_HTTP_PORT_FILE": "/run/port"})
    assert "only a secret" in problem.reason and "SAMBUT_HTTP_PORT" in problem.reason


@pytest.mark.parametrize("password", ["0a1b2c", "p@ss/word:%?#"])
def test_the_databases_password_may_come_by_itself(password: str, tmp_path: Path) -> None:
    from sqlalchemy import make_url

    (tmp_path / "password").write_text(password)
    environ = {
        "SAMBUT_DATABASE_URL": "postgresql://sambut@127.0.0.1:5432/sambut",
        "SAMBUT_DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
    }
    url = make_url(config.load(environ=environ).settings.database_url)
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "sambut", password, "127.0.0.1", 5432, "sambut",
    )  # fmt: skip


@pytest.mark.parametrize("url", ["postgresql://sambut:other@db/sambut", "postgresql://db/sambut", "sqlite:///a.db"])
def test_a_password_for_a_url_that_has_no_place_for_it_is_refused(url: str) -> None:
    (problem,) = config.check(environ={"SAMBUT_DATABASE_URL": url, "SAMBUT_DATABASE_PASSWORD": "rahasia"})
    assert problem.file == "SAMBUT_DATABASE_URL (environment)"
    assert "database_password" in problem.reason and "rahasia" not in problem.reason


def test_check_says_which_setting_of_the_file_does_not_count(office: Office) -> None:
    office.write("settings.yaml", "drain_s: 120\nsip_port: 5070\ncodecs: [PCMA, PCMU]\nsmtp_password: rahasia\n")
    environ = {
        "SAMBUT_CONFIG": str(office.folder),
        "SAMBUT_KEY_FILE": str(office.folder / "master.key"),
        "SAMBUT_DRAIN_S": "30",
        "SAMBUT_SIP_PORT": "5070",
        "SAMBUT_CODECS": "PCMA,PCMU",
        "SAMBUT_SMTP_PASSWORD": "lain",
    }
    ran = CliRunner().invoke(main, ["check"], env=environ)
    assert ran.exit_code == 0, "what does not count is no mistake"
    assert ran.output.splitlines() == [
        f"{office.folder}/settings.yaml:1: `drain_s` does not count: the variable SAMBUT_DRAIN_S goes before it",
        f"{office.folder}/settings.yaml:4: `smtp_password` does not count: "
        "the variable SAMBUT_SMTP_PASSWORD goes before it",
        "configuration is in order",
    ]


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may read everything, so root steps down for a moment."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o711])
def test_a_folder_that_may_not_be_read_is_told_as_one_problem(mode: int) -> None:
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        folder = Path(outer) / "etc"
        folder.mkdir()
        (folder / "settings.yaml").write_text("http_port: 8081\n")
        folder.chmod(mode)
        try:
            with _as_nobody():
                (problem,) = config.check(folder, {})
                assert config.hidden(folder, {"SAMBUT_HTTP_PORT": "1"}) == [] or mode == 0o711
        finally:
            folder.chmod(0o700)
    assert problem.file == str(folder)
    assert "cannot be read by this account" in problem.reason and "Permission denied" in problem.reason
