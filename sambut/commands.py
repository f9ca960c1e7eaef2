"""What the commands beside `serve` do."""

import csv
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TextIO
from zoneinfo import ZoneInfo

import click

from config import Installation
from desk.passwords import MAX_LENGTH, MIN_LENGTH, hash_password
from desk.times import rfc3339
from desk.weak_passwords import Weakness, own_words, weakness
from hotline.cells import harmless
from hotline.phone_address import PhoneAddresses
from hotline.ticket import Ticket
from paper.register import COLUMNS, MOMENTS, codes
from sambut import demo_voices
from sambut.backup.errors import BackupError
from sambut.clock import steady_clock
from sambut.hearing import listen
from sambut.keys import keyring_of
from sambut.terminal import on_interrupt
from sambut.updating import copy_before, in_use
from sambut.workstation.sound import as_wav
from sealing import KeyFileError
from sip.engine import installed
from sip.errors import SipError
from sip.options import AgentOptions, SrtpUse, Tls
from sip.testcaller import CallPlan, TestCaller
from storage import Account, AlreadyExists, NewerDatabase, PhoneKind, Role, Store, open_store
from voice.synthesis import SynthesisError

CLOCK_RATE = 16000  # wideband where the hotline offers it
CALLER_RTP = (30000, 30999)


Words = Path | Literal["question", "none"]
"""What a test caller says: a sound file, the demo's question, or nothing."""


async def call(uri: str, number: str, keys: str, words: Words, seconds: float, save: Path | None, srtp: SrtpUse) -> int:
    """Place a test call and print its story. Returns the exit status: 0 when it was answered."""
    with tempfile.TemporaryDirectory(prefix="sambut-call-") as folder:
        heard = save or Path(folder) / "heard.wav"
        try:
            said = await _said(words, Path(folder) / "say.wav")
        except SynthesisError as error:
            click.echo(f"{error}: nothing can be said without it; see --say and --silent", err=True)
            return 1
        options = AgentOptions(
            user=number,
            port=0,
            tls=Tls() if "transport=tls" in uri else None,
            rtp_ports=CALLER_RTP,
            clock_rate=CLOCK_RATE,
            srtp=srtp,
            legs=installed().legs,
        )
        caller = TestCaller(options)
        click.echo(f"calling {uri} as {number}; Ctrl-C hangs up")
        on_interrupt(caller.hang_up)
        try:
            outcome = await caller.place(CallPlan(uri, heard, keys, said, seconds))
        except SipError as error:
            click.echo(str(error), err=True)
            return 1
        if outcome.answered_after_s is None:
            click.echo(f"not answered: {outcome.status} {outcome.reason}")
            return 1
        talked = (outcome.ended_after_s or 0.0) - outcome.answered_after_s
        who = "this side" if outcome.ended_by_us else "the hotline"
        click.echo(f"answered after {outcome.answered_after_s * 1000:.0f} ms; {talked:.1f} s; ended by {who}")
        if outcome.keys_sent:
            click.echo(f"keys pressed: {' '.join(outcome.keys_sent)}")
        for span in listen(heard):
            click.echo(f"  {span}")
        return 0


async def _said(words: Words, out: Path) -> list[Path]:
    match words:
        case "none":
            return []
        case "question":
            return [await demo_voices.say(demo_voices.CALLER, out)]
        case file:
            return [as_wav(file, out)]


async def migrate(installation: Installation) -> None:
    async with opened_store(installation):
        pass


_WEAK = {
    Weakness.USUAL: "this password is among those that are easily guessed; take several words that are not related",
    Weakness.HOLDS_NAME: "a password must not hold the person's name, user name or office, nor `sambut`",
}


async def add_user(installation: Installation, account: Account, password: str) -> str | None:
    """Add an account; returns what is wrong, if anything. Its person chooses another password at the first sign-in."""
    if account.phone_kind is PhoneKind.SIP and account.role is Role.OPERATOR and not account.phone:
        return "a SIP phone needs its address: --phone sip:NAME@HOST"
    refusal = PhoneAddresses(installation.settings).refusal(account.phone) if account.phone else None
    if refusal is not None:
        return f"--phone {account.phone}: {refusal.en}"
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters"
    if weak := weakness(password, own_words(account, installation)):
        return _WEAK[weak]
    async with opened_store(installation) as store:
        hashed = hash_password(password)
        try:
            await store.accounts.create(replace(account, password_temporary=True), hashed, steady_clock()())
        except AlreadyExists:
            return f"there is an account {account.username} already"
    return None


async def export(installation: Installation, since: datetime | None, until: datetime | None, output: Path) -> None:
    """The register as CSV, streamed row by row."""
    zone = ZoneInfo(installation.hours.timezone)
    first = 0.0 if since is None else since.replace(tzinfo=zone).timestamp()
    last = steady_clock()() if until is None else (until.replace(tzinfo=zone) + timedelta(days=1)).timestamp()
    async with opened_store(installation) as store:
        if str(output) == "-":
            await _write_register(store, first, last, zone, sys.stdout)
            return
        with output.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheets see UTF-8
            await _write_register(store, first, last, zone, file)


async def _write_register(store: Store, since: float, until: float, zone: ZoneInfo, file: TextIO) -> None:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    async for ticket in store.tickets.iterate(since, until):
        writer.writerow(_row(ticket, zone))


def _row(ticket: Ticket, zone: ZoneInfo) -> list[str]:
    """What a register has of a ticket, as it is kept; moments with their offset."""
    values = codes(ticket)
    moments = {name: rfc3339(float(values[name]), zone) for name in MOMENTS if values[name]}
    return [harmless(str(value)) for value in {**values, **moments}.values()]


@asynccontextmanager
async def opened_store(installation: Installation) -> AsyncIterator[Store]:
    """The store of this installation, its tables brought up to date; not started, for it takes no calls."""
    settings = installation.settings
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        async with in_use(settings):
            keyring = keyring_of(settings)
            spool = settings.data / "spool" / "journal"
            store = await open_store(settings.database_url, spool=spool, node=settings.node, keyring=keyring)
            async with store:
                await store.migrate(copy_before(settings))
                yield store
    except (KeyFileError, BackupError, NewerDatabase) as error:
        raise click.ClickException(str(error)) from error
