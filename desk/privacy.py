"""Caller numbers for eyes that may not see them whole."""

from collections.abc import Mapping
from typing import Any

from hotline.numbers import mask


def masked(value: Any, viewer: str = "") -> Any:
    """A copy in which every `number` is masked, except in what names `viewer` as its `operator`."""
    if isinstance(value, Mapping):
        if viewer and value.get("operator") == viewer:
            return value
        return {key: _masked_member(key, member, viewer) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, viewer) for item in value]
    return value


def _masked_member(key: str, member: Any, viewer: str) -> Any:
    if key == "number" and isinstance(member, str):
        return mask(member)
    return masked(member, viewer)
