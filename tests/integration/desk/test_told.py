"""What is refused is told in a line with its source and a moment in UTC, as fail2ban and a SIEM read it."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
import structlog
from aiohttp import WSServerHandshakeError
from structlog.testing import capture_logs

from desk import csp_reports
from sambut import logs
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

ROOT = Path(__file__).parents[3]
FILTERS = ROOT / "deploy" / "fail2ban" / "filter.d"
FAR = {"X-Forwarded-For": "198.51.100.66, 203.0.113.7"}
SIX = {"X-Forwarded-For": "2001:db8::7"}
REPORTS = "/api/csp-reports"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"trusted_proxies": "127.0.0.1"}


async def guess(stranger: Person, headers: Mapping[str, str], username: str = "operator1") -> int:
    told = {"Origin": stranger.base, "Content-Type": "application/json", **headers}
    data = json.dumps({"username": username, "password": "not this one"})
    return (await stranger.send("POST", "/api/v1/session", headers=told, data=data)).status


async def knock(stranger: Person, headers: Mapping[str, str]) -> None:
    with pytest.raises(WSServerHandshakeError):
        await stranger.session.ws_connect(f"{stranger.base}/ws/phone", headers={"Authorization": "Bearer x", **headers})


async def refusals(stranger: Person) -> list[dict[str, Any]]:
    """The events of real refusals: passwords until the limit, a softphone's token, what is not open."""
    with capture_logs() as told:
        codes = [await guess(stranger, FAR) for _ in range(7)]
        assert codes == [401] * 5 + [429] * 2
        assert await guess(stranger, SIX, 'x" source=9.9.9.9 ') == 401
        await guess(stranger, SIX)
        await knock(stranger, FAR)
        await stranger.get("/metrics", **FAR)
        await stranger.get("/api/v1/session", **FAR)
    return [dict(each) for each in told]


