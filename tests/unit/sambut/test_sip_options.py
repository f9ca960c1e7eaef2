"""From settings to the SIP agent's options."""

from typing import Any

import pytest

from config import Settings
from sambut.sip_options import hotline_options
from sip.engine import Engine
from sip.options import AgentOptions, Credentials, Turn
from sip.tls_peers import TlsTrunk

ENGINE = Engine("pjsua2", "2.17", 1024, fallback=False)
TURN = {"urls": ["stun:s.example:3478", "turn:t.example:3478?transport=tcp"], "username": "a", "credential": "b"}


def options(**settings: Any) -> AgentOptions:
    return hotline_options(Settings.model_validate(settings), ENGINE)


def test_phones_and_headsets_speak_wide_band_with_whoever_does() -> None:
    usual = options()
    assert (usual.clock_rate, usual.codecs[0], usual.line_codecs[0]) == (16000, "PCMA", "PCMU")
    assert (usual.wide_codecs[0], usual.wide_line_codecs[0]) == ("G722", "G722")


def test_on_a_narrow_bridge_nobody_is_offered_wide_band_first() -> None:
    narrow = options(clock_rate=8000)
    assert (narrow.wide_codecs, narrow.wide_line_codecs) == ((), ())


def test_a_browser_headset_speaks_what_the_settings_say() -> None:
    chosen = options(headset_codecs=["opus"])
    assert (chosen.line_codecs, chosen.wide_line_codecs) == (("opus",), ())


def test_codecs_are_offered_in_the_order_of_the_settings() -> None:
    chosen = options(codecs=["PCMA", "G722"])
    assert (chosen.codecs, chosen.wide_codecs, chosen.wide_line_codecs) == (("PCMA", "G722"), (), ("G722", "PCMA"))


def test_a_codec_that_is_off_is_not_offered_to_a_browser_headset() -> None:
    assert options(codecs=["PCMA", "opus"]).line_codecs == ("PCMA", "opus")


def test_codecs_of_headsets_that_are_all_off_are_told() -> None:
    with pytest.raises(ValueError, match="headset_codecs"):
        options(codecs=["PCMA"], headset_codecs=["opus"])


def test_turn_is_for_the_pages_alone_unless_it_is_wanted_here_too() -> None:
    assert options(ice_servers=[TURN]).turn is None
    assert options(ice_servers=[TURN], headset_turn=True).turn == Turn("t.example:3478", "a", "b", tcp=True)


def test_turn_without_a_server_that_the_engine_can_speak_to_is_told() -> None:
    only_tls = {"urls": ["turns:t.example:443"], "username": "a", "credential": "b"}
    with pytest.raises(ValueError, match="headset_turn"):
        options(ice_servers=[only_tls], headset_turn=True)


def test_a_trunk_that_asks_for_credentials_without_a_registration_has_them_and_no_other() -> None:
    outbound = {"host": "sip.example:5070", "username": "1500", "password": "rahasia"}
    asks = {"name": "asks", "peers": ["192.0.2.1"], "outbound": outbound}
    trusts = {"name": "trusts", "peers": ["192.0.2.2"], "outbound": {"host": "pbx.example"}}
    assert options(trunks=[asks, trusts]).credentials == (Credentials("asks", "sip.example:5070", "1500", "rahasia"),)


def test_media_of_headsets_arrive_where_the_settings_say() -> None:
    assert options(headset_bind="192.0.2.4").line_bind == "192.0.2.4"


def test_trunks_over_tls_are_known_by_each_of_their_names_or_their_fingerprint() -> None:
    pin = "sha256:" + "AB" * 32
    tls = {"transport": "tls"}
    trunks = [
        {
            "name": "a",
            "peers": ["Sbc.provider.example", "10.0.0.0/29"],
            "outbound": {"host": "SIP.provider.example:5070"},
        },
        {
            "name": "b",
            "registration": {"registrar": "10.1.1.1", "username": "x", "password": "y", "proxy": "p.example"},
        },
    ]
    files = {"tls_certificate": "/a", "tls_key": "/b"}
    made = options(trunks=[{**trunks[0], **tls}, {**trunks[1], **tls, "tls_fingerprint": pin}], **files)
    assert made.tls is not None and made.tls.peers is not None
    by_name, by_pin = made.tls.peers.trunks
    assert by_name == TlsTrunk("a", frozenset({"sbc.provider.example", "sip.provider.example"}))
    assert (by_pin.hosts, by_pin.fingerprint) == (frozenset({"10.1.1.1", "p.example"}), "ab" * 32)
    assert made.admission.listening == (
        *(("10.0.0.0/29", port) for port in (5061, 5070)),
        ("10.1.1.1/32", 5061),
    )


def test_authorities_are_read_only_where_somebody_is_checked_by_them() -> None:
    def read(**settings: Any) -> str:
        made = options(tls_certificate="/a", tls_key="/b", **settings).tls
        assert made is not None
        return str(made.ca)

    trunk = {"name": "a", "peers": ["10.0.0.1"], "transport": "tls"}
    assert read() == "None"
    assert read(trunks=[trunk]) in ("/etc/ssl/certs/ca-certificates.crt", "None")
    assert read(trunks=[{**trunk, "tls_fingerprint": "sha256:" + "ab" * 32}]) == "None"
    assert read(tls_ca="/c") == "/c"
