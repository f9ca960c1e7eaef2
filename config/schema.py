"""Turns data of a file into a model, and what pydantic found wrong into words with a place."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a place within one file."""

    where: tuple[str | int, ...]
    reason: str


_GONE: Mapping[str, str] = {
    "take_s": "when a question that nobody takes is late, the first level of `asked` in escalation.yaml says"
}
"""Keys of earlier versions, and what stands for them now."""


def build(model: type[M], data: Mapping[Any, Any]) -> tuple[M | None, list[Finding]]:
    """The model, or None and every reason why the data is not one."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        details = [d for d in error.errors(include_url=False) if d["type"] != "default_factory_not_called"]
        return None, [Finding(detail["loc"], _reason(model, detail)) for detail in details]


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """`; did you mean x?` when one of the known words is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"; did you mean `{close[0]}`?" if close else ""


def _reason(model: type[BaseModel], detail: ErrorDetails) -> str:
    where = detail["loc"]
    last = str(where[-1]) if where else ""
    match detail["type"]:
        case "extra_forbidden" if last in _GONE:
            return f"`{last}` is no key any more: {_GONE[last]}"
        case "extra_forbidden":
            return f"unknown key `{last}`{did_you_mean(last, _known_keys(model, where[:-1]))}"
        case "missing":
            return f"`{last}` is missing"
        case "union_tag_not_found":
            return f"`{last}` has no `type`"
        case "value_error":
            return detail["msg"].removeprefix("Value error, ")
        case _:
            what_it_is = "" if _is_secret(model, where) else f", not {_shortened(detail['input'])}"
            return f"{_subject(where)}{_lower(detail['msg'])}{what_it_is}"


def _subject(where: tuple[str | int, ...]) -> str:
    """The nearest named part: `[key]` is pydantic's word for the key of a mapping, numbers are list positions."""
    names = [str(step) for step in where if isinstance(step, str) and step != "[key]"]
    return f"`{names[-1]}`: " if names else ""


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _shortened(value: object) -> str:
    if isinstance(value, Mapping | list):  # a secret may be in it
        return "a list" if isinstance(value, list) else "keys with values"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _known_keys(model: type[BaseModel], where: tuple[str | int, ...]) -> set[str]:
    """Fields of the models that can stand at `where`."""
    return {name for found in _types_at(model, where) for name in getattr(found, "model_fields", {})}


def _is_secret(model: type[BaseModel], where: tuple[str | int, ...]) -> bool:
    """Whether a value at `where` is, is inside of or has in it what is never shown: a field without `repr`."""
    fields = (
        getattr(found, "model_fields", {}).get(str(step))
        for place, step in enumerate(where)
        for found in _types_at(model, where[:place])
    )
    below = (field for found in _types_at(model, where) for field in getattr(found, "model_fields", {}).values())
    return any(field is not None and not field.repr for field in (*fields, *below))


def _types_at(model: type[BaseModel], where: tuple[str | int, ...]) -> list[Any]:
    """What can stand there; where a step leads nowhere, what stands above it."""
    types: list[Any] = [model]
    for step in where:
        types = [inner for outer in types for inner in _step_into(outer, step)] or types
    return types


def _step_into(annotation: Any, step: str | int) -> Iterator[Any]:
    for found in _alternatives(annotation):
        if isinstance(found, type) and issubclass(found, BaseModel):
            yield from _step_into_model(found, step)
        elif get_origin(found) is not None and get_args(found):
            arguments = get_args(found)
            yield from _alternatives(arguments[0] if arguments[-1] is Ellipsis else arguments[-1])


def _step_into_model(model: type[BaseModel], step: str | int) -> Iterator[Any]:
    """A step into a model is one of its fields, or the tag that picked it out of a union."""
    tag = model.model_fields.get("type")
    if tag is not None and get_origin(tag.annotation) is Literal and step in get_args(tag.annotation):
        yield model
    elif str(step) in model.model_fields:
        yield from _alternatives(model.model_fields[str(step)].annotation)


def _alternatives(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for argument in get_args(annotation):
            yield from _alternatives(argument)
    else:
        yield annotation