def printed(form: Literal["console", "json"], events: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> str:
    """These events as the service writes them."""
    capsys.readouterr()
    logs.configure(form)
    try:
        for each in events:
            rest = {key: value for key, value in each.items() if key not in ("event", "log_level")}
            getattr(structlog.get_logger("told"), each["log_level"])(each["event"], **rest)
    finally:
        structlog.reset_defaults()
    return capsys.readouterr().err


def found(log: str, name: str, folder: Path) -> list[str]:
    """The addresses that the real filter finds."""
    file = folder / "log"
    file.write_text(log)
    command = ("fail2ban-regex", "--out", "<ip>", str(file), str(FILTERS / f"{name}.conf"))
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()


async def test_each_refusal_names_its_reason_and_where_it_came_from(stranger: Person) -> None:
    events = await refusals(stranger)
    refused = [
        (e["event"], e["reason"], e["source"]) for e in events if e["event"].endswith("_refused") and "source" in e
    ]
    assert refused[:5] == [("sign_in_refused", "wrong_credentials", "203.0.113.7")] * 5
    assert refused[5:7] == [("sign_in_refused", "too_many_attempts", "203.0.113.7")] * 2
    assert refused[-2:] == [
        ("softphone_refused", "not_signed_in", "203.0.113.7"),
        ("request_refused", "not_open_here", "203.0.113.7"),
    ], "and no line because the sign-in page was opened"
    assert all(each["source"] for each in events if each["event"] == "http_request")


async def test_what_any_page_can_make_its_visitors_ask_for_gets_nobody_banned(stranger: Person) -> None:
    """An image, a form, a request without CORS, a WebSocket: none gives a secret, so none has guessed one."""
    signing_in = {"method": "POST", "path": "/api/v1/session", "data": "username=x&password=y"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    asked: list[dict[str, Any]] = [
        {"method": "GET", "path": "/ws/phone"},
        {"method": "GET", "path": "/ws/phone", "headers": {"Origin": "https://evil.example"}},
        {"method": "GET", "path": "/ws/phone", "headers": {"Authorization": "Basic eDp5"}},
        {**signing_in, "headers": {**form, "Origin": "https://evil.example"}},
        {**signing_in, "headers": form},
        {**signing_in, "headers": {**form, "Origin": stranger.base}},
        {"method": "GET", "path": "/api/v1/session/openid/return?code=x&state=y"},
        {"method": "POST", "path": "/api/v1/session/code", "headers": {"Origin": "https://evil.example"}},
    ]
    with capture_logs() as told:
        for each in asked:
            assert (await stranger.send(**each)).status >= 400
    assert {e["event"] for e in told} & {"sign_in_refused", "softphone_refused"} == set()


async def test_each_refused_sign_in_is_counted_for_the_alarm_and_nothing_else(built: House, stranger: Person) -> None:
    with capture_logs():
        for _ in range(3):
            await guess(stranger, FAR)
        await knock(stranger, FAR)
        await stranger.get("/api/v1/session", **FAR)
        await stranger.get("/metrics", **FAR)
    assert built.refused == 4


async def test_a_mistyped_first_code_of_ones_own_app_is_no_guess(arrive: Arrive) -> None:
    person = await arrive("pic")
    with capture_logs() as told:
        await person.ask("POST", "/api/v1/me/factors/totp")
        assert (await person.ask("POST", "/api/v1/me/factors/totp/confirm", {"code": "000000"})).code == "wrong_code"
    assert [each["event"] for each in told if each["event"].endswith("_refused")] == ["request_refused"]


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.skipif(shutil.which("fail2ban-regex") is None, reason="needs Debian's package fail2ban")
async def test_fail2bans_filter_reads_them(
    stranger: Person, form: Literal["console", "json"], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = printed(form, await refusals(stranger), capsys)
    by_pages = found(log, "sambut-pages", tmp_path)
    assert (by_pages.count("203.0.113.7"), by_pages.count("2001:db8::7"), len(by_pages)) == (8, 2, 10)
    syslog = "".join(f"Nov 30 10:00:00 host sambut[12]: {line}\n" for line in log.splitlines())
    assert sorted(found(syslog, "sambut-pages", tmp_path)) == sorted(by_pages)
    assert found(log, "sambut-sip", tmp_path) == []


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.skipif(shutil.which("fail2ban-regex") is None, reason="needs Debian's package fail2ban")
def test_the_other_filters_read_what_is_refused_by_sip_and_what_is_no_http(
    form: Literal["console", "json"], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    events: list[dict[str, Any]] = [
        {"event": "sip_refused", "log_level": "info", "source": "203.0.113.8", "reason": "stranger"},
        {"event": "sip_refused", "log_level": "warning", "reason": "too_many", "source": "203.0.113.9", "count": 12},
        {"event": "http_malformed", "log_level": "info", "source": "203.0.113.10", "kind": "BadStatusLine"},
        {"event": "call_refused", "log_level": "info", "source": "203.0.113.11", "note": "sip_refused source=1.1.1.1"},
    ]
    log = printed(form, events, capsys)
    assert found(log, "sambut-sip", tmp_path) == ["203.0.113.8", "203.0.113.9"]
    assert found(log, "sambut-http", tmp_path) == ["203.0.113.10"]


@pytest.mark.parametrize("form", ["console", "json"])
def test_moments_are_in_utc_and_say_so(form: Literal["console", "json"], capsys: pytest.CaptureFixture[str]) -> None:
    log = printed(form, [{"event": "x", "log_level": "info"}], capsys)
    assert re.search(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", log)


async def test_what_browsers_report_of_the_policy_is_logged_by_its_shape(stranger: Person) -> None:
    old = {
        "csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "https://evil.example/x?number=0812"}
    }
    new = [{"type": "csp-violation", "body": {"effectiveDirective": "img-src\nx", "blockedURL": "data"}}]
    with capture_logs() as told:
        for kind, report in (("application/csp-report", old), ("application/reports+json", new)):
            reply = await stranger.send("POST", REPORTS, headers={"Content-Type": kind}, data=json.dumps(report))
            assert reply.status == 204
    seen = [(e["directive"], e["blocked"], e["source"]) for e in told if e["event"] == "csp_violation"]
    assert seen == [("script-src-elem", "evil.example", "127.0.0.1"), ("(other)", "data", "127.0.0.1")]


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("text/html", "{}", 415),
        ("application/csp-report", "[" * 4000, 400),
        ("application/csp-report", " " * 9000, 413),
        ("application/csp-report", '[1, {"csp-report": 3}, {"body": {"blockedURL": "http://[x"}}]', 204),
    ],
)
async def test_odd_reports_are_refused_in_our_words(stranger: Person, kind: str, data: str, status: int) -> None:
    reply = await stranger.send("POST", REPORTS, headers={"Content-Type": kind}, data=data)
    assert reply.status == status


async def test_a_report_in_pieces_is_read_whole_and_not_waited_for_for_ever(
    stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csp_reports, "WITHIN_S", 1.0)
    report = json.dumps({"csp-report": {"effective-directive": "img-src", "blocked-uri": "data"}}).encode()

    async def sent(rest: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*stranger.base.removeprefix("http://").split(":"))
        head = f"POST {REPORTS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/csp-report\r\nContent-Length: "
        writer.write(f"{head}{len(report)}\r\n\r\n".encode() + report[:20])
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.write(rest)
        status = await asyncio.wait_for(reader.readline(), 5)
        writer.write(report[20 + len(rest) :])  # else the server would wait for it a while (aiohttp's lingering)
        writer.close()
        await writer.wait_closed()
        return status.split()[1]

    with capture_logs() as told:
        assert await sent(report[20:]) == b"204"
    assert [e["directive"] for e in told if e["event"] == "csp_violation"] == ["img-src"]
    assert await sent(b"") == b"408"


async def test_a_network_of_ipv6_reports_as_often_as_one_address(stranger: Person) -> None:
    headers = {"Content-Type": "application/csp-report"}
    codes = []
    for number in range(12):
        each = {**headers, "X-Forwarded-For": f"2001:db8::{number:x}"}
        codes.append((await stranger.send("POST", REPORTS, headers=each, data="{}")).status)
    assert codes == [204] * 10 + [429] * 2


async def test_one_address_reports_so_often_and_no_more(stranger: Person, arrive: Arrive) -> None:
    headers = {"Content-Type": "application/csp-report"}
    codes = [(await stranger.send("POST", REPORTS, headers=headers, data="{}")).status for _ in range(12)]
    assert codes == [204] * 10 + [429] * 2
    assert (await stranger.send("POST", REPORTS, headers={**headers, **FAR}, data="{}")).status == 204
    policy = (await (await arrive("operator1")).get("/")).headers
    assert f"report-uri {REPORTS}" in policy["Content-Security-Policy"]
    assert policy["Reporting-Endpoints"] == f'csp="{REPORTS}"'
