"""`/api/openapi.json`, made from the same table that serves: a route that exists is described, and as it is checked."""

import re
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from desk.context import Nothing
from desk.pending import PROBLEMS, Pending
from desk.problems import CATALOGUE
from desk.routing import PREFIX, Route
from desk.security import CHANGES

_REF = "#/components/schemas/{model}"


def describe(routes: tuple[Route, ...], cookie: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    schemas = _Schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for row in routes:
        paths.setdefault(PREFIX + row.path, {})[row.method.lower()] = _operation(row, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sambut", "version": version("sambut")},
        "paths": paths,
        "components": {
            "schemas": {**schemas.definitions, "Problem": _problem_schema()},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": cookie}},
        },
        "security": [{"session": []}],
    }


class _Schemas:
    """Every model of the table once; what differs between reading and writing is kept apart by pydantic."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        kinds: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]] = []
        for row in routes:
            kinds += [
                (row.body, "validation", TypeAdapter(row.body)),
                (row.query, "validation", TypeAdapter(row.query)),
            ]
            if row.answer is not None:
                kinds.append((row.answer, "serialization", TypeAdapter(row.answer)))
        self._schemas, rest = TypeAdapter.json_schemas(kinds, ref_template=_REF)
        self.definitions: dict[str, Any] = rest.get("$defs", {})

    def of(self, kind: Any, mode: JsonSchemaMode) -> dict[str, Any]:
        return dict(self._schemas[kind, mode])

    def members(self, model: type[BaseModel]) -> dict[str, Any]:
        """The properties of a query model, with its reference followed."""
        schema = self.of(model, "validation")
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rpartition("/")[2]]
        members: dict[str, Any] = schema.get("properties", {})
        return members


def _operation(row: Route, schemas: _Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": row.summary,
        "operationId": _operation_id(row),
        "parameters": [*_path_parameters(row), *_query_parameters(row, schemas)],
        "responses": {str(row.status): _answer(row, schemas), **_problems(row)},
    }
    if row.upload:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    elif row.body is not Nothing:
        content = {"application/json": {"schema": schemas.of(row.body, "validation")}}
        operation["requestBody"] = {"required": True, "content": content}
    if row.public:
        operation["security"] = []
    if row.permission is not None:
        operation["x-permission"] = row.permission.value
    return operation


def _operation_id(row: Route) -> str:
    words = re.findall(r"\w+", row.path)
    return "_".join([row.method.lower(), *words])


def _path_parameters(row: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", row.path)
    ]


def _query_parameters(row: Route, schemas: _Schemas) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in schemas.members(row.query).items()
    ]


def _answer(row: Route, schemas: _Schemas) -> dict[str, Any]:
    if row.answer is None:
        binary = {"schema": {"type": "string", "format": "binary"}}
        return {"description": row.summary, "content": dict.fromkeys(row.media, binary)}
    content = {"application/json": {"schema": schemas.of(row.answer, "serialization")}}
    return {"description": row.summary, "content": content}


def _problems(row: Route) -> dict[str, Any]:
    """The problems a route may answer with, by status: its own and those that follow from the row."""
    codes = {*row.problems, "invalid", "unavailable"}
    if not row.public:
        codes |= {"not_signed_in", *(PROBLEMS[each] for each in frozenset(Pending) - row.during)}
    if row.permission is not None:
        codes.add("forbidden")
    if row.method in CHANGES:
        codes |= {"wrong_origin", "too_large", *(("not_a_file",) if row.upload else ("not_json", "malformed"))}
    by_status: dict[str, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(str(CATALOGUE[code].status), []).append(code)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": ", ".join(codes), "content": content} for status, codes in by_status.items()}


def _problem_schema() -> dict[str, Any]:
    return {
        "description": "RFC 9457; call control may add codes of its own",
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "examples": sorted(CATALOGUE)},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "message": {"type": "object", "properties": {"id": {"type": "string"}, "en": {"type": "string"}}},
            "errors": {"type": "array", "items": {"type": "object"}},
        },
        "additionalProperties": True,
    }
