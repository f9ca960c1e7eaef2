"""Whether a new password is one that somebody would guess: a usual one, or made of the person's own names."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from config import Installation
from storage.accounts import Account

STRENGTH = 3
"""Of zxcvbn's 0 to 4: 10^8 guesses and more, far from what anybody may try here (NIST SP 800-63B, 3.1.1.2)."""
_LOOKED_AT = 72  # characters; beyond that zxcvbn takes long, and a password with a good beginning is good
_SHORTEST_NAME = 4  # letters; shorter ones stand in many words


class Weakness(StrEnum):
    """Why a password is refused; the codes of the field's problem."""

    USUAL = "too_usual"
    HOLDS_NAME = "holds_name"


def own_words(account: Account, installation: Installation) -> tuple[str, ...]:
    """What others know of a person: user name, name, office, and what the service is called."""
    unit = next((unit for unit in installation.units if unit.code == account.unit), None)
    office = " ".join((account.unit, unit.label.id, unit.label.en)) if unit else account.unit
    return tuple(sorted({*_words((account.username, account.name, office)), "sambut"}))


def weakness(password: str, own: Iterable[str]) -> Weakness | None:
    """What is weak about it; None when nothing is. Takes some 10 ms."""
    from zxcvbn import zxcvbn  # its lists take 5 MB, and most days nobody changes a password

    own = tuple(own)
    letters = re.sub(r"\W", "", password.casefold())
    if any(word in letters for word in own):
        return Weakness.HOLDS_NAME
    strength: int = zxcvbn(password[:_LOOKED_AT], user_inputs=own)["score"]
    return Weakness.USUAL if strength < STRENGTH else None


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for word in re.findall(r"[^\W\d_]+", text.casefold()):
            if len(word) >= _SHORTEST_NAME:
                yield word
