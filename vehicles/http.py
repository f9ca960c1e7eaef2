"""A vehicle service over HTTP: asked with a deadline, left alone while it is down, its answers kept for a while."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from config.vehicles import PLACE, VehicleService
from hotline.vehicle import Vehicle, VehicleSourceDown
from vehicles.answers import vehicle_of
from vehicles.breaker import Breaker
from vehicles.cache import Cache

MOST_BYTES = 256 * 1024
"""An answer that is longer is not about one vehicle."""

Clock = Callable[[], float]
"""Unix seconds."""

_log = structlog.get_logger(__name__)


class HttpVehicles:
    """`vehicles.port.Vehicles` of one service. Neither the token nor a plate gets into the log."""

    def __init__(self, service: VehicleService, token: str, clock: Clock) -> None:
        self._service = service
        self._headers = {"Accept": "application/json"}
        if token:
            self._headers[service.token_header] = service.token_prefix + token
        self._clock = clock
        self._breaker = Breaker(service.breaker)
        self._cache = Cache()
        self._session: ClientSession | None = None

    async def find(self, plate: str) -> Vehicle | None:
        """What the service says of the plate, or said within `cache_s`.

        When it is down: what it said within `stale_s`, marked as stale, else `VehicleSourceDown`.
        """
        fresh = self._cache.get(plate, self._service.cache_s, self._clock())
        if fresh is not None:
            return fresh.vehicle
        try:
            vehicle = await self._ask(plate)
        except VehicleSourceDown:
            stale = self._cache.get(plate, self._service.stale_s, self._clock())
            if stale is None or stale.vehicle is None:
                raise
            return replace(stale.vehicle, stale=True)
        self._cache.keep(plate, vehicle, self._clock())
        return vehicle

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, plate: str) -> Vehicle | None:
        if not self._breaker.allows(time.monotonic()):
            raise VehicleSourceDown("paused")
        try:
            vehicle = await self._request(plate)
        except VehicleSourceDown as down:
            self._breaker.failed(time.monotonic())
            _log.warning("vehicle_source_failed", reason=down.reason)
            raise
        except BaseException:
            self._breaker.dropped()
            raise
        self._breaker.worked()
        return vehicle

    async def _request(self, plate: str) -> Vehicle | None:
        """Raises `VehicleSourceDown` for everything but a vehicle and the word that there is none."""
        self._session = self._session or ClientSession(timeout=ClientTimeout(total=self._service.timeout_s))
        try:
            # A redirect would take the token to wherever it leads.
            async with self._session.get(self._url(plate), headers=self._headers, allow_redirects=False) as response:
                return await self._read(response, plate)
        except TimeoutError as error:
            raise VehicleSourceDown("timeout") from error
        except ClientError as error:
            raise VehicleSourceDown("unreachable") from error

    async def _read(self, response: ClientResponse, plate: str) -> Vehicle | None:
        if response.status == 404:
            return None
        if response.status != 200:
            raise VehicleSourceDown(f"status_{response.status}")
        raw = bytearray()
        async for chunk in response.content.iter_any():
            raw += chunk
            if len(raw) > MOST_BYTES:
                raise VehicleSourceDown("too_long")
        try:
            document = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise VehicleSourceDown("unreadable") from error
        return vehicle_of(document, self._service, plate, self._clock())

    def _url(self, plate: str) -> str:
        written = plate if self._service.plate_style == "spaced" else plate.replace(" ", "")
        return self._service.url.replace(PLACE, quote(written, safe=""))
