"""The procedure's own data (SOP.md): category matrix, standard times, offices, plate areas, pause reasons."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.base import Bilingual, Kind, Model, Name

StepName = Literal["greeting", "identity", "record", "classify", "answer"]

STEP_NAMES: tuple[StepName, ...] = ("greeting", "identity", "record", "classify", "answer")

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=60)]

AreaLetters = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]

Priority = Literal["normal", "high"]

Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


class DetailLabel(Model):
    """What a detail is called in a description: one line's beginning, so without a colon or a line break."""

    id: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^:\n]+$", max_length=40)]
    en: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^:\n]+$", max_length=40)]


class Detail(Model):
    """Something that a ticket of one cell has to tell, on a line of its own in the description: `label: …`.

    `code` is what a page or a script is told when it is missing.
    """

    code: Name
    label: DetailLabel


class Category(Model):
    """One cell of the matrix: a kind and a subject. A ticket's `category` is the `code`."""

    code: Code
    kind: Kind
    subject: Code
    label: Bilingual
    unit: str = ""
    """The unit that usually answers or validates; empty for the operator alone."""
    validation: bool = False
    """Whether step 5b (coordinator and PIC) is usually needed."""
    priority: Priority = "normal"
    answer: Bilingual | None = None
    """A standard answer to start from; None where none makes sense."""
    required: tuple[Detail, ...] = ()
    """What has to be told beside the SOP's own fields before a ticket of this cell is classified (SOP step 4)."""
    examples: tuple[Example, ...] = ()
    """What callers say whose matter belongs here; suggestions learn from it."""
    active: bool = True
    """Whether new tickets may have it. Old ones keep it."""


class Matrix(Model):
    """The "Matrix Category" of SOP step 4."""

    categories: tuple[Category, ...] = Field(min_length=1)

    def get(self, code: str) -> Category | None:
        """The category with this code, if there is one."""
        return next((category for category in self.categories if category.code == code), None)


Seconds = Annotated[float, Field(gt=0, le=604_800)]


class Validation(Model):
    """How long a question of step 5b may lie, in seconds: with a coordinator, with a PIC, and answered but untold.

    Whatever lies longer is late, and everybody who can pass it on is told so. How long it may lie untaken stands in
    escalation.yaml (`EscalationRules.asked_s`).
    """

    coordinator_s: Seconds = 120
    pic_s: Seconds = 180
    tell_s: Seconds = 60


class Sop(Model):
    """Quality standard (mutu baku) of the steps, in seconds, and the words of step 1."""

    standard_s: Mapping[StepName, Annotated[float, Field(gt=0, le=86_400)]]
    answer_min_s: Annotated[float, Field(ge=0)] = 60
    validation: Validation = Validation()
    greeting_script: Bilingual
    ticket_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")] = "HTL"


class Office(Model):
    """A P3DW office. `plate_area` is the area letters of the vehicles registered there."""

    code: Code
    name: str
    full_name: str
    plate_area: AreaLetters


class PauseReason(Model):
    """Why an operator may pause, and after how many seconds the desk reminds (None: never)."""

    code: Code
    label: Bilingual
    limit_s: Annotated[int, Field(gt=0, le=86_400)] | None = None
