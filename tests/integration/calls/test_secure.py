"""Calls over TLS and SRTP."""

import asyncio
import subprocess
from pathlib import Path

from tests.integration.hotline import hotline
from tests.integration.phones import caller


def self_signed(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


async def test_a_call_over_tls_with_srtp_is_greeted(tmp_path: Path, spoken_prompts: Path) -> None:
    certificate, key = self_signed(tmp_path)
    secure = {"SIP_TLS_PORT": "0", "TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key), "SRTP": "required"}
    async with hotline(tmp_path, spoken_prompts, **secure) as house:
        uri = f"sip:hotline@{house.sip_tls};transport=tls"
        async with caller(uri, srtp="required", seconds=4) as call:
            assert await call.ended() == 0, call.lines
            assert any("sound at" in line for line in call.lines), call.lines
        async with caller(house.uri, srtp="off", seconds=4) as call:
            assert await call.ended() == 1, "a caller without SRTP is refused where it is required"
            assert any("not answered: 4" in line for line in call.lines), call.lines


def handshake(address: str, version: str) -> str:
    """What a client of this one version gets, however weak it may be: the cipher, or `(NONE)`."""
    client = ["openssl", "s_client", "-connect", address, f"-{version}", "-cipher", "DEFAULT@SECLEVEL=0"]
    said = subprocess.run(client, input=b"", capture_output=True, check=False, timeout=10).stdout.decode()
    return next(line.rpartition(" ")[2] for line in said.splitlines() if "Cipher is" in line)


async def test_sip_over_tls_speaks_1_3_and_1_2_and_nothing_older(tmp_path: Path, spoken_prompts: Path) -> None:
    certificate, key = self_signed(tmp_path)
    secure = {"SIP_TLS_PORT": "0", "TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)}
    async with hotline(tmp_path, spoken_prompts, **secure) as house:
        ciphers = {v: await asyncio.to_thread(handshake, house.sip_tls, v) for v in ("tls1_1", "tls1_2", "tls1_3")}
    assert ciphers["tls1_1"] == "(NONE)"
    assert ciphers["tls1_2"].startswith("ECDHE-")
    assert ciphers["tls1_3"].startswith("TLS_")
