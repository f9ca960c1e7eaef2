"""Prompts that the program itself says, beside those that the flow names, and the values it fills in."""

from collections.abc import Mapping

SPOKEN: Mapping[str, frozenset[str]] = {
    # menus
    "no_such_choice": frozenset(),
    "goodbye": frozenset(),
    # opening hours
    "hours_days": frozenset({"first", "last", "open", "close"}),
    "hours_day": frozenset({"day", "open", "close"}),
    "hours_and": frozenset({"open", "close"}),
    "hours_always": frozenset(),
    "closed_outside": frozenset(),
    "closed_holiday": frozenset({"holiday"}),
    "opens_today": frozenset({"open"}),
    "opens_tomorrow": frozenset({"open"}),
    "opens_on": frozenset({"day", "open"}),
    # waiting room
    "queue_wait": frozenset(),
    "queue_next": frozenset(),
    "queue_position": frozenset({"position"}),
    "queue_estimate": frozenset({"minutes"}),
    "queue_callback": frozenset({"key"}),
    # call back
    "callback_number": frozenset({"number"}),
    "callback_keys": frozenset({"confirm", "change"}),
    "callback_ask_number": frozenset(),
    "callback_bad_number": frozenset(),
    "callback_thanks": frozenset(),
    "callback_stay": frozenset(),
    # messages
    "message_too_short": frozenset(),
}
"""Every name must have a text; with it stand the values that the text may use."""

COMPOSED = frozenset({"opening_hours", "closed_reason", "opens_next"})
"""Names a flow may use that have no text of their own: `ivr` puts them together from hours.yaml."""
