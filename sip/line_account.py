"""The account by which pjsua2 speaks WebRTC: DTLS-SRTP (RFC 5764), ICE (RFC 8445), RTCP on RTP's port (RFC 5761)."""

import fcntl
import socket
import struct

import pjsua2 as pj

from sip.options import AgentOptions

ANY, LOOPBACK = "0.0.0.0", "127.0.0.1"  # noqa: S104  # the browser is elsewhere; ICE's password guards the port
# No INVITE from outside can name this domain (RFC 2606), so none is answered with WebRTC.
IDENTITY = "sip:lines@lines.invalid"
SIOCGIFADDR = 0x8915  # netdevice(7)


def configuration(options: AgentOptions) -> pj.AccountConfig:
    """Settings of the account; shared/BROWSER.md tells how they were found."""
    config = pj.AccountConfig()
    config.idUri = IDENTITY
    config.priority = -1
    _secure(config.mediaConfig, options)
    _traverse(config.natConfig, options)
    config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
    config.callConfig.prackUse = pj.PJSUA_100REL_NOT_USED
    return config


def media_address(wanted: str) -> str:
    """Where a line's media listen: as wanted, or everywhere, or on loopback where there is nothing else.

    Browsers leave loopback addresses alone (Firefox pairs none with another; Chromium has a switch for tests), so even
    a browser on this machine is met on an address of its network, if it has one.
    """
    return wanted or (ANY if _has_network() else LOOPBACK)


def _secure(media: pj.AccountMediaConfig, options: AgentOptions) -> None:
    first, last = options.rtp_ports
    media.transportConfig.boundAddress = media_address(options.line_bind)
    media.transportConfig.port = first
    media.transportConfig.portRange = last - first
    media.srtpUse = pj.PJMEDIA_SRTP_MANDATORY
    media.srtpSecureSignaling = 0
    media.srtpOpt.keyings.append(pj.PJMEDIA_SRTP_KEYING_DTLS_SRTP)
    media.rtcpMuxEnabled = True
    media.lockCodecEnabled = False


def _traverse(nat: pj.AccountNatConfig, options: AgentOptions) -> None:
    nat.iceEnabled = True
    nat.iceNoRtcp = True
    nat.iceAggressiveNomination = True
    nat.iceAlwaysUpdate = False
    # The check holds a browser to the address of its first packets. A browser with two moves to the better one when it
    # likes (that was the mark of lines that stayed silent), and SRTP knows its packets wherever they come from.
    nat.iceCheckSrcAddr = 0
    nat.contactRewriteUse = nat.viaRewriteUse = nat.sdpNatRewriteUse = 0
    nat.sipStunUse = pj.PJSUA_STUN_USE_DISABLED
    if options.turn is not None:
        nat.turnEnabled = True
        nat.turnServer = options.turn.server
        nat.turnConnType = pj.PJ_TURN_TP_TCP if options.turn.tcp else pj.PJ_TURN_TP_UDP
        nat.turnUserName = options.turn.username
        nat.turnPassword = options.turn.password


def _has_network() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        return any(not _address(probe, name).startswith("127.") for _, name in socket.if_nameindex())


def _address(probe: socket.socket, interface: str) -> str:
    """IPv4 address of an interface; a loopback one for an interface that has none."""
    try:
        answer = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", interface.encode()))
    except OSError:
        return LOOPBACK
    return socket.inet_ntoa(answer[20:24])
