"""Settings: file, environment over file, and what is refused."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

import config
from config import IceServer, Outbound, PortRange, Registration, Settings, Trunk
from config.sign_in import SignInRole
from tests.unit.config.conftest import Office

PIN = "'sha256:" + "ab" * 32 + "'"
ELSEWHERE = "{registrar: '9.9.9.9:5080', username: x, password: y}"


def test_a_variable_of_the_environment_goes_before_the_file(office: Office) -> None:
    office.write("settings.yaml", "http_port: 8081\nsip_port: 5070\n")
    settings = config.load(office.folder, {"SAMBUT_HTTP_PORT": "9000"}).settings
    assert (settings.http_port, settings.sip_port) == (9000, 5070)


def test_an_empty_variable_counts_as_not_given() -> None:
    assert config.load(environ={"SAMBUT_HTTP_PORT": ""}).settings.http_port == 8080


def test_sambut_config_names_the_folder(office: Office) -> None:
    office.write("settings.yaml", "http_port: 8081\n")
    settings = config.load(environ={"SAMBUT_CONFIG": str(office.folder)}).settings
    assert (settings.http_port, settings.config) == (8081, office.folder)


@pytest.mark.parametrize("clock_rate", [8000, 16000])
def test_the_bridges_clock_may_come_from_the_environment(clock_rate: int) -> None:
    assert config.load(environ={"SAMBUT_CLOCK_RATE": str(clock_rate)}).settings.clock_rate == clock_rate
    (problem,) = config.check(environ={"SAMBUT_CLOCK_RATE": "48000"})
    assert problem.file == "SAMBUT_CLOCK_RATE (environment)"


def test_a_wrong_variable_is_named_as_such() -> None:
    (problem,) = config.check(environ={"SAMBUT_HTTP_PORT": "many"})
    assert problem.file == "SAMBUT_HTTP_PORT (environment)"
    assert "integer" in problem.reason


def test_a_mistyped_variable_is_refused_but_a_scripts_own_is_not() -> None:
    (problem,) = config.check(environ={"SAMBUT_HTPT_PORT": "1", "SAMBUT_TEST_POSTGRES": "1", "OTHER": "1"})
    assert problem.file.startswith("SAMBUT_HTPT_PORT")
    assert "HTTP_PORT" in problem.reason


def test_secrets_do_not_show_in_a_printed_value() -> None:
    settings = Settings(
        demo_password="rahasia-sekali",
        database_url="postgresql://sambut:rahasia@db/sambut",
        ice_servers=(IceServer(urls=("turn:a",), username="u", credential="rahasia"),),
        trunks=(
            Trunk(name="pbx", registration=Registration(registrar="pbx", username="15", password="rahasia")),
            Trunk(name="out", peers=("192.0.2.1",), outbound=Outbound(host="h", username="15", password="rahasia")),
        ),
    )
    assert "rahasia" not in repr(settings)


@pytest.mark.parametrize(
    ("trunk", "told"),
    [
        ({"outbound": {"host": "h", "username": "1500"}}, "no password"),
        ({"outbound": {"host": "h", "password": "rahasia"}}, "no username"),
        ({"outbound": {"host": "h", "prefix": "#9"}}, "prefix"),
        ({"outbound": {"host": "h", "number_format": "local"}}, "'e164_without_plus' or 'national'"),
        ({"identity": []}, "identity"),
        ({"identity": ["from", "from"]}, "named twice"),
        ({"identity": ["contact"]}, "'remote-party-id' or 'from'"),
        (
            {
                "registration": {"registrar": "r", "username": "1", "password": "2"},
                "outbound": {"username": "3", "password": "4"},
            },
            "its calls out use that account",
        ),
    ],
)
def test_a_trunk_that_contradicts_itself_is_refused(trunk: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        Trunk.model_validate({"name": "provider", "peers": ["192.0.2.1"], **trunk})
    assert "rahasia" not in str(refused.value.errors(include_input=False))


@pytest.mark.parametrize(
    "url", ["sqlite:///var/a.db", "postgresql://u:p@h/d", "postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"]
)
def test_sqlite_and_postgresql_are_databases(url: str) -> None:
    assert Settings(database_url=url).database_url == url


def test_the_database_lies_in_the_data_folder_by_default() -> None:
    assert Settings(data=Path("/srv/sambut")).database_url == "sqlite:////srv/sambut/sambut.db"


@pytest.mark.parametrize("url", ["mysql://u@h/d", "var/a.db", "sqlite3:///var/a.db", "postgresql+psycopg://u@h/d"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="SQLite or PostgreSQL"):
        Settings(database_url=url)


def test_codecs_may_come_as_one_line() -> None:
    assert config.load(environ={"SAMBUT_CODECS": "PCMA, PCMU"}).settings.codecs == ("PCMA", "PCMU")


def test_a_range_of_ports_is_written_with_a_dash() -> None:
    ports = config.load(environ={"SAMBUT_RTP_PORTS": "30000-30999"}).settings.rtp_ports
    assert (ports.first, ports.last, str(ports)) == (30000, 30999, "30000-30999")
    assert 30500 in ports
    assert 31000 not in ports


@pytest.mark.parametrize("text", ["30000", "30999-30000", "80-90", "30000-70000", "30000-30001"])
def test_a_range_of_ports_that_holds_no_call_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        PortRange.model_validate(text)


@pytest.mark.parametrize(
    ("peer", "kept"),
    [
        ("203.0.113.10", ip_network("203.0.113.10/32")),
        ("203.0.113.16/29", ip_network("203.0.113.16/29")),
        ("2001:db8::/32", ip_network("2001:db8::/32")),
        ("SIP.Provider.Example", "sip.provider.example"),
    ],
)
def test_a_peer_is_an_address_a_network_or_a_host_name(peer: str, kept: object) -> None:
    assert Trunk.model_validate({"name": "t", "peers": [peer]}).peers == (kept,)


@pytest.mark.parametrize("peer", ["203.0.113.300", "203.0.113.1/29", "two words", "-x.example", "", "sip:a@b", 5])
def test_a_peer_that_is_no_address_is_refused(peer: object) -> None:
    with pytest.raises(ValidationError, match="address"):
        Trunk.model_validate({"name": "t", "peers": [peer]})


def test_phones_lie_on_this_machine_unless_networks_are_named(office: Office) -> None:
    assert Settings().phone_networks == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    office.write("settings.yaml", "phone_networks: [10.20.0.0/16, 10.9.9.9, PBX.kantor.example]\n")
    named = (ip_network("10.20.0.0/16"), ip_network("10.9.9.9/32"), "pbx.kantor.example")
    assert config.load(office.folder).settings.phone_networks == named
    in_one_line = {"SAMBUT_PHONE_NETWORKS": "10.20.0.0/16, 10.9.9.9,pbx.kantor.example"}
    assert config.load(office.folder, in_one_line).settings.phone_networks == named


@pytest.mark.parametrize(
    "text",
    [
        "http_bind: 0.0.0.0\nhttp_clear_text: allowed\n",
        "http_bind: 0.0.0.0\nhttp_certificate: /a\nhttp_key: /b\n",
        "http_bind: localhost\n",
        "http_bind: ::1\n",
        "public_url: https://a.example\ntrusted_proxies: [127.0.0.1]\n",
        "public_url: http://a.example\n",
    ],
)
def test_pages_on_this_machine_behind_a_named_proxy_or_meant_in_the_clear_are_in_order(
    office: Office, text: str
) -> None:
    office.write("settings.yaml", text)
    assert not config.check(office.folder, {})


@pytest.mark.parametrize(
    "trunk",
    [
        "{name: a, peers: [9.9.9.9], clear_text: allowed}",
        "{name: a, peers: [10.1.2.3, 192.168.0.0/16, 172.16.0.0/12, fd00::/8, pbx.kantor.example]}",
        "{name: a, registration: {registrar: 'pbx.kantor.example:5070', username: x, password: y}}",
    ],
)
def test_trunks_in_private_networks_or_meant_in_the_clear_are_in_order(office: Office, trunk: str) -> None:
    office.write("settings.yaml", f"trunks:\n- {trunk}\n")
    assert not config.check(office.folder, {})


def test_admins_and_supervisors_need_a_second_factor_where_others_reach_the_pages() -> None:
    def asked(**settings: object) -> list[SignInRole]:
        made = Settings.model_validate(settings)
        return [role for role in get_args(SignInRole) if made.role(role).second_factor]

    assert asked() == asked(public_url="http://localhost:8080") == []
    for open_ in ({"http_bind": "0.0.0.0"}, {"http_bind": "10.1.2.3"}, {"public_url": "https://hotline.example"}):
        assert asked(**open_) == ["admin", "supervisor"]
        assert asked(**open_, roles={"admin": {"second_factor": False}}) == ["supervisor"]
        assert asked(**open_, roles={"supervisor": {"idle_minutes": 5}}) == ["admin", "supervisor"]
    assert asked(roles={"pic": {"second_factor": True}}) == ["pic"]


def test_a_network_of_phones_that_is_none_is_named(office: Office) -> None:
    office.write("settings.yaml", "phone_networks:\n- 10.20.0.0/16\n- 10.20.0.1/16\n")
    (problem,) = config.check(office.folder, {})
    assert (problem.line, "10.20.0.1/16 has host bits set" in problem.reason) == (3, True)


def test_a_trunk_from_which_no_call_could_come_is_refused() -> None:
    with pytest.raises(ValidationError, match="neither peers nor a registration"):
        Trunk(name="t")


def test_calls_out_go_to_the_host_of_a_trunk_or_to_its_registrar() -> None:
    registered = {"name": "b", "registration": {"registrar": "pbx.example:5070", "username": "15", "password": "x"}}
    trunks = [
        Trunk.model_validate({"name": "a", "peers": ["::1"], "outbound": {"host": "sip.example:5062"}}),
        Trunk.model_validate(registered),
        Trunk.model_validate({**registered, "outbound": {"caller_id": "1500"}}),
        Trunk.model_validate({**registered, "outbound": {"host": "sbc.example"}}),
        Trunk.model_validate({"name": "e", "peers": ["::1"]}),
    ]
    hosts = ["sip.example:5062", "pbx.example:5070", "pbx.example:5070", "sbc.example", ""]
    assert [trunk.outbound_host for trunk in trunks] == hosts
    assert [trunk.calls_out for trunk in trunks] == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("http_port: 5060\n", "http_port", "http_port 5060 is also sip_port"),
        ("sip_port: 20010\n", "sip_port", "lies within rtp_ports 20000-29999"),
        ("sip_tls_port: 5061\n", "sip_tls_port", "without tls_certificate and tls_key"),
        ("trunks:\n- {name: a, peers: [::1]}\n- {name: a, peers: [::1]}\n", "- {name: a, peers: [::1]}", "two trunks"),
        ("trunks:\n- {name: a, transport: tls, peers: [::1]}\n", "transport", "trunk a uses TLS without"),
        ("trunks:\n- {name: a, peers: [::1],\n   tls_fingerprint: 'sha256:1'}\n", "tls_fingerprint", "64 hexadecimal"),
        (f"trunks:\n- {{name: a, peers: [::1], tls_fingerprint: {PIN}}}\n", "- {name", "but its transport is udp"),
        ("trunks:\n- {name: a, peers: [9.9.9.9],\n   transport: tcp}\n", "transport", "outside of private networks"),
        ("trunks:\n- {name: a, transport: udp, peers: [0.0.0.0/0]}\n", "transport", "clear_text: allowed where"),
        (
            f"trunks:\n- {{name: a, transport: udp,\n   registration: {ELSEWHERE}}}\n",
            "transport",
            "to 9.9.9.9,",
        ),
        ("public_url: hotline\n", "public_url", "not a web address"),
        ("http_bind: 0.0.0.0\n", "http_bind", "passwords would go over the network in the clear"),
        ("http_bind: 10.20.0.5\n", "http_bind", "http_clear_text: allowed"),
        ("public_url: https://a.example\n", "public_url", "trusted_proxies, such as [127.0.0.1]"),
        ("trusted_proxies: [proxy.example]\n", "trusted_proxies", "'proxy.example' is a name; give an address"),
        ("codecs: [PCMA, PCMA]\n", "codecs", "named twice"),
        ("sip_bindd: ::1\n", "sip_bindd", "unknown key `sip_bindd`; did you mean `sip_bind`?"),
        ("trunks:\n- {name: a, pears: [::1]}\n", "pears", "did you mean `peers`?"),
        ("srtp: perhaps\n", "srtp", "'perhaps'"),
        ("ice_servers:\n- {urls: ['turn:a.example']}\n", "- {urls", "a TURN server needs `username` and `credential`"),
        ("ice_servers:\n- {urls: ['http://a.example']}\n", "urls", "'http://a.example'"),
        ("trunks:\n- {name: a, peers: [::1], outbound: {}}\n", "- {name", "`outbound` without a host"),
        ("trunks:\n- {name: a, peers: [::1], outbound: {host: 'sip:x'}}\n", "outbound", "not a host like"),
        ("trunks:\n- {name: a, peers: [::1], outbound: {hst: x}}\n", "hst", "did you mean `host`?"),
    ],
)
def test_settings_that_do_not_fit_are_refused_on_their_line(office: Office, text: str, place: str, reason: str) -> None:
    office.write("settings.yaml", text)
    lines = [number for number, line in enumerate(text.splitlines(), 1) if place in line]
    problems = office.problems()
    assert any(line in lines and reason in why for _, line, why in problems), problems
