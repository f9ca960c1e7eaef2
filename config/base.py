"""What every model of this room shares: frozen, no unknown keys, two languages."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

Language = Literal["id", "en"]
"""The language a caller hears; Indonesian unless the caller chooses otherwise."""

LANGUAGES: tuple[Language, ...] = ("id", "en")

Kind = Literal["informasi", "pengaduan"]
"""What a caller wants, in the words of the SOP: information or a complaint."""

KINDS: tuple[Kind, ...] = ("informasi", "pengaduan")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""What nodes, prompts and queues are called in the files: lower case, digits, underscores."""


def _digit_as_text(value: object) -> object:
    """YAML reads the key `1:` as a number, but people mean the key of a telephone."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9 else value


Key = Annotated[str, BeforeValidator(_digit_as_text), StringConstraints(pattern=r"^[0-9*#]$")]
"""One key of a telephone: 0 to 9, `*` or `#`."""


class Model(BaseModel):
    """A frozen part of the configuration that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Model):
    """The same words in Indonesian and in English."""

    id: str
    en: str

    def in_language(self, language: Language) -> str:
        """The words in one language."""
        return self.en if language == "en" else self.id
