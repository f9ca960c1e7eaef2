"""Refusals as the standard has them: a status, and a list of codes and descriptions that people read."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from config.base import Bilingual, Language
from desk.open311.formats import Format, respond


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    code: int
    description: Bilingual


class Refused(Exception):
    """The request cannot be carried out: 404 for what is not there, 403 for keys, 400 for the rest (GeoReport v2).

    Beside these: 429 for too many, and 503 while the store is away, with `retry_after_s`.
    """

    def __init__(self, faults: Sequence[Fault], *, retry_after_s: int | None = None) -> None:
        super().__init__("; ".join(fault.description.en for fault in faults))
        self.faults = tuple(faults)
        self.retry_after_s = retry_after_s


def refused(code: int, id: str, en: str, *, retry_after_s: int | None = None) -> Refused:
    """A refusal for one reason."""
    return Refused([Fault(code, Bilingual(id=id, en=en))], retry_after_s=retry_after_s)


def answer(refusal: Refused, kind: Format, language: Language) -> web.Response:
    """What the client gets."""
    errors = [{"code": fault.code, "description": fault.description.in_language(language)} for fault in refusal.faults]
    headers = {} if refusal.retry_after_s is None else {"Retry-After": str(refusal.retry_after_s)}
    return respond(kind, "errors", errors, refusal.faults[0].code, **headers)
