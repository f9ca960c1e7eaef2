"""How hosts are found: by the library itself, beside all calls instead of in the way of them.

Left alone, it asks the system's resolver in the thread that calls, and a name server that does not answer stops every
call meanwhile (measured: 6 s for one name). With name servers of its own it asks beside, for SRV too (RFC 3263),
but does not look into /etc/hosts: we do.
"""

import re
from ipaddress import IPv4Address
from pathlib import Path

RESOLV_CONF = Path("/etc/resolv.conf")
HOSTS = Path("/etc/hosts")
THIS_MACHINE = "127.0.0.1"
_HOST = re.compile(r"(?<=@)[A-Za-z][A-Za-z0-9.-]*|(?<=^sip:)[A-Za-z][A-Za-z0-9.-]*(?=$|[:;])")


def nameservers(file: Path = RESOLV_CONF) -> list[str]:
    """The machine's own (resolv.conf(5)), as far as the library can use them: by IPv4.

    Where it names none, this machine's, as resolv.conf(5) has it: without any the library would ask in the thread that
    carries all calls.
    """
    named = [words[1] for words in _lines(file) if len(words) > 1 and words[0] == "nameserver"]
    return [address for address in named if _is_ipv4(address)] or [THIS_MACHINE]


def by_hosts_file(uri: str, file: Path = HOSTS) -> str:
    """A SIP URI with its host's IPv4 address, if hosts(5) knows it; else the URI as it is."""
    host = _HOST.search(uri)
    if host is None:
        return uri
    for address, *names in _lines(file):
        if host.group().lower() in map(str.lower, names) and _is_ipv4(address):
            return uri[: host.start()] + address + uri[host.end() :]
    return uri


def _lines(file: Path) -> list[list[str]]:
    """The words of each line that has any, without comments; none of a file that cannot be read."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [words for line in text.splitlines() if (words := line.partition("#")[0].split())]


def _is_ipv4(address: str) -> bool:
    try:
        IPv4Address(address)
    except ValueError:
        return False
    return True
