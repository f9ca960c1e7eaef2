"""The desk's own fixtures: a running desk with a fake switchboard, and people who sign in there."""

from tests.integration.desk.conftest import address, arrive, built, clock, pages, prepared, settings

__all__ = ["address", "arrive", "built", "clock", "pages", "prepared", "settings"]
