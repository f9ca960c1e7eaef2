"""What systemd is told of the service, by its own protocol (sd_notify(3)): a datagram to the socket that it named.

Without `NOTIFY_SOCKET` in the environment, as in a terminal or a container, nothing is sent.
"""

import asyncio
import os
import socket
import time
from collections.abc import Mapping

import structlog

log = structlog.get_logger(__name__)


class Systemd:
    """The service's manager, if it has one."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        wanted = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._watchdog_s = int(environ.get("WATCHDOG_USEC") or 0) / 1e6 if wanted else 0.0

    def ready(self, status: str) -> None:
        self._tell(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """`READY=1` ends it. systemd wants to know when it began, on the clock that does not jump."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    async def show_life(self) -> None:
        """Until cancelled: a sign from the event loop itself, so that one that hangs is found out and started anew."""
        while self._watchdog_s > 0:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog_s / 4)

    def _tell(self, words: str) -> None:
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as channel:
                channel.sendto(words.encode(), name)
        except OSError as error:
            log.warning("systemd_not_told", error=type(error).__name__)
