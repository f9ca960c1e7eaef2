"""Whom we reach over TLS: real handshakes, and what the other side got to read before we knew who it was."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from sip.door import Admission
from sip.endpoint import NAMES_TLS_PEERS
from sip.events import LegEnded, RegistrationChanged, TlsRefused
from sip.options import AgentOptions, Registration, Tls
from sip.tls_peers import TlsPeers, TlsTrunk, fingerprint_of
from tests.integration.sip.an_agent import Watched, watched
from tests.integration.sip_tools import free_port
from tests.integration.tls_ends import DAY, HOST, Authority, FarEnd, far_end, until

pytestmark = pytest.mark.skipif(not NAMES_TLS_PEERS, reason="this engine has no steps of ours")

RTP = (33400, 33499)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def _deadline() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise AssertionError("nothing became of it in time") from None


def options(ca: Path, peers: TlsPeers, **more: object) -> AgentOptions:
    return AgentOptions(port=0, rtp_ports=RTP, legs=4, tls=Tls(ca=ca, peers=peers), **more)  # type: ignore[arg-type]


async def outcome(us: Watched, end: FarEnd) -> str:
    """`heard`, or why it was not spoken to."""
    us.agent.call(f"sip:x@{HOST}:{end.port};transport=tls")
    with _deadline():
        await until(lambda: end.heard or us.told(TlsRefused))
    if end.heard:
        return "heard" if end.heard.startswith(b"INVITE ") and not us.told(TlsRefused) else "heard something else"
    with _deadline():
        await us.tells(lambda: us.told(LegEnded))
    await asyncio.sleep(0.3)
    assert end.handshakes == 1 and not end.heard, "not a byte of the call, nor its keys"
    return us.told(TlsRefused)[0].flaw


@pytest.mark.parametrize(
    ("name", "ends", "vouched", "expected"),
    [
        (HOST, DAY, True, "heard"),
        ("sip.lain.example", DAY, True, "name"),
        (HOST, -DAY, True, "expired"),
        (HOST, DAY, False, "untrusted"),
    ],
)
async def test_a_certificate_is_of_our_authority_in_time_and_of_the_name_we_called(
    authority: Authority, name: str, ends: timedelta, expected: str, *, vouched: bool
) -> None:
    _, context = authority.certificate(name, ends=ends, vouched=vouched)
    async with far_end(context) as end, watched(options(authority.file, TlsPeers())) as us:
        assert await outcome(us, end) == expected


@pytest.mark.parametrize(("owner", "expected"), [("provider", "heard"), ("other", "name"), (None, "name")])
async def test_a_trunks_certificate_bears_the_trunks_name_at_its_addresses(
    authority: Authority, owner: str | None, expected: str
) -> None:
    _, context = authority.certificate("sip.provider.example")
    peers = TlsPeers((TlsTrunk("provider", frozenset({"sip.provider.example"})),), trunk_of=lambda _: owner)
    async with far_end(context) as end, watched(options(authority.file, peers)) as us:
        assert await outcome(us, end) == expected


@pytest.mark.parametrize("pinned", [True, False])
async def test_a_fingerprint_takes_that_certificate_and_no_other(authority: Authority, *, pinned: bool) -> None:
    mine, context = authority.certificate(HOST, vouched=False)
    other, _ = authority.certificate("lain.example")
    fingerprint = fingerprint_of((mine if pinned else other).read_text())
    peers = TlsPeers((TlsTrunk("pbx", frozenset({HOST}), fingerprint),))
    async with far_end(context) as end, watched(options(authority.file, peers)) as us:
        assert await outcome(us, end) == ("heard" if pinned else "other_certificate")
        assert [each.trunk for each in us.told(TlsRefused)] == ([] if pinned else ["pbx"])


async def test_an_authoritys_certificate_does_not_stand_in_for_a_pinned_phones(authority: Authority) -> None:
    phone, _ = authority.certificate(HOST, vouched=False)
    _, context = authority.certificate(HOST)
    peers = TlsPeers()
    async with far_end(context) as end, watched(options(authority.file, peers)) as us:
        us.agent.pin("operator1", HOST, end.port, fingerprint_of(phone.read_text()))
        assert await outcome(us, end) == "other_certificate"


@pytest.mark.parametrize("known", [True, False])
async def test_a_softphone_speaks_to_its_own_server_alone(authority: Authority, *, known: bool) -> None:
    server, context = authority.certificate(HOST)
    peers = TlsPeers(pinned_only=True)
    async with far_end(context) as end, watched(options(authority.file, peers)) as us:
        peers.pin_anywhere([fingerprint_of(server.read_text())] if known else [])
        assert await outcome(us, end) == ("heard" if known else "other_certificate")


async def test_phones_may_be_left_unchecked(authority: Authority) -> None:
    _, context = authority.certificate("meja-3.kantor.example", vouched=False)
    peers = TlsPeers(open_phones=lambda address: "phones" if address == HOST else None)
    async with far_end(context) as end, watched(options(authority.file, peers)) as us:
        assert await outcome(us, end) == "heard"


async def test_a_registrar_with_a_false_certificate_hears_nothing_of_us(authority: Authority) -> None:
    _, context = authority.certificate(HOST, vouched=False)
    async with far_end(context) as end:
        place = f"{HOST}:{end.port}"
        trunk = Registration("pbx", place, "1500", "rahasia", transport="tls")
        peers = TlsPeers((TlsTrunk("pbx", frozenset({HOST})),))
        async with watched(options(authority.file, peers, registrations=(trunk,))) as us:
            with _deadline():
                await us.tells(lambda: us.told(TlsRefused) and us.told(RegistrationChanged))
            assert [(each.trunk, each.flaw) for each in us.told(TlsRefused)] == [("pbx", "untrusted")]
            assert not us.told(RegistrationChanged)[0].active
            await asyncio.sleep(0.3)
        assert not end.heard


@asynccontextmanager
async def from_port(port: int, to: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A TLS connection to us that comes from this very port."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, _, there = to.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(there), ssl=context, local_addr=(HOST, port))
    try:
        yield reader, writer
    finally:
        writer.close()


def listening(authority: Authority, peers: TlsPeers) -> AgentOptions:
    file, _ = authority.certificate(HOST)
    tls = Tls(0, file, file, authority.file, peers=peers)
    return AgentOptions(port=0, rtp_ports=RTP, legs=4, tls=tls, admission=Admission(trunks=("127.0.0.0/8",)))


async def test_a_call_does_not_go_out_over_a_connection_that_came_in(authority: Authority) -> None:
    port = free_port()
    async with watched(listening(authority, TlsPeers())) as us:
        assert us.agent.tls_address is not None
        async with from_port(port, us.agent.tls_address) as (reader, _):
            us.agent.call(f"sip:x@{HOST}:{port};transport=tls")
            with _deadline():
                await us.tells(lambda: us.told(LegEnded))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    assert b"INVITE" not in await reader.read(4096)
                    await asyncio.sleep(1)


async def test_nobody_connects_from_where_a_pinned_phone_listens(authority: Authority) -> None:
    port = free_port()
    async with watched(listening(authority, TlsPeers())) as us:
        assert us.agent.tls_address is not None
        async with from_port(port, us.agent.tls_address):
            pass  # as long as no phone is there
        port = free_port()
        us.agent.pin("operator1", HOST, port, "0" * 64)
        with pytest.raises((ConnectionError, ssl.SSLError)):
            async with from_port(port, us.agent.tls_address):
                pass
