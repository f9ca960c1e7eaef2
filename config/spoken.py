"""What the program says by itself, beside what the flow names, and the values it can fill into texts."""

from collections.abc import Mapping

from config.prompts import ValueKind

FLOW_VALUES: frozenset[str] = frozenset({"hours", "next_open", "holiday"})
"""Values every text may use. A text is left unsaid while one of its values is not to be had."""

SPOKEN: Mapping[str, frozenset[str]] = {
    "no_such_choice": frozenset(),
    "goodbye": frozenset(),
    "service_stopping": frozenset(),
    "blocked_caller": frozenset(),
    "operator_lost": frozenset(),
    "back_in_line": frozenset(),
    "call_back_soon": frozenset(),
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
"""Prompts that must have a text; with each stand the values that only this text may use."""

KINDS_OF: Mapping[str, frozenset[ValueKind]] = {
    "hours": frozenset({"hours"}),
    "next_open": frozenset({"moment"}),
    "holiday": frozenset({"text"}),
    "position": frozenset({"number", "digits"}),
    "minutes": frozenset({"minutes", "number"}),
    "key": frozenset({"digits", "number"}),
    "confirm": frozenset({"digits", "number"}),
    "change": frozenset({"digits", "number"}),
    "number": frozenset({"digits"}),
}
"""Value -> how it can be read out."""
