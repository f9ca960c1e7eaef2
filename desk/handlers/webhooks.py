"""Webhooks, for the admin: where events go, and what became of each; and what became of mails."""

import base64
import secrets
from typing import Annotated, Any, Literal

import structlog
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from typing_extensions import TypedDict

from desk import shapes
from desk.context import Ask, Desk, Nothing
from desk.field_errors import field_error, words
from desk.handlers.fields import Line
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from desk.webhook_addresses import LONGEST_URL, AddressRefused, check_url
from desk.webhook_bodies import EVENTS, KEPT_TRYING_S, PING, delivery
from storage.deliveries import Delivery, State
from storage.errors import NotFound
from storage.records import new_key
from storage.webhooks import Webhook

_SECRET_BYTES = 32

_log = structlog.get_logger(__name__)

Name = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_URL, pattern=r"^[\x21-\x7e]*$")]
EventName = Literal[EVENTS]  # type: ignore[valid-type]  # mypy does not read a tuple's members
Events = Annotated[list[EventName], Field(min_length=1), AfterValidator(lambda names: list(dict.fromkeys(names)))]


class NewWebhook(BaseModel, extra="forbid"):
    """`events` are names such as `ticket.closed`."""

    name: Name
    url: Url
    events: Events


class WebhookPatch(BaseModel, extra="forbid"):
    """`active` true also begins anew after it was switched off for its failures."""

    name: Name | None = None
    url: Url | None = None
    events: Events | None = None
    active: bool | None = None


class DeliveryQuery(BaseModel, extra="forbid"):
    state: State | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Line | None = None


class WebhookShape(TypedDict):
    """`failing_since`: nothing has arrived since. `disabled_at`: it was switched off for that."""

    id: str
    name: str
    url: str
    events: list[str]
    active: bool
    created_at: str
    created_by: str
    failing_since: str | None
    disabled_at: str | None


class MadeWebhook(WebhookShape):
    """`secret` is told here and never again."""

    secret: str


class WebhookList(TypedDict):
    """`events` are all that can be chosen."""

    items: list[WebhookShape]
    events: list[str]


class Secret(TypedDict):
    secret: str


class Outgoing(TypedDict):
    """`next_at` is when it is tried again, null when it is not. `answer` is how the last answer begins, or why not."""

    id: str
    event: str
    ticket: str | None
    state: State
    created_at: str
    tries: int
    next_at: str | None
    last_at: str | None
    status: int | None
    answer: str


class DeliveryShape(Outgoing):
    body: str


class DeliveryPage(TypedDict):
    items: list[DeliveryShape]
    next: str | None
    total: int


class Mail(Outgoing):
    """What a person is to hear of by mail: `event` is the state of a question, or an alarm's code."""

    person: str


class MailPage(TypedDict):
    items: list[Mail]
    next: str | None
    total: int


async def list_all(ask: Ask[Nothing, Nothing]) -> WebhookList:
    found = await ask.desk.store.webhooks.list()
    return {"items": [_shape(ask.desk, webhook) for webhook in found], "events": list(EVENTS)}


async def create(ask: Ask[NewWebhook, Nothing]) -> MadeWebhook:
    desk, new = ask.desk, ask.body
    _check(desk, new.url)
    secret = _new_secret()
    webhook = Webhook(new_key(), new.name, new.url, tuple(new.events), secret, True, desk.clock(), ask.me.username)
    await desk.store.webhooks.add(webhook)
    _log.info("webhook_made", webhook=webhook.id, username=ask.me.username)
    return {**_shape(desk, webhook), "secret": secret}


async def change(ask: Ask[WebhookPatch, Nothing]) -> WebhookShape:
    """What waits for a webhook that is switched off is given up."""
    desk, id = ask.desk, ask.path("webhook")
    fields: dict[str, Any] = ask.body.model_dump(exclude_none=True)
    if ask.body.url is not None:
        _check(desk, ask.body.url)
    if ask.body.active:
        fields |= {"failing_since": None, "disabled_at": None}
    if fields:
        await _found(desk.store.webhooks.change(id, **fields))
    if ask.body.active is False:
        await desk.store.deliveries.drop(id, desk.clock(), "webhook switched off")
    _log.info("webhook_changed", webhook=id, username=ask.me.username, fields=sorted(fields))
    return _shape(desk, await _found(desk.store.webhooks.get(id)))


