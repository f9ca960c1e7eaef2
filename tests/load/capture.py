"""Packets as they were on the wire, with the kernel's times: tcpdump on the loopback, read back afterwards."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.load.processes import running

RING_KIB = 65_536
DRAIN_S = 1.2  # tcpdump takes packets from the kernel's ring in blocks, at the latest after a second
PCAP_HEADER, ETHERNET, IP, UDP, RTP = 24, 14, 20, 8, 12
HEADERS = ETHERNET + IP + UDP + RTP  # enough of an RTP packet: of all packets we keep equally many bytes

RTP_RECORD = np.dtype(
    [
        ("seconds", "<u4"),
        ("micros", "<u4"),
        ("kept", "<u4"),
        ("length", "<u4"),
        ("link", f"V{ETHERNET}"),
        ("ip", f"V{IP}"),
        ("from_port", ">u2"),
        ("to_port", ">u2"),
        ("udp", "V4"),
        ("flags", "u1"),
        ("payload", "u1"),
        ("sequence", ">u2"),
        ("timestamp", ">u4"),
        ("ssrc", ">u4"),
    ]
)


class CaptureFailed(Exception):
    """tcpdump could not capture: not installed, or not allowed to."""


@dataclass(slots=True)
class Capture:
    """One capture file. `dropped` counts packets that the kernel did not hand over; known when it has ended."""

    file: Path
    dropped: int = field(default=0)

    def rtp(self) -> NDArray[np.void]:
        """Records of RTP_RECORD, from a capture by `rtp_capture`, of ports that carry nothing but RTP."""
        found = self.records()
        media: NDArray[np.void] = found[found["from_port"] % 2 == 0]  # odd ports are RTCP (RFC 3550 section 11)
        return media

    def records(self) -> NDArray[np.void]:
        """All of them: a browser's line has one port, odd or even, for RTP, RTCP, STUN and DTLS."""
        found: NDArray[np.void] = np.fromfile(self.file, dtype=RTP_RECORD, offset=PCAP_HEADER)
        if len(found) and not (found["kept"] == HEADERS).all():
            raise CaptureFailed("a packet shorter than RTP's header is in the capture")
        return found

    def packets(self) -> Iterator["Packet"]:
        """UDP and TCP packets with their payloads."""
        data = self.file.read_bytes()
        at = PCAP_HEADER
        while at + 16 <= len(data):
            seconds, micros, kept = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (0, 4, 8))
            ip = data[at + 16 + ETHERNET : at + 16 + kept]
            at += 16 + kept
            start = IP + (UDP if ip[9] == 17 else (ip[IP + 12] >> 4) * 4)
            ports = int.from_bytes(ip[IP : IP + 2], "big"), int.from_bytes(ip[IP + 2 : IP + 4], "big")
            yield Packet(seconds + micros / 1e6, *ports, ip[start:])


@dataclass(frozen=True, slots=True)
class Packet:
    """`at` is Unix seconds by the kernel."""

    at: float
    from_port: int
    to_port: int
    payload: bytes


@asynccontextmanager
async def rtp_capture(folder: Path, ports: tuple[int, int]) -> AsyncIterator[Capture]:
    """Headers of everything sent from these UDP ports."""
    expression = f"udp and src portrange {ports[0]}-{ports[1]} and greater {HEADERS}"
    async with _capture(folder / "rtp.pcap", expression, HEADERS) as capture:
        yield capture


@asynccontextmanager
async def sound_capture(folder: Path, ports: tuple[int, int]) -> AsyncIterator[Capture]:
    """Whole packets, with what is said in them, of everything sent from these UDP ports."""
    expression = f"udp and src portrange {ports[0]}-{ports[1]}"
    async with _capture(folder / "sound.pcap", expression, 65_535) as capture:
        yield capture


@asynccontextmanager
async def signalling_capture(folder: Path, sip_port: int, pages_port: int | None = None) -> AsyncIterator[Capture]:
    """SIP in both directions; with `pages_port` also what the HTTP server sends, in the same order of time."""
    expression = f"udp port {sip_port}"
    if pages_port is not None:
        expression += f" or (tcp src port {pages_port} and greater 80)"
    async with _capture(folder / "signalling.pcap", expression, 65_535) as capture:
        yield capture


@asynccontextmanager
async def _capture(file: Path, expression: str, kept: int) -> AsyncIterator[Capture]:
    tcpdump = shutil.which("tcpdump") or shutil.which("tcpdump", path="/usr/sbin:/sbin")
    if tcpdump is None:
        raise CaptureFailed("tcpdump is not installed")
    command = [tcpdump, "-i", "lo", "-n", "-s", str(kept), "-B", str(RING_KIB), "-w", str(file)]
    command += ["-Z", "root"] if os.geteuid() == 0 else []  # else root becomes a user who may not write here
    capture = Capture(file)
    async with running([*command, expression], file.with_suffix(".log")) as process:
        try:
            await process.line("tcpdump: listening", 10)
        except Exception as error:
            raise CaptureFailed(process.tail(3)) from error
        yield capture
        await asyncio.sleep(DRAIN_S)
        await process.stop(signal.SIGINT)
        found = re.search(r"(\d+) packets dropped by kernel", process.tail())
        capture.dropped = int(found[1]) if found else 0
