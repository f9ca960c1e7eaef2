"""What shoots: sockets at the engine's SIP ports, its ports for sound and its lines; and what comes back, counted.

`reached` is how a generator shows that it gets past the door of its parser: `SIP answers (TLS)`, `STUN answers` …
"""

import json
import socket
import ssl
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.fuzz import browser, line_port
from tests.fuzz.dialogs import Dialogs
from tests.fuzz.engine import Engine
from tests.fuzz.grammar import mutated
from tests.fuzz.line_port import Line
from tests.fuzz.messages import sip
from tests.fuzz.sound import media
from tests.fuzz.streams import before_the_handshake, careless, stream

MOST_CONNECTIONS = 24
WAITS_S = 1.0  # for a connection, or room in one
HANDSHAKE, ALERT = 22, 21


Shot = tuple[int, Sequence[bytes]]
"""How many messages were sent, and in which packets."""


class Guns:
    """`raw`: some of the pages' answers go past our own check of them, to the library's parser."""

    def __init__(self, random: Random, engine: Engine, certificate: Path, *, raw: bool) -> None:
        self._random, self._engine, self._raw = random, engine, raw
        self._answering = Random(random.random())  # checks come when they like: the seed's order is kept out of it
        self.reached: Counter[str] = Counter()
        self._certificate = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        self._udp = [self._socket(engine.address) for _ in range(8)]
        self._page = self._socket(None)
        self._tcp: deque[socket.socket] = deque()
        self._tls: deque[socket.socket] = deque()
        self._context = careless()
        self._dialogs = Dialogs()
        self.ports: list[int] = []

    @staticmethod
    def _socket(target: tuple[str, int] | None) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind(("127.0.0.1", 0))
        if target is not None:
            made.connect(target)
        made.setblocking(False)
        return made

    def close(self) -> None:
        for each in (*self._udp, self._page, *self._tcp, *self._tls):
            each.close()

    # --- SIP ----------------------------------------------------------------------------------------------------------

    def datagram(self) -> Shot:
        message, gun = sip(self._random), self._random.choice(self._udp)
        if self._random.random() < 0.25:
            message = self._dialogs.inside(self._random, message)
        with suppress(OSError):
            gun.send(_from(gun, message))
        self._count_answers("UDP", gun)
        return 1, [message]

    def tcp(self) -> Shot:
        """Pieces over a connection that is there already, or a new one."""
        number, pieces = stream(self._random)
        if self._random.random() < 0.5 or not self._tcp:
            gun = self._connected(self._engine.address)
            _keep(self._tcp, gun)
        else:
            gun = self._random.choice(self._tcp)
        self._write(gun, pieces)
        self._count_answers("TCP", gun)
        return number, pieces

    def tls(self) -> Shot:
        """Pieces over TLS; in a third of the cases what comes instead of its handshake."""
        if self._random.random() < 0.33:
            return self._instead_of_a_handshake()
        number, pieces = stream(self._random)
        gun = self._secured() if self._random.random() < 0.5 or not self._tls else self._random.choice(self._tls)
        self._write(gun, pieces)
        self._count_answers("TLS", gun)
        return number, pieces

    def _instead_of_a_handshake(self) -> Shot:
        pieces = before_the_handshake(self._random)
        gun = self._connected(self._engine.tls_address)
        _keep(self._tls, gun)
        self._write(gun, pieces)
        self.reached["TLS answers to what is no handshake"] += len(_come(gun))
        return 1, pieces

    def _secured(self) -> socket.socket:
        gun = self._connected(self._engine.tls_address)
        try:
            gun = self._context.wrap_socket(gun)
            self.reached["TLS handshakes"] += 1
        except OSError:
            self.reached["TLS handshakes that failed"] += 1
        _keep(self._tls, gun)
        return gun

    def _connected(self, target: tuple[str, int]) -> socket.socket:
        gun = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        gun.settimeout(WAITS_S)
        gun.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            gun.connect(target)
        except OSError:
            self.reached["connections refused"] += 1
        return gun

    def _write(self, gun: socket.socket, pieces: Sequence[bytes]) -> None:
        try:
            gun.settimeout(WAITS_S)
            for piece in pieces:
                gun.sendall(_from(gun, piece))
            gun.settimeout(0 if self._random.random() < 0.7 else 0.005)
        except OSError:
            self.reached["connections closed"] += 1

    def _count_answers(self, transport: str, gun: socket.socket) -> None:
        for come in _come(gun):
            self.reached[f"SIP answers ({transport})"] += come.startswith(b"SIP/2.0 ")
            self.reached["SIP requests of its own"] += come.startswith((b"BYE ", b"OPTIONS ", b"INVITE ", b"UPDATE "))
            self._reply(gun, come)

    def _reply(self, gun: socket.socket, come: bytes) -> None:
        """Nine of ten times as a far end that means well: else calls would fill it, and none would come further."""
        host, port = gun.getsockname()[:2]
        said = self._dialogs.reply(come, f"{host}:{port}".encode()) if self._answering.random() < 0.9 else b""
        self.reached["calls acknowledged"] += said.startswith(b"ACK ")
        with suppress(OSError):
            if said:
                gun.send(said)

    # --- sound --------------------------------------------------------------------------------------------------------

    def sound(self) -> Shot:
        message = media(self._random)
        if self.ports:
            self._hit(self._random.choice(self.ports), message)
        return 1, [message]

    # --- lines --------------------------------------------------------------------------------------------------------

    def answer(self) -> Shot:
        """What a page says by its socket to an offer."""
        line = self._one_of(self._engine.waiting)
        if line is None:
            return 0, []
        sdp = browser.answer(self._random, line.types, line.maps).replace("PORT", str(self._page.getsockname()[1]))
        if self._raw and self._random.random() < 0.4:
            self._engine.say(raw=line.leg, sdp=sdp)
            return 1, [sdp.encode()]
        said = json.dumps({"type": "headset_answer", "line": line.leg, "sdp": sdp})
        if self._random.random() < 0.1:
            said = mutated(self._random, said.encode()).decode(errors="replace")
        self._engine.say(page=said)
        return 1, [said.encode()]

    def line(self) -> Shot:
        """ICE's checks and handshakes at a line's port; checks of its own are answered."""
        line = self._one_of(self._engine.lines)
        if line is None:
            return 0, []
        if self._random.random() < 0.5:
            packets = [line_port.check(self._random, line)]
        else:
            packets = line_port.handshake(self._random, self._certificate)
        for packet in packets:
            self._hit(line.port, packet)
        return len(packets), packets

    def _one_of(self, lines: Mapping[int, Line]) -> Line | None:
        self._engine.listen()
        return self._random.choice(list(lines.values())) if lines else None

    def _hit(self, port: int, packet: bytes) -> None:
        try:
            self._page.sendto(packet[:9000], ("127.0.0.1", port))
        except OSError:
            return  # nobody there
        self.hear()

    def hear(self) -> None:
        """What comes back to the page: answers are counted, checks are answered."""
        while True:
            try:
                data, source = self._page.recvfrom(65536)
            except OSError:
                return
            if data[:2] == b"\x00\x01":
                self.reached["STUN checks of its own"] += 1
                if self._answering.random() < 0.9:
                    self._page.sendto(line_port.answered(self._answering, data), source)
            elif data[:1] == b"\x01":
                self.reached["STUN answers" if data[1] == 1 else "STUN refusals"] += 1
            elif data[:1] and data[0] in (HANDSHAKE, ALERT) and len(data) > 13:
                self.reached["DTLS handshakes" if data[0] == HANDSHAKE else "DTLS alerts"] += 1
            elif data[:1] and data[0] >> 6 == 2:
                self.reached["sound and reports"] += 1


def _from(gun: socket.socket, message: bytes) -> bytes:
    host, port = gun.getsockname()[:2]
    return message.replace(b"VIA", f"{host}:{port}".encode()).replace(b"PORT", b"40000")


def _keep(connections: deque[socket.socket], gun: socket.socket) -> None:
    connections.append(gun)
    if len(connections) > MOST_CONNECTIONS:
        connections.popleft().close()


def _come(gun: socket.socket) -> list[bytes]:
    """All that has come so far."""
    come = []
    with suppress(OSError):
        while data := gun.recv(65536):
            come.append(data)
    return come
