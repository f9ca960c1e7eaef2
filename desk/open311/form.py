"""What a portal sends to file a request, read and checked. Everything that is wrong with it is told at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from config.base import Bilingual
from config.sop import Category
from desk.open311.errors import Fault, Refused
from desk.open311.services import PLATE, REGION
from desk.open311.visit import Visit
from hotline.numbers import is_several, normalise

_ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](?:\[\])?")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_PHONE = re.compile(r"\+?[0-9]{4,15}")
_WEB = re.compile(r"https?://\S+")
_TWO_PHONES = ("phone berisi lebih dari satu nomor.", "phone has more than one number.")
_LONGEST = 500
"""Most characters of an address, an e-mail address or a link."""


@dataclass(frozen=True, slots=True)
class Form:
    """A request that can be filed: `fields` are the ticket's, the rest is beside it."""

    category: Category
    fields: Mapping[str, str]
    phone: str
    email: str
    address: str
    lat: float | None
    long: float | None
    account: str
    media_url: str


def read(visit: Visit, category: Category) -> Form:
    """Raises `Refused` with every fault."""
    reading = _Reading(visit.given, category)
    form = reading.form()
    if reading.faults:
        raise Refused(reading.faults)
    return form


@dataclass(slots=True)
class _Reading:
    given: Mapping[str, str]
    category: Category
    faults: list[Fault] = field(default_factory=list)

    def form(self) -> Form:
        attributes = self._attributes()
        lat, long = self._degrees("lat", 90), self._degrees("long", 180)
        region = attributes.get(REGION) or self.given.get("address_id", "")
        address = self._text("address_string")
        if not (address or region or (lat is not None and long is not None)):
            self._fault(
                "Sertakan lokasi: lat dan long, address_string, atau address_id (kode wilayah Samsat).",
                "Give a location: lat and long, address_string, or address_id (the code of a Samsat region).",
            )
        return Form(
            category=self.category,
            fields={
                "caller_name": " ".join(filter(None, (self._text("first_name"), self._text("last_name")))),
                "plate": attributes.get(PLATE, ""),
                "region": region,
                "description": self._description(attributes),
            },
            phone=self._phone(),
            email=self._of_form("email", _EMAIL),
            address=address,
            lat=lat,
            long=long,
            account=self._text("account_id"),
            media_url=self._of_form("media_url", _WEB),
        )

    def _fault(self, id: str, en: str) -> None:
        self.faults.append(Fault(400, Bilingual(id=id, en=en)))

    def _attributes(self) -> dict[str, str]:
        found = dict(self._sent())
        known = {PLATE, REGION, *(detail.code for detail in self.category.required)}
        for code in sorted(found.keys() - known):
            self._fault(f"Atribut {code!r} tidak dikenal.", f"There is no attribute {code!r}.")
        for detail in self.category.required:
            if not found.get(detail.code):
                self._fault(
                    f"Atribut {detail.code!r} ({detail.label.id}) wajib diisi.",
                    f"The attribute {detail.code!r} ({detail.label.en}) is required.",
                )
        return found

    def _sent(self) -> Iterator[tuple[str, str]]:
        for name, value in self.given.items():
            if match := _ATTRIBUTE.fullmatch(name):
                yield match[1], " ".join(value.split())

    def _description(self, attributes: Mapping[str, str]) -> str:
        """The details of the cell stand in the description, each on its own line (`hotline.details`)."""
        lines = [f"{d.label.id}: {attributes[d.code]}" for d in self.category.required if attributes.get(d.code)]
        return "\n".join(filter(None, (self.given.get("description", "").strip(), *lines)))

    def _text(self, name: str) -> str:
        text = " ".join(self.given.get(name, "").split())
        if len(text) > _LONGEST:
            self._fault(f"{name} paling panjang {_LONGEST} karakter.", f"{name} has at most {_LONGEST} characters.")
        return text

    def _of_form(self, name: str, form: re.Pattern[str]) -> str:
        text = self._text(name)
        if text and not form.fullmatch(text):
            self._fault(f"{name} belum benar.", f"{name} is not right.")
        return text

    def _phone(self) -> str:
        number = normalise(self.given.get("phone", ""))
        if number and not _PHONE.fullmatch(number):
            several = is_several(self.given.get("phone", ""))
            self._fault(*(_TWO_PHONES if several else ("phone bukan nomor telepon.", "phone is no telephone number.")))
        return number

    def _degrees(self, name: str, most: float) -> float | None:
        text = self.given.get(name, "")
        try:
            degrees = float(text) if text else None
        except ValueError:
            degrees = most + 1
        if degrees is not None and not -most <= degrees <= most:
            self._fault(f"{name} harus di antara -{most} dan {most}.", f"{name} has to lie between -{most} and {most}.")
        return degrees
