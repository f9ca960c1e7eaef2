"""The services: every cell of the matrix is one, and what a request of it may and must tell are its attributes."""

from typing import Any

from config.base import Bilingual, Kind, Language
from config.sop import Category, Office
from desk.open311.visit import Visit

PLATE, REGION = "nomor_polisi", "wilayah"
"""Attributes that every service has (SOP step 2)."""

KIND_NAMES: dict[Kind, Bilingual] = {
    "informasi": Bilingual(id="Permintaan informasi", en="Request for information"),
    "pengaduan": Bilingual(id="Pengaduan", en="Complaint"),
}

_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def discovery(visit: Visit, base: str) -> dict[str, Any]:
    """The service discovery document; `base` is the address of this endpoint."""
    rules, language = visit.rules, visit.language
    endpoint = {
        "specification": _SPECIFICATION,
        "url": base,
        "changeset": visit.changeset,
        "type": rules.type,
        "formats": ["text/xml", "application/json"],
    }
    return {
        "changeset": visit.changeset,
        "contact": rules.contact.in_language(language),
        "key_service": rules.key_service.in_language(language),
        "endpoints": [endpoint],
    }


def services(visit: Visit) -> list[dict[str, Any]]:
    """All services of which requests are taken."""
    return [_service(category, visit.language) for category in visit.matrix.categories if category.active]


def definition(visit: Visit, category: Category) -> dict[str, Any]:
    """What a request of this service may tell, and must."""
    offices, language = visit.desk.installation.offices, visit.language
    attributes = [_plate(language), _region(offices, language), *_details(category, language)]
    numbered = [{**attribute, "order": order} for order, attribute in enumerate(attributes, 1)]
    return {"service_code": category.code, "attributes": numbered}


def _service(category: Category, language: Language) -> dict[str, Any]:
    label, kind = category.label.in_language(language), KIND_NAMES[category.kind].in_language(language)
    return {
        "service_code": category.code,
        "service_name": f"{label} ({kind.lower()})",
        "description": f"{kind}: {label}",
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(dict.fromkeys((category.kind, category.subject, label))),
        "group": kind,
    }


def _plate(language: Language) -> dict[str, Any]:
    label = Bilingual(id="Nomor polisi kendaraan", en="Registration number of the vehicle")
    form = Bilingual(id="Seperti D 1234 ABC", en="Such as D 1234 ABC")
    return _attribute(PLATE, "string", label, language, form=form)


def _region(offices: tuple[Office, ...], language: Language) -> dict[str, Any]:
    label = Bilingual(
        id="Wilayah Samsat tempat kendaraan terdaftar", en="Samsat region where the vehicle is registered"
    )
    values = [{"key": office.code, "name": office.name} for office in offices]
    return {**_attribute(REGION, "singlevaluelist", label, language), "values": values}


def _details(category: Category, language: Language) -> list[dict[str, Any]]:
    return [
        _attribute(detail.code, "string", Bilingual(id=detail.label.id, en=detail.label.en), language, required=True)
        for detail in category.required
    ]


def _attribute(
    code: str,
    datatype: str,
    label: Bilingual,
    language: Language,
    *,
    required: bool = False,
    form: Bilingual | None = None,
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": required,
        "datatype_description": form.in_language(language) if form else None,
        "order": 0,
        "description": label.in_language(language),
    }
