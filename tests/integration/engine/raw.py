"""A caller made of bare sockets: any message, any sound, from any port; and the victim it calls."""

import itertools
import json
import math
import os
import queue
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

HOST = "127.0.0.1"
RATE = 8000
FRAME = 160  # 20 ms
_numbers = itertools.count(1)


class VictimProcess:
    """`alive` is what most tests look at last."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.host, port = self.tells("ready ").split(" ", 1)[1].rsplit(":", 1)
        self.port = int(port)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.strip())

    def tells(self, beginning: str, within_s: float = 15) -> str:
        """The next line that begins so. Raises `TimeoutError`."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line.startswith(beginning):
                return line
        raise TimeoutError(f"nothing like {beginning!r} was told (exit {self.process.poll()})")

    def all_told(self, beginning: str) -> list[str]:
        """All lines waiting that begin so."""
        found = []
        while not self._lines.empty():
            found.append(self._lines.get())
        return [line for line in found if line.startswith(beginning)]

    def asked(self, what: str) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return float(self.tells(what).split()[1])

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def answers_options(self) -> bool:
        """Whether it still lives and answers, looked at by a question."""
        with Caller(self) as caller:
            caller.send(caller.request("OPTIONS"))
            return caller.status(within_s=3) is not None


@contextmanager
def victim(environment: Mapping[str, str] | None = None, **options: object) -> Iterator[VictimProcess]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.engine.victim", json.dumps(options)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield VictimProcess(process)
    finally:
        process.kill()
        process.wait()


