"""Prompts must have the texts that the program says, and only placeholders that the program fills."""

from collections.abc import Iterator

from config.base import LANGUAGES
from config.prompts import Prompts, placeholders
from config.schema import Finding, did_you_mean
from config.spoken import COMPOSED, SPOKEN


def every_spoken_prompt_has_text(prompts: Prompts) -> Iterator[Finding]:
    """What the program says by itself is there, and names that are put together are left alone."""
    for name in sorted(SPOKEN.keys() - prompts.texts.keys()):
        yield Finding(("texts",), f"prompt `{name}`, which the program says, is missing")
    for name in sorted(COMPOSED & prompts.texts.keys()):
        yield Finding(("texts", name), f"prompt `{name}` is put together from hours.yaml and cannot have a text")


def placeholders_are_known(prompts: Prompts) -> Iterator[Finding]:
    """Each placeholder is well formed and names a value that exists for its prompt."""
    for name, text in prompts.texts.items():
        for language in LANGUAGES:
            for reason in _wrong(name, text.in_language(language)):
                yield Finding(("texts", name, language), reason)


def _wrong(name: str, text: str) -> Iterator[str]:
    allowed = SPOKEN.get(name, frozenset())
    try:
        used = placeholders(text)
    except ValueError as error:
        yield str(error)
        return
    for value in sorted(used - allowed):
        known = f"it may use {', '.join(sorted(allowed))}" if allowed else "it may use none"
        yield f"prompt `{name}` has no value `{value}`; {known}{did_you_mean(value, allowed)}"
