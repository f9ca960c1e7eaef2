"""Whether whom we reach over TLS is whom we meant: by a certificate of an authority and its name, or by that very one.

Names are compared as RFC 5922 section 7 has it: whole, without wildcards; the common name counts only where the
certificate has no other. Who connects to us is known by address instead (`sip.door`).
"""

import hashlib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import pjsua2 as pj

SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"

Flaw = Literal["expired", "untrusted", "invalid", "name", "other_certificate", "no_certificate"]
WhoIs = Callable[[str], str | None]
"""Of an IP address: whose it is, or `None`."""

_UNTRUSTED = pj.PJ_SSL_CERT_EUNTRUSTED | pj.PJ_SSL_CERT_EISSUER_NOT_FOUND | pj.PJ_SSL_CERT_EISSUER_MISMATCH
_FLAWS: tuple[tuple[int, Flaw], ...] = (
    (_UNTRUSTED, "untrusted"),
    (pj.PJ_SSL_CERT_EVALIDITY_PERIOD, "expired"),
    (~pj.PJ_SSL_CERT_EIDENTITY_NOT_MATCH, "invalid"),
)
_NAMES = (pj.PJ_SSL_CERT_NAME_DNS, pj.PJ_SSL_CERT_NAME_IP)
_SCHEMES = ("sip:", "sips:")


@dataclass(frozen=True, slots=True)
class TlsTrunk:
    """A trunk that is reached over TLS: by which hosts, in small letters. `fingerprint`: the only certificate taken."""

    name: str
    hosts: frozenset[str]
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a connection of ours has met. `called` is the host we meant, `address` and `port` where it was found.

    `flaws` are the library's, without its own comparison of names; `fingerprint` is SHA-256 in hexadecimal digits.
    """

    called: str
    address: str
    port: int
    fingerprint: str
    names: frozenset[str]
    flaws: int


@dataclass(slots=True)
class TlsPeers:
    """Read by the library's thread, told by the loop's.

    A trunk's certificate may bear any name of the trunk wherever the trunk's addresses are: within a call its far end
    goes by address (RFC 3261 section 8.1.1.8). `open_phones`: phones at these addresses are not asked for one.
    """

    trunks: tuple[TlsTrunk, ...] = ()
    pinned_only: bool = False
    """Nobody but those pinned: a softphone's one peer is its server."""
    trunk_of: WhoIs = lambda _: None
    open_phones: WhoIs = lambda _: None
    _pins: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    _pins_anywhere: frozenset[str] = frozenset()

    def pin(self, who: str, address: str, port: int, fingerprint: str) -> None:
        """From now on exactly this certificate there, instead of what was pinned there or for `who` before."""
        others = {name: pin for name, pin in self._pins.items() if name != who and pin[:2] != (address, port)}
        self._pins = {**others, who: (address, port, fingerprint)}

    def pin_anywhere(self, fingerprints: Iterable[str]) -> None:
        """These certificates, at whatever address; they take the place of those before."""
        self._pins_anywhere = frozenset(fingerprints)

    def pinned_places(self) -> list[tuple[str, int]]:
        """Address and port of each pinned peer."""
        return [(address, port) for address, port, _ in self._pins.values()]

    def flaw(self, shown: Shown) -> Flaw | None:
        """Why this is not whom we meant; `None` if it is."""
        if not shown.fingerprint:
            return "no_certificate"
        here = (shown.address, shown.port)
        pinned = {pin for address, port, pin in self._pins.values() if (address, port) == here}
        if pinned or self.pinned_only:
            return None if shown.fingerprint in pinned | self._pins_anywhere else "other_certificate"
        trunks = self.candidates(shown)
        if not trunks:
            return None if self.open_phones(shown.address) else _checked(shown, frozenset())
        flaws = [_flaw_of_trunk(trunk, shown) for trunk in trunks]
        return None if None in flaws else flaws[0]

    def candidates(self, shown: Shown) -> list[TlsTrunk]:
        """The trunks that were meant: by the host that was called, else by the address."""
        called = [trunk for trunk in self.trunks if shown.called in trunk.hosts]
        if called:
            return called
        owner = self.trunk_of(shown.address)
        return [trunk for trunk in self.trunks if trunk.name == owner]


def _flaw_of_trunk(trunk: TlsTrunk, shown: Shown) -> Flaw | None:
    if trunk.fingerprint:
        return None if shown.fingerprint == trunk.fingerprint else "other_certificate"
    return _checked(shown, trunk.hosts)


def _checked(shown: Shown, also: frozenset[str]) -> Flaw | None:
    """An authority vouches for it, and it bears the name that we called, or one of `also`."""
    for flags, flaw in _FLAWS:
        if shown.flaws & flags:
            return flaw
    return None if shown.names & (also | {shown.called}) else "name"


def read_shown(called: str, info: pj.TlsInfo) -> Shown:
    """What the library tells of a connection that is up."""
    address, _, port = info.remoteAddr.rpartition(":")
    certificate = info.remoteCertInfo
    return Shown(
        called=called.lower().strip("[]"),
        address=address.strip("[]"),
        port=int(port),
        fingerprint=fingerprint_of(certificate.raw) if certificate.raw else "",
        names=_names(certificate),
        flaws=info.verifyStatus,
    )


def fingerprint_of(pem: str) -> str:
    """SHA-256 of the first certificate in a PEM text, in hexadecimal digits. Raises `ValueError` for none."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    if begin not in pem or end not in pem:
        raise ValueError("there is no certificate (PEM)")
    first = begin + pem.partition(begin)[2].partition(end)[0] + end
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest()


def _names(certificate: pj.SslCertInfo) -> frozenset[str]:
    alternative = [(each.type, each.name.lower()) for each in certificate.subjectAltName]
    names = [name for kind, name in alternative if kind in _NAMES]
    uris = [name for kind, name in alternative if kind == pj.PJ_SSL_CERT_NAME_URI]
    names += [uri.removeprefix(scheme) for uri in uris for scheme in _SCHEMES if uri.startswith(scheme)]
    common = [certificate.subjectCn.lower()] if certificate.subjectCn else []
    return frozenset(names or common)