async def remove(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    await _found(ask.desk.store.webhooks.remove(ask.path("webhook")))
    _log.info("webhook_removed", webhook=ask.path("webhook"), username=ask.me.username)
    return {"ok": True}


async def renew_secret(ask: Ask[Nothing, Nothing]) -> Secret:
    """From now on everything is signed with the new one, also what waits."""
    secret = _new_secret()
    await _found(ask.desk.store.webhooks.change(ask.path("webhook"), secret=secret))
    _log.info("webhook_secret_renewed", webhook=ask.path("webhook"), username=ask.me.username)
    return {"secret": secret}


async def ping(ask: Ask[Nothing, Nothing]) -> DeliveryShape:
    """Sends an event that says nothing, to try the address."""
    desk = ask.desk
    webhook = await _found(desk.store.webhooks.get(ask.path("webhook")))
    now = desk.clock()
    sent = delivery(webhook, PING, {}, now, desk.json.at(now))
    await desk.store.deliveries.add([sent])
    return _delivery(desk, sent)


async def deliveries(ask: Ask[Nothing, DeliveryQuery]) -> DeliveryPage:
    desk, query = ask.desk, ask.query
    webhook = await _found(desk.store.webhooks.get(ask.path("webhook")))
    page = await desk.store.deliveries.of(webhook.id, state=query.state, limit=query.limit, cursor=query.cursor)
    return {"items": [_delivery(desk, each) for each in page.items], "next": page.next, "total": page.total}


async def mails(ask: Ask[Nothing, DeliveryQuery]) -> MailPage:
    desk, query = ask.desk, ask.query
    page = await desk.store.mails.of(None, state=query.state, limit=query.limit, cursor=query.cursor)
    items: list[Mail] = [{**_outgoing(desk, each), "person": each.to} for each in page.items]
    return {"items": items, "next": page.next, "total": page.total}


async def again(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    """Sends a delivery once more, with the same id and body."""
    desk, now = ask.desk, ask.desk.clock()
    await _found(
        desk.store.deliveries.again(ask.path("webhook"), ask.path("delivery"), now, expires_at=now + KEPT_TRYING_S)
    )
    return {"ok": True}


async def _found(work: Any) -> Any:
    try:
        return await work
    except NotFound as error:
        raise Problem("not_found", str(error)) from error


def _check(desk: Desk, url: str) -> None:
    try:
        check_url(url, inside=desk.installation.settings.webhook_inside)
    except AddressRefused as refused:
        message = words(refused.message.id, refused.message.en)
        raise Problem("invalid", errors=[field_error("url", "address_refused", message)]) from refused


def _new_secret() -> str:
    """As Standard Webhooks writes secrets: base64 behind a mark."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _shape(desk: Desk, webhook: Webhook) -> WebhookShape:
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "active": webhook.active,
        "created_at": desk.json.at(webhook.created_at),
        "created_by": webhook.created_by,
        "failing_since": desk.json.at_or_none(webhook.failing_since),
        "disabled_at": desk.json.at_or_none(webhook.disabled_at),
    }


def _delivery(desk: Desk, sent: Delivery) -> DeliveryShape:
    return {**_outgoing(desk, sent), "body": sent.body}


def _outgoing(desk: Desk, sent: Delivery) -> Outgoing:
    return {
        "id": sent.id,
        "event": sent.event,
        "ticket": sent.ticket or None,
        "state": sent.state,
        "created_at": desk.json.at(sent.created_at),
        "tries": sent.tries,
        "next_at": desk.json.at(sent.next_at) if sent.state == "waiting" else None,
        "last_at": desk.json.at_or_none(sent.last_at),
        "status": sent.last_status,
        "answer": sent.last_answer,
    }


_ADMIN = Permission.MANAGE_INTEGRATIONS
_ONE = "/webhooks/{webhook}"

ROUTES = (
    route("GET", "/webhooks", list_all, "Webhooks, and the events they can choose", permission=_ADMIN),
    route("POST", "/webhooks", create, "Add a webhook; its secret is shown this once", permission=_ADMIN, status=201),
    route("PATCH", _ONE, change, "Change a webhook", permission=_ADMIN, problems=("not_found",)),
    route("DELETE", _ONE, remove, "Remove a webhook and its deliveries", permission=_ADMIN, problems=("not_found",)),
    route("POST", f"{_ONE}/secret", renew_secret, "A new secret", permission=_ADMIN, problems=("not_found",)),
    route("POST", f"{_ONE}/ping", ping, "Send a ping", permission=_ADMIN, problems=("not_found",), status=202),
    route(
        "GET",
        f"{_ONE}/deliveries",
        deliveries,
        "What was sent and what waits, the newest first",
        permission=_ADMIN,
        problems=("not_found", "bad_request"),
    ),
    route(
        "GET",
        "/mails",
        mails,
        "What people were mailed and what waits, the newest first; without the words",
        permission=_ADMIN,
        problems=("bad_request",),
    ),
    route(
        "POST",
        f"{_ONE}/deliveries/{{delivery}}/again",
        again,
        "Send a delivery once more",
        permission=_ADMIN,
        problems=("not_found",),
        status=202,
    ),
)
