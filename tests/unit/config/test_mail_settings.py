"""Settings of mail that are right one by one and wrong together."""

import pytest

import config


def problems(**variables: str) -> list[str]:
    return [problem.reason for problem in config.check(environ={f"SAMBUT_{k}": v for k, v in variables.items()})]


def test_mail_needs_a_sender() -> None:
    assert any("smtp_from is missing" in reason for reason in problems(SMTP_HOST="mail.example"))
    assert problems(SMTP_HOST="mail.example", SMTP_FROM="sambut@kantor.example") == []


@pytest.mark.parametrize(("host", "refused"), [("mail.example", True), ("127.0.0.1", False), ("localhost", False)])
def test_a_password_goes_in_the_clear_to_no_other_machine(host: str, refused: bool) -> None:
    own = {"SMTP_HOST": host, "SMTP_FROM": "a@b.example", "SMTP_SECURITY": "none", "SMTP_PASSWORD": "rahasia"}
    assert any("in the clear" in reason for reason in problems(**own)) == refused


def test_the_password_is_in_no_printed_settings() -> None:
    settings = config.load(environ={"SAMBUT_SMTP_PASSWORD": "rahasia-sekali"}).settings
    assert "rahasia-sekali" not in repr(settings)
