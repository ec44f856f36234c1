"""What people see: the files of the web app at ``/``, and the description of the API at ``/docs``.

The app is whatever lies in the folder ``static``: ``index.html`` is shown at ``/``, and
``files.js`` tells it what else is there.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

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

INDEX = "index.html"
# Some systems have been told otherwise, and browsers run nothing else as a module.
mimetypes.add_type("text/javascript", ".js")


class Files(StaticFiles):
    """Files of the package, under the policy of pages."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with whole files: Starlette tells in plain text which parts there are not."""
        headers = [pair for pair in scope["headers"] if pair[0] != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file; what is not there, is not there by any method."""
        response = await super().get_response(path, {**scope, "method": "GET"})
        if isinstance(response, RedirectResponse):  # to a name that the caller made up
            raise HTTPException(404)
        if scope["method"] != "GET":
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        response.headers.update({**HEADERS, "Accept-Ranges": "none"})
        return response


def site_script(folder: Path) -> str:
    """Tell the web app what is there: the same script as ``web/build.mjs`` writes.

    Its version changes with the content of any file, and its files are what the app keeps to start
    without a network.

    Args:
        folder: Where the files lie.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    version = hashlib.sha256()
    for path in paths:
        version.update(hashlib.sha256(path.read_bytes()).digest())
    files = [path.relative_to(folder).as_posix() for path in paths if path.name != INDEX]
    site = {"version": version.hexdigest()[:16], "api": True, "files": files}
    return f"const site = {json.dumps(site)};\n"


def add(app: FastAPI) -> None:
    """Add the pages to an application that has its routes already."""
    _add_text(app, "/docs", page(app.openapi()), "text/html")
    _add_text(app, "/files.js", site_script(STATIC), "text/javascript")
    # Not a route: a route for everything would take GET /v1/read, which is the wrong method for
    # something that is there, for a file that is not.
    app.router.default = Files(directory=STATIC, html=True)


def _add_text(app: FastAPI, path: str, text: str, media_type: str) -> None:
    """Add a page that is written at the start."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'

    async def answer(request: Request) -> Response:
        headers = {**HEADERS, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(text, headers=headers, media_type=media_type)

    app.add_api_route(path, answer, include_in_schema=False)
