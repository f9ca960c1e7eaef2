"""Recordings: seekable, and only for those who may hear them."""

import io
import random
from pathlib import Path

import pytest
import soundfile
from aiohttp import ClientPayloadError
from structlog.testing import capture_logs

from desk.middleware import GONE
from sealing import Keyring, files
from storage.records import CallStarted, RecordingStored, TicketOpened
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.fake_switchboard import write_tones
from tests.integration.desk.house import House
from tests.integration.desk.people import Person, eventually

CALLER = "+6281234567890"


@pytest.fixture
async def call(built: House) -> str:
    """A recorded call that operator1 has had."""
    switchboard = built.switchboard
    call = await switchboard.incoming(CALLER)
    await switchboard.offer(call, "operator1")
    await switchboard.answer(call)
    await switchboard.end(call, "caller")
    return call


async def test_a_recording_plays_from_the_register(arrive: Arrive, call: str, tmp_path: Path) -> None:
    operator = await arrive("operator1")
    (listed,) = (await operator.get("/api/v1/calls")).body["items"]
    assert listed["recording"]["duration_s"] == 6.0
    reply = await operator.get(listed["recording"]["url"])
    assert (reply.status, reply.headers["Content-Type"], reply.headers["Accept-Ranges"]) == (200, "audio/flac", "bytes")
    (tmp_path / "heard.flac").write_bytes(reply.raw)
    info = soundfile.info(tmp_path / "heard.flac")
    assert (info.channels, info.duration) == (2, 6.0)


async def test_what_lies_on_the_disk_is_not_what_is_played(built: House, arrive: Arrive, call: str) -> None:
    (file,) = built.installation.settings.data.glob("recordings/*.flac")
    operator = await arrive("operator1")
    heard = (await operator.get(f"/api/v1/calls/{call}/recording")).raw
    assert heard[:4] == b"fLaC" and heard[:4] not in file.read_bytes()


async def test_a_recording_of_another_key_and_a_damaged_one_are_said_to_be(
    built: House, arrive: Arrive, call: str
) -> None:
    operator, (file,) = await arrive("operator1"), built.installation.settings.data.glob("recordings/*.flac")
    stored = file.read_bytes()
    write_tones(file, Keyring.fresh())
    with capture_logs() as logs:
        reply = await operator.get(f"/api/v1/calls/{call}/recording")
    assert (reply.status, reply.code, reply.body.get("detail", "")) == (503, "recording_sealed", "")
    (told,) = [each["reason"] for each in logs if each["event"] == "recording_sealed"]
    assert f"and this process has only {built.store.keyring.current.id}" in told
    file.write_bytes(stored[:-1])
    assert (await operator.get(f"/api/v1/calls/{call}/recording")).code == "recording_sealed"


async def test_every_range_is_the_same_part_of_the_whole(built: House, arrive: Arrive, call: str) -> None:
    """Across the borders of the chunks, and again and again on one connection."""
    (file,) = built.installation.settings.data.glob("recordings/*.flac")
    chance = random.Random(8)
    whole = chance.randbytes(2 * files.CHUNK + 777)
    with file.open("wb") as out:
        files.encrypt(io.BytesIO(whole), out, built.store.keyring)
    operator, path = await arrive("operator1"), f"/api/v1/calls/{call}/recording"
    assert (await operator.get(path)).raw == whole
    borders = [0, files.CHUNK - 1, files.CHUNK, 2 * files.CHUNK, len(whole) - 1]
    for _ in range(60):
        start = min(len(whole) - 1, max(0, chance.choice(borders) + chance.randint(-3, 3)))
        stop = min(len(whole), start + chance.choice([1, 2, 100, files.CHUNK, 3 * files.CHUNK]))
        part = await operator.get(path, Range=f"bytes={start}-{stop - 1}")
        assert (part.status, part.raw) == (206, whole[start:stop])
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole)}"
    again = await operator.get(path, **{"Range": "bytes=5-9", "If-Range": part.headers["ETag"]})
    assert (again.status, again.raw) == (206, whole[5:10])
    other = await operator.get(path, **{"Range": "bytes=5-9", "If-Range": '"other"'})
    assert (other.status, other.raw) == (200, whole)


async def long_recording(built: House) -> Path:
    """In the place of the one there: 64 MB, so that nobody's buffers hold it."""
    (file,) = built.installation.settings.data.glob("recordings/*.flac")
    with file.open("wb") as out:
        files.encrypt(io.BytesIO(bytes(64 * 2**20)), out, built.store.keyring)
    return file


