"""Prompts: what the hotline says, as text with placeholders such as `{position:number}`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from config.base import LANGUAGES, Bilingual, Language, Model, Name

ValueKind = Literal["number", "digits", "plate", "time", "money", "minutes", "date", "moment", "hours", "text"]
"""How a value is read out: see `voice.speech`."""

_KINDS: Mapping[str, ValueKind] = {kind: kind for kind in get_args(ValueKind)}
_BRACES = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDER = re.compile(r"^([a-z][a-z0-9_]*):([a-z]+)$")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap in a prompt's text: the name of the value and how it is read out."""

    name: str
    kind: ValueKind


def parts(text: str) -> tuple[str | Placeholder, ...]:
    """Split a prompt's text into words and placeholders; raises ValueError for a malformed placeholder."""
    return tuple(_parts(text))


def placeholders(text: str) -> frozenset[str]:
    """Names of the values that a text needs."""
    return frozenset(part.name for part in parts(text) if isinstance(part, Placeholder))


def _parts(text: str) -> Iterator[str | Placeholder]:
    end = 0
    for match in _BRACES.finditer(text):
        yield from _words(text[end : match.start()])
        yield _placeholder(match[1])
        end = match.end()
    yield from _words(text[end:])


def _words(text: str) -> Iterator[str]:
    if "{" in text or "}" in text:
        raise ValueError("a curly bracket without its partner")
    if text:
        yield text


def _placeholder(inside: str) -> Placeholder:
    match = _PLACEHOLDER.match(inside)
    if match is None or match[2] not in _KINDS:
        raise ValueError(f"{{{inside}}} is not a placeholder; write {{name:kind}} with a kind of {', '.join(_KINDS)}")
    return Placeholder(match[1], _KINDS[match[2]])


class Voice(Model):
    """A voice of espeak-ng and its speed in words per minute."""

    voice: str = Field(min_length=1)
    speed: Annotated[int, Field(ge=80, le=300)] = 150


class Prompts(Model):
    """Every text the hotline says, in both languages, and the voices that say them."""

    voices: Mapping[Language, Voice]
    texts: Mapping[Name, Bilingual]

    @model_validator(mode="after")
    def _every_language_has_a_voice(self) -> Self:
        missing = [language for language in LANGUAGES if language not in self.voices]
        if missing:
            raise ValueError(f"no voice for {', '.join(missing)}")
        return self
