"""What can come of a call, in the words that an operator picks from afterwards."""

from pydantic import Field

from config.base import KINDS, Bilingual, Kind, Model
from config.sop import Code


class Outcome(Model):
    """One choice. A call keeps the `code`; `kinds` narrows it to calls of these kinds.

    `reached` false: a call out with this outcome has not reached the person (a machine answered): it is tried again.
    """

    code: Code
    label: Bilingual
    reached: bool = True
    kinds: tuple[Kind, ...] = Field(KINDS, min_length=1)
