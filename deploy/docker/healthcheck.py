"""Asks the service in this container whether it is alive: exit 0 if `/healthz` says so within 4 seconds, else 1.

Where the service listens, over HTTP or HTTPS, it has written down itself, in `$SAMBUT_DATA/http-address`.
"""

import os
import ssl
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ANYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104  (bound to every address: ask the loopback one)


def main() -> int:
    """The exit code; what went wrong goes to standard error, where `docker inspect` shows it."""
    file = Path(os.environ.get("SAMBUT_DATA", "var"), "http-address")
    try:
        url = f"{_base(file.read_text(encoding='ascii'))}/healthz"
    except OSError as error:
        print(f"the service has not said where it listens: {error}", file=sys.stderr)
        return 1
    try:
        with urlopen(url, timeout=4, context=_any_certificate()):  # noqa: S310  (of our own file)
            return 0
    except (URLError, OSError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1


def _base(address: str) -> str:
    scheme, _, rest = address.strip().partition("://")
    host, _, port = rest.rpartition(":")
    return f"{scheme}://{ANYWHERE.get(host, host)}:{port}"


def _any_certificate() -> ssl.SSLContext:
    """The certificate is for the name that people use, and this asks an address."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


if __name__ == "__main__":
    sys.exit(main())
