"""Which name servers are asked, and what the hosts file knows before them."""

from pathlib import Path

import pytest

from sip.resolver import by_hosts_file, nameservers

RESOLV_CONF = """
# made by a tool
nameserver 10.0.0.53
nameserver 2001:db8::53
nameserver fe80::1%eth0
nameserver
search kantor.example
nameserver 127.0.0.11   # docker
"""
HOSTS = """
127.0.0.1 localhost
::1       localhost ip6-localhost
10.0.0.7  PBX.kantor.example pbx  # the old one
"""


def test_the_machines_own_name_servers_are_asked_by_ipv4(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(RESOLV_CONF)
    assert nameservers(file) == ["10.0.0.53", "127.0.0.11"]


def test_without_the_file_it_is_this_machines(tmp_path: Path) -> None:
    assert nameservers(tmp_path / "nothing") == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("sip:+6281@pbx.kantor.example:5080;transport=tcp", "sip:+6281@10.0.0.7:5080;transport=tcp"),
        ("sip:1001@pbx", "sip:1001@10.0.0.7"),
        ("sip:pbx:5061", "sip:10.0.0.7:5061"),
        ("sip:localhost", "sip:127.0.0.1"),
        ("sip:1001@ip6-localhost", "sip:1001@ip6-localhost"),
        ("sip:pbx@other.example", "sip:pbx@other.example"),
        ("sip:1001@192.0.2.1", "sip:1001@192.0.2.1"),
        ("sip:1001@[2001:db8::1]:5060", "sip:1001@[2001:db8::1]:5060"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_host_of_the_hosts_file_is_called_by_its_address(tmp_path: Path, uri: str, found: str) -> None:
    file = tmp_path / "hosts"
    file.write_text(HOSTS)
    assert by_hosts_file(uri, file) == found
