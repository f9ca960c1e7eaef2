"""What GeoReport v2 says of its answers, in our own words: JSON Schemas, and the same for XML by element names.

Read from https://wiki.open311.org/GeoReport_v2 and https://wiki.open311.org/Service_Discovery: which members every
answer has, which may be empty, which values and forms they take. Nothing that the standard does not name may occur:
it asks servers not to add tags of their own.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from jsonschema import Draft202012Validator, FormatChecker

_TEXT = {"type": "string", "minLength": 1}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_NUMBER_OR_NULL = {"type": ["number", "null"]}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_MOMENT_OR_NULL = {"anyOf": [_MOMENT, {"type": "null"}]}
_DESCRIPTION = {"type": ["string", "null"], "maxLength": 4000}


def _thing(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    members = {**required, **(optional or {})}
    return {"type": "object", "properties": members, "required": sorted(required), "additionalProperties": False}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_ENDPOINT = _thing(
    {
        "specification": {"const": "http://wiki.open311.org/GeoReport_v2"},
        "url": {"type": "string", "pattern": "^https?://"},
        "changeset": _TEXT,
        "type": {"enum": ["production", "test"]},
        "formats": _list({"enum": ["text/xml", "application/json"]}),
    }
)
_SERVICE = _thing(
    {
        "service_code": _TEXT,
        "service_name": _TEXT,
        "description": _TEXT,
        "metadata": {"type": "boolean"},
        "type": {"enum": ["realtime", "batch", "blackbox"]},
        "keywords": _TEXT_OR_NULL,
        "group": _TEXT_OR_NULL,
    }
)
_DATATYPES = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
_ATTRIBUTE = {
    **_thing(
        {
            "variable": {"type": "boolean"},
            "code": _TEXT,
            "datatype": {"enum": _DATATYPES},
            "required": {"type": "boolean"},
            "datatype_description": _TEXT_OR_NULL,
            "order": {"type": "integer", "minimum": 1},
            "description": _TEXT,
        },
        {"values": {**_list(_thing({"key": _TEXT, "name": _TEXT})), "minItems": 1}},
    ),
    "if": {"properties": {"datatype": {"enum": ["singlevaluelist", "multivaluelist"]}}},
    "then": {"required": ["values"]},
}
_REQUEST = _thing(
    {
        "service_request_id": _TEXT,
        "status": {"enum": ["open", "closed"]},
        "service_name": _TEXT,
        "service_code": _TEXT,
        "description": _DESCRIPTION,
        "requested_datetime": _MOMENT,
        "updated_datetime": _MOMENT,
        "address": _TEXT_OR_NULL,
        "address_id": _TEXT_OR_NULL,
        "zipcode": _TEXT_OR_NULL,
        "lat": _NUMBER_OR_NULL,
        "long": _NUMBER_OR_NULL,
        "media_url": _TEXT_OR_NULL,
    },
    {
        "status_notes": _TEXT_OR_NULL,
        "agency_responsible": _TEXT_OR_NULL,
        "service_notice": _TEXT_OR_NULL,
        "expected_datetime": _MOMENT_OR_NULL,
    },
)
_FILED = {
    **_thing(
        {},
        {
            "service_request_id": _TEXT,
            "token": _TEXT,
            "service_notice": _TEXT_OR_NULL,
            "account_id": _TEXT_OR_NULL,
        },
    ),
    "oneOf": [{"required": ["service_request_id"]}, {"required": ["token"]}],
}

SCHEMAS: Mapping[str, dict[str, Any]] = {
    "discovery": _thing(
        {"changeset": _TEXT, "contact": _TEXT, "key_service": _TEXT, "endpoints": {**_list(_ENDPOINT), "minItems": 1}}
    ),
    "services": _list(_SERVICE),
    "service_definition": _thing({"service_code": _TEXT, "attributes": _list(_ATTRIBUTE)}),
    "service_requests": _list(_REQUEST),
    "filed": {**_list(_FILED), "minItems": 1, "maxItems": 1},
    "token": {**_list(_thing({"service_request_id": _TEXT, "token": _TEXT})), "minItems": 1, "maxItems": 1},
    "errors": {**_list(_thing({"code": {"type": "integer"}, "description": _TEXT})), "minItems": 1},
}
"""By the answer; the two of POST and of tokens are `service_requests` in XML."""

_MEMBERS_OF = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
_NUMBERS = {"lat": float, "long": float, "order": int, "code": int}
_BOOLEANS = frozenset({"metadata", "variable", "required"})


def check(answer: str, document: Any) -> None:
    """Raises `jsonschema.ValidationError` unless the document is what the standard says."""
    Draft202012Validator(SCHEMAS[answer], format_checker=FormatChecker()).validate(document)


def from_xml(raw: bytes) -> Any:
    """An XML answer as the JSON that it stands for; fails on anything the standard does not have."""
    assert raw.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return _value(ElementTree.fromstring(raw))


def _value(element: ElementTree.Element) -> Any:
    assert not element.attrib, f"{element.tag} has attributes"
    assert "}" not in element.tag, f"{element.tag} has a namespace"
    if element.tag in _MEMBERS_OF:
        assert {child.tag for child in element} <= {_MEMBERS_OF[element.tag]}, element.tag
        return [_value(child) for child in element]
    if len(element):
        names = [child.tag for child in element]
        assert len(set(names)) == len(names), f"{element.tag} names a member twice"
        return {child.tag: _number(element.tag, child) for child in element}
    return element.text


def _number(parent: str, element: ElementTree.Element) -> Any:
    value = _value(element)
    if value is None or (element.tag == "code" and parent != "error"):
        return value
    if element.tag in _BOOLEANS:
        return {"true": True, "false": False}[value]
    return _NUMBERS.get(element.tag, lambda same: same)(value)