def offer(
    port: int, *lines: str, address: str = HOST, media: str = "RTP/AVP 8 101", connection: str | None = None
) -> str:
    """An offer of G.711 and keys; `lines` follow the audio line's attributes."""
    head = ["v=0", f"o=- 1 {next(_numbers)} IN IP4 {address}", "s=-", f"c=IN IP4 {connection or address}", "t=0 0"]
    audio = [f"m=audio {port} {media}", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15"]
    return "\r\n".join([*head, *audio, *lines]) + "\r\n"


class Caller:
    """One caller with a signalling socket and a pair of sockets for sound."""

    def __init__(self, callee: VictimProcess) -> None:
        self.callee = callee
        self.sip = _bound()
        self.rtp, self.rtcp = _pair()
        self.call_id, self.tag = f"{next(_numbers)}-{os.getpid()}@raw", f"t{next(_numbers)}"
        self.remote_tag = ""
        self.sequence = 0
        self.answer = ""
        self._rtp_sequence, self._time = 0, 0

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        if self.remote_tag and self.callee.alive:
            self.hangs_up()
        for one in (self.sip, self.rtp, self.rtcp):
            one.close()

    @property
    def port(self) -> int:
        """Of our sound."""
        return int(self.rtp.getsockname()[1])

    def request(self, method: str, body: str = "", *headers: str, kind: str = "application/sdp") -> bytes:
        """Within the call, once there is one."""
        if method != "ACK":
            self.sequence += 1
        here = f"{HOST}:{self.sip.getsockname()[1]}"
        to = f";tag={self.remote_tag}" if self.remote_tag else ""
        lines = [
            f"{method} sip:hotline@{self.callee.host}:{self.callee.port} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};rport;branch=z9hG4bK{next(_numbers)}-{os.getpid()}",
            "Max-Forwards: 70",
            f"From: <sip:+6281234567890@{HOST}>;tag={self.tag}",
            f"To: <sip:hotline@{HOST}>{to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {method}",
            f"Contact: <sip:caller@{here}>",
            *headers,
        ]
        if body:
            lines.append(f"Content-Type: {kind}")
        lines.append(f"Content-Length: {len(body.encode())}")
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def send(self, message: bytes) -> None:
        self.sip.sendto(message, (self.callee.host, self.callee.port))

    def status(self, within_s: float = 5) -> int | None:
        """Of the final answer to the last request; its body is `answer`. None when nothing came."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            self.sip.settimeout(left)
            try:
                text = self.sip.recv(65536).decode(errors="replace")
            except TimeoutError:
                break
            if not text.startswith("SIP/2.0 ") or text.startswith("SIP/2.0 1") or f"CSeq: {self.sequence} " not in text:
                continue
            head, _, self.answer = text.partition("\r\n\r\n")
            tag = re.search(r"^To:.*;tag=([^;\r\n]+)", head, re.MULTILINE)
            if tag and head.startswith("SIP/2.0 2"):
                self.remote_tag = tag[1]
            return int(head.split()[1])
        return None

    def invites(self, body: str, *headers: str, within_s: float = 5) -> int | None:
        """INVITE or re-INVITE with this body, acknowledged; the status."""
        self.send(self.request("INVITE", body, *headers))
        status = self.status(within_s)
        if status is not None and status < 300:
            self.send(self.request("ACK"))
        return status

    def hangs_up(self) -> None:
        self.send(self.request("BYE"))
        self.status(within_s=1)
        self.remote_tag = ""

    @property
    def far(self) -> tuple[str, int]:
        """Where the victim wants sound."""
        found = re.search(r"^m=audio (\d+) ", self.answer, re.MULTILINE)
        assert found, self.answer
        return self.callee.host, int(found[1])

    def packet(self, hz: float, *, ssrc: int = 1, kind: int = 8) -> bytes:
        """20 ms of a tone."""
        times = (self._time + np.arange(FRAME)) / RATE
        sound = (8000 * np.sin(2 * math.pi * hz * times)).astype(np.int16)
        head = struct.pack("!BBHII", 0x80, kind, self._rtp_sequence & 0xFFFF, self._time & 0xFFFFFFFF, ssrc)
        self._rtp_sequence += 1
        self._time += FRAME
        return head + to_alaw(sound)


def speaks(*voices: tuple[Caller, socket.socket, float], seconds: float, to: tuple[str, int] | None = None) -> None:
    """Each caller's tone goes out of the socket, 50 packets a second, for so long."""
    begin = time.monotonic()
    for i in range(int(seconds * 50)):
        for caller, out, hz in voices:
            out.sendto(caller.packet(hz), to or caller.far)
        time.sleep(max(0.0, begin + (i + 1) * 0.02 - time.monotonic()))


def drained(*sockets: socket.socket) -> list[bytes]:
    """All packets that wait, of all the sockets."""
    found = []
    for one in sockets:
        one.setblocking(False)
        try:
            while True:
                found.append(one.recv(4096))
        except BlockingIOError:
            pass
    return found


def level(packets: Sequence[bytes], hz: float) -> float:
    """How loud a tone is in G.711 packets, 0 to about 8000, in their second half."""
    late = packets[len(packets) // 2 :]
    if not late:
        return 0.0
    sound = np.concatenate([from_alaw(packet[12:]) for packet in late]).astype(float)
    wave = np.exp(-2j * math.pi * hz * np.arange(len(sound)) / RATE)
    return float(2 * abs(np.dot(sound, wave)) / len(sound))


def to_alaw(sound: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> bytes:
    """G.711's A-law (ITU-T G.711 table 1a)."""
    magnitude = np.minimum(np.abs(sound.astype(np.int32)), 32767) >> 4
    exponent = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(int) - 3, 1)
    mantissa = np.where(magnitude < 16, magnitude, (magnitude >> (exponent - 1)) & 15)
    code = np.where(magnitude < 16, mantissa, (exponent << 4) | mantissa)
    sign = np.where(sound >= 0, 0x80, 0)
    return bytes(((code | sign) ^ 0x55).astype(np.uint8))


def from_alaw(coded: bytes) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    code = np.frombuffer(coded, dtype=np.uint8).astype(int) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 264) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(float)


def _bound(port: int = 0) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    made.bind((HOST, port))
    return made


def _pair() -> tuple[socket.socket, socket.socket]:
    while True:
        first = _bound()
        port = first.getsockname()[1]
        if port % 2 == 0:
            try:
                return first, _bound(port + 1)
            except OSError:
                pass
        first.close()
