"""What of the settings makes the door's rules."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest
import structlog

from config import Settings
from sambut.admission import KnownAddresses, admission, peer_table, phone_table
from sip.door import Admission
from sip.ports import Agent

SETTINGS = Settings.model_validate(
    {
        "trunks": [
            {"name": "provider", "peers": ["203.0.113.0/29"]},
            {
                "name": "pbx",
                "registration": {
                    "registrar": "192.0.2.7:5070",
                    "username": "1",
                    "password": "p",
                    "proxy": "[2001:db8::9]:5060",
                },
            },
        ],
        "phone_networks": ["10.20.0.0/16"],
        "strangers": "drop",
        "calls_per_source_s": 7,
    }
)


def test_trunks_registrars_proxies_and_phones_are_known() -> None:
    told = admission(SETTINGS, peer_table(SETTINGS.trunks), phone_table(SETTINGS))
    assert told.trunks == ("203.0.113.0/29", "192.0.2.7/32", "2001:db8::9/128")
    assert told.phones == ("10.20.0.0/16",)
    assert (told.strangers, told.calls_per_s) == ("drop", 7)


async def test_a_name_that_comes_late_is_known_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine started before its network: meanwhile the trunk is no stranger to fail2ban, which would ban it."""
    known: list[str] = []

    async def ask(*_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if not known:
            raise OSError("no network")
        return [(2, 2, 17, "", (address, 0)) for address in known]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", ask)
    monkeypatch.setattr("sambut.admission.LOOK_UP_AGAIN_S", 0.05)
    settings = Settings.model_validate({"trunks": [{"name": "provider", "peers": ["sip.provider.example"]}]})
    told: list[Admission] = []
    agent = cast("Agent", SimpleNamespace(admit=told.append, tls_peers=None))
    assert admission(settings, peer_table(settings.trunks), phone_table(settings)).incomplete

    addresses = KnownAddresses(settings, agent)
    await addresses.look_up()
    assert addresses.warnings() == ["trunk provider: no address was found yet for one of its names"]
    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(addresses.run())
        known.append("203.0.113.5")
        async with asyncio.timeout(5):
            while not told:
                await asyncio.sleep(0.01)
        running.cancel()
    assert addresses.warnings() == []
    assert told[-1].trunks == ("203.0.113.5/32",) and not told[-1].incomplete
    assert [each["event"] for each in logs] == ["known_addresses"], "it was told once that the name is not found"
