"""How we prove ourselves to a registrar: by the best that it offers, and by that alone."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from typing import cast

import pytest

from sip.events import RegistrationChanged
from sip.options import AgentOptions, Registration
from tests.integration.sip.an_agent import watched

HOST, PASSWORD = "127.0.0.1", "rahasia-trunk"
HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class Registrar(asyncio.DatagramProtocol):
    """Challenges by these algorithms, and takes an answer by any of them."""

    def __init__(self, algorithms: list[str]) -> None:
        self.algorithms = algorithms
        self.answered: list[str] = []
        self.right = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        text = data.decode()
        if not text.startswith("REGISTER "):
            return
        answers = re.findall(r"^Authorization: Digest (.*?)\r$", text, re.MULTILINE)
        if answers:
            self.answered = [re.findall(r"algorithm=([A-Z0-9-]+)", answer)[0] for answer in answers]
            self.right = all(_is_right(answer) for answer in answers)
        self.transport.sendto(self._reply(text, challenged=not answers), addr)

    def _reply(self, request: str, *, challenged: bool) -> bytes:
        names = ("Via", "From", "To", "Call-ID", "CSeq", "Contact")
        copied = [line for line in request.split("\r\n") if line.partition(":")[0] in names]
        challenge = 'WWW-Authenticate: Digest realm="provider", nonce="abc", algorithm={}'
        more = [challenge.format(each) for each in self.algorithms] if challenged else ["Expires: 300"]
        first = "SIP/2.0 401 Unauthorized" if challenged else "SIP/2.0 200 OK"
        return "\r\n".join([first, *copied, *more, "Content-Length: 0", "", ""]).encode()


def _is_right(answer: str) -> bool:
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', answer))
    hashed = HASHES[said["algorithm"]]

    def digest(text: str) -> str:
        return hashed(text.encode()).hexdigest()

    secret, what = digest(f"1500:provider:{PASSWORD}"), digest(f"REGISTER:{said['uri']}")
    return digest(f"{secret}:abc:{what}") == said["response"]


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        (["MD5"], ["MD5"]),
        (["SHA-256"], ["SHA-256"]),
        (["SHA-256", "MD5"], ["SHA-256"]),
        (["MD5", "SHA-256"], ["SHA-256"]),
    ],
)
async def test_the_best_that_is_offered_and_nothing_weaker(offered: list[str], taken: list[str]) -> None:
    loop = asyncio.get_running_loop()
    transport, registrar = await loop.create_datagram_endpoint(lambda: Registrar(offered), local_addr=(HOST, 0))
    place = f"{HOST}:{transport.get_extra_info('sockname')[1]}"
    try:
        options = AgentOptions(
            port=0, rtp_ports=(33500, 33550), legs=4, registrations=(Registration("p", place, "1500", PASSWORD),)
        )
        async with watched(options) as us:
            await us.tells(lambda: us.told(RegistrationChanged))
            assert us.told(RegistrationChanged)[0].active
            assert (registrar.answered, registrar.right) == (taken, True)
    finally:
        transport.close()
