"""The WebSocket `/ws/phone` of the softphones on the operators' workstations.

A softphone proves itself by its token and says where it rings. From then on either side may say something, and both
notice within seconds when the other is gone: a phone that may be dead must not be offered a caller.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Literal, TypeVar

import structlog
from aiohttp import ClientConnectionResetError, WSCloseCode, WSMsgType, web
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from config.fingerprint import Fingerprint
from desk.context import DESK, Desk
from desk.handlers.fields import Line, SipUri
from desk.ports import PhonePlace
from desk.problems import Problem
from desk.roles import Permission, may
from desk.security import BEARER
from desk.sign_in import USERNAME, token_hash
from desk.softphones import PING_EVERY_S, SOFTPHONES, Softphone, Softphones
from hotline.phone_address import is_at, is_secure
from storage.errors import StoreUnavailable

HELLO_WITHIN_S = 2.5  # after the handshake
TOKEN_EVERY_S = 15.0  # accounts are closed, and tokens withdrawn, on other nodes too
_FAREWELL_S = 2.0  # for the closing handshake
_MAX_MESSAGE = 16 * 1024  # bytes; the longest is the list of devices
_REASON_LENGTH = 100  # a close frame holds 123 bytes (RFC 6455 section 5.5)

_log = structlog.get_logger(__name__)

T = TypeVar("T")


class Hello(BaseModel):
    """The first message: where it rings, over TLS with which certificate (its fingerprint).

    `devices` are the workstation's sound devices by name.
    """

    type: Literal["hello"]
    sip: SipUri
    certificate: Fingerprint = ""
    headset: bool = True
    version: Line = ""
    devices: Annotated[list[Line], Field(max_length=200)] = []


class Pong(BaseModel):
    """The answer to a ping."""

    type: Literal["pong"]


class Levels(BaseModel):
    """In dB of a full-scale sine: `in_db` is the microphone, `out_db` what the operator hears."""

    in_db: Annotated[float, Field(ge=-200, le=20)]
    out_db: Annotated[float, Field(ge=-200, le=20)]


class State(BaseModel):
    """How it stands, at each change and now and then in between."""

    type: Literal["state"]
    state: Literal["idle", "ringing", "talking"]
    headset: bool
    levels: Levels | None = None


class Button(BaseModel):
    """A button on the headset itself."""

    type: Literal["button"]
    what: Literal["answer", "hangup", "mute"]


_HELLO = TypeAdapter(Hello)
_SAID: TypeAdapter[Pong | State | Button] = TypeAdapter(Annotated[Pong | State | Button, Field(discriminator="type")])


class BadMessage(Exception):
    """What came cannot be understood; the text says why, without repeating what was said."""


async def phone_socket(request: web.Request) -> web.WebSocketResponse:
    """Serves one softphone until it goes, falls silent, is replaced, or its token is withdrawn."""
    desk, hashed = request.app[DESK], _hash_of_token(request)
    operator = await _whose(desk, hashed)
    if operator is None:
        raise Problem("not_signed_in", "this softphone's token is not, or no longer, valid")
    request[USERNAME] = operator
    socket = web.WebSocketResponse(timeout=_FAREWELL_S, max_msg_size=_MAX_MESSAGE, compress=False)
    await socket.prepare(request)
    try:
        hello = await _hello(socket)
        _check_address(desk, hello.sip, desk.perimeter.address(request))
        _check_certificate(hello)
        phone = _softphone(request, socket, operator, hello)
        await _serve(request.app[SOFTPHONES], socket, phone, lambda: _whose(desk, hashed))
    except BadMessage as error:
        await _refuse(socket, operator, str(error), desk.perimeter.address(request))
    return socket


def _hash_of_token(request: web.Request) -> str:
    """Raises `Problem` for what cannot be a softphone."""
    if "Origin" in request.headers:  # a browser: whatever page it shows has no business here
        raise Problem("wrong_origin", "/ws/phone is for softphones, not for pages")
    given = request.headers.get("Authorization", "")
    token = given.removeprefix(BEARER).strip()
    if not given.startswith(BEARER) or not token:
        raise Problem("not_signed_in", "Authorization: Bearer TOKEN is missing")
    return token_hash(token)


async def _whose(desk: Desk, hashed: str) -> str | None:
    """The operator, if the token is good and its owner may still take calls."""
    username = await desk.store.phone_tokens.whose(hashed)
    account = None if username is None else await desk.store.accounts.get(username)
    return account.username if account is not None and may(account.role, Permission.TAKE_CALLS) else None


def _softphone(request: web.Request, socket: web.WebSocketResponse, operator: str, hello: Hello) -> Softphone:
    if request.transport is None:
        raise ConnectionResetError("the softphone left during the handshake")
    place = PhonePlace(hello.sip, hello.certificate)
    return Softphone(operator, place, socket, request.transport, headset=hello.headset)


async def _hello(socket: web.WebSocketResponse) -> Hello:
    try:
        async with asyncio.timeout(HELLO_WITHIN_S):
            message = await socket.receive()
    except TimeoutError:
        raise BadMessage(f"no hello within {HELLO_WITHIN_S:g} s") from None
    if message.type is not WSMsgType.TEXT:
        raise BadMessage("a hello as JSON text was expected")
    return _read(_HELLO, message.data)


def _check_address(desk: Desk, sip: str, came_from: str) -> None:
    """It rings where it is, and there only: whoever holds a token brings no calls to a third party."""
    refusal = desk.phone_addresses.refusal(sip)
    if refusal is not None:
        raise BadMessage(f"sip: {refusal.en}")
    if not is_at(sip, came_from):
        raise BadMessage("sip: another address than this connection comes from (behind a proxy: trusted_proxies)")


def _check_certificate(hello: Hello) -> None:
    """Without it whoever sits on the way could pose as this softphone, and hear the call."""
    if is_secure(hello.sip) and not hello.certificate:
        raise BadMessage("certificate: a softphone with ;transport=tls tells its fingerprint (update it)")


async def _serve(
    phones: Softphones, socket: web.WebSocketResponse, phone: Softphone, whose: Callable[[], Awaitable[str | None]]
) -> None:
    phone.say({"type": "welcome", "operator": phone.operator, "ping_every_s": PING_EVERY_S, **phones.certificate})
    phones.came(phone)
    beside = [asyncio.create_task(each) for each in (phone.write(), phone.ping(), phone.watch())]
    beside.append(asyncio.create_task(_look_at_token(phones, phone, whose)))
    try:
        await _listen(socket, phone, phones)
    finally:
        phones.went(phone)
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _listen(socket: web.WebSocketResponse, phone: Softphone, phones: Softphones) -> None:
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            raise BadMessage("JSON text was expected")
        said = _read(_SAID, message.data)
        phone.heard()
        match said:
            case State():
                levels = None if said.levels is None else said.levels.model_dump()
                phones.stands(phone, said.state, said.headset, levels)
            case Button():
                phones.pressed(phone, said.what)
            case Pong():
                pass


async def _look_at_token(phones: Softphones, phone: Softphone, whose: Callable[[], Awaitable[str | None]]) -> None:
    """A store that is away withdraws nobody's token."""
    while True:
        await asyncio.sleep(TOKEN_EVERY_S)
        with suppress(StoreUnavailable):
            if await whose() != phone.operator:
                phones.withdraw(phone.operator)
                return


async def _refuse(socket: web.WebSocketResponse, operator: str, reason: str, source: str) -> None:
    _log.warning("softphone_bad_message", operator=operator, reason=reason, source=source)
    with suppress(ClientConnectionResetError, ConnectionError):
        await socket.send_str(json.dumps({"type": "bye", "code": "bad_message", "reason": reason}))
        await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=reason.encode()[:_REASON_LENGTH])


def _read(adapter: TypeAdapter[T], text: str) -> T:
    """Raises `BadMessage` naming the field."""
    try:
        return adapter.validate_python(json.loads(text))
    except ValidationError as error:
        raise BadMessage(_why(error)) from None
    except (ValueError, RecursionError):
        raise BadMessage("this is not JSON") from None


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"].startswith("union_tag"):  # pydantic's own words repeat what was said
        return f"message: its type is not one of {first['ctx'].get('expected_tags', 'those known')}"
    where = ".".join(str(each) for each in first["loc"]) or "message"
    return f"{where}: {first['msg']}"[:_REASON_LENGTH]
