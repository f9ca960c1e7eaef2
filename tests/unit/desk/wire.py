"""What a page reads off its connection."""

import json
from typing import Any


def read(stream: bytes) -> list[dict[str, Any]]:
    """The texts of unmasked frames (RFC 6455 section 5.2)."""
    found = []
    while stream:
        assert stream[0] == 0x81
        extra = {126: 2, 127: 8}.get(stream[1], 0)
        length = int.from_bytes(stream[2 : 2 + extra], "big") if extra else stream[1]
        assert extra == (0 if length < 126 else 2 if length < 65_536 else 8)
        found.append(json.loads(stream[2 + extra : 2 + extra + length]))
        stream = stream[2 + extra + length :]
    return found
