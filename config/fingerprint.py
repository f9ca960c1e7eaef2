"""A certificate told by its fingerprint, as openssl and browsers show it."""

import re
from typing import Annotated

from pydantic import AfterValidator

_WRITTEN = re.compile(r"sha256[:=]((?:[0-9a-f]{2}:?){32})")


def read_fingerprint(text: str) -> str:
    """`sha256:` and 64 hexadecimal digits, with or without colons, as the bare digits. Raises `ValueError`."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("give sha256: and the 64 hexadecimal digits of the certificate's fingerprint")
    return found[1].replace(":", "")


Fingerprint = Annotated[str, AfterValidator(lambda text: f"sha256:{read_fingerprint(text)}" if text else "")]
"""`sha256:` and 64 digits; empty for none."""
