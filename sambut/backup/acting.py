"""Root's part in backups: none, where the folders belong to somebody else.

Whoever may write to the data folder says, by what lies there, what is read, renamed and removed. So root works as that
account, and what the account may not do does not happen.
"""

import os
import pwd
from pathlib import Path


def other_owner(*folders: Path | None) -> tuple[int, int] | None:
    """User and group that are not root and own one of the folders, or one that it lies in."""
    for folder in folders:
        for path in () if folder is None else _with_parents(folder):
            try:
                about = path.lstat()
            except OSError:
                continue
            if about.st_uid != 0:
                return about.st_uid, about.st_gid
    return None


def act_as_owner(*folders: Path | None) -> str:
    """Root is from now on whom one of the folders belongs to; returns that name. Empty if nothing changed."""
    owner = other_owner(*folders) if os.geteuid() == 0 else None
    if owner is None:
        return ""
    user, group = owner
    try:
        account = pwd.getpwuid(user)
    except KeyError:
        os.setgroups([group])
    else:
        group = account.pw_gid
        os.initgroups(account.pw_name, group)
    os.setgid(group)
    os.setuid(user)
    return name_of(user)


def name_of(user: int) -> str:
    """The account's name, or its number where it has none here."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _with_parents(folder: Path) -> list[Path]:
    """From the root down, by the way that was named and by the one that its links lead."""
    named, real = folder.absolute(), folder.resolve()
    return [*reversed(named.parents), named, *reversed(real.parents), real]
