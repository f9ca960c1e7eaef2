"""SIP messages as the browsers' end reads and writes them (RFC 3261 section 7). Pure; one message a datagram."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 65_535
_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_REQUEST = re.compile(r"([A-Z]{1,20}) (\S{1,512}) SIP/2\.0")
_RESPONSE = re.compile(r"SIP/2\.0 ([1-6]\d\d) .*")
_CSEQ = re.compile(r"(\d{1,10})\s+([A-Z]{1,20})")
_ONCE = ("from", "to", "call-id", "cseq")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A request (`method` and `uri` set, `status` 0) or a response (`status` set). Header names: long, lower case."""

    method: str
    uri: str
    status: int
    headers: Headers
    body: str

    def header(self, name: str) -> str:
        """The first header of this name, `""` when there is none."""
        return next((value for each, value in self.headers if each == name), "")

    @property
    def call_id(self) -> str:
        return self.header("call-id")

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method."""
        match = _CSEQ.fullmatch(self.header("cseq"))
        return (int(match[1]), match[2]) if match is not None else (0, "")

    @property
    def in_dialog(self) -> bool:
        """Whether it belongs to a dialog that is set up (RFC 3261 section 12.2)."""
        return ";tag=" in self.header("to")


def parse(datagram: bytes) -> Message | None:
    """The message, or `None` for what is none: a stranger's bytes, a keep-alive, a message without what all have."""
    try:
        head, _, body = datagram[:LONGEST].decode().partition("\r\n\r\n")
    except UnicodeDecodeError:
        return None
    first, *lines = head.split("\r\n")
    headers = _headers(lines)
    if headers is None or not {"via", *_ONCE} <= {name for name, _ in headers}:
        return None
    request, response = _REQUEST.fullmatch(first), _RESPONSE.fullmatch(first)
    if request is not None:
        message = Message(request[1], request[2], 0, headers, body)
    elif response is not None:
        message = Message("", "", int(response[1]), headers, body)
    else:
        return None
    _, method = message.cseq
    return message if method and (method == message.method or message.status) else None


def response(request: Message, status: int, reason: str, tag: str, more: Sequence[str] = (), sdp: str = "") -> bytes:
    """An answer to a request (RFC 3261 section 8.2.6). `more` are whole header lines."""
    to = request.header("to")
    if status > 100 and not request.in_dialog:
        to += f";tag={tag}"
    lines = [f"SIP/2.0 {status} {reason}"]
    lines += [f"Via: {value}" for name, value in request.headers if name == "via"]
    lines += [f"From: {request.header('from')}", f"To: {to}"]
    lines += [f"Call-ID: {request.call_id}", f"CSeq: {request.header('cseq')}", *more]
    return _with_body(lines, sdp)


def request(method: str, uri: str, headers: Sequence[str]) -> bytes:
    """A request without a body. `headers` are whole lines."""
    return _with_body([f"{method} {uri} SIP/2.0", *headers, "Max-Forwards: 70"], "")


def address_in(value: str) -> str:
    """The URI of a Contact, From or To: `<sip:a@b>;x` reads as `sip:a@b`."""
    match = re.search(r"<([^<>\s]+)>", value)
    return match[1] if match is not None else value.split(";", 1)[0].strip()


def _headers(lines: Sequence[str]) -> Headers | None:
    found = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            return None
        key = name.strip().lower()
        found.append((_COMPACT.get(key, key), value.strip()))
    return tuple(found)


def _with_body(lines: Sequence[str], sdp: str) -> bytes:
    body = sdp.encode()
    described = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([*lines, *described, f"Content-Length: {len(body)}", "", ""]).encode() + body
