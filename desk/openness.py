"""What is read without signing in, and from where: networks that the settings name, by default this machine's."""

from collections.abc import Sequence

from aiohttp import web

from desk.context import DESK
from desk.problems import Problem
from desk.security import Network, among


def check_open(request: web.Request, setting: str, networks: Sequence[Network]) -> None:
    """Raises `Problem` not_open_here, with the name of the setting that would open it."""
    if not is_open(request, networks):
        raise Problem("not_open_here", f"setting {setting}")


def is_open(request: web.Request, networks: Sequence[Network]) -> bool:
    """Whether who asks comes from one of the networks. Through a proxy that no setting names nobody knows that."""
    perimeter = request.app[DESK].perimeter
    return not perimeter.is_unknown(request) and among(perimeter.address(request), networks)
