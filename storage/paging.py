"""Pages of a long list, newest first, by key rather than by offset: a page stays right while rows arrive."""

import base64
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from storage.errors import BadCursor

T = TypeVar("T")

MAX_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the rows. `next` is the cursor of the following page, `total` counts all that match."""

    items: tuple[T, ...]
    next: str | None
    total: int


def encode_cursor(at: float, key: str) -> str:
    """An opaque, URL-safe mark of the last row of a page."""
    return base64.urlsafe_b64encode(json.dumps([at, key]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[float, str]:
    """What `encode_cursor` was given. Raises `BadCursor`."""
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return float(at), str(key)
    except (ValueError, TypeError) as error:
        raise BadCursor("the page cursor is damaged") from error


def clamp(limit: int) -> int:
    """`limit` within what one page may hold."""
    return max(1, min(limit, MAX_LIMIT))
