"""A flood, in a process of its own: `python -m tests.load.flooder KIND TARGET --rate N --seconds S --sources ADDRESS…`.

Prints `flooding` when it begins, and at the end a line of JSON: what it reached of what it was asked for.
"""

import argparse
import itertools
import json
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial

from tests.integration.sip.raw_sip import OFFER, Dialog, RawSip

TICK_S = 0.005
SDP = "Content-Type: application/sdp\r\n"
LARGEST = 65_507  # bytes of an IPv4 datagram's payload
HANDSHAKES_AT_ONCE = 16
HANDSHAKE_WITHIN_S = 3.0
DRIBBLE_S = 1.0  # a slow connection sends one byte so often
SOUND = (
    b"\x80\x08\x12\x34\x00\x00\x10\x00\xde\xad\xbe\xef" + b"\xd5" * 160
)  # RTP of PCMA, of nobody (RFC 3550 section 5.1)
SMALL_WINDOW = 4096  # bytes that the kernel takes in for one who never reads

Send = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Flood:
    """What is wanted. `target` is host:port; `rate` is in all, a second; `cookies` are whose pages are opened."""

    target: str
    rate: float
    seconds: float
    sources: Sequence[str]
    count: int
    cookies: Sequence[str]

    @property
    def peer(self) -> tuple[str, int]:
        host, port = self.target.rsplit(":", 1)
        return host, int(port)


def every(rate: float, seconds: float) -> Iterator[None]:
    """As often as wanted, in small bursts; what the machine does not get done in time is left out."""
    began, done = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        due = int(elapsed * rate)
        for _ in range(min(due - done, int(rate * 0.1) + 1)):
            yield
        done = due
        time.sleep(TICK_S)


def datagrams(flood: Flood, message: Callable[[RawSip], bytes]) -> dict[str, float]:
    """Each source in turn sends one."""
    sent = 0
    with ExitStack() as stack:
        raws = itertools.cycle([stack.enter_context(RawSip(flood.target, source)) for source in flood.sources])
        for _ in every(flood.rate, flood.seconds):
            raw = next(raws)
            with suppress(OSError):  # nobody listens, or the way is full
                raw.send(message(raw))
                sent += 1
    return {"sent": sent}


def request(method: str, raw: RawSip) -> bytes:
    return raw.request(method, Dialog(), headers=SDP, body=OFFER if method == "INVITE" else "")


def large(raw: RawSip) -> bytes:
    return request("INVITE", raw)[:-2].ljust(LARGEST - 2, b"x") + b"\r\n"


def sound(_raw: RawSip) -> bytes:
    return SOUND