async def test_a_file_that_was_changed_in_the_middle_ends_the_connection_and_nothing_is_written_into_the_sound(
    built: House, arrive: Arrive, call: str
) -> None:
    file, operator = await long_recording(built), await arrive("operator1")
    with file.open("r+b") as changed:
        changed.seek(file.stat().st_size // 2)
        changed.write(b"changed")
    heard = bytearray()
    with capture_logs() as logs:
        async with operator.session.get(f"{operator.base}/api/v1/calls/{call}/recording") as response:
            assert response.status == 200
            with pytest.raises(ClientPayloadError):
                async for piece in response.content.iter_any():
                    heard += piece
        await eventually(lambda: any(each["event"] == "http_request" for each in logs))
    assert len(heard) < 2**25 and not heard.strip(b"\0")
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["request_failed"]
    assert [each["status"] for each in logs if each["event"] == "http_request"] == [500]


async def test_a_player_that_stops_listening_is_no_failure(built: House, arrive: Arrive, call: str) -> None:
    await long_recording(built)
    operator = await arrive("operator1")
    with capture_logs() as logs:
        async with operator.session.get(f"{operator.base}/api/v1/calls/{call}/recording") as response:
            await response.content.readexactly(1000)
            response.close()
        await eventually(lambda: any(each["event"] == "http_request" for each in logs))
    assert [each["status"] for each in logs if each["event"] == "http_request"] == [GONE]
    assert [each for each in logs if each["log_level"] == "error"] == []


async def test_a_player_can_seek_with_range_requests(arrive: Arrive, call: str) -> None:
    operator = await arrive("operator1")
    path = f"/api/v1/calls/{call}/recording"
    whole = (await operator.get(path)).raw
    part = await operator.get(path, Range="bytes=100-199")
    assert (part.status, part.raw) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert (await operator.get(path, Range="bytes=-50")).raw == whole[-50:]
    beyond = await operator.get(path, Range=f"bytes={len(whole)}-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize(
    ("username", "status"),
    [("operator1", 200), ("operator2", 403), ("supervisor", 200), ("coordinator", 200), ("admin", 403), ("pic", 403)],
)
async def test_a_recording_is_heard_by_its_operator_and_by_those_who_supervise(
    arrive: Arrive, call: str, username: str, status: int
) -> None:
    assert (await (await arrive(username)).get(f"/api/v1/calls/{call}/recording")).status == status


async def test_whoever_takes_the_ticket_over_gets_no_right_to_the_calls_before(
    built: House, arrive: Arrive, call: str
) -> None:
    colleague = await arrive("operator2")
    stored = await built.store.calls.get(call)
    assert stored is not None
    ticket = (await colleague.get(f"/api/v1/tickets/{stored.ticket}")).body
    marked = await built.store.tickets.get(ticket["number"])
    assert marked is not None
    owed = built.switchboard.procedure.mark_for_callback(marked, "interrupted", built.switchboard.clock())
    await built.store.tickets.save(owed, marked.version, "system", built.switchboard.clock())
    path = f"/api/v1/tickets/{ticket['number']}/actions/take"
    assert (await colleague.ask("POST", path, {"version": owed.version})).status == 200
    await _hears_nothing_of(colleague, call)
    assert (await (await arrive("operator1")).get(f"/api/v1/calls/{call}/recording")).status == 200


@pytest.mark.parametrize("way", ["own_goes_on_with_it", "it_is_linked"])
async def test_who_links_a_colleagues_ticket_does_not_hear_that_colleagues_call(
    built: House, arrive: Arrive, call: str, way: str
) -> None:
    colleague = await arrive("operator2")
    stored = await built.store.calls.get(call)
    assert stored is not None
    own = await built.switchboard.incoming(CALLER)
    await built.switchboard.offer(own, "operator2")
    await built.switchboard.answer(own)
    number = built.switchboard.calls[own].ticket.number
    body = {"other": stored.ticket, "go_on": way == "own_goes_on_with_it"}
    reply = await colleague.ask("POST", f"/api/v1/tickets/{number}/link", body)
    assert reply.status == 200, reply.body
    await _hears_nothing_of(colleague, call)
    await built.switchboard.end(own, "caller")
    assert (await colleague.get(f"/api/v1/calls/{own}/recording")).status == 200


async def _hears_nothing_of(person: Person, call: str) -> None:
    shown = (await person.get(f"/api/v1/calls/{call}")).body
    urls = [f"/api/v1/calls/{call}/recording", *(part["url"] for part in shown["recordings"])]
    assert {(await person.get(url)).status for url in urls} == {403}


async def test_a_call_that_was_handed_on_has_a_part_for_each_operator(built: House, arrive: Arrive, call: str) -> None:
    at = built.switchboard.clock()
    second = RecordingStored(call, f"recordings/{call}.flac", 2.5, 9, at + 9, operator="operator2", started_at=at + 6.5)
    message = RecordingStored(call, f"recordings/{call}.flac", 4.0, 9, at, "message")
    await built.store.journal.write(second, message)
    supervisor = await arrive("supervisor")
    shown = (await supervisor.get(f"/api/v1/calls/{call}")).body
    assert [(part["operator"], part["duration_s"]) for part in shown["recordings"]] == [
        ("operator1", 6.0),
        ("operator2", 2.5),
    ]
    assert shown["recording"]["duration_s"] == 6.0
    url = shown["recordings"][1]["url"]
    heard = {name: (await (await arrive(name)).get(url)).status for name in ("operator1", "operator2", "operator3")}
    assert heard == {"operator1": 200, "operator2": 200, "operator3": 403}
    assert (await supervisor.get(url.replace(call, "f" * 32))).code == "not_found"
    assert (await supervisor.get(url.replace(second.id, message.id))).code == "not_found"


async def test_an_outside_number_that_had_the_caller_is_not_named_with_its_part(
    built: House, arrive: Arrive, call: str
) -> None:
    at = built.switchboard.clock()
    await built.store.journal.write(
        RecordingStored(call, f"recordings/{call}.flac", 2.5, 9, at + 9, operator="", started_at=at + 6.5)
    )
    shown = (await (await arrive("supervisor")).get(f"/api/v1/calls/{call}")).body
    assert [part["operator"] for part in shown["recordings"]] == ["operator1", None]


async def test_a_call_without_a_recording_and_a_file_that_is_gone_are_not_found(
    built: House, arrive: Arrive, call: str
) -> None:
    operator, supervisor = await arrive("operator1"), await arrive("supervisor")
    waiting = await built.switchboard.incoming(CALLER)
    assert (await supervisor.get(f"/api/v1/calls/{waiting}/recording")).code == "not_found"
    next(built.installation.settings.data.glob("recordings/*.flac")).unlink()
    assert (await operator.get(f"/api/v1/calls/{call}/recording")).code == "not_found"
    assert (await operator.get("/api/v1/calls/nosuchcall/recording")).code == "not_found"


async def test_a_path_that_leads_out_of_the_data_folder_is_not_followed(built: House, arrive: Arrive) -> None:
    call = await built.switchboard.incoming(CALLER)
    await built.store.journal.write(RecordingStored(call, "../secret.txt", 1.0, 1, 0.0))
    supervisor = await arrive("supervisor")
    assert (await supervisor.get(f"/api/v1/calls/{call}/recording")).code == "not_found"


async def test_a_message_plays_from_its_ticket_for_whoever_calls_back(built: House, arrive: Arrive) -> None:
    """It is of an older version, and plain."""
    data, at = built.installation.settings.data, built.switchboard.clock()
    (data / "message.opus").write_bytes(b"OggS" + bytes(96))
    stored = RecordingStored("c" * 32, "message.opus", 12.5, 100, at, "message")
    number = built.store.numbers.next(2026)
    ticket = built.switchboard.procedure.open_ticket(
        number, at, caller_number=CALLER, call_id="c" * 32, message=stored.id
    )
    await built.store.journal.write(
        CallStarted("c" * 32, at, CALLER, "1500", "loopback", "dev", "x"), TicketOpened(ticket), stored
    )
    operator = await arrive("operator3")
    message = (await operator.get(f"/api/v1/tickets/{number}")).body["message"]
    assert message["duration_s"] == 12.5
    reply = await operator.get(message["url"], Range="bytes=0-3")
    assert (reply.status, reply.raw, reply.headers["Content-Type"]) == (206, b"OggS", "audio/ogg")
    saved = await operator.ask("PATCH", f"/api/v1/tickets/{number}", {"version": 1, "answer": "Sudah didengar"})
    assert saved.body["message"] == message
