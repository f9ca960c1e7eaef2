"""What is sent to webhooks: which ticket, and what became of it. Of the person who called, nothing."""

import json
from collections.abc import Mapping
from typing import Any

from hotline.ticket import Ticket
from hotline.ticket_events import TicketEvent
from storage.deliveries import Delivery
from storage.records import new_key
from storage.webhooks import Webhook

KEPT_TRYING_S = 24 * 3600.0
"""How long a delivery is tried."""

PING = "ping"
NOTICE = "person.notice"
EVENTS = (*(event.value for event in TicketEvent), NOTICE)
"""What a webhook can choose; `ping` comes when an admin asks for it."""


def delivery(
    webhook: Webhook, event: str, members: Mapping[str, Any], now: float, at: str, ticket: str = ""
) -> Delivery:
    """An event on its way; `at` is RFC 3339. Its id is in the body too, for receivers that do not look at headers."""
    id = f"msg_{new_key()}"
    body = json.dumps({"id": id, "event": event, "at": at, **members}, ensure_ascii=False, separators=(",", ":"))
    return Delivery(
        id=id,
        to=webhook.id,
        event=event,
        ticket=ticket,
        body=body,
        state="waiting",
        created_at=now,
        next_at=now,
        expires_at=now + KEPT_TRYING_S,
    )


def ticket_members(ticket: Ticket, created_at: str, closed_at: str | None, url: str) -> dict[str, Any]:
    """The ticket without caller, plate, description and answer. `version` tells which of two events is the later."""
    asked = ticket.escalation
    return {
        "ticket": {
            "number": ticket.number,
            "version": ticket.version,
            "origin": ticket.origin,
            "step": ticket.step.value,
            "kind": ticket.kind,
            "category": ticket.category or None,
            "region": ticket.region or None,
            "operator": ticket.operator,
            "created_at": created_at,
            "closed_at": closed_at,
            "closed_as": ticket.closed_as,
            "escalation": None if asked is None else {"state": asked.state.value, "to": asked.to, "unit": asked.unit},
            "url": url,
        }
    }
