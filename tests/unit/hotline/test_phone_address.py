"""Which SIP addresses may be an operator's phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Settings
from hotline.phone_address import PhoneAddresses

TRUNKS = (
    {"name": "provider", "peers": ["203.0.113.5"], "outbound": {"host": "10.20.0.9"}},
    {"name": "pbx", "registration": {"registrar": "pbx.kantor.example:5070", "username": "1", "password": "x"}},
    {"name": "six", "peers": ["::1"], "outbound": {"host": "[2001:db8::9]:5062"}},
)
NETWORKS = ["10.20.0.0/16", "2001:db8::/64", "pbx.kantor.example"]
ADDRESSES = PhoneAddresses(Settings.model_validate({"trunks": TRUNKS, "phone_networks": NETWORKS}))


@pytest.mark.parametrize(
    "uri",
    [
        "sip:1001@10.20.0.21",
        "sip:operator1@10.20.0.21:5071",
        "sip:10.20.0.21:5071",
        "sip:ratna.s-1_a@10.20.0.21;transport=tcp",
        "sip:operator1@10.20.0.21:5062;transport=TLS",
        "sips:1001@10.20.0.21",
        "sip:1001@[2001:db8::21]:5060",
        "sip:1001@[::ffff:10.20.0.21]",
        "sip:1001@PBX.kantor.example:5080",  # the name that the setting has, at another port than the trunk's
        "sip:1001@10.20.0.9:5071",  # the trunk's machine, but another port
    ],
)
def test_a_phone_in_the_offices_networks_may_be_rung(uri: str) -> None:
    assert ADDRESSES.refusal(uri) is None


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("sip:+628090000000@10.20.0.21", "Before the @"),
        ("sip:08090000000@10.20.0.21", "Before the @"),
        ("sip:0809-000-0000@10.20.0.21", "Before the @"),
        ("sip:1234567@10.20.0.21", "Before the @"),
        ("sip:%2B628090000000@10.20.0.21", "Before the @"),
        ("sip:9,08090000000@10.20.0.21", "Before the @"),
        ("sip:*72@10.20.0.21", "Before the @"),
        ("sip:1001;phone-context=+62@10.20.0.21", "Before the @"),
        ("sip:@10.20.0.21", "Before the @"),
        ("sip:1001@10.20.0.21;maddr=203.0.113.5", "Nothing may follow"),
        ("sip:1001@10.20.0.21;transport=tcp;maddr=203.0.113.5", "Nothing may follow"),
        ("sip:1001@10.20.0.21;lr", "Nothing may follow"),
        ("sip:1001@10.20.0.21;transport=ws", "Nothing may follow"),
        ("sip:1001@10.20.0.21;user=phone", "Nothing may follow"),
        ("sip:1001@10.20.0.21?Route=%3Csip:203.0.113.5%3E", "Nothing may follow"),
        ("sip:1001@10.20.0.9", "This is a trunk"),
        ("sip:1001@10.20.0.9:05060", "This is a trunk"),
        ("sip:1001@[::ffff:10.20.0.9]", "This is a trunk"),
        ("sips:1001@10.20.0.9", "This is a trunk"),
        ("sip:1001@pbx.kantor.example", "This is a trunk"),
        ("sip:1001@[2001:db8:0::9]:5062", "This is a trunk"),
        ("sip:1001@pbx.kantor.example:5070", "This is a trunk"),
        ("sip:1001@203.0.113.77", "203.0.113.77 is not in the networks"),
        ("sip:1001@127.0.0.1", "setting phone_networks"),
        ("sip:1001@phone.example", "phone.example is not in the networks"),
        ("sip:1001@pbx.kantor.example.evil.example", "is not in the networks"),
        ("sip:1001@0x0a140015", "is not in the networks"),  # 10.20.0.21 as some resolvers read it
        ("sip:1001@169083925", "is not in the networks"),
        ("sip:1001@[fe80::1]", "fe80::1 is not in the networks"),
        ("tel:+628090000000", "This is no SIP address"),
        ("sip:1001@10.20.0.21:5060,sip:x@y", "This is no SIP address"),
        ("sip:1001@10.20.0.21\r\nX: y", "This is no SIP address"),
        ("sip:1001@10.20.0.21\n", "This is no SIP address"),
        ("sip:a@203.0.113.5@10.20.0.21", "This is no SIP address"),
        ("", "This is no SIP address"),
    ],
)
def test_what_is_no_phone_of_the_office_is_refused_with_the_reason(uri: str, why: str) -> None:
    refusal = ADDRESSES.refusal(uri)
    assert refusal is not None
    assert why in refusal.en
    assert refusal.id != refusal.en


@given(st.text(max_size=60) | st.text("sip:@[]0.9127;=?maddrtnspo+%", max_size=60).map("sip:".__add__))
def test_nothing_that_is_typed_is_rung_outside_the_networks(text: str) -> None:
    if ADDRESSES.refusal(text) is None:
        assert "maddr" not in text and "+" not in text
        assert "10.20." in text or "2001:db8:" in text or "pbx.kantor.example" in text


def test_an_untouched_installation_rings_this_machine_only() -> None:
    addresses = PhoneAddresses(Settings())
    assert addresses.refusal("sip:operator1@127.0.0.1:5071") is None
    assert addresses.refusal("sip:operator1@[::1]:5071") is None
    assert addresses.refusal("sip:operator1@10.20.0.21") is not None
