"""The composition root: everything that `sambut serve` is made of is built, started and stopped here."""

import asyncio
import gc
import os
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry

from config import Installation, Settings, hidden, load
from desk.app import build
from desk.context import DESK
from desk.directory import NoLibrary, library
from desk.hub import Hub
from desk.passwords import Passwords
from desk.serialise import Serialiser
from hotline.clocks import Clocks
from hotline.procedure import Procedure
from ivr.phrases import foreseeable
from sambut import logs, modes, open_files
from sambut.attacks import Attacks
from sambut.backup.errors import BackupError
from sambut.clock import Clock, steady_clock
from sambut.contacts import knowing_callers
from sambut.demo import add_people, as_demo
from sambut.engine_watch import EngineWatch
from sambut.exposure import exposed
from sambut.http_limits import IDLE_S, ConnectionLimits, limits_of
from sambut.keys import keyring_of, notes
from sambut.life import SignOfLife
from sambut.listening import listen, remember_people
from sambut.memory import give_back_what_is_large
from sambut.notices import Notifier
from sambut.opening import Opening
from sambut.outward import AuthorityError, telling_outside
from sambut.paper import start_nightly
from sambut.reloading import Reloading
from sambut.sip_options import hotline_options
from sambut.status import Status
from sambut.switchboard import Switchboard
from sambut.systemd import Systemd
from sambut.tasks import Tasks
from sambut.telemetry import observe, tell_build
from sambut.updating import in_use
from sealing import KeyFileError, Keyring, SealError
from sip.engine import Engine, installed
from sip.errors import SipError
from sip.events import SipEvent
from sip.inside import InsideAgent
from sip.link.remote import RemoteAgent
from sip.options import AgentOptions
from sip.ports import Agent
from sip.tls_peers import fingerprint_of
from storage import NewerDatabase, Store, StoreRefused, StoreUnavailable, open_store
from voice.prompts import PromptLibrary
from voice.synthesis import SynthesisError

log = structlog.get_logger(__name__)

HTTP_GOODBYE_S = 3.0
LINGER_S = 2.0  # for the rest of a request that is answered already
TRYING_AGAIN_IS_NO_USE = 78
"""Exit status (EX_CONFIG of sysexits.h): whoever starts the service again and again should not, after this one."""


class StartError(Exception):
    """The service cannot start; the text says what to mend."""


async def serve(installation: Installation, *, demo: bool) -> int:
    """Run until SIGTERM or SIGINT. Returns the exit status."""
    logs.configure(installation.settings.log_format)
    give_back_what_is_large()
    if demo:
        installation = as_demo(installation)
    told_to_stop = asyncio.Event()
    loop, tasks, reloads, systemd = asyncio.get_running_loop(), Tasks(), Tasks(), Systemd()
    tasks.start(systemd.show_life(), "watchdog")
    for problem in hidden():
        log.warning("setting_hidden", text=str(problem))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    may_reload = not os.isatty(0)  # a terminal that is closed sends the same signal, and means the end
    if may_reload:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is something to reload
    try:
        async with running(installation, demo=demo) as service:
            if may_reload:
                reload = partial(_reload, service, systemd)
                loop.add_signal_handler(signal.SIGHUP, lambda: reloads.start(reload(), "reload"))
            # What is here now stays. Looking through it for garbage stops every call's events for 100 to 300 ms.
            gc.collect()
            gc.freeze()
            _say_ready(service, installation.settings)
            systemd.ready(_status(service))
            if demo:
                click.echo(_what_to_try(service))
            await told_to_stop.wait()
            systemd.stopping()
            await reloads.close()
            log.info("stopping", calls_may_finish_for_s=installation.settings.drain_s)
    except NewerDatabase as error:
        log.error("cannot_start", reason=str(error))
        return TRYING_AGAIN_IS_NO_USE
    except (StartError, StoreUnavailable, StoreRefused, BackupError) as error:
        log.error("cannot_start", reason=str(error))
        return 1
    finally:
        await tasks.close()
    return 0


async def _reload(service: "Service", systemd: Systemd) -> None:
    systemd.reloading()
    try:
        await service.reload()
    finally:
        systemd.ready(_status(service))


def _status(service: "Service") -> str:
    return f"calls at {service.sip_address}, pages at {service.scheme}://{service.http_address}"


