"""Messages into words, by a program of the installation's own choice: written beside the player, never in its place."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from config.base import Language
from hotline.fields import TEXT_LENGTH
from hotline.ticket import Ticket
from sealing import Keyring, SealError, files
from storage import StoreUnavailable

log = structlog.get_logger(__name__)

FILE = "{file}"
TIMEOUT_S = 600.0
LONGEST = TEXT_LENGTH - 100  # characters; the mark has to have its place too
MARK: Mapping[Language, str] = {"id": "[Transkrip otomatis]", "en": "[Automatic transcript]"}

Find = Callable[[str], Awaitable[Ticket | None]]
"""`storage.tickets.Tickets.get`."""


class Transcriber:
    """Runs the recognizer, one message after another: recognizers take a whole core and calls go before.

    `command` is the program with its arguments, in which `{file}` stands for the message; what it prints is the text.
    It gets a decrypted copy, below `folder`, which is gone when it has ended; what a crash left there goes at once.
    """

    def __init__(self, command: Sequence[str], keyring: Keyring, folder: Path, timeout_s: float = TIMEOUT_S) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._command = command
        self._keyring = keyring
        self._folder = folder
        self._timeout_s = timeout_s
        self._one_at_a_time = asyncio.Lock()

    async def text(self, recording: Path) -> str:
        """What was said; `""` when the recognizer heard nothing or could not be run, which the log tells."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._timeout_s), self._plain(recording) as plain:
                    return await self._run([part.replace(FILE, str(plain)) for part in self._command])
            except (OSError, SealError) as error:
                log.error("transcriber_not_started", reason=getattr(error, "strerror", None) or str(error))
            except TimeoutError:
                log.error("transcriber_too_slow", seconds=self._timeout_s)
            return ""

    @asynccontextmanager
    async def _plain(self, recording: Path) -> AsyncIterator[Path]:
        """A decrypted copy in a folder that is ours alone."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._folder) as folder:
            plain = Path(folder) / recording.name
            await asyncio.to_thread(_decrypt, recording, plain, self._keyring)
            yield plain

    async def _run(self, command: list[str]) -> str:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # may repeat the caller's words
        )
        try:
            printed, _ = await process.communicate()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        if process.returncode:
            log.error("transcriber_failed", status=process.returncode)
            return ""
        words = " ".join(printed.decode(errors="replace").split())
        return "".join(filter(str.isprintable, words))[:LONGEST]


def _decrypt(recording: Path, plain: Path, keyring: Keyring) -> None:
    handle = os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with files.opened(recording, keyring) as source, os.fdopen(handle, "wb") as out:
        shutil.copyfileobj(source, out)


class Transcripts:
    """Writes what a message says into its ticket, where nobody has written yet what the caller wants.

    It is marked as the machine's: an operator listens before they rely on it.
    """

    def __init__(
        self,
        command: Sequence[str],
        find: Find,
        describe: Callable[[Ticket, str], None],
        *,
        keyring: Keyring,
        folder: Path,
    ) -> None:
        self._transcriber = Transcriber(command, keyring, folder) if command else None
        self._find = find
        self._describe = describe

    async def write(self, ticket: str, recording: Path) -> None:
        """`ticket` is a number, `recording` the message in the archive."""
        if self._transcriber is None:
            return
        words = await self._transcriber.text(recording)
        try:
            found = await self._find(ticket)
        except StoreUnavailable:
            log.warning("transcript_not_kept", ticket=ticket)
            return
        if words and found is not None and not found.description:
            self._describe(found, f"{MARK[found.language]} {words}")
