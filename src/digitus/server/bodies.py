"""The body of a call: all of it in memory and never on disk, within limits of size and time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import Request
from starlette.requests import ClientDisconnect

from digitus.errors import CallRefused
from digitus.server.settings import Settings


class Bodies:
    """Takes in bodies, and counts what they hold of the memory together.

    Args:
        settings: The limits.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.held = 0

    @asynccontextmanager
    async def whole(self, request: Request) -> AsyncIterator[bytes]:
        """Take in a body, and let go of it when the block ends.

        Raises:
            CallRefused: It is too large or too slow, or the memory for bodies is used up.
        """
        self._check_headers(request)
        pieces: list[bytes] = []
        try:
            await self._take_in(request, pieces)
            pieces[:] = [b"".join(pieces)]  # it is held once from here on, not twice
            yield pieces[0]
        finally:
            self.held -= sum(map(len, pieces))

    async def _take_in(self, request: Request, pieces: list[bytes]) -> None:
        size = 0
        try:
            with anyio.fail_after(self._settings.upload_seconds):
                async for piece in request.stream():
                    pieces.append(piece)
                    size += len(piece)
                    self.held += len(piece)
                    self._check(size)
        except ClientDisconnect:  # nobody will see the answer
            raise CallRefused("The upload was broken off: send it again", "malformed") from None
        except TimeoutError:
            raise CallRefused(
                f"The body did not arrive within {self._settings.upload_seconds:g} s: send it "
                "faster, or less of it",
                "slow-upload",
            ) from None

    def _check_headers(self, request: Request) -> None:
        """Refuse what its headers tell about, before anything is sent."""
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise CallRefused(
                "Compressed bodies are not taken: send it as it is, without Content-Encoding",
                "wrong-type",
            )
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._settings.max_bytes:
            raise self._too_large()

    def _check(self, size: int) -> None:
        if size > self._settings.max_bytes:
            raise self._too_large()
        reserve = self._settings.reserve if size <= self._settings.small else 0
        if self.held > self._settings.max_held + reserve:
            raise CallRefused("Too much is being uploaded: come back in a second", "busy")

    def _too_large(self) -> CallRefused:
        return CallRefused(
            f"The body has more than {self._settings.max_bytes / 1e6:g} MB: send smaller "
            "pictures, or fewer in one call",
            "too-large",
        )
