"""The `sambut privacy` commands: what is typed. What they do stands in `sambut.privacy_command`."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import click

from config import Installation

NUMBER = click.option("--number", default="", help="The person's telephone number.")
PLATE = click.option("--plate", default="", help="Or a plate: everything about this vehicle.")
EMAIL = click.option("--email", default="", help="Or an e-mail address: everything that portals filed with it.")
REASON = click.option("--reason", required=True, help="Who asked for it, and the file number; for the audit log.")


def privacy_group(installation: Callable[[], Installation]) -> click.Group:
    """The group, with the installation read when a command is run."""

    @click.group()
    def privacy() -> None:
        """Personal data: taken out, erased, kept no longer than the rules say (docs/privacy.md)."""

    @privacy.command()
    @click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
    def retention(dry_run: bool) -> None:
        """Erase what is overdue by retention.yaml, now."""
        from sambut import privacy_command

        asyncio.run(privacy_command.retention(installation(), dry_run=dry_run))

    @privacy.command()
    @NUMBER
    @PLATE
    @EMAIL
    @REASON
    @click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
    def export(number: str, plate: str, email: str, reason: str, output: Path) -> None:
        """Write one person's data to OUTPUT, a ZIP archive."""
        from sambut import privacy_command as does

        asyncio.run(does.export(installation(), does.Request(number, plate, email, reason), output))

    @privacy.command()
    @NUMBER
    @PLATE
    @EMAIL
    @REASON
    @click.option("--dry-run", is_flag=True, help="Only say how much is kept.")
    def erase(number: str, plate: str, email: str, reason: str, dry_run: bool) -> None:
        """Erase one person's data. Open tickets stay; close them first."""
        from sambut import privacy_command as does

        asyncio.run(does.erase(installation(), does.Request(number, plate, email, reason), dry_run=dry_run))

    return privacy
