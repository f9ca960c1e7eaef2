"""The `sambut` command."""

import asyncio
import os
import sys
from datetime import datetime
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click

from config import ConfigError, Installation, Language, check, hidden, load
from desk.directory import NoLibrary, library
from sambut import backup_cli, commands
from sambut.exposure import certificates, exposed
from sambut.keys import notes
from sambut.keys_cli import keys_group
from sambut.modes import UMASK
from sambut.privacy_cli import privacy_group
from sip.options import SrtpUse
from storage.accounts import Account, PhoneKind, Role, usual_phone

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="sambut")
def main() -> None:
    """Sambut answers a public hotline by the book. Settings: see docs/settings.md and SAMBUT_… variables."""
    click.get_current_context().call_on_close(partial(os.umask, os.umask(UMASK)))


def _ip_addresses(context: click.Context, option: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for each in value:
        try:
            ip_address(each)
        except ValueError as error:
            raise click.BadParameter(f"{each!r} is not an IP address, such as 10.0.0.5 (no port)") from error
    return value


def _installation() -> Installation:
    try:
        return load()
    except ConfigError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(1) from error


@main.command()
@click.option("--demo", is_flag=True, help="Demo accounts on an empty database, always open, loopback only.")
def serve(demo: bool) -> None:
    """Run the service until SIGTERM or Ctrl-C."""
    from sambut.service import serve as run

    sys.exit(asyncio.run(run(_installation(), demo=demo)))


@main.command()
@click.argument("socket", type=click.Path(path_type=Path))
@click.argument("form", type=click.Choice(["console", "json"]), default="console")
def engine(socket: Path, form: str) -> None:
    """The SIP engine of a service that finds it at SOCKET; the service starts it by itself (docs/engine.md)."""
    from sip.link.engine import main as run  # `sambut.entry` comes here without this file

    run([str(socket), form])


@main.command("check")
def check_configuration() -> None:
    """Read all configuration and say what is wrong where (exit status 1), and which settings a variable outdoes."""
    problems = check()
    for problem in [*hidden(), *problems]:
        click.echo(str(problem))
    if problems:
        sys.exit(1)
    settings = _installation().settings
    if settings.ldap is not None:
        try:
            library()
        except NoLibrary as error:
            click.echo(str(error))
            sys.exit(1)
    for note in [*notes(settings), *exposed(settings), *certificates(settings)]:
        click.echo(note)
    click.echo("configuration is in order")


@main.command()
@click.option("--number", default="081234567890", show_default=True, help="Caller's number.")
@click.option("--keys", default="", help="Keys to press, one every 2 s; a comma waits 2 s longer. Example: ,,1")
@click.option("--say", type=FILE, help="Sound file to say again and again; default: a question in Indonesian.")
@click.option("--silent", is_flag=True, help="Say nothing.")
@click.option("--seconds", default=60.0, show_default=True, help="Hang up this long after the answer.")
@click.option("--to", "target", default=None, help="SIP URI of the hotline; default: the one of these settings.")
@click.option("--save", type=NEW_FILE, help="Keep what was heard as a WAV file.")
@click.option("--srtp", type=click.Choice(["off", "optional", "required"]), default="optional", show_default=True)
def call(
    number: str,
    keys: str,
    say: Path | None,
    silent: bool,
    seconds: float,
    target: str | None,
    save: Path | None,
    srtp: SrtpUse,
) -> None:
    """Place a real SIP call to the hotline and say what was heard."""
    if say is not None and silent:
        raise click.UsageError("--say and --silent exclude each other")
    settings = _installation().settings
    uri = target or f"sip:hotline@{settings.sip_bind}:{settings.sip_port}"
    words: commands.Words = "none" if silent else say or "question"
    sys.exit(asyncio.run(commands.call(uri, number, keys, words, seconds, save, srtp)))


@main.command()
@click.option("--server", help="https://HOST of the hotline: sign in there, be driven from the operator's page.")
@click.option("--token-file", type=FILE, help="File with the token that the operator's page gave.")
@click.option("--ca", type=FILE, help="Certificate of the authority that vouches for the server, if it is your own.")
@click.option("--pin", default="", help="sha256:FINGERPRINT of the server's certificate: that one, and no other.")
@click.option("--name", default="operator1", show_default=True, help="User part of this phone's SIP address.")
@click.option("--port", default=None, type=int, help="SIP port; default: the demo operator's, else a free one.")
@click.option("--bind", default="", help="Address of this workstation; default: the one towards the server.")
@click.option("--transport", type=click.Choice(["udp", "tcp", "tls"]), help="For SIP; default: tls, udp on loopback.")
@click.option("--certificate", type=FILE, help="For SIP over TLS (PEM); default: one is made at each start.")
@click.option("--key", type=FILE, help="Its key (PEM).")
@click.option(
    "--sip-from",
    multiple=True,
    callback=_ip_addresses,
    help="Another IP address that calls may come from, besides the server's.",
)
@click.option(
    "--audio",
    help="alsa:NAME, null, file:IN,OUT (one may be empty), or greeting: says one in Indonesian, on and on. "
    "Default: null; greeting for --auto-answer without --server.",
)
@click.option("--list", "list_", is_flag=True, help="List the sound devices and quit.")
@click.option("--ring", default="headset", show_default=True, help="headset, alsa:NAME (needs aplay), or none.")
@click.option("--echo-cancellation/--no-echo-cancellation", "cancel_echo", default=True, show_default=True)
@click.option("--button", default="auto", show_default=True, help="The headset's: auto, none, or /dev/input/eventN.")
@click.option("--auto-answer", is_flag=True, help="Answer by itself after a second.")
def softphone(list_: bool, audio: str | None, **wishes: Any) -> None:
    """The headset softphone of a workstation. Typed: Enter answers or hangs up, `call URI` dials, q quits."""
    from sambut.workstation.command import list_devices, run
    from sambut.workstation.wishes import Wishes

    demo = wishes["auto_answer"] and wishes["server"] is None
    audio = audio or ("greeting" if demo else "null")
    sys.exit(asyncio.run(list_devices() if list_ else run(Wishes(audio=audio, **wishes))))


@main.command()
@click.option("--to", metavar="SCHEMA", help="Up or down to this schema, such as 0012, for another version of Sambut.")
def migrate(to: str | None) -> None:
    """Bring the database to this version's shape, or to another's; what it holds is copied before (docs/backup.md)."""
    from sambut.backup.acting import act_as_owner
    from sambut.updating import migrate_to

    installation = _installation()
    act_as_owner(installation.settings.data, installation.settings.config)
    if to is None:
        asyncio.run(commands.migrate(installation))
        click.echo("database is up to date")
        return
    backup_cli.run(migrate_to(installation.settings, to))
    click.echo(f"database has schema {to}")


@main.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice(["admin", "supervisor", "coordinator", "pic", "operator"]))
@click.option("--phone", default="", help="SIP URI of an operator's phone.")
@click.option(
    "--phone-kind",
    type=click.Choice([kind.value for kind in PhoneKind]),
    help="What the operator speaks through; default: sip with --phone, else browser.",
)
@click.option("--auto-answer", is_flag=True, help="The SIP phone may be asked to pick up by itself.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def user_add(
    username: str, name: str, role: str, phone: str, phone_kind: str | None, auto_answer: bool, password_stdin: bool
) -> None:
    """Add an account."""
    kind = usual_phone(phone) if phone_kind is None else PhoneKind(phone_kind)
    account = Account(username, name, Role(role), phone=phone, phone_kind=kind, auto_answer=auto_answer)
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    problem = asyncio.run(commands.add_user(_installation(), account, password))
    if problem:
        raise click.ClickException(problem)
    click.echo(f"account {username} added")


