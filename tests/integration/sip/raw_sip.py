"""SIP by hand over UDP or TCP from any loopback address: what a stranger, a trunk or a phone may send."""

import itertools
import socket
from dataclasses import dataclass, field
from typing import Literal

Transport = Literal["udp", "tcp"]

OFFER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A message that came back; `status` 0 for a request."""

    status: int
    text: str

    def header(self, name: str) -> str:
        """Its first value; "" where there is none."""
        for line in self.text.split("\r\n\r\n", 1)[0].split("\r\n"):
            if line.lower().startswith(f"{name.lower()}:"):
                return line.partition(":")[2].strip()
        return ""


@dataclass
class Dialog:
    """Call-ID, tags and sequence number of one sender."""

    to_tag: str = ""
    number: int = field(default_factory=lambda: next(_numbers))
    cseq: int = 0


class RawSip:
    """One sender. `target` is host:port; use as a context manager."""

    def __init__(self, target: str, source: str = "127.0.0.1", transport: Transport = "udp") -> None:
        host, port = target.rsplit(":", 1)
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        self.transport = transport
        self._socket = socket.socket(socket.AF_INET, kind)
        self._socket.bind((source, 0))
        self._socket.connect((host, int(port)))
        self._source = source
        self._rest = b""

    def __enter__(self) -> "RawSip":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def address(self) -> str:
        return f"{self._source}:{self._socket.getsockname()[1]}"

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def request(
        self,
        method: str,
        dialog: Dialog,
        *,
        headers: str = "",
        body: str = "",
        cseq: int | None = None,
        branch: str = "",
    ) -> bytes:
        """A request of this dialog. `headers` are whole lines."""
        if cseq is None:
            dialog.cseq += 1
        tag = f";tag={dialog.to_tag}" if dialog.to_tag else ""
        contact = "" if "Contact:" in headers else f"Contact: <sip:raw@{self.address};transport={self.transport}>\r\n"
        return (
            f"{method} sip:hotline@127.0.0.1 SIP/2.0\r\n"
            f"Via: SIP/2.0/{self.transport.upper()} {self.address};rport;branch=z9hG4bK{next(_numbers)}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:+6281234567890@127.0.0.1>;tag=f{dialog.number}\r\n"
            f"To: <sip:hotline@127.0.0.1>{tag}\r\nCall-ID: raw-{dialog.number}\r\n"
            f"CSeq: {dialog.cseq if cseq is None else cseq} {method}\r\n{contact}{headers}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def receive(self, within_s: float = 1.0) -> Answer | None:
        """The next message; none if nothing came in time, or the other side closed."""
        self._socket.settimeout(within_s)
        try:
            data = self._rest or self._socket.recv(65536)
            while self.transport == "tcp" and b"\r\n\r\n" not in data:
                more = self._socket.recv(65536)
                if not more:
                    break
                data += more
        except OSError:
            return None
        if not data:
            return None
        return self._one_of(data)

    def final(self, within_s: float = 1.0) -> Answer | None:
        """The next answer that is no provisional one."""
        while (answer := self.receive(within_s)) is not None and answer.status // 100 == 1:
            pass
        return answer

    def _one_of(self, data: bytes) -> Answer:
        head, _, rest = data.partition(b"\r\n\r\n")
        text = head.decode(errors="replace")
        length = next((int(line[15:]) for line in text.split("\r\n") if line.lower().startswith("content-length:")), 0)
        self._rest = rest[length:] if self.transport == "tcp" else b""
        body = rest[:length].decode(errors="replace")
        first = text.split(" ", 2)
        return Answer(int(first[1]) if first[0] == "SIP/2.0" else 0, f"{text}\r\n\r\n{body}")


def call(raw: RawSip, body: str = OFFER) -> Dialog:
    """An established call, acknowledged. Raises `AssertionError` where it is not answered."""
    dialog = Dialog()
    raw.send(raw.request("INVITE", dialog, headers="Content-Type: application/sdp\r\n", body=body))
    answer = raw.final(within_s=5)
    assert answer is not None and answer.status == 200, answer
    dialog.to_tag = answer.header("To").rpartition("tag=")[2]
    raw.send(raw.request("ACK", dialog, cseq=dialog.cseq))
    return dialog
