"""Settings of one installation: addresses, ports, trunks, storage (CONTRACT.md, "Variables")."""

import platform
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from config.base import Model
from config.ice import IceServer
from config.ldap import Ldap
from config.openid import OpenId
from config.sign_in import Hours, IdleMinutes, RoleRules, SignInRole
from config.trunks import LOOPBACK, THIS_MACHINE, Networks, Peers, PortRange, Trunk, is_this_machine

Port = Annotated[int, Field(ge=0, le=65535)]
Codec = Literal["opus", "G722", "PCMA", "PCMU"]
ClockRate = Annotated[
    Literal[8000, 16000],
    BeforeValidator(lambda value: int(value) if isinstance(value, str) and value.isdecimal() else value),
]

_DATABASES = ("sqlite", "postgresql", "postgresql+asyncpg", "postgres")
_URL = re.compile(r"^([a-z0-9+]+)://")
_USER = re.compile(r"^(?P<start>postgres[a-z+]*://[^:@/]+)(?P<password>:[^@]*)?@(?P<rest>.*)$")


PRIVILEGED: frozenset[SignInRole] = frozenset({"admin", "supervisor"})
"""They see and change what others have done: a password alone does not let them in from elsewhere."""

# The wideband ones go first to whoever talks with a wideband caller, unless `clock_rate` is 8000 (docs/decisions/0007).
USUAL_CODECS: tuple[Codec, ...] = ("PCMA", "PCMU", "G722", "opus")


