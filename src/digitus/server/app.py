"""The application: routes, pages, keys and errors, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response

from digitus import __version__
from digitus.errors import CallRefused
from digitus.reader import Reader
from digitus.server import about, calls, pages, problems
from digitus.server.envelope import Envelope
from digitus.server.keys import check_key
from digitus.server.service import Service
from digitus.server.settings import Settings

SUMMARY = "Reads anybody's handwritten digits from pictures."
# What browsers of pages on allowed sites may send and see.
METHODS, HEADERS, SEEN = ("GET", "POST"), ("Authorization", "Content-Type"), ("Retry-After",)


def create_app(reader: Reader, settings: Settings | None = None) -> FastAPI:
    """Return the server as an ASGI application.

    Args:
        reader: Reads for everybody who calls.
        settings: Limits and keys; the defaults by default. ``max_pixels`` and the connections are
            seen to by `digitus.server.run`, because they hold for a whole process.
    """
    service = Service(reader, settings or Settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.pool.close()

    app = FastAPI(
        title="digitus",
        version=__version__,
        summary=SUMMARY,
        docs_url=None,  # they load scripts from other hosts; ours is in pages.py
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.service = service
    locks = [Depends(_lock(service.settings.keys))] if service.settings.keys else []
    app.include_router(calls.router(service), dependencies=locks)
    app.include_router(about.model_router(service), dependencies=locks)
    app.include_router(about.health_router(service))
    pages.add(app)
    app.add_exception_handler(CallRefused, _refused)
    app.add_exception_handler(HTTPException, _http)
    if service.settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=service.settings.origins,
            allow_methods=METHODS,
            allow_headers=HEADERS,
            expose_headers=SEEN,
        )
    app.add_middleware(Envelope, service=service)
    return app


def _lock(keys: tuple[str, ...]) -> Any:
    bearer = HTTPBearer(auto_error=False, description="An API key.")

    async def lock(
        given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    ) -> None:
        check_key(given.credentials if given else None, keys)

    # FastAPI looks the names of annotations up in the module, where this one is not.
    lock.__annotations__["given"] = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
    return lock


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, CallRefused)
    return problems.answer(error)


async def _http(_: Request, error: Exception) -> Response:
    """Tell what Starlette's router and files raise as a problem of ours."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        detail, kind = "Call it as /docs says: with another method", "wrong-method"
    elif error.status_code == 404:
        detail, kind = "There is nothing at this address: /docs lists what there is", "not-found"
    else:
        detail, kind = "The request cannot be understood: /docs says how to call", "malformed"
    return problems.answer(CallRefused(detail, kind, error.headers))
