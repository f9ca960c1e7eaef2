"""Calls over TLS and SRTP."""

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
