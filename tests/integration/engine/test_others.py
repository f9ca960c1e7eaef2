"""Faults that no single message shows: what others answer us, what grows, and what time does."""

import asyncio
import datetime
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sip.options import AgentOptions, Tls
from sip.tls_peers import TlsPeers
from tests.integration.engine.raw import HOST, Caller, offer, speaks, victim
from tests.integration.engine.raw import _bound as a_socket
from tests.integration.sip.an_agent import watched

KEY = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
SUITES = ("AES_CM_128_HMAC_SHA1_80", *(f"SUITE_OF_A_LONG_NAME_THAT_NOBODY_KNOWS_{i}" for i in range(15)))

# --- registrars and name servers ------------------------------------------------------------------------------------


def test_many_service_routes_of_a_registrar_are_left_out() -> None:
    with a_socket() as registrar:
        port = registrar.getsockname()[1]
        with victim(registrar=f"{HOST}:{port}") as engine:
            registrar.settimeout(10)
            text, source = registrar.recvfrom(65536)
            routes = [f"Service-Route: <sip:{i}.example;lr>" for i in range(8)]
            routes.append("Service-Route: " + ", ".join(f"<sip:{i}.example;lr>" for i in range(200)))
            registrar.sendto(_answer(text.decode(), *routes), source)
            with Caller(engine) as caller:
                assert caller.invites(offer(caller.port)) == 200
            time.sleep(0.5)
            assert engine.answers_options()


def _answer(request: str, *more: str) -> bytes:
    kept = [
        line
        for line in request.split("\r\n")
        if line.lower().startswith(("via:", "from:", "to:", "call-id:", "cseq:", "contact:"))
    ]
    return "\r\n".join(["SIP/2.0 200 OK", *kept, "Expires: 300", *more, "Content-Length: 0", "", ""]).encode()


@contextmanager
def asking(nameserver: str, *uris: str) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.integration.engine.asks_dns", nameserver, *uris]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def nameserver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        try:
            made.bind(("127.53.0.53", 53))  # the library knows no other port
        except PermissionError:
            pytest.skip("port 53 takes root, or a machine that lets anybody have it")
        made.settimeout(10)
        yield made


def test_questions_to_a_name_server_cannot_be_guessed(nameserver: socket.socket) -> None:
    uris = [f"sip:registrar{i}.example:5060" for i in range(8)]
    seen: dict[bytes, int] = {}
    with asking("127.53.0.53", *uris):
        while len(seen) < len(uris):
            question = nameserver.recv(4096)
            seen[question[12:]] = struct.unpack("!H", question[:2])[0]
        steps = {b - a for a, b in pairwise(seen.values())}
        assert len(steps) > 4


def test_an_answer_of_somebody_else_than_the_name_server_does_not_count(nameserver: socket.socket) -> None:
    with a_socket() as stranger, a_socket() as true:
        port = true.getsockname()[1]
        false = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        false.bind(("127.0.0.2", port))
        with false, asking("127.53.0.53", f"sip:registrar.example:{port}"):
            question, source = nameserver.recvfrom(4096)
            stranger.sendto(_address(question, "127.0.0.2"), source)
            false.settimeout(1.5)
            with pytest.raises(TimeoutError):
                false.recv(4096)
            while True:
                nameserver.sendto(_address(question, HOST), source)
                true.settimeout(2)
                try:
                    assert true.recv(4096).startswith(b"REGISTER ")
                    break
                except TimeoutError:
                    question, source = nameserver.recvfrom(4096)


def _address(question: bytes, address: str) -> bytes:
    """RFC 1035: the question again, and one A record."""
    head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0)
    return head + question[12:] + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + socket.inet_aton(address)


# --- certificates ---------------------------------------------------------------------------------------------------


