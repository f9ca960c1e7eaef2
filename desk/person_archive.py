"""One person's data as a ZIP archive: a JSON document and the sound files, made while it is being sent."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from desk.contact_json import ContactJson
from desk.serialise import Serialiser
from storage import Store
from storage.privacy import Person
from storage.recordings import Recording

PIECE = 256 * 1024  # bytes
DOCUMENT = "data-pribadi.json"
_OURS = ("allowed", "missing")  # of the page's buttons, not of the person


async def pieces(store: Store, serialiser: Serialiser, person: Person, data: Path, at: float) -> AsyncIterator[bytes]:
    """The archive, piece by piece; no more than one piece of a recording is in memory. `data` is the data folder.

    Recordings whose file lies on another node, or is gone, are named in the document and left out.
    """
    files = {recording.id: file for recording in person.recordings if (file := _file(data, recording)) is not None}
    document = await _document(store, serialiser, person, at, frozenset(files))
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(DOCUMENT, document, zipfile.ZIP_DEFLATED)
        yield sink.taken()
        for recording in person.recordings:
            if recording.id not in files:
                continue
            with archive.open(zipfile.ZipInfo.from_file(files[recording.id], _name(recording)), "w") as entry:
                for piece in _read(files[recording.id]):
                    await asyncio.to_thread(entry.write, piece)  # its checksum takes longer than the loop should wait
                    yield sink.taken()
    yield sink.taken()


async def _document(store: Store, serialiser: Serialiser, person: Person, at: float, there: frozenset[str]) -> bytes:
    tickets = []
    for ticket in person.tickets:
        changes = [serialiser.change(change) for change in await store.tickets.changes(ticket.number)]
        shown = {name: value for name, value in serialiser.ticket(ticket).items() if name not in _OURS}
        tickets.append({**shown, "changes": changes})
    seen = await store.audit.about([*person.contacts, *(ticket.number for ticket in person.tickets)])
    whole: dict[str, Any] = {
        "made_at": serialiser.at(at),
        "numbers": person.numbers,
        "plates": person.plates,
        "tickets": tickets,
        "calls": [serialiser.call(call) for call in person.calls],
        "recordings": [
            {
                "id": recording.id,
                "call": recording.call,
                "kind": recording.kind,
                "duration_s": recording.duration_s,
                "file": _name(recording) if recording.id in there else None,
            }
            for recording in person.recordings
        ],
        "blocked": [
            ContactJson(serialiser).blocked(each, at)
            for each in await store.blocked.list()
            if each.number in person.numbers
        ],
        "seen_by": [ContactJson(serialiser).look(look) for look in seen],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


class _Sink(io.RawIOBase):
    """Takes what the archive writes until it is sent. Not seekable: the archive then never goes back."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        """Everything since the last time."""
        piece = bytes(self._waiting)
        self._waiting.clear()
        return piece


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


def _file(data: Path, recording: Recording) -> Path | None:
    folder = data.resolve()
    file = (folder / recording.path).resolve()
    return file if file.is_relative_to(folder) and file.is_file() else None


def _name(recording: Recording) -> str:
    return f"rekaman/{recording.id}{Path(recording.path).suffix}"
