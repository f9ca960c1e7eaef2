"""The built pages, and nothing else of the disk."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.desk.house import House
from tests.integration.desk.people import Person


async def test_hashed_assets_are_kept_for_ever_and_the_index_is_asked_for_again(stranger: Person) -> None:
    asset = await stranger.get("/assets/app-1a2b3c.js")
    assert (asset.status, asset.raw) == (200, b"export {}")
    assert "immutable" in asset.headers["Cache-Control"]
    assert asset.headers["Content-Type"] == "text/javascript; charset=utf-8"
    index = await stranger.get("/")
    assert b"<title>Sambut" in index.raw
    assert index.headers["Cache-Control"] == "no-cache"
    assert index.headers["Content-Type"] == "text/html; charset=utf-8"
    again = await stranger.get("/", **{"If-None-Match": index.headers["Etag"]})
    assert again.status == 304


@pytest.mark.parametrize("path", ["/desk", "/tickets/HTL-2026-000001", "/login", "/index.html"])
async def test_addresses_of_the_pages_own_router_get_the_index(stranger: Person, path: str) -> None:
    reply = await stranger.get(path)
    assert reply.status == 200
    assert b"<title>Sambut" in reply.raw


@pytest.mark.parametrize("path", ["/assets/gone-000.js", "/robots.txt", "/api/v1/nothing", "/api/nothing"])
async def test_a_file_or_api_address_that_is_not_there_is_not_found(stranger: Person, path: str) -> None:
    reply = await stranger.get(path)
    assert (reply.status, reply.code) == (404, "not_found")


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//secret.txt",
        "/%2fetc%2fpasswd.txt",
        "/..%5csecret.txt",
        "/secret.txt%00.js",
    ],
)
async def test_no_way_of_writing_a_path_leaves_the_folder(stranger: Person, target: str) -> None:
    address = urlsplit(stranger.base)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert b" 404 " in answer.splitlines()[0]
    assert b"not for anybody" not in answer


async def test_pages_that_were_not_built_say_what_to_do(stranger: Person, pages: Path) -> None:
    (pages / "index.html").unlink()
    reply = await stranger.get("/")
    assert reply.status == 503
    assert b"make run" in reply.raw


async def test_liveness_and_readiness_are_told_apart(built: House, stranger: Person) -> None:
    assert (await stranger.get("/healthz")).status == 200
    assert (await stranger.get("/readyz")).body == {
        "status": "ready",
        "checks": {"database": True, "calls": True},
        "reasons": [],
    }
    built.switchboard.accepting = False
    reply = await stranger.get("/readyz")
    assert (reply.status, reply.body["checks"]["calls"]) == (503, False)
    assert (await stranger.get("/healthz")).status == 200


async def test_the_metrics_page_counts_by_route_and_names_nobody(built: House, stranger: Person) -> None:
    await built.switchboard.incoming("+6281234567890")
    await stranger.sign_in("operator1")
    await stranger.get("/api/v1/tickets/HTL-2026-000001")
    text = (await stranger.get("/metrics")).raw.decode()
    assert 'sambut_http_requests_total{method="GET",route="/api/v1/tickets/{number}",status="200"} 1.0' in text
    assert "sambut_websockets 0.0" in text
    for private in ("6281234567890", "operator1", "HTL-2026-000001"):
        assert private not in text
