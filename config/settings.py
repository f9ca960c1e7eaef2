"""Settings of one installation: addresses, ports, trunks, storage (CONTRACT.md, "Variables")."""

import platform
import re
import shlex
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator

from config.base import Model
from config.ice import IceServer
from config.trunks import LOOPBACK, Peers, PortRange, Trunk

Port = Annotated[int, Field(ge=0, le=65535)]
Codec = Literal["opus", "G722", "PCMA", "PCMU"]
ClockRate = Annotated[
    Literal[8000, 16000],
    BeforeValidator(lambda value: int(value) if isinstance(value, str) and value.isdecimal() else value),
]

_DATABASES = ("sqlite", "postgresql", "postgresql+asyncpg", "postgres")
_URL = re.compile(r"^([a-z0-9+]+)://")
_USER = re.compile(r"^(?P<start>postgres[a-z+]*://[^:@/]+)(?P<password>:[^@]*)?@(?P<rest>.*)$")


# The wideband ones go first to whoever talks with a wideband caller, unless `clock_rate` is 8000 (docs/decisions/0007).
USUAL_CODECS: tuple[Codec, ...] = ("PCMA", "PCMU", "G722", "opus")


class Settings(Model):
    """Scalar fields may also come from the environment as `SAMBUT_<FIELD>`, which goes before the file."""

    data: Path = Path("var")
    config: Path | None = None
    key_file: Path | None = None
    database_password: str = Field("", repr=False)
    database_url: str = Field(default_factory=lambda known: f"sqlite:///{known['data']}/sambut.db", repr=False)
    sip_bind: str = "127.0.0.1"
    sip_port: Port = 5060
    sip_public_address: str = ""
    sip_tls_port: Port | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_ca: Path | None = None
    srtp: Literal["off", "optional", "required"] = "optional"
    clock_rate: ClockRate = 16000
    codecs: tuple[Codec, ...] = Field(USUAL_CODECS, min_length=1)
    rtp_ports: PortRange = PortRange(first=20000, last=29999)
    rtp_timeout_s: Annotated[float, Field(ge=0, le=60)] = 2.0
    caller_silent_s: Annotated[float, Field(ge=0, le=3600)] = 60
    trunks: tuple[Trunk, ...] = (LOOPBACK,)
    phone_networks: Peers = LOOPBACK.peers
    ice_servers: tuple[IceServer, ...] = ()
    headset_bind: str = ""
    headset_codecs: tuple[Codec, ...] = ()
    headset_turn: bool = False
    http_bind: str = "127.0.0.1"
    http_port: Port = 8080
    http_certificate: Path | None = None
    http_key: Path | None = None
    public_url: str = ""
    cookie_secure: bool = False
    session_hours: Annotated[float, Field(gt=0, le=168)] = 12
    login_attempts: Annotated[int, Field(ge=1, le=100)] = 5
    login_window_s: Annotated[float, Field(gt=0, le=86_400)] = 300
    vehicles_token: str = Field("", repr=False)
    webhook_inside: bool = False
    webhook_ca: Path | None = None
    webhook_disable_days: Annotated[float, Field(gt=0, le=90)] = 3
    smtp_host: str = ""
    smtp_port: Port = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_ca: Path | None = None
    smtp_username: str = ""
    smtp_password: str = Field("", repr=False)
    smtp_from: str = ""
    mail_give_up_hours: Annotated[float, Field(gt=0, le=168)] = 24
    notice_minutes: Annotated[float, Field(ge=0, le=1440)] = 10
    demo_password: str | None = Field(None, min_length=8, repr=False)
    drain_s: Annotated[float, Field(ge=0, le=3600)] = 30
    node: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = Field(
        default_factory=lambda: platform.node() or "sambut"
    )
    log_format: Literal["console", "json"] = "console"
    blocked_callers: Literal["prompt", "refuse"] = "prompt"
    recordings: bool = True
    recording_format: Literal["flac", "opus"] = "flac"
    transcriber: tuple[str, ...] = ()

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
