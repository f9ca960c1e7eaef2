"""Whose certificate is the right one; with real handshakes: tests/integration/sip/test_tls_peers.py."""

from sip.tls_peers import Shown, TlsPeers, TlsTrunk

OLD, NEW = "aa" * 32, "bb" * 32


def shown(fingerprint: str, *, called: str = "10.0.0.7", port: int = 5062, name: str = "", flaws: int = 0) -> Shown:
    return Shown(called, "10.0.0.7", port, fingerprint, frozenset({name} if name else ()), flaws)


def test_who_takes_calls_at_a_place_now_is_known_by_the_new_certificate_alone() -> None:
    peers = TlsPeers()
    peers.pin("operator1", "10.0.0.7", 5062, OLD)
    peers.pin("operator2", "10.0.0.7", 5062, NEW)
    assert peers.flaw(shown(OLD)) == "other_certificate"
    assert peers.flaw(shown(NEW)) is None
    assert peers.pinned_places() == [("10.0.0.7", 5062)]


def test_who_has_moved_is_not_known_where_they_were() -> None:
    peers = TlsPeers()
    peers.pin("operator1", "10.0.0.7", 5062, OLD)
    peers.pin("operator1", "10.0.0.7", 5063, OLD)
    assert peers.flaw(shown(OLD)) == "name"
    assert peers.flaw(shown(OLD, port=5063)) is None


def test_a_trunk_is_meant_by_the_host_that_was_called_before_the_address() -> None:
    one, other = TlsTrunk("one", frozenset({"sip.one.example"})), TlsTrunk("other", frozenset({"sip.other.example"}))
    peers = TlsPeers((one, other), trunk_of=lambda _: "other")
    assert peers.flaw(shown(OLD, called="sip.one.example", name="sip.other.example")) == "name"
    assert peers.flaw(shown(OLD, called="10.0.0.7", name="sip.other.example")) is None
    assert peers.flaw(shown("", called="sip.one.example")) == "no_certificate"
    assert peers.flaw(shown(OLD, called="sip.one.example", name="sip.one.example", flaws=1 << 31)) == "invalid"
