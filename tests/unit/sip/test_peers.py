"""Who may send calls by which trunk, and how names are followed."""

import asyncio

import pytest

from sip.peers import PeerTable


class Names:
    """DNS that the test decides."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.known: dict[str, list[str]] = {}
        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", self._ask)

    async def _ask(self, name: str, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if name not in self.known:
            raise OSError(f"no such name: {name}")
        return [(2, 2, 17, "", (address, 0)) for address in self.known[name]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


async def test_addresses_and_networks_are_known_at_once() -> None:
    table = PeerTable([("a", ["192.0.2.1", "10.0.0.0/8"]), ("b", ["2001:db8::/32"])])
    assert [table.trunk_of(each) for each in ("192.0.2.1", "10.9.9.9", "2001:db8::7")] == ["a", "a", "b"]
    assert table.trunk_of("192.0.2.2") is None and table.trunk_of("nonsense") is None
    assert table.networks == ("192.0.2.1/32", "10.0.0.0/8", "2001:db8::/32")


async def test_a_name_admits_nobody_until_it_is_found_and_then_follows_dns(names: Names) -> None:
    table = PeerTable([("a", ["sip.provider.example"])])
    assert table.networks == ()
    names.known["sip.provider.example"] = ["192.0.2.1"]
    await table.look_up()
    assert table.trunk_of("192.0.2.1") == "a"
    names.known["sip.provider.example"] = ["192.0.2.9"]
    await table.look_up()
    assert (table.trunk_of("192.0.2.1"), table.trunk_of("192.0.2.9")) == (None, "a")


async def test_a_name_that_is_not_answered_keeps_its_addresses(names: Names) -> None:
    table = PeerTable([("a", ["sip.provider.example"])])
    names.known["sip.provider.example"] = ["192.0.2.1"]
    await table.look_up()
    names.known.clear()
    await table.look_up()
    assert table.trunk_of("192.0.2.1") == "a"


async def test_trunks_whose_names_were_never_found_are_told(names: Names) -> None:
    table = PeerTable([("a", ["sip.provider.example", "192.0.2.1"]), ("b", ["pbx.example"]), ("c", ["192.0.2.2"])])
    names.known["pbx.example"] = ["192.0.2.3"]
    await table.look_up()
    assert list(table.unresolved) == ["a"]
    names.known = {"sip.provider.example": ["192.0.2.4"]}
    await table.look_up()
    assert not table.unresolved, "b keeps what it had"