def _certificate(folder: Path, name: bytes) -> tuple[Path, Path]:
    """Self-signed, its alternative name a DNS name as given, whatever is in it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "evil.example")])
    now = datetime.datetime.now(datetime.UTC)
    names = bytes([0x30, len(name) + 2, 0x82, len(name)]) + name
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


@pytest.mark.parametrize(("name", "trusted"), [(b"127.0.0.1", True), (b"127.0.0.1\0.evil.example", False)])
async def test_a_trunks_certificate_is_for_the_whole_of_its_name(tmp_path: Path, name: bytes, *, trusted: bool) -> None:
    certificate, private = _certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    got: list[bytes] = []
    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=_one_connection, args=(listener, context, got), daemon=True)
        thread.start()
        options = AgentOptions(port=0, rtp_ports=(36600, 36650), legs=4, tls=Tls(ca=certificate, peers=TlsPeers()))
        async with watched(options) as us:
            us.agent.call(f"sip:x@{HOST}:{listener.getsockname()[1]};transport=tls")
            until = time.monotonic() + 4
            while thread.is_alive() and time.monotonic() < until:
                await asyncio.sleep(0.05)
    assert [text[:7] for text in got if text] == ([b"INVITE "] if trusted else [])


def _one_connection(listener: socket.socket, context: ssl.SSLContext, got: list[bytes]) -> None:
    listener.settimeout(5)
    try:
        connection, _ = listener.accept()
        connection.settimeout(3)
        with context.wrap_socket(connection, server_side=True) as secure:
            got.append(secure.recv(65536))
    except OSError:
        pass


# --- keys -----------------------------------------------------------------------------------------------------------


def test_a_call_that_agrees_on_keys_again_and_again_does_not_grow() -> None:
    with victim({"MALLOC_ARENA_MAX": "1"}, brief=True) as engine, Caller(engine) as caller:

        def grown_by(count: int) -> float:
            for i in range(count):
                keys = (f"a=crypto:{i * 16 + k + 1} {suite} {KEY}" for k, suite in enumerate(SUITES))
                assert caller.invites(offer(caller.port, *keys, media="RTP/SAVP 8")) == 200
            time.sleep(1.5)  # until the transactions are forgotten
            return engine.asked("heap")

        before = grown_by(400)
        assert grown_by(1000) - before < 300_000  # 3 MB before


# --- time -----------------------------------------------------------------------------------------------------------

CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *at)
{
    static int (*real)(clockid_t, struct timespec *);
    static long later;
    if (!real) {
        later = atol(getenv("LATER_S"));
        real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    int failed = real(clock, at);
    if (clock == CLOCK_MONOTONIC)
        at->tv_sec += later;
    return failed;
}
"""
WRAPS_AT_S = 2**64 // 8000 // 10**9  # nanoseconds times 8,000 a second: 26.7 days


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler to shift the engine's clock with")
def test_jitter_is_what_it_is_after_weeks_of_uptime(tmp_path: Path) -> None:
    source, library = tmp_path / "clock.c", tmp_path / "clock.so"
    source.write_text(CLOCK)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    later = WRAPS_AT_S - int(time.monotonic()) - 12
    with victim({"LD_PRELOAD": str(library), "LATER_S": str(later)}) as engine, Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        left = WRAPS_AT_S - later - time.monotonic()
        assert left > 1, "too slow a start"
        speaks((caller, caller.rtp, 500), seconds=left + 2)
        assert 0 <= engine.asked("jitter") < 60
        caller.hangs_up()


# --- DTLS -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to shake hands with")
def test_a_handshake_with_a_long_certificate_comes_to_its_end(tmp_path: Path) -> None:
    names = ",".join(f"DNS:{i}.a-name-of-some-length.example" for i in range(150))
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
    subprocess.run([*make, "-addext", f"subjectAltName={names}", "-keyout", key, "-out", certificate], check=True)
    print_it = ["openssl", "x509", "-in", str(certificate), "-noout", "-fingerprint", "-sha256"]
    fingerprint = subprocess.run(print_it, check=True, capture_output=True, text=True).stdout.strip().split("=")[1]
    with victim() as engine, Caller(engine) as caller:
        lines = (f"a=fingerprint:sha-256 {fingerprint}", "a=setup:active")
        assert caller.invites(offer(caller.port, *lines, media="UDP/TLS/RTP/SAVP 8")) == 200
        assert re.search(r"^a=setup:passive", caller.answer, re.MULTILINE)
        here, (host, port) = caller.port, caller.far
        caller.rtp.close()
        done = subprocess.run(
            [
                *("openssl", "s_client", "-dtls1_2", "-bind", f"{HOST}:{here}", "-connect", f"{host}:{port}"),
                *("-use_srtp", "SRTP_AES128_CM_SHA1_80", "-cert", certificate, "-key", key),
            ],
            input="",
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        assert "SRTP Extension negotiated, profile=SRTP_AES128_CM_SHA1_80" in done.stdout, done.stdout + done.stderr
