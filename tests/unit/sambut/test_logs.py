"""What the log may not say."""

import asyncio
from typing import Literal

import pytest
import structlog
from aiohttp import web

from sambut import logs


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_does_not_print_the_numbers_in_local_variables(
    form: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(form)
    try:
        number = "+6281234567890"
        try:
            raise RuntimeError(f"a fault with {len(number)} digits")
        except RuntimeError:
            structlog.get_logger().exception("fault")
    finally:
        structlog.reset_defaults()
    printed = capsys.readouterr().err
    assert "RuntimeError" in printed and "81234567890" not in printed


async def answered(raw: bytes) -> bytes:
    """What a real server answers to these bytes."""
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
        writer.write(raw)
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    finally:
        await runner.cleanup()
    return said


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /?number=081234567890 HTTP/1.1\r\nHost: x\r\nBad Header : 081234567890\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 081234567890x\r\n\r\n",
    ],
)
async def test_bytes_that_are_no_http_are_one_line_with_their_senders_address(
    raw: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("json")
    try:
        assert b" 400 " in await answered(raw)
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    assert '"http_malformed"' in line and '"127.0.0.1"' in line
    assert "081234567890" not in line and "Traceback" not in line
