"""Certificates for servers on loopback, made by openssl."""

import ssl
import subprocess
from pathlib import Path


def server_for(folder: Path, name: str = "IP:127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for `name`, which is its own authority, and a server's context with it."""
    certificate, key = folder / f"{name[-4:]}.pem", folder / f"{name[-4:]}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test",
         "-addext", f"subjectAltName={name}", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return certificate, context
