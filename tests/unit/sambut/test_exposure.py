"""What `sambut check` and the status page say of settings that leave something open."""

from typing import Any

import pytest

from config import Settings
from sambut.exposure import certificates, exposed

PIN = "sha256:" + "ab" * 32
TLS = {"tls_certificate": "/a", "tls_key": "/b"}


def told(**settings: Any) -> str:
    return "\n".join(exposed(Settings.model_validate(settings)))


def trunk(**rest: Any) -> dict[str, Any]:
    return {"name": "provider", "peers": ["sip.provider.example"], **rest}


def test_an_untouched_installation_leaves_nothing_open() -> None:
    assert told() == ""
    assert told(trunks=[trunk(peers=["10.0.0.0/8"])]) == ""


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"trunks": [trunk()]}, "go in clear over udp to sip.provider.example"),
        ({"trunks": [trunk(peers=["9.9.9.9"], clear_text="allowed")]}, "go in clear over udp to 9.9.9.9"),
        (
            {"trunks": [trunk(transport="tls")], **TLS},
            "sound goes in clear to sip.provider.example",
        ),
        ({"http_bind": "0.0.0.0", "http_clear_text": "allowed"}, "pages go over the network in clear"),
        ({"http_bind": "0.0.0.0", "roles": {"admin": {"second_factor": False}}}, "admin sign in by password alone"),
        ({"phone_tls": "unchecked"}, "any certificate"),
    ],
)
def test_what_is_open_is_said_in_a_sentence(settings: dict[str, Any], words: str) -> None:
    assert words in told(**settings)


def test_over_tls_with_srtp_a_trunk_leaves_nothing_open() -> None:
    assert told(trunks=[trunk(transport="tls")], srtp="required", **TLS) == ""


def test_the_certificate_that_a_trunk_must_have_is_told() -> None:
    made = Settings.model_validate(
        {"trunks": [trunk(transport="tls"), trunk(transport="tls", name="pbx", tls_fingerprint=PIN)], **TLS}
    )
    by_authority, pinned = certificates(made)
    assert "/etc/ssl/certs/ca-certificates.crt" in by_authority
    assert f"{PIN} and no other" in pinned
