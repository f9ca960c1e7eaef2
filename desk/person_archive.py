"""One person's data as a ZIP archive: a JSON document and the sound files, made while it is being sent."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import IO, Any

import structlog

from desk.contact_json import ContactJson
from desk.filing_json import filing_json, portal_names
from desk.recording_files import file_of
from desk.serialise import Serialiser
from sealing import Keyring, SealError
from sealing import files as encrypted
from storage import Store
from storage.privacy import Person
from storage.recordings import Recording

PIECE = 256 * 1024  # bytes
DOCUMENT = "data-pribadi.json"
_log = structlog.get_logger(__name__)
_OURS = ("allowed", "missing")  # of the page's buttons, not of the person


async def pieces(store: Store, serialiser: Serialiser, person: Person, data: Path, at: float) -> AsyncIterator[bytes]:
    """The archive, piece by piece; no more than one piece of a recording is in memory. `data` is the data folder.

    Recordings whose file lies on another node, is gone, or cannot be opened are named in the document and left out.
    Disk, keys, checksums and compression are left to threads: they take longer than the loop should wait.
    """
    files = await asyncio.to_thread(_there, data, person.recordings, store.keyring)
    document = await _document(store, serialiser, person, at, frozenset(files))
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        await asyncio.to_thread(_write_document, archive, document)
        yield sink.taken()
        for recording in person.recordings:
            if recording.id in files:
                async for _ in _copied(archive, files[recording.id], _name(recording), store.keyring):
                    yield sink.taken()
    yield sink.taken()


async def _copied(archive: zipfile.ZipFile, file: Path, name: str, keyring: Keyring) -> AsyncIterator[int]:
    """Copies a file into the archive, decrypted; the length of each piece, once it is in there."""
    info = await asyncio.to_thread(zipfile.ZipInfo.from_file, file, name)
    with await asyncio.to_thread(encrypted.opened, file, keyring) as opened, archive.open(info, "w") as entry:
        while length := await asyncio.to_thread(_copy_piece, opened, entry):
            yield length


def _copy_piece(source: IO[bytes], entry: IO[bytes]) -> int:
    return entry.write(source.read(PIECE))


def _write_document(archive: zipfile.ZipFile, document: dict[str, Any]) -> None:
    archive.writestr(DOCUMENT, json.dumps(document, ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED)


async def _document(
    store: Store, serialiser: Serialiser, person: Person, at: float, there: frozenset[str]
) -> dict[str, Any]:
    portals = await portal_names(store)
    filings = {each.ticket: filing_json(serialiser, each, portals.get(each.api_key, "")) for each in person.filings}
    tickets = []
    for ticket in person.tickets:
        changes = [serialiser.change(change) for change in await store.tickets.changes(ticket.number)]
        shown = {name: value for name, value in serialiser.ticket(ticket).items() if name not in _OURS}
        tickets.append({**shown, "filing": filings.get(ticket.number), "changes": changes})
    seen = await store.audit.about([*person.contacts, *(ticket.number for ticket in person.tickets)])
    return {
        "made_at": serialiser.at(at),
        "numbers": person.numbers,
        "plates": person.plates,
        "tickets": tickets,
        "calls": [serialiser.call(call) for call in person.calls],
        "diverted": [
            {"at": serialiser.at(call.started_at), "diverted_from": call.diverted_from} for call in person.diverted
        ],
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


def _there(data: Path, recordings: Iterable[Recording], keyring: Keyring) -> dict[str, Path]:
    """The files that lie below `data` and can be opened, by the recording's id."""
    found = {recording.id: file for recording in recordings if (file := file_of(data, recording)) is not None}
    return {id: file for id, file in found.items() if _opens(file, keyring)}


def _opens(file: Path, keyring: Keyring) -> bool:
    try:
        encrypted.opened(file, keyring).close()
    except (OSError, SealError) as error:
        _log.error("recording_left_out", file=file.name, reason=str(error))
        return False
    return True


def _name(recording: Recording) -> str:
    return f"rekaman/{recording.id}{Path(recording.path).suffix}"
