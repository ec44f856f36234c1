"""What people see: the files of the web app at ``/``, and the description of the API at ``/docs``.

The app is whatever lies in the folder ``static``: ``index.html`` is shown at ``/``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from digitus.server.docs import page

STATIC = Path(__file__).parent / "static"
# Pages take everything from here and nothing from elsewhere. WebAssembly is compiled, and pictures
# that the page itself made or opened are shown.
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
# Files are asked for again with their ETag: a new version is seen at once.
HEADERS = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}


class Files(StaticFiles):
    """Files of the package, under the policy of pages."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response


def add(app: FastAPI) -> None:
    """Add the pages to an application that has its routes already."""
    written = page(app.openapi())
    tag = f'"{hashlib.sha256(written.encode()).hexdigest()[:16]}"'

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        headers = {**HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(written, headers=headers)

    # Not a route: a route for everything would take GET /v1/read, which is the wrong method for
    # something that is there, for a file that is not.
    app.router.default = Files(directory=STATIC, html=True)
