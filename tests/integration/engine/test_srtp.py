"""Encrypted sound (RFC 3711, keys by RFC 4568) over the end of its numbering, over new keys, and beside strangers."""

import base64
import hashlib
import hmac
import os
import re
import socket
import struct
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.integration.engine.raw import Caller, VictimProcess, drained, level, offer, victim
from tests.integration.engine.raw import _bound as a_socket

HZ, LOUD = 500.0, 3000


def keystream(key: bytes, start: int, length: int) -> bytes:
    counter = modes.CTR(start.to_bytes(16, "big"))
    return Cipher(algorithms.AES(key), counter).encryptor().update(bytes(length))


class Srtp:
    """AES_CM_128_HMAC_SHA1_80, one direction."""

    def __init__(self, inline: str) -> None:
        self.inline = inline
        master = base64.b64decode(inline)
        key, salt = master[:16], int.from_bytes(master[16:30], "big")
        self._cipher, self._auth, own_salt = (
            keystream(key, (salt ^ (label << 48)) << 16, length) for label, length in ((0, 16), (1, 20), (2, 14))
        )
        self._salt = int.from_bytes(own_salt, "big")

    def _body(self, head: bytes, body: bytes, rollover: int) -> bytes:
        sequence, ssrc = struct.unpack("!2xH4xI", head)
        start = (self._salt << 16) ^ (ssrc << 64) ^ ((rollover << 16 | sequence) << 16)
        return bytes(a ^ b for a, b in zip(body, keystream(self._cipher, start, len(body)), strict=True))

    def sealed(self, packet: bytes, rollover: int) -> bytes:
        out = packet[:12] + self._body(packet[:12], packet[12:], rollover)
        return out + hmac.new(self._auth, out + struct.pack("!I", rollover), hashlib.sha1).digest()[:10]

    def opened(self, packet: bytes) -> bytes | None:
        """None for one that is not by this key."""
        for rollover in (0, 1):
            tag = hmac.new(self._auth, packet[:-10] + struct.pack("!I", rollover), hashlib.sha1).digest()[:10]
            if tag == packet[-10:]:
                return packet[:12] + self._body(packet[:12], packet[12:-10], rollover)
        return None


@pytest.fixture(scope="module")
def engine() -> Iterator[VictimProcess]:
    with victim() as process:
        yield process


def agreed(caller: Caller) -> tuple[Srtp, Srtp]:
    """Offers a new key; what the caller sends with, and what it receives with."""
    mine = Srtp(base64.b64encode(os.urandom(30)).decode())
    line = f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{mine.inline}"
    assert caller.invites(offer(caller.port, line, media="RTP/SAVP 8 101")) == 200
    found = re.search(r"^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:([\w+/=]+)", caller.answer, re.MULTILINE)
    assert found
    return mine, Srtp(found[1])


def heard(
    caller: Caller, mine: Srtp, theirs: Srtp, *, rollover: int, packets: int, beside: socket.socket | None = None
) -> float:
    """How loud our tone comes back."""
    drained(caller.rtp)
    begin, far = time.monotonic(), caller.far
    for i in range(packets):
        turns = caller._rtp_sequence >> 16
        caller.rtp.sendto(mine.sealed(caller.packet(HZ), rollover + turns), far)
        if beside is not None:
            for _ in range(5):
                beside.sendto(b"\x80\x08" + os.urandom(180), far)
        time.sleep(max(0.0, begin + (i + 1) * 0.02 - time.monotonic()))
    opened = [theirs.opened(packet) for packet in drained(caller.rtp)]
    return level([packet for packet in opened if packet], HZ)


def test_sound_goes_on_over_the_end_of_its_numbering(engine: VictimProcess) -> None:
    with Caller(engine) as caller:
        mine, theirs = agreed(caller)
        caller._rtp_sequence = 65500
        assert heard(caller, mine, theirs, rollover=0, packets=30) > LOUD
        assert heard(caller, mine, theirs, rollover=0, packets=60) > LOUD
        assert caller._rtp_sequence > 65536


def test_sound_goes_on_with_new_keys(engine: VictimProcess) -> None:
    with Caller(engine) as caller:
        mine, theirs = agreed(caller)
        assert heard(caller, mine, theirs, rollover=0, packets=40) > LOUD
        for _ in range(2):
            mine, theirs = agreed(caller)
            assert heard(caller, mine, theirs, rollover=0, packets=40) > LOUD


def test_new_keys_do_not_begin_the_count_of_turns_again(engine: VictimProcess) -> None:
    """RFC 3711 section 3.3.1."""
    with Caller(engine) as caller:
        mine, theirs = agreed(caller)
        caller._rtp_sequence = 65520
        assert heard(caller, mine, theirs, rollover=0, packets=50) > LOUD
        mine, theirs = agreed(caller)
        assert heard(caller, mine, theirs, rollover=0, packets=50) > LOUD


def test_a_stranger_without_the_key_is_not_learnt(engine: VictimProcess) -> None:
    with Caller(engine) as caller, a_socket() as stranger:
        mine, theirs = agreed(caller)
        for _ in range(50):
            stranger.sendto(b"\x80\x08" + os.urandom(180), caller.far)
            time.sleep(0.005)
        assert heard(caller, mine, theirs, rollover=0, packets=60, beside=stranger) > LOUD
        assert drained(stranger) == []
