"""One answer as JSON or as XML. The two are the same document by the Spark convention that the standard names."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

from aiohttp import web

_EACH = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
"""What one member of a list is called in XML; in JSON it has no name."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold (section 2.2)."""


class Format(StrEnum):
    """What the end of an address asks for."""

    JSON = "json"
    XML = "xml"

    @property
    def media_type(self) -> str:
        """As the standard has it (not application/xml)."""
        return "application/json" if self is Format.JSON else "text/xml"


def respond(kind: Format, root: str, value: Any, status: int = 200, **headers: str) -> web.Response:
    """The answer; `root` is the name of the whole in XML. For what is short: the loop waits for it to be written."""
    return respond_with(kind, document(kind, root, value), status, **headers)


def document(kind: Format, root: str, value: Any) -> bytes:
    """The answer's body."""
    return _json(value) if kind is Format.JSON else _xml(root, value)


def respond_with(kind: Format, body: bytes, status: int = 200, **headers: str) -> web.Response:
    """The answer with a body that is there already. Anybody's page may read it: it says nothing to a cookie."""
    answer = web.Response(status=status, body=body, content_type=kind.media_type, charset="utf-8", headers=headers)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Vary"] = "Accept-Language"
    return answer


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _xml(root: str, value: Any) -> bytes:
    made: bytes = ElementTree.tostring(_element(root, value), encoding="utf-8", xml_declaration=True)
    return made


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    match value:
        case Mapping():
            element.extend(_element(key, member) for key, member in value.items())
        case list():
            element.extend(_element(_EACH[name], member) for member in value)
        case None:
            pass
        case bool():
            element.text = "true" if value else "false"
        case _:
            element.text = _NOT_XML.sub("", str(value))
    return element
