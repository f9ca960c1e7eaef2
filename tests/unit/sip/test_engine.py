"""What the status page says of the engine."""

import ssl

import pytest

from sip.engine import Engine, installed


def own(openssl: str = "", left_out: tuple[str, ...] = ()) -> Engine:
    return Engine("pjsua2", "2.17", 1024, fallback=False, openssl=openssl, left_out=left_out)


@pytest.mark.parametrize(
    ("engines", "machines", "told"),
    [
        ("3.0.19", "OpenSSL 3.0.22 1 Jan 2026", True),
        ("3.0.22", "OpenSSL 3.0.22 1 Jan 2026", False),
        ("3.0.23", "OpenSSL 3.0.22 1 Jan 2026", False),
        ("3.0.19", "OpenSSL 3.5.2 1 Jan 2026", False),
        ("", "OpenSSL 3.0.22 1 Jan 2026", False),
        ("3.0.9", "OpenSSL 3.0.22 1 Jan 2026", True),
    ],
)
def test_an_engine_with_an_older_openssl_of_the_same_line_is_told(
    monkeypatch: pytest.MonkeyPatch, engines: str, machines: str, *, told: bool
) -> None:
    monkeypatch.setattr(ssl, "OPENSSL_VERSION", machines)
    warning = own(openssl=engines).warning
    assert (warning is not None) is told
    assert warning is None or "make engine" in warning


def test_steps_left_out_are_told() -> None:
    warning = own(left_out=("stay-in-epoll",)).warning
    assert warning is not None and "stay-in-epoll" in warning


def test_the_fallback_is_told() -> None:
    warning = Engine("pjsua2-python", "2.15", 4, fallback=True).warning
    assert warning is not None and "at most 4 legs" in warning


def test_the_engine_of_this_environment_is_found() -> None:
    assert installed().legs in {4, 1024}
