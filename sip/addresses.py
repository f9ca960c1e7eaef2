"""Addresses in SIP headers: `name-addr` and `addr-spec` of RFC 3261 section 25.1, and `tel:` of RFC 3966.

What stands in a display name is never taken for an address, however much it looks like one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

_QUOTED = re.compile(r'\s*"(?:[^"\\]|\\.)*"\s*', re.DOTALL)
_NAME = re.compile(r"[^<>\"]*")  # tokens and spaces; many phones send more than a token may hold
_ENCLOSED = re.compile(r"<([^<>]*)>")
_SCHEME = re.compile(r"\s*(sips?|tel):(.*)", re.IGNORECASE | re.DOTALL)
_GLOBAL = re.compile(r"\+[\d().-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """`user` is the number or name, unescaped, without parameters; `host` is empty for `tel:`.

    `parameters` are the header's, with names in lower case; of those without a value the value is empty.
    """

    user: str
    host: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def addresses(value: str) -> list[Address]:
    """Those of one header's value, in its order. What makes no sense is left out. Never raises."""
    found = (_address(part) for part in split(value, ","))
    return [address for address in found if address is not None]


def address_of(uri: str) -> Address | None:
    """Of a URI alone, such as a request's."""
    match = _SCHEME.fullmatch(uri.strip())
    if match is None:
        return None
    scheme, rest = match[1].lower(), match[2]
    if scheme == "tel":
        return Address(_number(rest))
    user, at, host = rest.partition("@")
    if not at or "@" in host:  # an address of a host alone, or one that could be read in two ways
        return None
    # A password after a colon was allowed once (section 19.1.1), and is no part of who calls.
    return Address(_number(user.partition(":")[0]), re.split("[;?]", host, maxsplit=1)[0].lower())


def split(value: str, separator: str) -> Iterator[str]:
    """The parts between separators that stand neither in quotes nor in `<>`."""
    part, quoted, enclosed, escaped = "", False, False, False
    for character in value:
        if character == separator and not quoted and not enclosed:
            yield part.strip()
            part = ""
            continue
        part += character
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = character == "\\", character != '"'
        elif character == '"' and not enclosed:
            quoted = True
        elif character in "<>":
            enclosed = character == "<"
    if part.strip():
        yield part.strip()


def parameters(text: str) -> dict[str, str]:
    """`;name=value;flag` with names and values in lower case, without quotes."""
    pairs = (part.partition("=") for part in split(text, ";"))
    return {name.strip().lower(): value.strip().strip('"').lower() for name, _, value in pairs if name.strip()}


def _address(text: str) -> Address | None:
    name = _QUOTED.match(text) or _NAME.match(text)
    rest = text[name.end() :] if name is not None else text
    enclosed = _ENCLOSED.match(rest)
    if enclosed is not None:
        uri, after = enclosed[1], rest[enclosed.end() :].strip()
        if after and not after.startswith(";"):  # one address, and something behind it that may be another
            return None
    elif "<" in text or '"' in text:
        return None
    else:  # without `<>` all parameters are the header's (section 20.10), but a number's own stand before the @
        at = text.find("@")
        uri, after = _cut(text, at) if at >= 0 or not text.lower().startswith("tel:") else _cut(text, 0)
    found = address_of(uri)
    return None if found is None else Address(found.user, found.host, parameters(after))


def _cut(text: str, start: int) -> tuple[str, str]:
    end = text.find(";", max(start, 0))
    return (text, "") if end < 0 else (text[:end], text[end:])


def _number(user: str) -> str:
    """The user part before its parameters. A local number is completed by its context (RFC 3966 section 5.1.5)."""
    number, _, after = user.partition(";")
    context = parameters(after).get("phone-context", "")
    local = unquote(number)
    if _GLOBAL.fullmatch(context) and not local.startswith("+"):
        return context + local
    return local
