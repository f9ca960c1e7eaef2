"""The example in docs/webhooks.md is what a receiver copies: it accepts what is sent, and nothing else."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sambut.webhook_sending import signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def _example() -> Callable[..., bool]:
    text = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)
    check: Callable[..., bool] = names["is_genuine"]
    return check


def _headers(at: int, body: str) -> dict[str, str]:
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": signature(SECRET, "msg_1", at, body),
    }


def test_the_example_accepts_what_is_sent_and_refuses_everything_else() -> None:
    is_genuine, now, body = _example(), int(time.time()), '{"event":"ping","kata":"é"}'
    headers = _headers(now, body)

    assert is_genuine(SECRET, headers, body.encode())
    assert not is_genuine(SECRET, headers, body.encode() + b" ")
    assert not is_genuine(SECRET, {**headers, "Webhook-Id": "msg_2"}, body.encode())
    assert not is_genuine(SECRET, {**headers, "Webhook-Signature": "v1,AAAA"}, body.encode())
    assert not is_genuine(SECRET, _headers(now - 301, body), body.encode())
