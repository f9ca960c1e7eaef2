"""What a ticket of one category has to tell beside the SOP's own fields: lines `label: …` in its description.

They stand in the description and not in fields of their own, so that they are searched, printed and merged as it is.
"""

import re
from collections.abc import Iterable, Iterator

from config.sop import Detail


def untold(required: Iterable[Detail], description: str) -> tuple[str, ...]:
    """Codes of the details that no line of the description tells, in their order.

    A label counts in either language and in any case; a line without a word after the colon tells nothing.
    """
    told = set(_told(description)) if required else set()
    return tuple(detail.code for detail in required if told.isdisjoint(_names(detail)))


def _told(description: str) -> Iterator[str]:
    for line in description.splitlines():
        label, colon, value = line.partition(":")
        if colon and value.strip():
            yield _folded(label)


def _names(detail: Detail) -> tuple[str, str]:
    return _folded(detail.label.id), _folded(detail.label.en)


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


def code_for(label: str) -> str:
    """A code for a new detail, made of what it is called: `Tanggal bayar` becomes `tanggal_bayar`."""
    words = re.findall(r"[a-z0-9]+", label.casefold())
    code = "_".join(words)[:40]
    return code if code[:1].isalpha() else f"detail_{code}".rstrip("_")
