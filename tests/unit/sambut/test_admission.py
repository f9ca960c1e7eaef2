"""What of the settings makes the door's rules."""

from config import Settings
from sambut.admission import admission, peer_table, phone_table

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
