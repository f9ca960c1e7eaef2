"""What can go wrong with a backup, in words for whoever has to mend it."""


class BackupError(Exception):
    """The backup, or the way back, did not happen; what was there before is still there."""


class Broken(BackupError):
    """A file of the backup is torn, or was changed."""


class WrongKey(BackupError):
    """The key is not the one that the backup is encrypted with, or none is given, or one too many."""
