"""Rules for calls out that do not fit the trunks."""

from collections.abc import Iterator

from config.dialling import Dialling
from config.schema import Finding, did_you_mean
from config.settings import Settings


def trunks_call_out(dialling: Dialling, settings: Settings) -> Iterator[Finding]:
    """A rule names only trunks that are there and can carry a call out."""
    trunks = {trunk.name: trunk for trunk in settings.trunks}
    for index, rule in enumerate(dialling.rules):
        where = ("rules", index, "trunk")
        if rule.trunk is None:
            continue
        if rule.trunk not in trunks:
            yield Finding(where, f"settings.yaml has no trunk `{rule.trunk}`{did_you_mean(rule.trunk, trunks)}")
        elif not trunks[rule.trunk].calls_out:
            yield Finding(
                where, f"trunk `{rule.trunk}` has neither `outbound` nor a registration, so it cannot call out"
            )
