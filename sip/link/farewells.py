"""BYE for the dialogs of an engine that died: their far ends need not listen into the void."""

import asyncio
import ssl
from collections.abc import Iterable
from pathlib import Path

import structlog

from sip.dialogs import Dialog, bye, place_of

log = structlog.get_logger(__name__)

AGAIN_AFTER_S = (0.5, 1.0, 2.0)
"""T1 and its doubles (RFC 3261 section 17.1.2.2); the far end's own timers see to what is lost then."""
AT_ONCE = 50
ANY = "0.0.0.0"  # noqa: S104  # what is compared, not bound


class Farewells:
    """Says BYE from `bind`. `ca`: who vouches for far ends over TLS; without it they are believed."""

    def __init__(self, bind: str, ca: Path | None) -> None:
        self._bind = None if bind == ANY else (bind, 0)
        self._ca = ca
        self._few = asyncio.Semaphore(AT_ONCE)

    async def say(self, dialogs: Iterable[Dialog]) -> None:
        """To all of them; returns when each has answered, or will not."""
        answers = await asyncio.gather(*map(self._one, dialogs))
        log.warning("farewells_said", dialogs=len(answers), answered=sum(answers))

    async def _one(self, dialog: Dialog) -> bool:
        async with self._few:
            try:
                host, port, transport = place_of(dialog.next_hop)
                if transport == "udp":
                    return await self._by_udp(dialog, host, port)
                async with asyncio.timeout(sum(AGAIN_AFTER_S)):
                    return await self._by_stream(dialog, host, port, transport)
            except (OSError, ValueError, TimeoutError) as error:
                log.info("farewell_failed", reason=str(error))
                return False

    async def _by_udp(self, dialog: Dialog, host: str, port: int) -> bool:
        loop, answered = asyncio.get_running_loop(), asyncio.Event()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Answer(answered), remote_addr=(host, port), local_addr=self._bind
        )
        try:
            here = _place(transport)
            request = bye(dialog, here, "udp")
            for wait_s in AGAIN_AFTER_S:
                transport.sendto(request)
                try:
                    async with asyncio.timeout(wait_s):
                        await answered.wait()
                except TimeoutError:
                    continue
                return True
            return False
        finally:
            transport.close()

    async def _by_stream(self, dialog: Dialog, host: str, port: int, transport: str) -> bool:
        context = self._context() if transport == "tls" else None
        reader, writer = await asyncio.open_connection(host, port, ssl=context, local_addr=self._bind)
        try:
            writer.write(bye(dialog, _place(writer.transport), transport))
            return (await reader.readline()).startswith(b"SIP/2.0 ")
        finally:
            writer.close()

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=None if self._ca is None else str(self._ca))
        if self._ca is None:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


class _Answer(asyncio.DatagramProtocol):
    def __init__(self, answered: asyncio.Event) -> None:
        self._answered = answered

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._answered.set()


def _place(transport: asyncio.BaseTransport) -> str:
    host, port = transport.get_extra_info("sockname")[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
