"""Why something that was sealed stays shut."""

from collections.abc import Sequence


class SealError(Exception):
    """What was sealed cannot be opened; the text says why, and holds nothing secret."""


class UnknownKeyError(SealError):
    """It was sealed with a key that the key file does not have."""

    def __init__(self, what: str, id: str, known: Sequence[str], where: str) -> None:
        self.id = id
        had = f"only {', '.join(known)}" if known else "none"
        super().__init__(f"{what} was sealed with key {id}, and {where} has {had}: put that key back into it")


class ChangedError(SealError):
    """It was changed since it was sealed, cut short, or belongs elsewhere."""


class KeyFileError(Exception):
    """The key file is missing, cannot be read or holds no key; the text says what to mend."""
