"""What must not lie open on the disk: the master key, short secrets sealed in the database, encrypted files.

Which keys there are, and why: docs/decisions/0008-at-rest.md. Nothing in here logs.
"""

from sealing.errors import ChangedError, KeyFileError, SealError, UnknownKeyError
from sealing.keyring import Keyring

__all__ = ["ChangedError", "KeyFileError", "Keyring", "SealError", "UnknownKeyError"]
