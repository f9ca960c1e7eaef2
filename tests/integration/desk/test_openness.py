"""What is open without signing in, and to whom."""

import pytest
from structlog.testing import capture_logs

from tests.integration.desk.conftest import Arrive
from tests.integration.desk.people import Person

OPEN = ("/healthz", "/readyz")
BY_SETTING = {
    "/metrics": "metrics_open_to",
    "/api/openapi.json": "openapi_open_to",
    "/open311/v2/requests.json": "open311_open_to",
    "/open311/v2/requests.xml?start_date=2026-11-01T00:00:00Z": "open311_open_to",
    "/open311/v2/tokens/HTL-2026-000001.json": "open311_open_to",
}
PUBLIC = ("/open311/v2/discovery.json", "/open311/v2/services.json")
PROXY = {"trusted_proxies": "127.0.0.1"}
FAR = {"X-Forwarded-For": "203.0.113.9"}
REFUSED = (401, 403)


async def test_this_machine_reads_them_without_signing_in(stranger: Person) -> None:
    for path in (*OPEN, *PUBLIC, *BY_SETTING):
        assert (await stranger.get(path)).status in (200, 404), path


@pytest.mark.parametrize("settings", [PROXY])
async def test_others_do_not_unless_the_settings_say_so(stranger: Person) -> None:
    for path in BY_SETTING:
        assert (await stranger.get(path, **FAR)).status in REFUSED, path
    for path in (*OPEN, *PUBLIC):
        assert (await stranger.get(path, **FAR)).status == 200, path
    refused = await stranger.get("/metrics", **FAR)
    assert (refused.code, refused.body["detail"]) == ("not_open_here", "setting metrics_open_to")


@pytest.mark.parametrize("settings", [PROXY | dict.fromkeys(BY_SETTING.values(), "203.0.113.0/24,::1")])
async def test_networks_that_the_settings_name_read_them(stranger: Person) -> None:
    for path in BY_SETTING:
        assert (await stranger.get(path, **FAR)).status in (200, 404), path
        assert (await stranger.get(path, **{"X-Forwarded-For": "203.0.114.9"})).status in REFUSED, path


async def test_a_proxy_that_no_setting_names_opens_nothing(stranger: Person) -> None:
    for path in BY_SETTING:
        assert (await stranger.get(path, **FAR)).status in REFUSED, path


@pytest.mark.parametrize("settings", [PROXY])
async def test_who_is_signed_in_reads_the_description_of_the_api_from_anywhere(arrive: Arrive) -> None:
    assert (await (await arrive("operator1")).get("/api/openapi.json", **FAR)).status == 200


@pytest.mark.parametrize("settings", [PROXY])
@pytest.mark.parametrize(
    "forwarded",
    [
        {"X-Forwarded-For": "203.0.113.9:51234"},
        {"X-Forwarded-For": "[2001:db8::7]:51234"},
        {"X-Forwarded-For": "unknown"},
        {"X-Forwarded-For": "127.0.0.1, _hidden"},
        {"X-Forwarded-For": ""},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
)
async def test_a_proxy_of_ours_that_does_not_say_for_whom_it_asks_opens_nothing(
    stranger: Person, forwarded: dict[str, str]
) -> None:
    for path in BY_SETTING:
        assert (await stranger.get(path, **forwarded)).status in REFUSED, path


@pytest.mark.parametrize("settings", [PROXY])
@pytest.mark.parametrize("source", ["203.0.113.9", "203.0.113.9:51234", "[2001:db8::7]:51234", "2001:db8::7"])
async def test_an_address_is_read_with_its_port_or_without(stranger: Person, source: str) -> None:
    with capture_logs() as logs:
        await stranger.get("/metrics", **{"X-Forwarded-For": source})
    (asked,) = [each for each in logs if each["event"] == "request_refused"]
    assert asked["source"] == ("2001:db8::7" if "db8" in source else "203.0.113.9")