def handshakes(flood: Flood) -> dict[str, float]:
    """TLS from the beginning each time, and closed again, by several threads."""
    counts: dict[str, float] = {"tried": 0, "done": 0}
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    ticks, lock = every(flood.rate, flood.seconds), threading.Lock()
    sources = itertools.cycle(flood.sources)

    def one() -> bool:
        with lock:
            if next(ticks, 0) == 0:
                return False
            counts["tried"] += 1
            source = next(sources)
        with suppress(OSError):
            plain = socket.create_connection(flood.peer, HANDSHAKE_WITHIN_S, (source, 0))
            with plain, context.wrap_socket(plain):
                counts["done"] += 1
        return True

    def again_and_again() -> None:
        while one():
            pass

    threads = [threading.Thread(target=again_and_again) for _ in range(HANDSHAKES_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts


def slow(flood: Flood, beginning: bytes) -> dict[str, float]:
    """`count` connections that begin a message and go on with a byte a second; whoever is cut off comes again."""
    held, opened, most = Held(flood, beginning), 0, 0
    sources = itertools.cycle(flood.sources)
    for _ in every(flood.rate, flood.seconds):
        if len(held) < flood.count:
            opened += held.open(next(sources))
        held.look()
        most = max(most, len(held))
    left = len(held)
    held.close()
    return {"opened": opened, "at_once": most, "held_at_the_end": left}


class Held:
    """Connections that are open, or on the way to it."""

    def __init__(self, flood: Flood, beginning: bytes) -> None:
        self._peer = flood.peer
        self._beginning = beginning
        self._selector = selectors.DefaultSelector()
        self._sockets: dict[socket.socket, float] = {}

    def __len__(self) -> int:
        return len(self._sockets)

    def open(self, source: str) -> bool:
        made = socket.socket()
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: the port is chosen by connect
        try:
            made.bind((source, 0))
            made.connect_ex(self._peer)
        except OSError:
            made.close()
            return False
        self._selector.register(made, selectors.EVENT_READ)
        self._sockets[made] = 0.0
        return True

    def look(self) -> None:
        """Drop who was cut off, and send a byte where it is time."""
        for key, _ in self._selector.select(0):
            assert isinstance(key.fileobj, socket.socket)
            self._read(key.fileobj)
        now = time.monotonic()
        due = list(itertools.takewhile(lambda item: item[1] <= now, self._sockets.items()))
        for each, at in due:
            with suppress(OSError):
                each.send(self._beginning if at == 0.0 else b"x")
            del self._sockets[each]
            self._sockets[each] = now + DRIBBLE_S

    def close(self) -> None:
        for each in list(self._sockets):
            self._drop(each)
        self._selector.close()

    def _read(self, made: socket.socket) -> None:
        try:
            if not made.recv(4096):
                self._drop(made)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(made)

    def _drop(self, made: socket.socket) -> None:
        self._selector.unregister(made)
        del self._sockets[made]
        made.close()


def pages_unread(flood: Flood) -> dict[str, float]:
    """`count` pages' WebSockets over TLS that are opened and never read."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opened = 0
    with ExitStack() as stack:
        cookies = itertools.islice(itertools.cycle(flood.cookies), flood.count)
        began = time.monotonic()
        for cookie in cookies:
            plain = stack.enter_context(socket.socket())
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
            plain.settimeout(HANDSHAKE_WITHIN_S)
            with suppress(OSError):
                plain.connect(flood.peer)
                made = stack.enter_context(context.wrap_socket(plain))
                made.sendall(upgrade(flood.target, cookie))
                opened += b" 101 " in made.recv(64)
        time.sleep(max(0.0, flood.seconds - (time.monotonic() - began)))
    return {"opened": opened}


def upgrade(target: str, cookie: str) -> bytes:
    """RFC 6455 section 4.1."""
    return (
        f"GET /ws HTTP/1.1\r\nHost: {target}\r\nOrigin: https://{target}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


KINDS: dict[str, Callable[[Flood], dict[str, float]]] = {
    "invite": partial(datagrams, message=partial(request, "INVITE")),
    "options": partial(datagrams, message=partial(request, "OPTIONS")),
    "large": partial(datagrams, message=large),
    "rtp": partial(datagrams, message=sound),
    "tls": handshakes,
    "slow-sip": partial(slow, beginning=b"INVITE sip:hotline@127.0.0.1 SIP/2.0\r\nVia: "),
    "slow-https": partial(
        slow, beginning=b"\x16\x03\x01\x3f\xff\x01\x00\x3f\xfb\x03\x03"
    ),  # a ClientHello that never ends
    "slow-http": partial(slow, beginning=b"GET /api/v1/status HTTP/1.1\r\nHost: "),
    "websockets": pages_unread,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("target")
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--sources", nargs="+", required=True)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--cookies", nargs="*", default=[])
    given = parser.parse_args()
    flood = Flood(given.target, given.rate, given.seconds, given.sources, given.count, given.cookies)
    print("flooding", flush=True)
    began, cpu = time.monotonic(), time.process_time()
    counts = KINDS[given.kind](flood)
    lasted = time.monotonic() - began
    print(json.dumps({**counts, "seconds": lasted, "cpu_s": time.process_time() - cpu}), flush=True)


if __name__ == "__main__":
    main()
