"""The installation's own data that pages show: offices, pauses, procedure, queues."""

from desk.context import Ask, Nothing
from desk.reference_shapes import Offices, Reference
from desk.routing import route
from desk.serialise import words


async def offices(ask: Ask[Nothing, Nothing]) -> Offices:
    return {
        "items": [
            {"code": office.code, "name": office.name, "plate_area": office.plate_area}
            for office in ask.desk.installation.offices
        ]
    }


async def reference(ask: Ask[Nothing, Nothing]) -> Reference:
    installation = ask.desk.installation
    return {
        "timezone": installation.hours.timezone,
        "pauses": [
            {"code": pause.code, "label": words(pause.label), "limit_s": pause.limit_s} for pause in installation.pauses
        ],
        "outcomes": [
            {"code": outcome.code, "label": words(outcome.label), "kinds": list(outcome.kinds)}
            for outcome in installation.outcomes
        ],
        "callback": {"max_tries": installation.dialling.max_tries},
        "ice_servers": [
            {"urls": list(server.urls), "username": server.username, "credential": server.credential}
            for server in installation.settings.ice_servers
        ],
        "sop": {
            "standard_s": dict(installation.sop.standard_s),
            "answer_min_s": installation.sop.answer_min_s,
            "greeting_script": words(installation.sop.greeting_script),
        },
        "areas": dict(installation.areas),
        "queues": [
            {
                "name": queue.name,
                "label": words(queue.label),
                "wrap_up_s": queue.wrap_up_s,
                "target_s": queue.target_s,
                "target_percent": queue.target_percent,
            }
            for queue in installation.queues
        ],
    }


ROUTES = (
    route("GET", "/offices", offices, "The P3DW offices"),
    route("GET", "/reference", reference, "Pauses, outcomes, procedure, plate areas and queues"),
)
