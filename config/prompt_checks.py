"""Prompts must have the texts that the program says, and only placeholders that the program fills."""

from collections.abc import Iterator

from config.base import LANGUAGES
from config.prompts import Placeholder, Prompts, parts
from config.schema import Finding, did_you_mean
from config.spoken import FLOW_VALUES, KINDS_OF, SPOKEN


def every_spoken_prompt_has_text(prompts: Prompts) -> Iterator[Finding]:
    """What the program says by itself is there."""
    for name in sorted(SPOKEN.keys() - prompts.texts.keys()):
        yield Finding(("texts",), f"prompt `{name}`, which the program says, is missing")


def placeholders_are_known(prompts: Prompts) -> Iterator[Finding]:
    """Each placeholder is well formed and names a value that exists for its prompt."""
    for name, text in prompts.texts.items():
        for language in LANGUAGES:
            for reason in _wrong(name, text.in_language(language)):
                yield Finding(("texts", name, language), reason)


def _wrong(name: str, text: str) -> Iterator[str]:
    try:
        used = [part for part in parts(text) if isinstance(part, Placeholder)]
    except ValueError as error:
        yield str(error)
        return
    for placeholder in used:
        yield from _wrong_placeholder(name, placeholder)


def _wrong_placeholder(prompt: str, placeholder: Placeholder) -> Iterator[str]:
    allowed = FLOW_VALUES | SPOKEN.get(prompt, frozenset())
    value, kind = placeholder.name, placeholder.kind
    if value not in allowed:
        hint = did_you_mean(value, allowed)
        yield f"prompt `{prompt}` has no value `{value}`; it may use {', '.join(sorted(allowed))}{hint}"
    elif kind not in KINDS_OF[value]:
        yield f"`{value}` cannot be read out as {kind}, only as {' or '.join(sorted(KINDS_OF[value]))}"
