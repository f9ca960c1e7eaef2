"""What an import that was killed has left on the disk: people's plates do not lie about for ever."""

import shutil
from pathlib import Path

KEPT_S = 86_400.0
"""No import takes a day; what is older belongs to none that runs."""
PREFIXES = ("import-", "upload-")


def remove_leftovers(folder: Path, now: float) -> None:
    """Away with uploads and scratch folders that are older than a day. `now` is Unix seconds."""
    for path in folder.iterdir():
        if path.name.startswith(PREFIXES) and path.stat().st_mtime < now - KEPT_S:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
