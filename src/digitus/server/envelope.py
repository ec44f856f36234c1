"""Around every call: who may call, headers that keep browsers safe, errors told, calls counted."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitus.errors import CallRefused
from digitus.server import problems
from digitus.server.names import authority, name_of
from digitus.server.service import Service

logger = logging.getLogger(__name__)

# JSON loads nothing, whatever a browser takes it for.
API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
COMMON = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    # The camera is for the page that photographs digits.
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
# Browsers send it to addresses that they trust, this machine and https, and to no others; no page
# can set it.
TRUST = "sec-fetch-site"
# Elsewhere they log an error about it.
TO_TRUSTED = {"cross-origin-opener-policy": "same-origin"}
# What a page may say for itself; otherwise this is said.
DEFAULTS = {"content-security-policy": API_POLICY, "cache-control": "no-store"}
FRAMES_TOLD = 4


class Envelope:
    """ASGI middleware: the outermost layer of the server.

    Args:
        app: What answers.
        service: Its settings and counts.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._common = _raw(COMMON)
        self._trusted = _raw({**COMMON, **TO_TRUSTED})
        self._defaults = _raw(DEFAULTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # what runs this application leaves the body of it out
            scope = {**scope, "method": "GET"}
        began = time.perf_counter()
        status = 0
        asked = Headers(scope=scope)

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                said = {name for name, _ in headers}
                headers += self._trusted if TRUST in asked else self._common
                headers += [pair for pair in self._defaults if pair[0] not in said]
            await send(message)

        try:
            self._check_caller(asked)
            await self._app(scope, receive, sealed)
        except CallRefused as refusal:
            await problems.answer(refusal)(scope, receive, sealed)
        except asyncio.CancelledError:  # the server stops, and this call took too long for it
            if status:
                raise
            stopping = CallRefused("The server is stopping: call another, or later", "stopping")
            await problems.answer(stopping)(scope, receive, sealed)
        except Exception as error:
            _log(error)
            if status:
                raise
            failed = CallRefused("That is a mistake of the server, not of yours: report it")
            await problems.answer(failed)(scope, receive, sealed)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._service.metrics.called(route, status, time.perf_counter() - began)

    def _check_caller(self, headers: Headers) -> None:
        """Turn away pages of other sites.

        Raises:
            CallRefused: The server was called by a name that it does not have, or by the page of
                another site that it was not told of.
        """
        settings = self._service.settings
        host = headers.get("host", "")
        if settings.hosts is not None and name_of(host) not in settings.hosts:
            raise CallRefused(
                f"Call this server by one of its names, {', '.join(sorted(settings.hosts))}; its "
                "owner can give it more with --allow-host",
                "wrong-name",
            )
        origin = headers.get("origin")
        if origin is None or origin in settings.origins or headers.get(TRUST) == "same-origin":
            return
        if authority(origin) != host.lower():
            raise CallRefused(
                "Pages of another site may not call this server: its owner can allow it with "
                "--allow-origin",
                "foreign-page",
            )


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _log(error: Exception) -> None:
    """Say where the server failed; not its words, in which there may be what a user sent."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_TOLD:]
    place = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    logger.error("A call failed with %s at %s", type(error).__name__, place)
