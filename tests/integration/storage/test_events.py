"""The event log, read."""

from dataclasses import replace

from hotline.facts import EventName
from storage import Store
from storage.records import EventLogged
from tests.integration.storage.samples import NOON, call_id, fact


async def test_of_what_each_operator_said_of_their_part_the_last_counts(store: Store) -> None:
    said = [(1, "ani", "iseng"), (1, "budi", "selesai"), (2, "ani", "selesai"), (1, "ani", "diteruskan")]
    for at, (call, operator, code) in enumerate(said):
        outcome = replace(fact(EventName.OUTCOME, call, NOON + at, code=code), operator=operator)
        await store.journal.write(EventLogged(outcome))

    found = await store.events.outcomes_of((call_id(1), call_id(2), call_id(3)))

    assert found == {call_id(1): {"ani": "diteruskan", "budi": "selesai"}, call_id(2): {"ani": "selesai"}}
