"""The flow a caller walks before (or instead of) the queue: nodes that lead to each other by name."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from config.base import Key, Kind, Language, Model, Name

Seconds = Annotated[float, Field(gt=0, le=3600)]
Tries = Annotated[int, Field(ge=1, le=9)]
EndReason = Literal["closed", "message_left", "callback_promised", "no_input", "finished"]
"""Why the IVR hangs up, for the register."""


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


PromptNames = Annotated[tuple[Name, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
"""One prompt's name, or a list of names that are played one after another."""


class HoursNode(Model):
    """Goes to `open` within working hours, on a holiday to `holiday` (if given), else to `closed`."""

    type: Literal["hours"]
    open: Name
    closed: Name
    holiday: Name | None = None


class SayNode(Model):
    """Plays `prompt` and goes on. A key cuts it short and counts for the next node."""

    type: Literal["say"]
    prompt: PromptNames
    next: Name


class LanguageNode(Model):
    """Offers other languages, each in its own words; any other key or silence goes on."""

    type: Literal["language"]
    prompt: PromptNames
    choices: Mapping[Key, Language] = Field(min_length=1)
    next: Name
    wait: Seconds = 2
    tries: Tries = 1


class Choice(Model):
    """What a key of a menu does. `kind` and `language` are kept for the rest of the call."""

    next: Name
    kind: Kind | None = None
    language: Language | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        return {"next": value} if isinstance(value, str) else value


class MenuNode(Model):
    """Plays `prompt` and waits `wait` seconds for a key; after `tries` times in vain goes to `otherwise`."""

    type: Literal["menu"]
    prompt: PromptNames
    choices: Mapping[Key, Choice] = Field(min_length=1)
    repeat: Key | None = "9"
    otherwise: Name
    wait: Seconds = 6
    tries: Tries = 3

    @model_validator(mode="after")
    def _repeat_is_free(self) -> Self:
        if self.repeat in self.choices:
            raise ValueError(
                f"key {self.repeat} both repeats the menu and is a choice of it; set `repeat` to another key or null"
            )
        return self


class QueueNode(Model):
    """Hands the caller to a queue; this node is the caller's waiting room."""

    type: Literal["queue"]
    queue: Name


class MessageNode(Model):
    """Records what the caller says for at most `max_s` seconds; `#` ends it; under `min_s` it is not kept."""

    type: Literal["message"]
    prompt: PromptNames
    thanks: PromptNames
    max_s: Annotated[float, Field(gt=0, le=600)] = 120
    min_s: Annotated[float, Field(ge=0, le=30)] = 2
    tries: Tries = 2


class CallbackNode(Model):
    """Reads the caller's number back and promises a call back once `confirm` was pressed.

    `change` lets the caller give another number by keypad; a withheld number is asked for at once.
    """

    type: Literal["callback"]
    prompt: PromptNames
    thanks: PromptNames
    confirm: Key = "1"
    change: Key = "2"
    otherwise: Name
    wait: Seconds = 6
    tries: Tries = 3

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        if self.confirm == self.change:
            raise ValueError(f"key {self.confirm} cannot both confirm and change the number")
        return self


class HangUpNode(Model):
    """Says `prompt`, if any, and ends the call."""

    type: Literal["hangup"]
    prompt: PromptNames | None = None
    reason: EndReason = "finished"


Node = HoursNode | SayNode | LanguageNode | MenuNode | QueueNode | MessageNode | CallbackNode | HangUpNode


class Flow(Model):
    """All nodes by name, where a call starts, and the longest time a caller may spend outside a queue."""

    start: Name
    nodes: Mapping[Name, Annotated[Node, Field(discriminator="type")]]
    max_s: Annotated[float, Field(ge=30, le=3600)] = 600


def leads_to(node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every way out of a node: where in the node's own text it is written, and the name of the next node."""
    match node:
        case HoursNode():
            yield from ((("open",), node.open), (("closed",), node.closed))
            if node.holiday is not None:
                yield ("holiday",), node.holiday
        case SayNode() | LanguageNode():
            yield ("next",), node.next
        case MenuNode():
            yield from ((("choices", key, "next"), choice.next) for key, choice in node.choices.items())
            yield ("otherwise",), node.otherwise
        case CallbackNode():
            yield ("otherwise",), node.otherwise
        case QueueNode() | MessageNode() | HangUpNode():
            pass


def silent_ways(node: Node) -> tuple[str, ...]:
    """Where a caller who never presses a key may go from here."""
    match node:
        case HoursNode():
            return tuple(name for _, name in leads_to(node))
        case SayNode() | LanguageNode():
            return (node.next,)
        case MenuNode() | CallbackNode():
            return (node.otherwise,)
        case QueueNode() | MessageNode() | HangUpNode():
            return ()


def prompts_of(node: Node) -> Iterator[tuple[str, str]]:
    """Every prompt a node names, with the field that names it."""
    for field in ("prompt", "thanks"):
        for name in getattr(node, field, None) or ():
            yield field, name
