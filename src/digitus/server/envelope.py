"""Around every call: who may call, headers that keep browsers safe, errors told, calls counted."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitus.errors import CallRefused
from digitus.server import problems
from digitus.server.service import Service

logger = logging.getLogger(__name__)

# JSON loads nothing, whatever a browser takes it for.
API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
COMMON = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # The camera is for the page that photographs digits.
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
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
        self._common = [(name.encode(), value.encode()) for name, value in COMMON.items()]
        self._defaults = [(name.encode(), value.encode()) for name, value in DEFAULTS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                said = {name for name, _ in headers}
                headers += self._common
                headers += [pair for pair in self._defaults if pair[0] not in said]
            await send(message)

        try:
            self._check_caller(Headers(scope=scope))
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
        if settings.hosts is not None and _name(host) not in settings.hosts:
            raise CallRefused(
                f"Call this server by one of its names: {', '.join(sorted(settings.hosts))}",
                "wrong-name",
            )
        origin = headers.get("origin")
        if origin is None or origin in settings.origins:
            return
        if _authority(origin) != host.lower():
            raise CallRefused(
                "Pages of another site may not call this server: its owner can allow it with "
                "--allow-origin",
                "foreign-page",
            )


def _name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    if host.startswith("["):
        return host.partition("]")[0][1:]
    return host.partition(":")[0].lower()


def _authority(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def _log(error: Exception) -> None:
    """Say where the server failed; not its words, in which there may be what a user sent."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_TOLD:]
    place = " > ".join(f"{frame.name}:{frame.lineno}" for frame in frames)
    logger.error("A call failed with %s at %s", type(error).__name__, place)
