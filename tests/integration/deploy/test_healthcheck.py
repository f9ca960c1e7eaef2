"""The health check of the image, asked of a server as it would be in the container."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.integration.outward.certificates import server_for

HEALTHCHECK = Path(__file__).parents[3] / "deploy" / "docker" / "healthcheck.py"


@asynccontextmanager
async def _answering(status: int, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({}, status=status)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _check(data: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, HEALTHCHECK, env={"SAMBUT_DATA": str(data)}, stderr=asyncio.subprocess.PIPE
    )
    _, told = await process.communicate()
    assert process.returncode is not None
    return process.returncode, told.decode()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize(("status", "verdict"), [(200, 0), (503, 1)])
async def test_the_service_is_asked_where_and_how_it_listens(
    scheme: str, bound: str, status: int, verdict: int, tmp_path: Path
) -> None:
    tls = server_for(tmp_path, "DNS:hotline.kantor.example")[1] if scheme == "https" else None
    async with _answering(status, tls) as port:
        (tmp_path / "http-address").write_text(f"{scheme}://{bound}:{port}\n")
        assert (await _check(tmp_path))[0] == verdict


async def test_a_service_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "http-address").write_text("http://127.0.0.1:9\n")
    verdict, told = await _check(tmp_path)
    assert (verdict, told.count("\n")) == (1, 1) and "refused" in told


async def test_a_service_that_never_started_is_told_in_one_line(tmp_path: Path) -> None:
    verdict, told = await _check(tmp_path)
    assert (verdict, told.count("\n")) == (1, 1) and "has not said" in told