def _say_ready(service: "Service", settings: Settings) -> None:
    """Calls can come in: a line that scripts wait for (CONTRACT.md), and the same for who reads the log as JSON."""
    addresses = {"sip": service.sip_address, "http": service.http_address}
    if service.sip_tls_address:
        addresses["sips"] = service.sip_tls_address
    click.echo(" ".join(["ready", *(f"{name}={address}" for name, address in addresses.items())]))
    if settings.log_format == "json":
        log.info("ready", **addresses)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service and how to reach it; addresses are host:port."""

    sip_address: str
    sip_tls_address: str | None
    http_address: str
    scheme: str
    demo_password: str | None
    reload: Callable[[], Coroutine[Any, Any, None]]
    """Read the data files again."""


@asynccontextmanager
async def running(installation: Installation, *, demo: bool) -> AsyncIterator[Service]:
    """The whole service; it is drained and stopped in reverse order on leaving. Raises `StartError`."""
    settings, clock = installation.settings, steady_clock()
    engine = installed()
    status = Status(installation, engine, clock)
    for warning in status.warnings:
        log.warning("engine_fallback", text=warning)
    if short := open_files.warning(settings, engine):
        status.warn([short])
    _can_ask_directory(settings)
    if not demo:
        status.warn([*notes(settings), *exposed(settings)])
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(_store(installation, clock, may_wait=not demo))
        password = await _demo_people(store, settings.demo_password, clock) if demo else None
        prompts = await _prompts(installation, status)
        stack.push_async_callback(prompts.close)
        hub, registry, procedure = Hub(clock), CollectorRegistry(), _procedure(installation)
        watch = EngineWatch(hub, status)
        agent = _agent(installation, engine, lambda event: switchboard.on_sip(event), watch)  # noqa: PLW0108  # made below
        switchboard = _switchboard(installation, agent, store, hub, prompts, clock, status, procedure)
        observe(registry, switchboard, store, status, lambda: agent.rtp_strangers)

        async def tell() -> None:
            tell_build(registry, store)

        await store.once_here(tell)
        try:
            await agent.open()
        except SipError as error:
            raise StartError(str(error)) from error
        stack.push_async_callback(agent.close)
        await switchboard.start()
        await stack.enter_async_context(knowing_callers(installation, store, switchboard.house.watchers, clock))
        notifier = await stack.enter_async_context(_outside(installation, store, hub, switchboard, clock))
        attacks = await stack.enter_async_context(_attacks(settings, agent, hub, status, notifier, clock))
        app = build(
            store,
            installation,
            hub,
            switchboard.desk_side,
            registry=registry,
            demo=demo,
            clock=clock,
            procedure=procedure,
            sip_certificate=_sip_certificate(settings),
            refused=attacks.sign_in_refused,
        )
        stack.push_async_callback(start_nightly(installation, store, app[DESK].paperwork, clock).close)
        limits = limits_of(settings, clock)
        http_address = await _listen(stack, app, settings.http_bind, settings.http_port, _https(settings), limits)
        stack.push_async_callback(switchboard.stop, settings.drain_s)
        switchboard.accept()
        scheme = "http" if settings.http_certificate is None else "https"
        _write_down(settings.data, f"{scheme}://{http_address}")
        reloading = Reloading(
            installation,
            lambda: as_demo(load()) if demo else load(),
            house=switchboard.house,
            prompts=prompts,
            matrix=app[DESK].matrix,
            hub=hub,
            status=status,
        )
        yield Service(agent.address, agent.tls_address, http_address, scheme, password, reloading.reload)


@asynccontextmanager
async def _outside(
    installation: Installation, store: Store, hub: Hub, switchboard: Switchboard, clock: Clock
) -> AsyncIterator[Notifier]:
    try:
        async with telling_outside(installation, store, hub, switchboard.house.watchers, clock) as notifier:
            switchboard.house.alarms.tell_also(notifier.notify)
            yield notifier
    except AuthorityError as error:
        raise StartError(str(error)) from error


@asynccontextmanager
async def _attacks(
    settings: Settings, agent: Agent, hub: Hub, status: Status, notifier: Notifier, clock: Clock
) -> AsyncIterator[Attacks]:
    attacks = Attacks(sign_ins=settings.alarm_sign_ins, sip=settings.alarm_sip, agent=agent, hub=hub, clock=clock)
    attacks.tell_also(notifier.attacked)
    status.ask(attacks.warnings)
    tasks = Tasks()
    tasks.start(attacks.watch(), "attacks")
    try:
        yield attacks
    finally:
        await tasks.close()


@asynccontextmanager
async def _store(installation: Installation, clock: Clock, *, may_wait: bool) -> AsyncIterator[Store]:
    """With `may_wait`, a server that is away does not keep the service from starting. An SQLite file is always here."""
    settings = installation.settings
    settings.data.mkdir(parents=True, exist_ok=True)
    modes.close_folder(settings.data)
    async with (
        in_use(settings),
        await open_store(
            settings.database_url,
            spool=settings.data / "spool" / "journal",
            node=settings.node,
            ticket_prefix=installation.sop.ticket_prefix,
            keyring=_keyring(settings),
            numbers_file=settings.data / "ticket-numbers.json",
        ) as store,
    ):
        life, tasks = SignOfLife(settings.data), Tasks()
        opening = Opening(store, installation, _procedure(installation), clock, life.last())
        try:
            await opening.open()
        except StoreUnavailable:
            if not may_wait or store.kind == "sqlite":
                raise
            opening.begin_without()
            tasks.start(opening.wait(), "database")
        except SealError as error:
            raise StartError(str(error)) from error
        tasks.start(life.show(), "sign of life")
        tasks.start(asyncio.to_thread(modes.close_files, settings.data), "file modes")
        try:
            yield store
        finally:
            await tasks.close()


def _keyring(settings: Settings) -> Keyring:
    try:
        return keyring_of(settings)
    except KeyFileError as error:
        raise StartError(str(error)) from error


def _procedure(installation: Installation) -> Procedure:
    return Procedure(installation.sop, installation.matrix, installation.offices, installation.areas)


def _can_ask_directory(settings: Settings) -> None:
    """Raises `StartError` where the setting `ldap` is there, and its library is not."""
    if settings.ldap is None:
        return
    try:
        library()
    except NoLibrary as error:
        raise StartError(str(error)) from error


def _sip_certificate(settings: Settings) -> str:
    """What softphones know us by when they connect to us over SIP; empty without TLS. Raises `StartError`."""
    if settings.sip_tls_port is None or settings.tls_certificate is None:
        return ""
    try:
        return f"sha256:{fingerprint_of(settings.tls_certificate.read_text())}"
    except (OSError, ValueError) as error:
        raise StartError(f"tls_certificate {settings.tls_certificate}: {error}") from error


def _agent(
    installation: Installation, engine: Engine, on_event: Callable[[SipEvent], None], watch: EngineWatch
) -> Agent:
    settings, options = installation.settings, _options(installation, engine)
    if settings.engine == "inside":
        return InsideAgent(options, on_event)
    return RemoteAgent(options, on_event, form=settings.log_format, changed=watch.changed)


def _options(installation: Installation, engine: Engine) -> AgentOptions:
    try:
        return hotline_options(installation.settings, engine)
    except ValueError as error:
        raise StartError(str(error)) from error


async def _demo_people(store: Store, password: str | None, clock: Clock) -> str | None:
    passwords = Passwords()
    try:
        return await add_people(store, passwords, password, clock)
    finally:
        passwords.close()


async def _prompts(installation: Installation, status: Status) -> PromptLibrary:
    """The sound of everything the hotline says; what could not be made is a warning, not the end."""
    data = installation.settings.data
    library = PromptLibrary(
        installation.prompts, data / "prompts", data / "cache" / "prompts", installation.settings.clock_rate
    )
    try:
        await library.prepare(ahead=foreseeable(installation, datetime.now(ZoneInfo(installation.hours.timezone))))
    except SynthesisError as error:
        log.error("prompts_incomplete", reason=str(error))
        status.warn([f"prompts: {error}"])
    for problem in library.problems:
        log.warning("prompt_refused", file=problem.file.name, reason=problem.reason)
        status.warn([f"prompt {problem.file.name}: {problem.reason}"])
    return library


def _switchboard(
    installation: Installation,
    agent: Agent,
    store: Store,
    hub: Hub,
    prompts: PromptLibrary,
    clock: Clock,
    status: Status,
    procedure: Procedure,
) -> Switchboard:
    return Switchboard(
        installation=installation,
        agent=agent,
        store=store,
        hub=hub,
        prompts=prompts,
        clock=clock,
        serialiser=Serialiser(ZoneInfo(installation.hours.timezone), procedure, clock, Clocks.of(installation)),
        procedure=procedure,
        status=status,
    )


def _https(settings: Settings) -> ssl.SSLContext | None:
    """For a certificate of our own; None behind a proxy, or on this machine only. Raises `StartError`."""
    if settings.http_certificate is None or settings.http_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.http_certificate, settings.http_key)
    except OSError as error:  # also what is no certificate: ssl.SSLError
        raise StartError(f"cannot use http_certificate {settings.http_certificate}: {error}") from error
    return context


async def _listen(
    stack: AsyncExitStack,
    app: web.Application,
    bind: str,
    port: int,
    https: ssl.SSLContext | None,
    limits: ConnectionLimits,
) -> str:
    remember_people(app, limits)
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=HTTP_GOODBYE_S,
        keepalive_timeout=IDLE_S,
        lingering_time=LINGER_S,
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        return await listen(stack, runner, (bind, port), https, limits)
    except OSError as error:
        raise StartError(f"cannot listen for HTTP on {bind}:{port}: {error.strerror}") from error


def _write_down(data: Path, address: str) -> None:
    """Where the pages are, for the image's health check (`deploy/docker/healthcheck.py`)."""
    (data / "http-address").write_text(f"{address}\n", encoding="ascii")


def _what_to_try(service: Service) -> str:
    password = service.demo_password
    secret = f"password {password} (shown this once)" if password else "password as set before"
    return "\n".join(
        (
            "",
            f"  desk      {service.scheme}://{service.http_address}   accounts operator1 … operator4, supervisor,"
            f" coordinator, pic, admin; {secret}",
            "  a phone   .venv/bin/sambut softphone --auto-answer        (operator1's; press Siap on the desk)",
            "  a call    .venv/bin/sambut call --keys ,,,1               (in another terminal, or from any SIP phone:"
            f" sip:hotline@{service.sip_address})",
            "",
        )
    )
