"""Where the sound file of a recording lies."""

from pathlib import Path

from storage.recordings import Recording


def file_of(data: Path, recording: Recording) -> Path | None:
    """The file below the data folder; None when it is gone, lies on another node, or would lie elsewhere.

    Looks at the disk: to be called in a thread.
    """
    folder = data.resolve()
    file = (folder / recording.path).resolve()
    return file if file.is_relative_to(folder) and file.is_file() else None
