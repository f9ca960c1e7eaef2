"""The native library's life: one endpoint a process, its transports, codecs and accounts, from `AgentOptions`."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pjsua2 as pj
import structlog

from sip.door import Door
from sip.options import AgentOptions, Credentials, Registration, Tls
from sip.resolver import by_hosts_file, nameservers
from sip.tls_peers import Flaw, Shown, TlsPeers, read_shown

log = structlog.get_logger(__name__)

SRTP = {"off": pj.PJMEDIA_SRTP_DISABLED, "optional": pj.PJMEDIA_SRTP_OPTIONAL, "required": pj.PJMEDIA_SRTP_MANDATORY}
# The suite that everybody has (RFC 4568 section 6.2.1), and not all nine: above 1300 bytes an INVITE leaves UDP
# (RFC 3261 section 18.1.1), and a phone that knows no TCP would ring late or never.
SUITE = "AES_CM_128_HMAC_SHA1_80"
# To begin with, at least, at most for jitter, at most at all. Three frames of G.711 (10 ms each) are held back on any
# line, however good: fewer save 10 ms and sound far worse when packets are lost or overtake each other (docs/sound.md).
JITTER_BUFFER_MS = (30, 30, 200, 500)
# The bridge's resampler: Speex at its quality for voice over IP. With the library's default (8: Speex at its highest) a
# G.722 or Opus leg costs twice as much and nobody hears a difference: 1.4 dB at 3,400 Hz (docs/sound.md).
MEDIA_QUALITY = 2
# A quarter less work than the library's 5. (Its sample rate stays at 48 kHz: at 16 the library miscounts jitter.)
OPUS_COMPLEXITY = 3
PORT_TRIES = 20
PRIORITY_HIGHEST = 254
# The library's own default is 1.0 to 1.2 (RFC 8996 has ended 1.0 and 1.1).
TLS_VERSIONS = pj.PJ_SSL_SOCK_PROTO_TLS1_2 | pj.PJ_SSL_SOCK_PROTO_TLS1_3
# An engine without our steps (PyPI's) does not say whom it meant: it has to compare names itself, and takes no others.
NAMES_TLS_PEERS = hasattr(pj, "transportRefuse")
# What a log line of the library may hold of a caller: anything that looks like a number or a SIP address.
LINES_PER_S, MOST_OF_A_LINE = 10, 500  # whoever sends nonsense could fill the disk
PERSONAL = re.compile(r"sips?:[^\s>;]+|\+?\d{5,}")

OnIncoming = Callable[[pj.Account, pj.OnIncomingCallParam], None]
OnRegistration = Callable[[str, pj.OnRegStateParam], None]
OnTlsRefused = Callable[[Shown, Flaw], None]


class LibraryLog(pj.LogWriter):  # type: ignore[misc]  # pjsua2 has no type information
    """Errors of the library go to our log, without numbers and addresses, as many as anybody would read."""

    def __init__(self) -> None:
        super().__init__()
        self._second = 0
        self._written = 0

    def write(self, entry: pj.LogEntry) -> None:
        if self._may_write():
            log.warning("sip_library", text=PERSONAL.sub("…", entry.msg.strip()[:MOST_OF_A_LINE]))

    def _may_write(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            if self._written > LINES_PER_S:
                log.warning("sip_library_more", lines=self._written - LINES_PER_S)
            self._second, self._written = second, 0
        self._written += 1
        return self._written <= LINES_PER_S


class Library(pj.Endpoint):  # type: ignore[misc]
    """The library itself; tells when the open sound device fails, such as a headset that is pulled.

    Before anything is said over a TLS connection of ours, it looks at whom it has reached.
    """

    def __init__(self, peers: TlsPeers | None, on_tls_refused: OnTlsRefused, on_sound_lost: Callable[[], None]) -> None:
        super().__init__()
        self._peers = peers
        self._on_tls_refused = on_tls_refused
        self._on_sound_lost = on_sound_lost

    def onMediaEvent(self, prm: pj.OnMediaEventParam) -> None:  # noqa: N802  # pjsua2's name
        if prm.ev.type == pj.PJMEDIA_EVENT_AUD_DEV_ERROR:
            self._on_sound_lost()

    def onTransportState(self, prm: pj.OnTransportStateParam) -> None:  # noqa: N802
        """Native thread. What was to be sent waits until this returns, and is not sent after a shutdown."""
        if self._peers is None or not NAMES_TLS_PEERS or not prm.type.upper().startswith("TLS"):
            return
        if prm.state != pj.PJSIP_TP_STATE_CONNECTED:
            return
        try:
            self._look_at(prm, self._peers)
        except Exception:  # the library's thread would go on as if nothing were amiss
            log.exception("tls_peer_not_read")
            pj.transportRefuse(prm.hnd)

    def _look_at(self, prm: pj.OnTransportStateParam, peers: TlsPeers) -> None:
        called = pj.transportCalled(prm.hnd)
        if not called:
            return  # they have come to us: the door knows them by their address
        shown = read_shown(called, prm.tlsInfo)
        flaw = peers.flaw(shown)
        if flaw is not None:
            pj.transportRefuse(prm.hnd)
            self._on_tls_refused(shown, flaw)


class Account(pj.Account):  # type: ignore[misc]
    """One identity towards the network; hands its callbacks to the agent."""

    def __init__(self, name: str, on_incoming: OnIncoming, on_registration: OnRegistration) -> None:
        super().__init__()
        self.name = name
        self._on_incoming = on_incoming
        self._on_registration = on_registration

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802  # pjsua2's name
        self._on_incoming(self, prm)

    def onRegState(self, prm: pj.OnRegStateParam) -> None:  # noqa: N802
        self._on_registration(self.name, prm)


@dataclass(slots=True)
class Endpoint:
    """A started library. `address` is host:port of its UDP and TCP listeners; `tls_address` likewise or `None`."""

    native: pj.Endpoint
    writer: LibraryLog
    door: Door
    accounts: list[Account]
    address: str
    tls_address: str | None
    on_incoming: OnIncoming
    on_registration: OnRegistration

    def add_account(self, name: str, config: pj.AccountConfig) -> Account:
        """One more identity, for our own calls only as long as nobody can address it. Raises `pj.Error`."""
        account = Account(name, self.on_incoming, self.on_registration)
        account.create(config)
        self.accounts.append(account)
        return account

    def close(self, *, quietly: bool) -> None:
        """Ends what is left (BYE, un-REGISTER) and frees the library. Blocks up to a few seconds.

        `quietly`: nothing is left that anybody answers, no call and no registration. The library waits a second else.
        """
        for account in self.accounts:
            account.shutdown()
        self.native.libDestroy(pj.PJSUA_DESTROY_NO_RX_MSG if quietly else 0)
        for account in self.accounts:
            disown(account)
        self.accounts.clear()


def disown(native: pj.Account | pj.Call) -> None:
    """Of an object that may outlive its library: keep its destructor from being run.

    The destructor goes by number. Python may come to it late, and by then the number can be another's, in a library
    that was started since: it would delete that account, or hang up that call.
    """
    native.this.disown()


def start(
    options: AgentOptions,
    on_incoming: OnIncoming,
    on_registration: OnRegistration,
    on_tls_refused: OnTlsRefused,
    on_sound_lost: Callable[[], None],
) -> Endpoint:
    """Start the library in the calling thread, which becomes the one that gives commands. Raises `pj.Error`."""
    native = Library(options.tls.peers if options.tls else None, on_tls_refused, on_sound_lost)
    native.libCreate()
    writer, door = LibraryLog(), Door(options.admission)
    try:
        native.libInit(_library_config(options, writer))
        door.open()
        address, tls_address = _listen(native, options)
        native.libStart()
        native.audDevManager().setNullDev()  # a software clock drives the bridge; `sip.headset` opens a device
        _order_codecs(native, options.codecs)
        trunks: tuple[Registration | Credentials | None, ...] = (None, *options.registrations, *options.credentials)
        accounts = [_account(options, each, address, on_incoming, on_registration) for each in trunks]
    except pj.Error:
        native.libDestroy()
        raise
    return Endpoint(native, writer, door, accounts, address, tls_address, on_incoming, on_registration)


def _library_config(options: AgentOptions, writer: LibraryLog) -> pj.EpConfig:
    config = pj.EpConfig()
    config.uaConfig.maxCalls = options.legs
    config.uaConfig.threadCnt = 1  # measured: docs/decisions/0001-sip-threading.md
    config.uaConfig.userAgent = "Sambut"
    config.uaConfig.natTypeInSdp = 0
    for address in nameservers():
        config.uaConfig.nameserver.append(address)
    config.logConfig.level = 1
    config.logConfig.consoleLevel = 0
    config.logConfig.writer = writer
    config.logConfig.msgLogging = 0
    media = config.medConfig
    media.clockRate = media.sndClockRate = options.clock_rate
    media.channelCount = 1
    media.audioFramePtime = 20
    media.maxMediaPorts = 4 * options.legs
    media.noVad = True
    media.quality = MEDIA_QUALITY
    media.jbInit, media.jbMinPre, media.jbMaxPre, media.jbMax = JITTER_BUFFER_MS
    media.ecTailLen = 0
    return config


def _listen(native: pj.Endpoint, options: AgentOptions) -> tuple[str, str | None]:
    """UDP and TCP on one port (RFC 3261 section 18.2.1), TLS on its own."""
    config = pj.TransportConfig()
    config.boundAddress = options.bind
    config.publicAddress = options.public_address
    config.port = options.port
    config.port = _listen_on_both(native, config)
    address = f"{options.bind}:{config.port}"
    if options.tls is None:
        return address, None
    return address, _listen_tls(native, config, options.tls, options.bind)


def _listen_on_both(native: pj.Endpoint, config: pj.TransportConfig) -> int:
    """UDP and TCP on the same port. Where any will do (0), one free for UDP may be taken for TCP: try others."""
    any_port, tries = config.port == 0, PORT_TRIES
    while True:
        udp = native.transportCreate(pj.PJSIP_TRANSPORT_UDP, config)
        config.port = int(native.transportGetInfo(udp).localName.rsplit(":", 1)[1])
        try:
            native.transportCreate(pj.PJSIP_TRANSPORT_TCP, config)
        except pj.Error:
            tries -= 1
            if not any_port or tries == 0:
                raise
            native.transportClose(udp)
            config.port = 0
        else:
            return int(config.port)


def _listen_tls(native: pj.Endpoint, config: pj.TransportConfig, tls: Tls, bind: str) -> str | None:
    """Where others may call over TLS; None for who has no certificate, and can only call."""
    config.port = tls.port
    config.tlsConfig.proto = TLS_VERSIONS
    if tls.certificate is not None and tls.key is not None:
        config.tlsConfig.certFile = str(tls.certificate)
        config.tlsConfig.privKeyFile = str(tls.key)
    if tls.ca is not None:
        config.tlsConfig.CaListFile = str(tls.ca)
        config.tlsConfig.verifyClient = tls.asks_callers
    config.tlsConfig.verifyServer = tls.peers is not None and not NAMES_TLS_PEERS
    info = native.transportGetInfo(native.transportCreate(pj.PJSIP_TRANSPORT_TLS, config))
    return f"{bind}:{info.localName.rsplit(':', 1)[1]}" if tls.certificate is not None else None


def _order_codecs(native: pj.Endpoint, wanted: tuple[str, ...]) -> None:
    for codec in native.codecEnum2():
        name = codec.codecId.split("/", 1)[0].lower()
        rank = next((i for i, each in enumerate(wanted) if each.lower() == name), None)
        native.codecSetPriority(codec.codecId, 0 if rank is None else PRIORITY_HIGHEST - rank)
        if name == "opus":
            _spare_opus(native)


def _spare_opus(native: pj.Endpoint) -> None:
    config = native.getCodecOpusConfig()
    config.complexity = OPUS_COMPLEXITY
    native.setCodecOpusConfig(config)


def _account(
    options: AgentOptions,
    trunk: Registration | Credentials | None,
    address: str,
    on_incoming: OnIncoming,
    on_registration: OnRegistration,
) -> Account:
    config = pj.AccountConfig()
    name = "local"
    config.idUri = f"sip:{options.user}@{options.public_address or address}"
    if trunk is not None:
        name = trunk.trunk
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", trunk.realm, trunk.username, 0, trunk.password))
    if isinstance(trunk, Registration):
        _register(config, trunk)
    elif trunk is not None:
        config.idUri = f"sip:{trunk.username}@{trunk.host}"
    _set_media(config, options)
    account = Account(name, on_incoming, on_registration)
    account.create(config, trunk is None)
    return account


def _register(config: pj.AccountConfig, registration: Registration) -> None:
    suffix = "" if registration.transport == "udp" else f";transport={registration.transport}"
    config.idUri = f"sip:{registration.username}@{registration.registrar}"
    config.regConfig.registrarUri = by_hosts_file(f"sip:{registration.registrar}{suffix}")
    config.regConfig.retryIntervalSec = 30
    if registration.proxy:
        config.sipConfig.proxies.append(f"sip:{registration.proxy};lr{suffix}")


def _set_media(config: pj.AccountConfig, options: AgentOptions) -> None:
    first, last = options.rtp_ports
    media = config.mediaConfig
    media.transportConfig.boundAddress = options.bind
    media.transportConfig.publicAddress = options.public_address
    media.transportConfig.port = first
    media.transportConfig.portRange = last - first
    media.srtpUse = SRTP[options.srtp]
    suite = pj.SrtpCrypto()
    suite.name = SUITE
    media.srtpOpt.cryptos.append(suite)
    media.srtpSecureSignaling = (
        0  # SDES keys are offered over UDP too: trunks ask for it; TLS is the installer's choice
    )
    media.lockCodecEnabled = False  # its re-INVITE right after the ACK loses the race on a loopback (shared/BROWSER.md)
    config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_OPTIONAL  # RFC 4028
    config.callConfig.prackUse = pj.PJSUA_100REL_OPTIONAL  # RFC 3262
    config.natConfig.contactRewriteUse = 0
    config.natConfig.viaRewriteUse = 0
    config.natConfig.sdpNatRewriteUse = 0
