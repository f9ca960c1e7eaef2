"""The signature that receivers check, and the addresses that nothing is sent to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.webhook_addresses import AddressRefused, check_url, is_outside
from sambut.webhook_sending import signature


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The vector that its libraries are tested with: https://www.standardwebhooks.com"""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.text(max_size=50), st.text(max_size=50), st.integers(0, 2**40), st.integers(0, 2**40))
def test_another_body_or_another_moment_has_another_signature(one: str, other: str, at: int, later: int) -> None:
    same = (one, at) == (other, later)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    one, other = one.encode("utf-8", "replace").decode(), other.encode("utf-8", "replace").decode()
    assert (signature(secret, "id", at, one) == signature(secret, "id", later, other)) == (
        same or (one, at) == (other, later)
    )


INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "2002:100::",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_not_of_the_public_network(address: str) -> None:
    assert not is_outside(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        check_url(f"https://{host}/", inside=False)
    check_url(f"https://{host}/", inside=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "103.28.14.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_outside(ipaddress.ip_address(address))


@given(st.ip_addresses())
def test_nothing_private_is_outside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None
        assert mapped or not is_outside(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "ftp://example.org",
        "https://",
        "https:///path",
        "example.org",
        "https://user:secret@example.org/",
        "https://example.org/#part",
        "https://example.org:99999/",
        "javascript:alert(1)",
        "",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url, inside=False)


def test_plain_http_is_for_the_own_network_only() -> None:
    check_url("http://penerima.kantor.example:8080/hook", inside=True)
    check_url("https://portal.example:8443/hook?x=1", inside=False)