@main.group()
def vehicles() -> None:
    """The local table of vehicles."""


@vehicles.command("import")
@click.argument("file", type=FILE)
@click.option("--report", type=NEW_FILE, help="Where to write the refused rows, too (CSV).")
def vehicles_import(file: Path, report: Path | None) -> None:
    """Replace the table by the vehicles of FILE (CSV or XLSX); exit status 1 if nothing was changed."""
    from sambut.vehicles import import_file

    sys.exit(asyncio.run(import_file(_installation(), file, report)))


@main.group()
def paper() -> None:
    """Forms and registers, filed as each night does it (docs/paper.md)."""


OUT = click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder; default: the archive.")
LANGUAGE = click.option("--language", type=click.Choice(["id", "en"]), help="Default: the one of paper.yaml.")


@paper.command("day")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@OUT
@LANGUAGE
def paper_day(day: datetime, out: Path | None, language: Language | None) -> None:
    """The forms of a DAY's tickets, a file each, and its register as PDF and XLSX."""
    from sambut import paper_command

    asyncio.run(paper_command.day(_installation(), day.date(), out, language))


@paper.command("month")
@click.argument("month", type=click.DateTime(["%Y-%m"]))
@OUT
@LANGUAGE
def paper_month(month: datetime, out: Path | None, language: Language | None) -> None:
    """The register of a MONTH (YYYY-MM) as PDF and XLSX."""
    from sambut import paper_command

    asyncio.run(paper_command.month(_installation(), month.date(), out, language))


@paper.command("ticket")
@click.argument("number")
@OUT
@LANGUAGE
def paper_ticket(number: str, out: Path | None, language: Language | None) -> None:
    """The form of the ticket with this NUMBER."""
    from sambut import paper_command

    asyncio.run(paper_command.ticket(_installation(), number, out, language))


main.add_command(privacy_group(_installation))
backup_cli.add_to(main, _installation)
main.add_command(keys_group(_installation))


@main.command()
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="First day; default: all.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; default: today.")
@click.argument("output", type=NEW_FILE, default=Path("-"))
def export(since: datetime | None, until: datetime | None, output: Path) -> None:
    """Write the register of tickets as CSV (UTF-8) to OUTPUT, or to standard output."""
    asyncio.run(commands.export(_installation(), since, until, output))
