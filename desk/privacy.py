"""Caller numbers for eyes that may not see them whole."""

from collections.abc import Mapping
from typing import Any

from hotline.numbers import mask


def masked(value: Any, viewer: str = "") -> Any:
    """A copy in which every outside number is masked, except in what names `viewer` as its `operator`."""
    if isinstance(value, Mapping):
        if viewer and value.get("operator") == viewer:
            return value
        hidden = _hidden_in(value)
        return {key: _masked_member(key, member, viewer, hidden) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, viewer) for item in value]
    return value


def _hidden_in(value: Mapping[str, Any]) -> frozenset[str]:
    """Members that hold an outside number: also whom we call, who sent a caller on, a third who is reached by one."""
    if value.get("kind") == "number":
        return frozenset({"id", "label"})
    return frozenset({"number", "called", "diverted_from"} - (set() if value.get("direction") == "out" else {"called"}))


def _masked_member(key: str, member: Any, viewer: str, hidden: frozenset[str]) -> Any:
    if key in hidden and isinstance(member, str):
        return mask(member)
    return masked(member, viewer)
