"""Suggested categories for what is being typed. They are offered to a person, and never filed by themselves."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from config.base import Kind
from desk.context import Ask, Desk, Nothing
from desk.matrix_shapes import CategorySuggestions, SuggestionModel
from desk.roles import Permission
from desk.routing import route
from hotline.fields import TEXT_LENGTH


class Typed(BaseModel, extra="forbid"):
    text: Annotated[str, StringConstraints(max_length=TEXT_LENGTH)]
    kind: Kind | None = None
    """If the ticket has one: then only its cells are named."""


async def suggest(ask: Ask[Typed, Nothing]) -> CategorySuggestions:
    items = await ask.desk.suggestions.suggest(ask.body.text, ask.body.kind)
    return {"items": [{"code": code, "score": round(score, 3)} for code, score in items], "model": _model(ask.desk)}


async def state(ask: Ask[Nothing, Nothing]) -> SuggestionModel:
    return _model(ask.desk)


async def train(ask: Ask[Nothing, Nothing]) -> SuggestionModel:
    ask.desk.suggestions.train()
    return _model(ask.desk)


def _model(desk: Desk) -> SuggestionModel:
    learnt = desk.suggestions.learnt
    return {
        "trained_at": None if learnt is None else desk.json.at(learnt.at),
        "examples": 0 if learnt is None else learnt.examples,
        "tickets": 0 if learnt is None else learnt.tickets,
        "training": desk.suggestions.training,
    }


ROUTES = (
    route(
        "POST",
        "/suggestions/category",
        suggest,
        "The two likeliest categories for a text, none when unsure or nothing has been learnt yet",
        permission=Permission.EDIT_TICKETS,
    ),
    route(
        "GET",
        "/suggestions/model",
        state,
        "What suggestions have learnt from, and when",
        permission=Permission.MANAGE_MATRIX,
    ),
    route(
        "POST",
        "/suggestions/model",
        train,
        "Learn again from the matrix and the closed tickets; the answer does not wait for it",
        permission=Permission.MANAGE_MATRIX,
        status=202,
    ),
)
