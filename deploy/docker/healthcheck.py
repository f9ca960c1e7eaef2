"""Asks the service in this container whether it is alive: exit 0 if `/healthz` says so within 4 seconds, else 1."""

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  (bound to every address: ask the loopback one)


def main() -> int:
    """The exit code; what went wrong goes to standard error, where `docker inspect` shows it."""
    bind = os.environ.get("SAMBUT_HTTP_BIND", "127.0.0.1")
    url = f"http://{ANYWHERE.get(bind, bind)}:{os.environ.get('SAMBUT_HTTP_PORT', '8080')}/healthz"
    try:
        with urlopen(url, timeout=4):
            return 0
    except (URLError, TimeoutError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