class Settings(Model):
    """Scalar fields may also come from the environment as `SAMBUT_<FIELD>`, which goes before the file.

    What stands below a field is its meaning, told once: `make docs` takes the first line into settings.yaml and all of
    it into docs/settings.md.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    data: Path = Path("var")
    """database file, recordings, prompt cache, spool"""
    config: Path | None = None
    """folder of the data files; those that are not there are as shipped

    A variable only: the file of settings lies in this folder itself.
    """
    key_file: Path | None = None
    """master keys of what is encrypted (docs/storage.md); made at the first start, if it is not there

    By itself systemd's credential sambut.key, else master.key in the data folder.
    """
    database_password: str = Field("", repr=False)
    """goes into a URL without one; better as SAMBUT_DATABASE_PASSWORD_FILE"""
    database_url: str = Field(default_factory=lambda known: f"sqlite:///{known['data']}/sambut.db", repr=False)
    """SQLite or PostgreSQL (postgresql://user:password@host/name); by itself `sambut.db` under `data`"""
    sip_bind: str = "127.0.0.1"
    """0.0.0.0 to take calls from other machines"""
    sip_port: Port = 5060
    """UDP and TCP; 0 picks a free one"""
    sip_public_address: str = ""
    """the address that others see, when this machine is behind NAT"""
    sip_tls_port: Port | None = None
    """also take SIP over TLS there; needs tls_certificate and tls_key"""
    tls_certificate: Path | None = None
    """for SIP over TLS (PEM, with the chain)"""
    tls_key: Path | None = None
    """key of tls_certificate (PEM)"""
    tls_ca: Path | None = None
    """authority that certificates of trunks and TLS phones must come from (PEM); by itself the system's

    Who calls us over TLS and shows a certificate must have it from there too, if this is set.
    """
    srtp: Literal["off", "optional", "required"] = "optional"
    """encrypted sound with trunks and SIP phones: off, optional or required

    SDES (RFC 4568) within SIP; the sound of browsers is always encrypted.
    """
    clock_rate: ClockRate = 16000
    """8000 mixes and records in narrow band only, in four fifths of the disk"""
    codecs: tuple[Codec, ...] = Field(USUAL_CODECS, min_length=1)
    """unless you say, the wideband ones go first to a phone that talks with a wideband caller"""
    rtp_ports: PortRange = PortRange(first=20000, last=29999)
    """UDP ports of the media, two for each leg; open them in the firewall"""
    engine: Literal["inside", "process"] = "inside"
    """process: calls and sound in a process of their own, which is replaced when it dies; inside: in the service's"""
    rtp_timeout_s: Annotated[float, Field(ge=0, le=60)] = 2.0
    """a phone that sends nothing for so long is gone; 0 for never"""
    caller_silent_s: Annotated[float, Field(ge=0, le=3600)] = 60
    """a caller of whom nothing comes for so long is gone, the call is ended; 0 for never"""
    trunks: tuple[Trunk, ...] = (LOOPBACK,)
    """where calls come from, and where calls out go; calls from anywhere else are refused"""
    strangers: Literal["refuse", "drop"] = "refuse"
    """who calls from anywhere else: refuse answers 403 once and listens to nothing, drop never answers"""
    calls_per_source_s: Annotated[float, Field(ge=0, le=10_000)] = 60
    """new calls a second that one address may bring, with twice as many at once; 0 for no limit

    All addresses together may bring twice that. What is beyond is answered 503, before it costs anything.
    """
    phone_networks: Peers = THIS_MACHINE
    """where phones of operators, coordinators and PICs may lie, such as [10.20.0.0/16, pbx.kantor.example]"""
    phone_tls: Literal["checked", "unchecked"] = "checked"
    """unchecked: SIP phones with ;transport=tls may have any certificate; softphones are always known by theirs"""
    ice_servers: tuple[IceServer, ...] = ()
    """STUN and TURN servers for browsers that do not reach this machine directly"""
    headset_bind: str = ""
    """where the media of browsers arrive: rtp_ports of every address; or one address"""
    headset_codecs: tuple[Codec, ...] = ()
    """by itself G.711, and G.722 with wideband callers; [opus] for operators on bad networks"""
    headset_turn: bool = False
    """true where this machine too must go through the TURN server of ice_servers"""
    http_bind: str = "127.0.0.1"
    """0.0.0.0 to serve the pages to other machines"""
    http_port: Port = 8080
    """0 picks a free one"""
    http_certificate: Path | None = None
    """serve the pages over HTTPS ourselves, without a proxy (PEM, with the chain)"""
    http_key: Path | None = None
    """its key (PEM); browsers give a headset only to HTTPS, or to this machine"""
    http_clear_text: Literal["refused", "allowed"] = "refused"
    """allowed: pages without HTTPS where other machines reach http_bind; passwords can be read on the way"""
    trusted_proxies: Networks = ()
    """proxies before the pages, such as [127.0.0.1]: their X-Forwarded-For says who asks, no other does"""
    http_connections: Annotated[int, Field(ge=50, le=100_000)] = 2000
    """connections to the pages at once, in all; more are cut off"""
    http_connections_per_address: Annotated[int, Field(ge=10, le=100_000)] = 500
    """of one address; this machine and trusted_proxies are not counted so"""
    metrics_open_to: Networks = THIS_MACHINE
    """who reads /metrics without signing in: the address of Prometheus"""
    openapi_open_to: Networks = THIS_MACHINE
    """who reads /api/openapi.json without signing in"""
    open311_open_to: Networks = THIS_MACHINE
    """who reads requests under /open311 without a key; [0.0.0.0/0, "::/0"] for everybody"""
    public_url: str = ""
    """such as https://hotline.kantor.example, when behind a proxy"""
    cookie_secure: bool = False
    """true when the pages are served over HTTPS only"""
    session_hours: Hours = 12
    """after so long an account must log in again; an operator after the call"""
    idle_minutes: IdleMinutes = 60
    """after so long without a key, the pointer or a change, too; an operator on duty stays"""
    roles: Mapping[SignInRole, RoleRules] = Field(default_factory=dict)
    """for one role otherwise, and who needs a second factor (docs/signing-in.md)"""
    openid: OpenId | None = None
    """an OpenID Connect provider that people may sign in by, too (docs/signing-in.md)"""
    openid_secret: str = Field("", repr=False)
    """what it knows us by; better as SAMBUT_OPENID_SECRET"""
    ldap: Ldap | None = None
    """a directory that people's passwords may lie in, too (docs/signing-in.md)"""
    ldap_password: str = Field("", repr=False)
    """of its bind_dn; better as SAMBUT_LDAP_PASSWORD"""
    login_attempts: Annotated[int, Field(ge=1, le=100)] = 5
    """wrong passwords allowed within login_window_s from one address, or in one known browser"""
    login_window_s: Annotated[float, Field(gt=0, le=86_400)] = 300
    """the span in which login_attempts are counted"""
    alarm_sign_ins: Annotated[int, Field(ge=0, le=1_000_000)] = 50
    """so many refused sign-ins within ten minutes are told to the admins (page, mail, status); 0 for never"""
    alarm_sip: Annotated[int, Field(ge=0, le=100_000_000)] = 20_000
    """so many refused SIP packets and connections likewise"""
    vehicles_token: str = Field("", repr=False)
    """what the service in vehicles.yaml wants; rather as SAMBUT_VEHICLES_TOKEN"""
    webhook_inside: bool = False
    """true: also to addresses of the own network, and over plain HTTP"""
    webhook_ca: Path | None = None
    """a further authority that receivers' certificates may come from (PEM)"""
    webhook_disable_days: Annotated[float, Field(gt=0, le=90)] = 3
    """a webhook that only fails for so long is switched off"""
    smtp_host: str = ""
    """such as mail.kantor.example; without it no mail is sent"""
    smtp_port: Port = 587
    """587 for starttls, 465 for tls"""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """starttls, tls (port 465), or none (only to this machine or a trusted network)"""
    smtp_ca: Path | None = None
    """a further authority that the mail server's certificate may come from (PEM)"""
    smtp_username: str = ""
    """who we are at the mail server; empty: it asks for no password"""
    smtp_password: str = Field("", repr=False)
    """for smtp_username; better as SAMBUT_SMTP_PASSWORD"""
    smtp_from: str = ""
    """who the mail is from, such as Sambut <sambut@kantor.example>"""
    mail_give_up_hours: Annotated[float, Field(gt=0, le=168)] = 24
    """a mail that the server does not take is tried for so long"""
    notice_minutes: Annotated[float, Field(ge=0, le=1440)] = 10
    """a person gets at most one mail in so many minutes; what comes meanwhile is bundled"""
    demo_password: str | None = Field(None, min_length=8, repr=False)
    """of the demo accounts (`serve --demo`); else one is made and printed once

    A variable only, since the demo needs no file.
    """
    backup_before_migration: bool = True
    """an update that changes the database copies it first (docs/backup.md)"""
    drain_s: Annotated[float, Field(ge=0, le=3600)] = 30
    """how long running calls may finish when the service stops"""
    node: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        default_factory=lambda: platform.node() or "sambut"
    )
    """must differ on every machine of a larger installation; by itself the machine's name"""
    log_format: Literal["console", "json"] = "console"
    """console for people, json for machines (one object a line)"""
    blocked_callers: Literal["prompt", "refuse"] = "prompt"
    """prompt: whose number is blocked hears so; refuse: is turned away with 603"""
    recordings: bool = True
    """whether calls are recorded"""
    recording_format: Literal["flac", "opus"] = "flac"
    """flac (no loss) or opus (smaller)"""
    transcriber: tuple[str, ...] = ()
    """a program that prints what a message says; none if not given"""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme = _URL.match(value)
        if scheme is None or scheme[1] not in _DATABASES:
            raise ValueError(
                "not the URL of a SQLite or PostgreSQL database, such as postgresql://user:password@host/sambut"
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _with_its_password(cls, value: str, known: ValidationInfo) -> str:
        """The password may come by itself (a file of its own), and then stands in the URL from here on."""
        password, url = known.data.get("database_password"), _USER.match(value)
        if not password:
            return value
        if url is None or url["password"]:
            raise ValueError(
                "database_password is for a URL with a user and no password, like postgresql://user@host/name"
            )
        return f"{url['start']}:{quote(password, safe='')}@{url['rest']}"

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not re.match(r"^https?://[^/\s]+/?$", value):
            raise ValueError(f"{value!r} is not a web address like https://hotline.example.go.id")
        return value.rstrip("/")

    @field_validator("transcriber", mode="before")
    @classmethod
    def _as_typed(cls, value: object) -> object:
        return tuple(shlex.split(value)) if isinstance(value, str) else value

    @field_validator("transcriber")
    @classmethod
    def _says_which_file(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if value and not any("{file}" in part for part in value):
            raise ValueError("write {file} where the program takes the message to be read")
        return value

    @field_validator("codecs", "headset_codecs", mode="before")
    @classmethod
    def _from_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("codecs", "headset_codecs")
    @classmethod
    def _codecs_once(cls, value: tuple[Codec, ...]) -> tuple[Codec, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a codec is named twice")
        return value

    def role(self, role: SignInRole) -> RoleRules:
        """What holds for the sign-in of one role, nothing left open."""
        rules = self.roles.get(role, RoleRules())
        usual = {
            "session_hours": self.session_hours,
            "idle_minutes": self.idle_minutes,
            "second_factor": role in PRIVILEGED and self.pages_reach_others,
        }
        return RoleRules(**{**usual, **{name: value for name, value in rules if value is not None}})

    @property
    def pages_reach_others(self) -> bool:
        """Whether other machines reach the pages: by our own port, or through a proxy at `public_url`."""
        hosts = (self.http_bind, urlsplit(self.public_url).hostname or "localhost")
        return not all(is_this_machine(host) for host in hosts)
