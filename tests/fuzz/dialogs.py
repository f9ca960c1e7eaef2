"""The far end of what the engine agrees to: ACK, answers to its requests, and hostile messages inside its dialogs.

Without it no call is ever confirmed, and what comes in a dialog (re-INVITE, UPDATE, INFO, PRACK) ends at the door.
"""

import re
from collections import deque
from dataclasses import dataclass
from itertools import count
from random import Random

KEPT = 64
_COPIED = (b"via", b"from", b"to", b"call-id", b"cseq")
_branches = count(1)


@dataclass(frozen=True, slots=True)
class Dialog:
    """As the one who called has it: the header's values."""

    sender: bytes
    to: bytes
    call_id: bytes
    cseq: int


class Dialogs:
    """Those that the engine has answered last."""

    def __init__(self) -> None:
        self._known: deque[Dialog] = deque(maxlen=KEPT)

    def reply(self, received: bytes, sender: bytes) -> bytes:
        """What is to be said to one message of the engine's; b"" for nothing. `sender` is host:port."""
        head = received.partition(b"\r\n\r\n")[0]
        first, *lines = head.split(b"\r\n")
        if first.startswith(b"SIP/2.0 2"):
            return self._acknowledged(lines, sender)
        if first.startswith((b"SIP/2.0", b"ACK")) or not first.endswith(b" SIP/2.0"):
            return b""
        kept = [line for line in lines if line.partition(b":")[0].strip().lower() in _COPIED]
        return b"\r\n".join((b"SIP/2.0 200 OK", *kept, b"Content-Length: 0", b"", b""))

    def _acknowledged(self, lines: list[bytes], sender: bytes) -> bytes:
        values = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        cseq = re.fullmatch(rb"(\d{1,10})\s+INVITE", values.get(b"cseq", b""))
        if cseq is None or not {b"from", b"to", b"call-id"} <= values.keys():
            return b""
        dialog = Dialog(values[b"from"], values[b"to"], values[b"call-id"], int(cseq[1]))
        self._known.append(dialog)
        return (
            b"ACK sip:hotline@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bKack%d\r\nFrom: %s\r\n"
            b"To: %s\r\nCall-ID: %s\r\nCSeq: %d ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        ) % (sender, next(_branches), dialog.sender, dialog.to, dialog.call_id, dialog.cseq)

    def inside(self, random: Random, message: bytes) -> bytes:
        """The message as one of a dialog that is up; as it is where there is none."""
        if not self._known:
            return message
        dialog = random.choice(self._known)
        number = b"%d" % (dialog.cseq + random.choice((0, 1, 2, 3, 10, 1000)))
        for name, value in ((b"From", dialog.sender), (b"To", dialog.to), (b"Call-ID", dialog.call_id)):
            line = (name + b": " + value).replace(b"\\", rb"\\")
            message = re.sub(rb"(?m)^%s:[^\r\n]*" % name, line, message, count=1)
        return re.sub(rb"(?m)^CSeq: \d+", b"CSeq: " + number, message, count=1)
