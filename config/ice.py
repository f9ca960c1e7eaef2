"""Servers that help a browser headset through a NAT (RFC 8656)."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from config.base import Model

IceUrl = Annotated[str, StringConstraints(pattern=r"^(stun|stuns|turn|turns):[^\s/@]+(\?transport=(udp|tcp))?$")]


class IceServer(Model):
    """A STUN or TURN server, as browsers are told of it (W3C WebRTC, `RTCIceServer`)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    urls: tuple[IceUrl, ...] = Field(min_length=1)
    """such as `stun:host:3478` or `turn:host:3478?transport=tcp`"""
    username: str = ""
    """for TURN"""
    credential: str = Field("", repr=False)
    """its password"""

    @model_validator(mode="after")
    def _turn_needs_credentials(self) -> Self:
        turn = any(url.startswith("turn") for url in self.urls)
        if turn and not (self.username and self.credential):
            raise ValueError("a TURN server needs `username` and `credential`")
        return self
