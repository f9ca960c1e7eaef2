"""Prompts with their values filled in, ready to be spoken."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from config import LANGUAGES, Installation, Language, QueueNode, placeholders
from config.flow import CallbackNode, Node, prompts_of
from ivr.effects import Phrase
from ivr.hours import opening, week_text

_FORESEEN_CALLERS = 10
"""Positions and minutes that are rendered ahead; longer queues are rendered as they come."""


class Phrasebook:
    """Phrases of one installation. `at` is when they are spoken: opening hours depend on it."""

    def __init__(self, installation: Installation) -> None:
        self._texts = installation.prompts.texts
        self._hours = installation.hours

    def flow(self, names: Iterable[str], at: datetime, language: Language) -> tuple[Phrase, ...]:
        """Prompts named by the flow; one is left out while a value that it needs is not to be had."""
        phrases = (self._with_hours(name, at, language) for name in names)
        return tuple(phrase for phrase in phrases if phrase is not None)

    def phrase(self, name: str, language: Language, **values: str) -> Phrase:
        """One prompt, with those of the values that its text uses."""
        used = placeholders(self._texts[name].in_language(language))
        return Phrase(name, tuple((value, values[value]) for value in sorted(used & values.keys())))

    def _with_hours(self, name: str, at: datetime, language: Language) -> Phrase | None:
        needed = placeholders(self._texts[name].in_language(language))
        if not needed:
            return Phrase(name)
        values = self._hour_values(at, language)
        return self.phrase(name, language, **values) if needed <= values.keys() else None

    def _hour_values(self, at: datetime, language: Language) -> Mapping[str, str]:
        now = opening(self._hours, at, language)
        values = {"hours": week_text(self._hours)}
        if now.next_open is not None:
            values["next_open"] = f"{now.next_open:%Y-%m-%dT%H:%M}"
        if now.holiday_name is not None:
            values["holiday"] = now.holiday_name
        return values


def minutes(seconds: float) -> str:
    """An estimated wait in whole minutes, rounded up: nobody minds being served sooner."""
    return str(max(1, math.ceil(seconds / 60)))


def dialled(number: str) -> str:
    """A number as people here dial it: +62812… is read out as 0812…."""
    return re.sub(r"^\+62", "0", number)


def foreseeable(installation: Installation, at: datetime) -> Iterator[tuple[Phrase, Language]]:
    """Phrases with values that callers will need soon, so that `voice` can render them ahead."""
    book = Phrasebook(installation)
    for language in LANGUAGES:
        phrases = [*_of_hours(book, installation, at, language), *_of_queues(book, installation, language)]
        yield from ((phrase, language) for phrase in dict.fromkeys(phrases) if phrase.values)


def _of_hours(book: Phrasebook, installation: Installation, at: datetime, language: Language) -> Iterator[Phrase]:
    for node in installation.flow.nodes.values():
        yield from book.flow((name for _, name in prompts_of(node)), at, language)


def _of_queues(book: Phrasebook, installation: Installation, language: Language) -> Iterator[Phrase]:
    for count in range(1, _FORESEEN_CALLERS + 1):
        yield book.phrase("queue_position", language, position=str(count))
        yield book.phrase("queue_estimate", language, minutes=str(count))
    for node in installation.flow.nodes.values():
        yield from _of_keys(book, installation, node, language)


def _of_keys(book: Phrasebook, installation: Installation, node: Node, language: Language) -> Iterator[Phrase]:
    match node:
        case QueueNode():
            key = installation.queue(node.queue).callback_key
            if key is not None:
                yield book.phrase("queue_callback", language, key=key)
        case CallbackNode():
            yield book.phrase("callback_keys", language, confirm=node.confirm, change=node.change)
